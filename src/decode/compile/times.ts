/** Times of a record: which fields tell them, in which clock, and the code that makes milliseconds since 1970 of them. */
import { NOTES, indexOf } from '../../schema/index.ts'
import { IE } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import { int, unsigned } from './source.ts'
import type { Definition } from '../types.ts'

const START = indexOf('start_at')
const END = indexOf('end_at')
const NOTE = indexOf('notes')

type Clock = 'uptime' | 's' | 'ms' | 'ntp' | 'ago_us'
type Side = 'start' | 'end'

const CLOCKS: Readonly<Record<number, readonly [Side, Clock]>> = {
  [IE.flowStartSysUpTime]: ['start', 'uptime'],
  [IE.flowEndSysUpTime]: ['end', 'uptime'],
  [IE.flowStartSeconds]: ['start', 's'],
  [IE.flowEndSeconds]: ['end', 's'],
  [IE.flowStartMilliseconds]: ['start', 'ms'],
  [IE.flowEndMilliseconds]: ['end', 'ms'],
  [IE.flowStartMicroseconds]: ['start', 'ntp'],
  [IE.flowEndMicroseconds]: ['end', 'ntp'],
  [IE.flowStartNanoseconds]: ['start', 'ntp'],
  [IE.flowEndNanoseconds]: ['end', 'ntp'],
  [IE.flowStartDeltaMicroseconds]: ['start', 'ago_us'],
  [IE.flowEndDeltaMicroseconds]: ['end', 'ago_us'],
  [IE.observationTimeSeconds]: ['start', 's'],
  [IE.observationTimeMilliseconds]: ['start', 'ms'],
  [IE.observationTimeMicroseconds]: ['start', 'ntp'],
  [IE.observationTimeNanoseconds]: ['start', 'ntp'],
}

/** Times of an event, not of a flow's packets. */
const OBSERVATIONS: ReadonlySet<number> = new Set([
  IE.observationTimeSeconds,
  IE.observationTimeMilliseconds,
  IE.observationTimeMicroseconds,
  IE.observationTimeNanoseconds,
])

/** How a definition tells the times of its records. */
export interface TimePlan {
  /** Code to place where a field is read, by the field's position. */
  readonly reads: ReadonlyMap<number, (at: string) => string>
  /** Code at the head of the function and of each record, and the code that ends a record. */
  readonly head: string
  readonly record: string
  readonly tail: string
}

/** The plan of records that have no times of their own to tell. */
export const NO_TIMES: TimePlan = { reads: new Map(), head: '', record: '', tail: '' }

/** The raw value of a clock at `at`, or null when its length does not fit. */
function raw(clock: Clock, length: number): ((at: string) => string) | null {
  if (clock === 'uptime' && length !== 4) return null
  if (clock === 'ntp' && length !== 8) return null
  if (length < 1 || length > 8) return null
  return at => {
    const { low, high } = unsigned(at, length)
    if (clock === 'ntp') return `ntp(${high},${low},rm)`
    const value = high === '0' ? low : `${high}*4294967296+${low}`
    if (clock === 's') return `era((${value})*1000,rm)`
    if (clock === 'ago_us') return `x.exportMs-Math.round((${value})/1000)`
    return value
  }
}

interface Chosen {
  readonly position: number
  readonly clock: Clock
  readonly rank: number
  readonly read: (at: string) => string
}

