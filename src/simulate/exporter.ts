/**
 * One simulated device at work: collects flows into datagrams, teaches templates and options before the first data and then at
 * its interval, and keeps the sequence numbers of its protocol.
 */
import { MAX_DATAGRAM, countRecords, encodeIpfix, encodeV9, type WireSet } from './encode.ts'
import { S, type Flow, type Texts } from './flow.ts'
import type { Device } from './profiles.ts'
import { createSflowLane } from './sflow-lane.ts'
import { OP, layOut, parseTemplate, writeRecord, type Layout, type TimeLog } from './template.ts'

/** What a datagram carries: flow records with their octets and packets as sent, and times the sampling rate. */
export interface Sums {
  readonly flows: number
  readonly octets: number
  readonly packets: number
  readonly scaledOctets: number
  readonly scaledPackets: number
  /** The way back, where records tell of both: as many flows more to whoever counts both directions. */
  readonly reverse?: { readonly flows: number; readonly octets: number; readonly packets: number }
}

/** A datagram that lacks what its moment decides: sequence and time. `bytes` has room for the header in front. */
export interface Body {
  readonly bytes: Uint8Array
  readonly sums: Sums
  /** Places of times, three numbers each: operation, offset, and how long before the datagram was closed the time was, ms. */
  readonly times: Float64Array
  /** sFlow: offsets of the samples. */
  readonly samples: readonly number[]
  readonly records: number
}

/** Flows on their way into one datagram. */
export interface Lane {
  readonly flows: number
  /** When the oldest flow in it came; Infinity when it is empty. */
  readonly sinceMs: number
  /** Whether one more flow may not fit. */
  readonly full: boolean
  add(flow: Flow, nowMs: number): void
  /** Closes the datagram. Its bytes are those of the lane until the next flow is added; `keep` copies them and notes the places of times. */
  take(nowMs: number, keep: boolean): Body
}

export interface Exporter {
  readonly device: Device
  readonly lanes: readonly Lane[]
  /** The lane this flow goes to. */
  laneOf(flow: Flow): Lane
  /** Templates, options, counters that are due; each is a whole datagram. */
  announce(nowMs: number): readonly Uint8Array[]
  /** Writes header and times of a body into `bytes` for this moment, and counts it as sent. */
  stamp(bytes: Uint8Array, view: DataView, body: Body, nowMs: number, retime: boolean): void
}

const V5_RECORDS = 30
const HEADER_BYTES = { v5: 24, v9: 20, ipfix: 16 } as const

/** The v5 record is a template too, only nobody sends it. */
const V5_LAYOUT = layOut(parseTemplate(5, '8:4 12:4 15:4 10:2 14:2 2:4 1:4 22:4 21:4 7:2 11:2 210:1 6:1 4:1 5:1 16:2 17:2 9:1 13:1 210:2'))

