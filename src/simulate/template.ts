/**
 * Templates: their notation, their bytes, and how a flow's slots become the bytes of a record.
 *
 * The notation is `element:length`, elements apart by blanks, as a dump prints a template: `8:4 12:4 35632/188:v`. `pen/n` is an
 * enterprise's element, `S` in front marks a scope field, the length `v` is variable.
 */
import { S, type Flow, type Slot, type Texts } from './flow.ts'

export interface Field {
  readonly element: number
  /** Private enterprise number; 0 is IANA. */
  readonly pen: number
  /** Bytes; 65535 is variable (IPFIX only). */
  readonly length: number
  readonly scope: boolean
}

export interface Template {
  readonly id: number
  readonly fields: readonly Field[]
}

export const VARIABLE = 65_535

/** Reads the notation of a template. */
export function parseTemplate(id: number, notation: string): Template {
  const fields = notation
    .trim()
    .split(/\s+/)
    .map((word): Field => {
      const match = /^(S?)(?:(\d+)\/)?(\d+):(\d+|v)$/.exec(word)
      if (match === null) throw new Error(`template ${id}: "${word}" is not element:length`)
      return { scope: match[1] === 'S', pen: Number(match[2] ?? 0), element: Number(match[3]), length: match[4] === 'v' ? VARIABLE : Number(match[4]) }
    })
  return { id, fields }
}

/** What a field's bytes come from. */
type Source =
  | { readonly kind: 'number' | 'ip4' | 'ip6' | 'uptime' | 'milliseconds' | 'seconds' | 'text'; readonly slot: Slot }
  | { readonly kind: 'constant'; readonly value: number }

const number = (slot: Slot): Source => ({ kind: 'number', slot })

/** The slot behind each element. An element that is not here is sent as zeros, as devices do with what they do not fill. */
const SOURCES: Readonly<Record<string, Source>> = {
  1: number('octets'),
  2: number('packets'),
  3: number('one'),
  4: number('proto'),
  5: number('tos'),
  6: number('tcpFlags'),
  7: number('srcPort'),
  8: { kind: 'ip4', slot: 'src3' },
  9: number('srcMask'),
  10: number('inIf'),
  11: number('dstPort'),
  12: { kind: 'ip4', slot: 'dst3' },
  13: number('dstMask'),
  14: number('outIf'),
  15: { kind: 'ip4', slot: 'hop3' },
  16: number('srcAs'),
  17: number('dstAs'),
  18: { kind: 'ip4', slot: 'hop3' },
  21: { kind: 'uptime', slot: 'end' },
  22: { kind: 'uptime', slot: 'start' },
  23: number('reverseOctets'),
  24: number('reversePackets'),
  27: { kind: 'ip6', slot: 'src0' },
  28: { kind: 'ip6', slot: 'dst0' },
  29: number('srcMask'),
  30: number('dstMask'),
  31: number('flowLabel'),
  32: number('icmp'),
  34: number('samplingRate'),
  35: number('samplingMode'),
  48: number('sampler'),
  52: number('minTtl'),
  53: number('maxTtl'),
  55: number('tos'),
  56: number('srcMac'),
  57: number('dstMac'),
  58: number('vlan'),
  60: number('ipVersion'),
  61: number('direction'),
  62: { kind: 'ip6', slot: 'hop0' },
  63: { kind: 'ip6', slot: 'hop0' },
  80: number('dstMac'),
  81: number('srcMac'),
  89: number('forwarding'),
  95: number('appId'),
  128: number('dstPeerAs'),
  129: number('srcPeerAs'),
  136: number('endReason'),
  139: number('icmp'),
  148: number('connection'),
  150: { kind: 'seconds', slot: 'start' },
  151: { kind: 'seconds', slot: 'end' },
  152: { kind: 'milliseconds', slot: 'start' },
  153: { kind: 'milliseconds', slot: 'end' },
  225: { kind: 'ip4', slot: 'natSrc' },
  226: { kind: 'ip4', slot: 'natDst' },
  227: number('natSrcPort'),
  228: number('natDstPort'),
  233: number('firewallEvent'),
  234: number('inVrf'),
  235: number('outVrf'),
  243: number('vlan'),
  256: number('etherType'),
  302: number('sampler'),
  346: { kind: 'constant', value: 25_461 }, // Palo Alto Networks names itself in each record
  56701: { kind: 'text', slot: 'appName' },
  56702: { kind: 'text', slot: 'userName' },
  '35632/109': number('retransmitted'),
  '35632/118': number('ndpiId'),
  '35632/123': number('clientLatency'),
  '35632/124': number('serverLatency'),
  '35632/125': number('appLatency'),
  '35632/188': { kind: 'text', slot: 'serverName' },
  '35632/205': { kind: 'text', slot: 'dnsQuery' },
}