/** Chooses the best start and end field, and makes the code. A record without times lasts zero at the time of reception. */
export function planTimes(definition: Definition, mapping: Mapping): TimePlan {
  const chosen: Partial<Record<Side, Chosen>> = {}
  let observed: Chosen | undefined
  const reads = new Map<number, (at: string) => string>()
  let duration = false
  let boot = false
  definition.fields.forEach(({ element, length }, position) => {
    if (position < definition.scopes || mapping.own.has(element)) return
    const known = CLOCKS[element]
    if (known !== undefined) {
      const [side, clock] = known
      const rank = mapping.filledBy.get(element)?.rank ?? 99
      const read = raw(clock, length)
      const best = chosen[side]
      if (read === null) return
      const found = { position, clock, rank, read }
      if (OBSERVATIONS.has(element) && (observed === undefined || rank < observed.rank)) observed = found
      if (best === undefined || rank < best.rank) chosen[side] = found
    } else if ((element === IE.flowDurationMilliseconds || element === IE.flowDurationMicroseconds) && length >= 1 && length <= 8) {
      duration = true
      const unit = element === IE.flowDurationMilliseconds ? '' : '/1000'
      reads.set(position, at => {
        const { low, high } = unsigned(at, length)
        return `d=Math.round((${high === '0' ? low : `${high}*4294967296+${low}`})${unit});`
      })
    } else if (element === IE.systemInitTimeMilliseconds && length === 8) {
      boot = true
      reads.set(position, at => `boot=v.getUint32(${at})*4294967296+v.getUint32(${at}+4);`)
    }
  })

  const { start } = chosen
  // An event beside the start of its connection is as far as the connection has come (ASA: 152 creation, 323 event).
  const end = chosen.end ?? (duration || observed === start ? undefined : observed)
  if (start !== undefined) reads.set(start.position, at => `s=${start.read(at)};`)
  if (end !== undefined) reads.set(end.position, at => `e=${end.read(at)};`)
  const tail: string[] = []
  const uptimes = (start?.clock === 'uptime' ? 's' : '') + (end?.clock === 'uptime' ? 'e' : '')
  if (uptimes !== '') {
    if (definition.protocol === 'netflow9') {
      // Differences above 2^31 are flows that ended a little after the header was written; sysUptime wraps after 49.7 days.
      for (const side of uptimes) tail.push(`{const t=(um-${side})>>>0;${side}=ua-(t>0x7fffffff?t-4294967296:t)}`)
    } else {
      // Without the boot time, uptimes tell a length but no date: the flow is placed at its export. Boot times of 0 are none.
      const length = uptimes === 'se' ? 'd=(e-s)>>>0;' : ''
      const placed = `${length}e=xm;s=xm${length !== '' || duration ? '-d' : ''};note(b,r,${int(NOTES.time_by_export)});`
      // sysUptime wraps after 49.7 days while the boot time stays: the turn that lies nearest to the export counts.
      const turned = [...uptimes].map(side => `${side}+=boot;${side}+=Math.round((xm-${side})/4294967296)*4294967296;`).join('')
      tail.push(boot ? `if(boot>0){${turned}}else{${placed}}` : placed)
    }
  }
  if (duration && start === undefined) tail.push('if(e>=0)s=e-d;')
  if (duration && end === undefined) tail.push('if(s>=0)e=s+d;')
  tail.push('if(e<0)e=s;if(s<0)s=e;')
  const none = start === undefined && end === undefined
  if (none && duration) tail.push(`e=xm;s=xm-d;note(b,r,${int(NOTES.time_by_export)});`)
  const byHeader = uptimes !== '' && definition.protocol === 'netflow9'
  const rough = byHeader ? `else if(rough!==null)rough[r]|=${int(NOTES.time_rough)};` : ''
  tail.push(none && !duration ? 's=e=rm;' : `if(!(s>=0&&s<=e&&e<=future&&s>=past)){s=e=rm;note(b,r,${int(NOTES.time_replaced)})}${rough}`)
  for (const [column, variable] of [
    [START, 's'],
    [END, 'e'],
  ] as const) {
    tail.push(`c${int(column)}[r*2]=${variable};c${int(column)}[r*2+1]=${variable}*2.3283064365386963e-10;`)
  }
  return {
    reads,
    head: `const rm=x.receivedMs,um=x.uptimeMs,ua=x.uptimeAtMs,xm=x.exportMs,future=rm+FUTURE,past=rm-PAST${byHeader ? `,rough=x.rough?b.need(${int(NOTE)}):null` : ''};`,
    record: `let s=-1,e=-1${duration || uptimes === 'se' ? ',d=0' : ''}${boot ? ',boot=0' : ''};`,
    tail: tail.join(''),
  }
}

/** Seconds from 1900, where NTP begins, to 1970, and the seconds of an era. */
const NTP_EPOCH = 2_208_988_800
const ERA = 4_294_967_296

/**
 * 64-bit NTP time to ms since 1970, near the time of reception: its seconds begin anew in 2036 and tell no era (RFC 7011 §6.1.9,
 * RFC 5905 §6). Some exporters send microseconds or nanoseconds since 1970 instead; what lies nearest is what was meant.
 */
export function ntpToMs(seconds: number, fraction: number, receivedMs: number): number {
  const ntp = eraOf((seconds - NTP_EPOCH) * 1000 + Math.floor((fraction * 1000) / ERA), receivedMs)
  const whole = seconds * ERA + fraction
  const microseconds = Math.floor(whole / 1000)
  const nanoseconds = Math.floor(whole / 1_000_000)
  const near = Math.abs(microseconds - receivedMs) < Math.abs(nanoseconds - receivedMs) ? microseconds : nanoseconds
  return Math.abs(near - receivedMs) < Math.abs(ntp - receivedMs) ? near : ntp
}

/** A time of 32 bits of seconds, in the era nearest to the time of reception: NTP's end in 2036, those since 1970 in 2106. */
export const eraOf = (ms: number, receivedMs: number): number => ms + Math.round((receivedMs - ms) / (ERA * 1000)) * ERA * 1000