export function createExporter(device: Device, texts: Texts, perDatagram: number): Exporter {
  const { profile, domain, bootMs, samplingRate } = device
  const { protocol } = profile
  let sequence = 0
  let announcedMs = -Infinity

  const layouts = protocol === 'v5' ? [V5_LAYOUT] : [profile.v4, profile.v6].flatMap(template => (template === undefined ? [] : [layOut(template)]))
  const sflow = protocol === 'sflow' ? createSflowLane(device, perDatagram) : undefined
  const groups = profile.apart === true ? layouts.map(layout => [layout]) : [layouts]
  const lanes =
    sflow !== undefined
      ? [sflow.lane]
      : groups.map(group => createLane(group, group.length > 1, protocol === 'sflow' ? 'ipfix' : protocol, device, texts, perDatagram))

  const announcements = (nowMs: number): readonly Uint8Array[] => {
    const templates = [profile.v4, profile.v6].flatMap(template => (template === undefined ? [] : [template]))
    const tables = profile.options?.(device) ?? []
    const sets: WireSet[] = [
      { kind: 'templates', templates: [...templates, ...tables.map(table => table.template)] },
      ...tables.map(({ template, rows }): WireSet => ({ kind: 'data', template, rows })),
    ]
    return packSets(sets).map(group => {
      const seconds = Math.floor(nowMs / 1000)
      const at = sequence
      sequence = (sequence + (protocol === 'v9' ? 1 : countRecords(group, false))) >>> 0
      return protocol === 'v9'
        ? encodeV9({ uptimeMs: (nowMs - bootMs) >>> 0, seconds, sequence: at, domain }, group)
        : encodeIpfix({ seconds, sequence: at, domain }, group)
    })
  }

  return {
    device,
    lanes,
    laneOf: flow => lanes[lanes.length > 1 && flow[S.ipVersion] === 6 ? 1 : 0]!,

    announce(nowMs) {
      if (protocol === 'v5' || nowMs - announcedMs < profile.refreshMs) return []
      announcedMs = nowMs
      return sflow === undefined ? announcements(nowMs) : sflow.counters(nowMs)
    },

    stamp(bytes, view, body, nowMs, retime) {
      const uptime = (nowMs - bootMs) >>> 0
      const seconds = Math.floor(nowMs / 1000)
      const { records } = body
      switch (protocol) {
        case 'v5':
          view.setUint16(0, 5)
          view.setUint16(2, records)
          view.setUint32(4, uptime)
          view.setUint32(8, seconds)
          view.setUint32(12, Math.floor(nowMs % 1000) * 1_000_000)
          view.setUint32(16, sequence)
          view.setUint16(20, domain)
          view.setUint16(22, samplingRate > 1 ? ((profile.samplingMode ?? 1) << 14) | samplingRate : 0)
          sequence = (sequence + records) >>> 0
          break
        case 'v9':
          view.setUint16(0, 9)
          view.setUint16(2, records)
          view.setUint32(4, uptime)
          view.setUint32(8, seconds)
          view.setUint32(12, sequence)
          view.setUint32(16, domain)
          sequence = (sequence + 1) >>> 0
          break
        case 'ipfix':
          view.setUint16(0, 10)
          view.setUint16(2, bytes.length)
          view.setUint32(4, seconds)
          view.setUint32(8, sequence)
          view.setUint32(12, domain)
          sequence = (sequence + records) >>> 0
          break
        case 'sflow':
          sflow?.stamp(view, body, nowMs)
          return
        default:
          protocol satisfies never
      }
      if (!retime) return
      const { times } = body
      for (let i = 0; i < times.length; i += 3) {
        const op = times[i]!
        const offset = times[i + 1]!
        const time = Math.floor(nowMs - times[i + 2]!)
        if (op === OP.uptime) view.setUint32(offset, time - bootMs)
        else if (op === OP.seconds) view.setUint32(offset, Math.floor(time / 1000))
        else {
          view.setUint32(offset, Math.floor(time / 2 ** 32))
          view.setUint32(offset + 4, time)
        }
      }
    },
  }
}

/** Lays sets into as few datagrams as hold them, in their order; a table too long for one is cut between rows. */
function packSets(sets: readonly WireSet[]): readonly (readonly WireSet[])[] {
  const groups: WireSet[][] = []
  let group: WireSet[] = []
  let used = 20
  const close = (): void => {
    if (group.length > 0) groups.push(group)
    group = []
    used = 20
  }
  for (const set of sets) {
    const bytes = (rows: readonly (readonly unknown[])[]): number =>
      set.kind === 'templates' ? encodeIpfix({ seconds: 0, sequence: 0, domain: 0 }, [set]).length : 8 + rows.length * layOut(set.template).maxBytes
    const rows = set.kind === 'data' ? set.rows : []
    if (set.kind === 'templates' || rows.length === 0) {
      if (used + bytes([]) > MAX_DATAGRAM) close()
      group.push(set)
      used += bytes([])
      continue
    }
    let from = 0
    while (from < rows.length) {
      const fit = Math.floor((MAX_DATAGRAM - used - 8) / layOut(set.template).maxBytes)
      if (fit < 1) {
        close()
        continue
      }
      const part = rows.slice(from, from + fit)
      group.push({ ...set, rows: part })
      used += bytes(part)
      from += part.length
    }
  }
  close()
  return groups
}

