/** Numbers and times as a person reads them: three significant digits, SI, a thin space in thousands, the unit apart from its number. */

/** A number and its unit, apart, since the unit is drawn in grey. */
export interface Measure {
  readonly value: string
  readonly unit: string
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const
const THIN = '\u2009'

/** Whole numbers in groups of three by thin spaces: 12 418. */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN)
}

/** Three significant digits: 8.42, 48.2, 386. */
export function significant(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude === 0) return '0'
  if (magnitude < 0.01) return value.toPrecision(2)
  if (magnitude < 9.995) return value.toFixed(2)
  if (magnitude < 99.95) return value.toFixed(1)
  return value.toFixed(0)
}

function scaled(value: number, unit: string): Measure {
  let index = 0
  let rest = value
  while (Math.abs(rest) >= 999.5 && index < PREFIXES.length - 1) {
    rest /= 1000
    index += 1
  }
  const digits = index === 0 && Number.isInteger(rest) ? String(rest) : significant(rest)
  return { value: digits, unit: `${PREFIXES[index] ?? ''}${unit}` }
}

/** Bits a second: 8.42 Gb/s. */
export const bitRate = (value: number): Measure => scaled(value < 1 ? Math.round(value) : value, 'b/s')
/** Something a second: 48.2 k/s. */
export const rate = (value: number): Measure => scaled(value < 1 ? Number(value.toFixed(2)) : value, '/s')
/** Bytes: 4.82 GB. */
export const volume = (value: number): Measure => scaled(Math.round(value), 'B')
/** A count: whole and grouped below a million, else 14.5 M. */
export const count = (value: number): Measure => (Math.abs(value) < 100_000 ? { value: whole(value), unit: '' } : scaled(value, ''))
/** A count in a table: 812 k. */
export const shortCount = (value: number): Measure => scaled(Math.round(value), '')
/** A share of one, as per cent: 36.8 %. */
export const percent = (share: number): Measure => ({ value: share >= 0.9995 ? '100' : (share * 100).toFixed(1), unit: '%' })

/** `8.42 Gb/s` in one string, with a space that does not break. */
export const join = (measure: Measure): string => (measure.unit === '' ? measure.value : `${measure.value}\u00a0${measure.unit}`)

/** A duration of microseconds: 340 µs, 12.4 ms, 3.20 s, 1 m 04 s, 2 h 14 m. */
export function duration(us: number): Measure {
  if (us < 1000) return { value: String(Math.round(us)), unit: 'µs' }
  if (us < 1_000_000) return { value: significant(us / 1000), unit: 'ms' }
  if (us < 60_000_000) return { value: significant(us / 1_000_000), unit: 's' }
  return { value: span(us / 1000), unit: '' }
}

/** A span of milliseconds in two units: 48 s, 1 m 04 s, 2 h 14 m, 3 d 2 h. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} m`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const two = (value: number): string => String(value).padStart(2, '0')

/** 14:32 in the time zone of the browser. */
export function clock(ms: number): string {
  const time = new Date(ms)
  return `${two(time.getHours())}:${two(time.getMinutes())}`
}

/** 14:32:07, with milliseconds where asked. */
export function clockSeconds(ms: number, withMs = false): string {
  const time = new Date(ms)
  const base = `${clock(ms)}:${two(time.getSeconds())}`
  return withMs ? `${base}.${String(time.getMilliseconds()).padStart(3, '0')}` : base
}

const dateFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const longFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' })
const zoneFormat = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })

/** 18 Mar. */
export const day = (ms: number): string => dateFormat.format(ms)

/** The zone's short name at that time: CET, UTC, GMT+2. */
export function zone(ms: number): string {
  return zoneFormat.formatToParts(ms).find(part => part.type === 'timeZoneName')?.value ?? 'UTC'
}

/** Tue 18 March 2025, 14:32:07 CET. */
export function longTime(ms: number): string {
  return `${longFormat.format(ms).replace(',', '')}, ${clockSeconds(ms)} ${zone(ms)}`
}

/** 18 Mar 2025, 14:32:07.214 CET: the absolute time of a tooltip. */
export function exactTime(ms: number): string {
  return `${day(ms)} ${new Date(ms).getFullYear()}, ${clockSeconds(ms, true)} ${zone(ms)}`
}

/** True when both lie on one day of the browser's zone. */
export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}