export const OP = { number: 0, ip4: 1, ip6: 2, uptime: 3, milliseconds: 4, seconds: 5, text: 6, constant: 7, zero: 8 } as const

/** A template made ready: for each field what to write, from which slot, and how many bytes. */
export interface Layout {
  readonly template: Template
  readonly ops: Uint8Array
  readonly slots: Float64Array
  readonly lengths: Uint16Array
  /** No record is longer than this. */
  readonly maxBytes: number
}

/** Longest text in a variable field. */
export const MAX_TEXT = 63

export function layOut(template: Template): Layout {
  const { fields } = template
  const ops = new Uint8Array(fields.length)
  const slots = new Float64Array(fields.length)
  const lengths = new Uint16Array(fields.length)
  let maxBytes = 0
  fields.forEach((field, index) => {
    const source = SOURCES[field.pen === 0 ? String(field.element) : `${field.pen}/${field.element}`]
    const kind = source?.kind ?? (field.length === VARIABLE ? 'text' : 'zero')
    ops[index] = OP[kind]
    slots[index] = source === undefined ? -1 : source.kind === 'constant' ? source.value : S[source.slot]
    lengths[index] = field.length
    maxBytes += field.length === VARIABLE ? 1 + MAX_TEXT : field.length
  })
  return { template, ops, slots, lengths, maxBytes }
}

/** Writes a whole number of 1 to 8 bytes, big-endian, lowest bytes kept. Safe below 2^53. */
export function writeNumber(view: DataView, offset: number, length: number, value: number): void {
  switch (length) {
    case 1:
      view.setUint8(offset, value)
      return
    case 2:
      view.setUint16(offset, value)
      return
    case 4:
      view.setUint32(offset, value)
      return
    case 8:
      view.setUint32(offset, Math.floor(value / 2 ** 32))
      view.setUint32(offset + 4, value)
      return
    default: {
      let rest = value
      for (let i = length - 1; i >= 0; i--) {
        view.setUint8(offset + i, rest % 256)
        rest = Math.floor(rest / 256)
      }
    }
  }
}

/** Places of times in a record, told so that a stored record can be sent again with new times. */
export interface TimeLog {
  add(op: number, offset: number, time: number): void
}

/** Writes one record and returns the offset behind it. `bootMs` is when the device started: the zero of its uptime. */
export function writeRecord(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  layout: Layout,
  flow: Flow,
  texts: Texts,
  bootMs: number,
  times: TimeLog,
): number {
  const { ops, slots, lengths } = layout
  let offset = start
  for (let i = 0; i < ops.length; i++) {
    const slot = slots[i]!
    const length = lengths[i]!
    switch (ops[i]) {
      case OP.number:
        writeNumber(view, offset, length, flow[slot]!)
        break
      case OP.ip4:
        view.setUint32(offset, flow[slot]!)
        break
      case OP.ip6:
        view.setUint32(offset, flow[slot]!)
        view.setUint32(offset + 4, flow[slot + 1]!)
        view.setUint32(offset + 8, flow[slot + 2]!)
        view.setUint32(offset + 12, flow[slot + 3]!)
        break
      case OP.uptime:
        times.add(OP.uptime, offset, flow[slot]!)
        view.setUint32(offset, flow[slot]! - bootMs)
        break
      case OP.milliseconds:
        times.add(OP.milliseconds, offset, flow[slot]!)
        writeNumber(view, offset, 8, flow[slot]!)
        break
      case OP.seconds:
        times.add(OP.seconds, offset, flow[slot]!)
        view.setUint32(offset, Math.floor(flow[slot]! / 1000))
        break
      case OP.text: {
        const text = texts.bytes(slot < 0 ? 0 : flow[slot]!)
        if (length === VARIABLE) {
          const size = Math.min(text.length, MAX_TEXT)
          view.setUint8(offset++, size)
          for (let at = 0; at < size; at++) bytes[offset++] = text[at]!
          continue
        }
        for (let at = 0; at < length; at++) bytes[offset + at] = text[at] ?? 0
        break
      }
      case OP.constant:
        writeNumber(view, offset, length, slot)
        break
      default:
        bytes.fill(0, offset, offset + length)
    }
    offset += length
  }
  return offset
}