interface Part {
  readonly layout: Layout
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly times: { op: number; offset: number; time: number }[]
  used: number
  records: number
  timeCount: number
  readonly log: TimeLog
}

function createPart(layout: Layout): Part {
  const bytes = new Uint8Array(MAX_DATAGRAM + 64)
  const part: Part = {
    layout,
    bytes,
    view: new DataView(bytes.buffer),
    times: [],
    used: 0,
    records: 0,
    timeCount: 0,
    log: {
      add(op, offset, time) {
        const entry = part.times[part.timeCount++]
        if (entry === undefined) part.times.push({ op, offset, time })
        else {
          entry.op = op
          entry.offset = offset
          entry.time = time
        }
      },
    },
  }
  return part
}

/** Collects flows in one part for each template; closed, the parts become the sets of one datagram. */
function createLane(
  layouts: readonly Layout[],
  mixed: boolean,
  protocol: 'v5' | 'v9' | 'ipfix',
  { profile, samplingRate: rate, bootMs }: Device,
  texts: Texts,
  perDatagram: number,
): Lane {
  const bothWays = profile.bothWays === true
  const parts = layouts.map(createPart)
  const headerBytes = HEADER_BYTES[protocol]
  const setBytes = protocol === 'v5' ? 0 : 8 // set header and padding
  const capacity = (protocol === 'v5' ? MAX_DATAGRAM : MAX_DATAGRAM - 72) - headerBytes - setBytes * parts.length
  const most = Math.min(perDatagram, protocol === 'v5' ? V5_RECORDS : Infinity)
  const longest = Math.max(...layouts.map(layout => layout.maxBytes))
  const out = new Uint8Array(MAX_DATAGRAM + 64)
  const outView = new DataView(out.buffer)
  let used = 0
  let flows = 0
  let reverse = { flows: 0, octets: 0, packets: 0 }
  let octets = 0
  let packets = 0
  let sinceMs = Infinity

  return {
    get flows() {
      return flows
    },
    get sinceMs() {
      return sinceMs
    },
    get full() {
      return flows >= most || (flows > 0 && used + longest > capacity)
    },

    add(flow, nowMs) {
      const part = parts[mixed && flow[S.ipVersion] === 6 ? 1 : 0]!
      const end = writeRecord(part.view, part.bytes, part.used, part.layout, flow, texts, bootMs, part.log)
      used += end - part.used
      part.used = end
      part.records++
      flows++
      octets += flow[S.octets]!
      packets += flow[S.packets]!
      if (bothWays && (flow[S.reverseOctets] !== 0 || flow[S.reversePackets] !== 0)) {
        reverse.flows++
        reverse.octets += flow[S.reverseOctets]!
        reverse.packets += flow[S.reversePackets]!
      }
      if (sinceMs === Infinity) sinceMs = nowMs
    },

    take(nowMs, keep) {
      let at = headerBytes
      const times: number[] = []
      for (const part of parts) {
        if (part.records === 0) continue
        const start = at
        if (protocol !== 'v5') {
          outView.setUint16(at, part.layout.template.id)
          at += 4
        }
        out.set(part.bytes.subarray(0, part.used), at)
        if (keep) {
          for (let i = 0; i < part.timeCount; i++) {
            const { op, offset, time } = part.times[i]!
            times.push(op, at + offset, nowMs - time)
          }
        }
        at += part.used
        if (protocol !== 'v5') {
          while ((at - start) % 4 !== 0) out[at++] = 0
          outView.setUint16(start + 2, at - start)
        }
        part.used = 0
        part.records = 0
        part.timeCount = 0
      }
      const body: Body = {
        bytes: keep ? out.slice(0, at) : out.subarray(0, at),
        sums: { flows, octets, packets, scaledOctets: octets * rate, scaledPackets: packets * rate, ...(bothWays ? { reverse } : {}) },
        times: Float64Array.from(times),
        samples: [],
        records: flows,
      }
      used = 0
      flows = 0
      reverse = { flows: 0, octets: 0, packets: 0 }
      octets = 0
      packets = 0
      sinceMs = Infinity
      return body
    },
  }
}
