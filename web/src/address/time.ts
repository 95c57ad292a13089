/**
 * Times of the address and of the keyboard. In: `now-1h`, ISO times, milliseconds, or typed words such as "yesterday 14:00 to
 * 15:00". Out: a pair of address words, or milliseconds. A word stays relative ("now-1h") so that a link keeps its meaning.
 */

export interface RangeWords {
  readonly from: string
  readonly to: string
}

export interface RangeMs {
  readonly from: number
  readonly to: number
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const UNIT_WORDS: Readonly<Record<string, string>> = {
  s: 's',
  sec: 's',
  second: 's',
  m: 'm',
  min: 'm',
  minute: 'm',
  h: 'h',
  hour: 'h',
  d: 'd',
  day: 'd',
  w: 'w',
  week: 'w',
}

/** Presets of the time picker, shortest first. */
export const PRESETS: readonly { readonly words: RangeWords; readonly label: string }[] = [
  { words: { from: 'now-5m', to: 'now' }, label: 'Last 5 minutes' },
  { words: { from: 'now-15m', to: 'now' }, label: 'Last 15 minutes' },
  { words: { from: 'now-1h', to: 'now' }, label: 'Last hour' },
  { words: { from: 'now-6h', to: 'now' }, label: 'Last 6 hours' },
  { words: { from: 'now-24h', to: 'now' }, label: 'Last 24 hours' },
  { words: { from: 'now-7d', to: 'now' }, label: 'Last 7 days' },
  { words: { from: 'now-30d', to: 'now' }, label: 'Last 30 days' },
]

/** Milliseconds of one word of the address, or null where it is none. */
export function resolveWord(word: string, now: number): number | null {
  const relative = /^now(?:-(\d{1,6})([smhdw]))?$/.exec(word)
  if (relative !== null) {
    const [, amount, unit] = relative
    return amount === undefined || unit === undefined ? now : now - Number(amount) * (UNIT_MS[unit] ?? 0)
  }
  if (/^\d{12,14}$/.test(word)) return Number(word)
  if (!/^\d{4}-\d{2}-\d{2}/.test(word)) return null
  const parsed = Date.parse(word)
  return Number.isNaN(parsed) ? null : parsed
}

/** The range in milliseconds; a word that is no time, or a range that runs backwards, gives the last hour. */
export function resolveRange(words: RangeWords, now: number): RangeMs {
  const from = resolveWord(words.from, now)
  const to = resolveWord(words.to, now)
  if (from === null || to === null || from >= to) return { from: now - 3_600_000, to: now }
  return { from, to }
}

/** True when the range ends now, so that it moves with time. */
export const isRelative = (words: RangeWords): boolean => words.to === 'now'

/** An exact time as the address writes it; whole seconds lose their fraction. */
export function isoWord(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

export const exactRange = (range: RangeMs): RangeWords => ({ from: isoWord(range.from), to: isoWord(range.to) })

/** One period back (-1) or forward (1); at the present it becomes relative again. */
export function shiftRange(words: RangeWords, direction: -1 | 1, now: number): RangeWords {
  const { from, to } = resolveRange(words, now)
  const width = to - from
  if (direction === 1 && to + width >= now) return lastOf(width)
  return exactRange({ from: from + direction * width, to: to + direction * width })
}

/** Twice as wide around the middle, not beyond now. */
export function widenRange(words: RangeWords, now: number): RangeWords {
  const { from, to } = resolveRange(words, now)
  const width = to - from
  if (isRelative(words) || to + width / 2 >= now) return lastOf(width * 2)
  return exactRange({ from: Math.round(from - width / 2), to: Math.round(to + width / 2) })
}

function lastOf(width: number): RangeWords {
  const seconds = Math.max(1, Math.round(width / 1000))
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % size === 0 && (unit !== 'd' || seconds > 86_400)) return { from: `now-${seconds / size}${unit}`, to: 'now' }
  }
  return { from: `now-${seconds}s`, to: 'now' }
}

const NUMBERS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, ten: 10, twelve: 12 }

/** Reads what a person types: "last 2 days", "yesterday", "yesterday 14:00 to 15:00", "14:00 to 15:00", "2025-03-18 14:00 to 2025-03-19". */
export function parseTyped(text: string, now: number): RangeWords | null {
  const input = text.trim().toLowerCase().replace(/[–—]/g, ' to ').replace(/\s+/g, ' ')
  if (input === '') return null
  const last = /^(?:(\d{1,5}) ?|([a-z]+) )?([a-z]+?)s?$/.exec(input.replace(/^(?:last|past) /, ''))
  if (last !== null) {
    const [, digits, word, unitWord = ''] = last
    const unit = UNIT_WORDS[unitWord]
    const amount = digits !== undefined ? Number(digits) : word === undefined ? 1 : NUMBERS[word]
    if (unit !== undefined && amount !== undefined && amount > 0) return { from: `now-${amount}${unit}`, to: 'now' }
  }
  const parts = input.split(/ (?:to|until) | - /)
  const [first, second] = parts
  if (parts.length === 1 && first !== undefined) {
    const single = parsePoint(first, now, now)
    if (single === null) return null
    return exactOrNull(single.from, Math.min(single.to, now))
  }
  if (parts.length !== 2 || first === undefined || second === undefined) return null
  const start = parsePoint(first.replace(/^from /, ''), now, now)
  if (start === null) return null
  if (second === 'now') return { from: first.startsWith('now') ? first : isoWord(start.from), to: 'now' }
  const end = parsePoint(second, now, start.from)
  return end === null ? null : exactOrNull(start.from, end.from)
}

function exactOrNull(from: number, to: number): RangeWords | null {
  return from < to ? exactRange({ from, to }) : null
}

/** A day, a time of day, or both, in the browser's zone. `base` gives the day of a time that names none. */
function parsePoint(word: string, now: number, base: number): RangeMs | null {
  const direct =
    word.startsWith('now') || /t\d{2}:/.test(word)
      ? resolveWord(
          word
            .toUpperCase()
            .replace(/^NOW/, 'now')
            .replace(/([SMHDW])$/, unit => unit.toLowerCase())
            .replace(/Z$/i, 'Z'),
          now,
        )
      : null
  if (direct !== null) return { from: direct, to: now }
  const match = /^(?:(today|yesterday|\d{4}-\d{2}-\d{2}))?(?: ?(?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(word)
  if (match === null || word === '') return null
  const [, dayWord, hours, minutes, seconds] = match
  const date = new Date(dayWord === undefined ? base : now)
  if (dayWord === 'yesterday') date.setDate(date.getDate() - 1)
  if (dayWord !== undefined && /^\d/.test(dayWord)) {
    const [year, month, dayOfMonth] = dayWord.split('-').map(Number)
    date.setFullYear(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1)
    if (date.getMonth() !== (month ?? 1) - 1) return null
  }
  if (Number(hours ?? 0) > 24 || Number(minutes ?? 0) > 59 || Number(seconds ?? 0) > 59) return null
  date.setHours(Number(hours ?? 0), Number(minutes ?? 0), Number(seconds ?? 0), 0)
  const from = date.getTime()
  if (hours !== undefined) return { from, to: now }
  date.setDate(date.getDate() + 1)
  return { from, to: date.getTime() }
}
