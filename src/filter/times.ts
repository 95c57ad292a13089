/** Times and durations as text: what a filter writes, and what is printed of it (FILTER §2, §4). */

const MICROSECONDS: readonly (readonly [string, bigint])[] = [
  ['d', 86_400_000_000n],
  ['h', 3_600_000_000n],
  ['m', 60_000_000n],
  ['s', 1_000_000n],
  ['ms', 1000n],
  ['us', 1n],
]
const UNIT_OF: Readonly<Record<string, bigint>> = { ...Object.fromEntries(MICROSECONDS), min: 60_000_000n, µs: 1n, μs: 1n }
const PART = /(\d{1,20})(?:\.(\d{1,20}))?(us|µs|μs|ms|min|m|s|h|d)/iuy

/** Microseconds of a duration such as `1h30m` or `0`; undefined when it is malformed, lacks a unit or is no whole number of them. */
export function readDuration(text: string): bigint | undefined {
  if (/^0+$/.test(text)) return 0n
  let sum = 0n
  let at = 0
  while (at < text.length) {
    PART.lastIndex = at
    const part = PART.exec(text)
    if (part === null) return undefined
    const [whole, digits = '', fraction = '', unit = ''] = part
    const scaled = BigInt(digits + fraction) * (UNIT_OF[unit.toLowerCase()] ?? 1n)
    const divisor = 10n ** BigInt(fraction.length)
    if (scaled % divisor !== 0n) return undefined
    sum += scaled / divisor
    at += whole.length
  }
  return at === 0 ? undefined : sum
}

/** A duration in the largest unit that divides it. */
export function printDuration(microseconds: bigint): string {
  if (microseconds === 0n) return '0'
  for (const [unit, size] of MICROSECONDS) if (microseconds % size === 0n) return `${microseconds / size}${unit}`
  return `${microseconds}us`
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** Milliseconds a zone is ahead of UTC at a moment. */
function zoneOffset(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000
}

/** A wall-clock time as a moment. One that the clocks skip moves on with them; of two the first is meant. */
function fromZone(local: number, zone: string): number {
  if (zone === 'UTC') return local
  const [before, after] = [zoneOffset(zone, local - 86_400_000), zoneOffset(zone, local + 86_400_000)]
  const fitting = [local - before, local - after].filter(at => at + zoneOffset(zone, at) === local)
  return fitting.length > 0 ? Math.min(...fitting) : local - before
}

/**
 * Milliseconds since 1970 of a time; undefined when there is no such time, or none the store can hold (years 1900 to 2299).
 * Without a zone in the text it is wall-clock time of `zone`.
 */
export function readTime(text: string, zone: string): number | undefined {
  const found = TIME.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(part => Number(part ?? 0))
  const ms = Number((found[7] ?? '').padEnd(3, '0'))
  const local = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const date = new Date(local)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined
  const offset = found[8]
  let at: number
  if (offset === undefined) at = fromZone(local, zone)
  else if (/^z$/i.test(offset)) at = local
  else {
    const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))]
    if (hours > 14 || minutes > 59) return undefined
    at = local - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
  }
  return year < 1900 || year > 2299 || at < Date.UTC(1900) || at >= Date.UTC(2300) ? undefined : at
}

const NOW = /^now(?:([+-])(.+))?$/i
/** Two centuries: more would leave the store's range of times. */
const FARTHEST = 200n * 366n * 86_400_000n

/** Milliseconds that `now-1h` is after the moment of the query; undefined when it is malformed or not whole milliseconds. */
export function readNow(text: string): number | undefined {
  const found = NOW.exec(text)
  if (found === null) return undefined
  if (found[2] === undefined) return 0
  const offset = readDuration(found[2])
  if (offset === undefined || offset % 1000n !== 0n || offset / 1000n > FARTHEST) return undefined
  return found[1] === '-' && offset !== 0n ? -Number(offset / 1000n) : Number(offset / 1000n)
}

/** UTC with `Z`, milliseconds only where there are some. */
export const printTime = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')

export function printNow(offset: number): string {
  return offset === 0 ? 'now' : `now${offset < 0 ? '-' : '+'}${printDuration(BigInt(Math.abs(offset)) * 1000n)}`
}
