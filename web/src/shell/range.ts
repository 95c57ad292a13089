/** How a range is called on a button and in a heading. */
import { PRESETS, isRelative, resolveRange, type RangeWords } from '../address/time.ts'
import { clock, day, sameDay } from '../ui/format.ts'

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days', w: 'weeks' }

/** "Last hour", "13:32 – 14:05", "17 Mar 13:32 – 18 Mar 14:05". */
export function rangeName(words: RangeWords, now: number): string {
  const preset = PRESETS.find(each => each.words.from === words.from && each.words.to === words.to)
  if (preset !== undefined) return preset.label
  const relative = /^now-(\d+)([smhdw])$/.exec(words.from)
  if (relative !== null && isRelative(words)) {
    const amount = relative[1] ?? ''
    const unit = UNITS[relative[2] ?? ''] ?? ''
    return amount === '1' ? `Last ${unit.slice(0, -1)}` : `Last ${amount} ${unit}`
  }
  const { from, to } = resolveRange(words, now)
  const start = sameDay(from, now) ? clock(from) : `${day(from)} ${clock(from)}`
  if (isRelative(words)) return `Since ${start}`
  const end = sameDay(from, to) ? clock(to) : `${day(to)} ${clock(to)}`
  return `${start} – ${end}`
}
