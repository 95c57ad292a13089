/**
 * Datagrams from explicit values: NetFlow v5 and v9, IPFIX. For the tests of decoders, and for what the fleet sends seldom
 * (templates, options). The layouts are those of Cisco's v5 table, RFC 3954 and RFC 7011; nothing is checked, so that a test can
 * build wrong datagrams as well.
 */
import { VARIABLE, writeNumber, type Template } from './template.ts'

/** A field's value: a whole number, or bytes as they are, or text as UTF-8. Cut or filled with zeros to the field's length. */
/** Largest UDP payload that leaves an Ethernet unfragmented. */
export const MAX_DATAGRAM = 1472

export type Value = number | bigint | string | Uint8Array

/** A set of a NetFlow v9 or IPFIX datagram. A template with scope fields is an options template. */
export type WireSet =
  | { readonly kind: 'templates'; readonly templates: readonly Template[] }
  | { readonly kind: 'data'; readonly template: Template; readonly rows: readonly (readonly Value[])[]; readonly padding?: number }

/** Grows as it is written to; numbers are big-endian. */
export interface ByteWriter {
  readonly length: number
  u8(value: number): void
  u16(value: number): void
  u32(value: number): void
  /** A number of this many bytes. */
  uint(value: number | bigint, length: number): void
  bytes(value: Uint8Array): void
  zeros(count: number): void
  patchU16(at: number, value: number): void
  patchU32(at: number, value: number): void
  /** A copy of what was written. */
  finish(): Uint8Array
  /** What was written, without a copy: valid until more is written. */
  peek(): Uint8Array
  /** Forgets all but the first `length` bytes. */
  rewind(length: number): void
}

export function createWriter(capacity = 2048): ByteWriter {
  let buffer = new Uint8Array(capacity)
  let view = new DataView(buffer.buffer)
  let length = 0
  const room = (count: number): number => {
    if (length + count > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + count))
      larger.set(buffer)
      buffer = larger
      view = new DataView(buffer.buffer)
    }
    const at = length
    length += count
    return at
  }
  return {
    get length() {
      return length
    },
    u8: value => {
      view.setUint8(room(1), value)
    },
    u16: value => {
      view.setUint16(room(2), value)
    },
    u32: value => {
      view.setUint32(room(4), value)
    },
    uint(value, size) {
      const at = room(size)
      if (typeof value === 'number') writeNumber(view, at, size, value)
      else for (let i = size - 1, rest = value; i >= 0; i--, rest >>= 8n) view.setUint8(at + i, Number(rest & 0xffn))
    },
    bytes: value => {
      const at = room(value.length)
      buffer.set(value, at)
    },
    zeros: count => {
      const at = room(count)
      buffer.fill(0, at, at + count)
    },
    patchU16: (at, value) => {
      view.setUint16(at, value)
    },
    patchU32: (at, value) => {
      view.setUint32(at, value)
    },
    finish: () => buffer.slice(0, length),
    peek: () => buffer.subarray(0, length),
    rewind: to => {
      length = to
    },
  }
}

/** The 4 or 16 bytes of an address as text. IPv6 may be shortened with `::`. */
export function addressBytes(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number)
  const [head = '', tail] = text.split('::')
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)))
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back]
  return Uint8Array.from(all.flatMap(group => [group >> 8, group & 255]))
}

export interface V5Header {
  readonly uptimeMs: number
  readonly seconds: number
  readonly nanoseconds?: number
  /** Flows exported before this datagram. */
  readonly sequence: number
  readonly engineType?: number
  readonly engineId?: number
  /** Mode in the top two bits, interval in the low 14. */
  readonly sampling?: number
  /** The count as told; the number of records by default. */
  readonly count?: number
}

export interface V5Record {
  readonly src: string
  readonly dst: string
  readonly nextHop?: string
  readonly inIf?: number
  readonly outIf?: number
  readonly packets: number
  readonly octets: number
  /** Uptime of the first and the last packet, ms. */
  readonly first: number
  readonly last: number
  readonly srcPort?: number
  readonly dstPort?: number
  readonly tcpFlags?: number
  readonly proto: number
  readonly tos?: number
  readonly srcAs?: number
  readonly dstAs?: number
  readonly srcMask?: number
  readonly dstMask?: number
}

/** A NetFlow v5 datagram: header of 24 bytes, records of 48. */
export function encodeV5(header: V5Header, records: readonly V5Record[]): Uint8Array {
  const out = createWriter(24 + 48 * records.length)
  out.u16(5)
  out.u16(header.count ?? records.length)
  out.u32(header.uptimeMs)
  out.u32(header.seconds)
  out.u32(header.nanoseconds ?? 0)
  out.u32(header.sequence)
  out.u8(header.engineType ?? 0)
  out.u8(header.engineId ?? 0)
  out.u16(header.sampling ?? 0)
  for (const record of records) {
    out.bytes(addressBytes(record.src))
    out.bytes(addressBytes(record.dst))
    out.bytes(addressBytes(record.nextHop ?? '0.0.0.0'))
    out.u16(record.inIf ?? 0)
    out.u16(record.outIf ?? 0)
    out.u32(record.packets)
    out.u32(record.octets)
    out.u32(record.first)
    out.u32(record.last)
    out.u16(record.srcPort ?? 0)
    out.u16(record.dstPort ?? 0)
    out.u8(0)
    out.u8(record.tcpFlags ?? 0)
    out.u8(record.proto)
    out.u8(record.tos ?? 0)
    out.u16(record.srcAs ?? 0)
    out.u16(record.dstAs ?? 0)
    out.u8(record.srcMask ?? 0)
    out.u8(record.dstMask ?? 0)
    out.u16(0)
  }
  return out.finish()
}

export interface V9Header {
  readonly uptimeMs: number
  readonly seconds: number
  /** Datagrams of this source id before this one. */
  readonly sequence: number
  /** Source id. */
  readonly domain: number
  /** The count as told; the number of templates and records by default. */
  readonly count?: number
}

/** A NetFlow v9 datagram (RFC 3954 §5). Data sets are padded to four bytes. */
export function encodeV9(header: V9Header, sets: readonly WireSet[]): Uint8Array {
  const out = createWriter()
  out.u16(9)
  out.u16(header.count ?? countRecords(sets, true))
  out.u32(header.uptimeMs)
  out.u32(header.seconds)
  out.u32(header.sequence)
  out.u32(header.domain)
  for (const set of sets) writeSet(out, set, 9)
  return out.finish()
}

export interface IpfixHeader {
  /** Export time. */
  readonly seconds: number
  /** Data records of this domain before this message. */
  readonly sequence: number
  readonly domain: number
  /** The length as told; the true one by default. */
  readonly length?: number
}

/** An IPFIX message (RFC 7011 §3). Data sets are padded to four bytes unless the set says otherwise. */
export function encodeIpfix(header: IpfixHeader, sets: readonly WireSet[]): Uint8Array {
  const out = createWriter()
  out.u16(10)
  out.u16(0)
  out.u32(header.seconds)
  out.u32(header.sequence)
  out.u32(header.domain)
  for (const set of sets) writeSet(out, set, 10)
  out.patchU16(2, header.length ?? out.length)
  return out.finish()
}

/** Data records in sets, and templates too if told: what a v9 header counts, and what an IPFIX sequence counts. */
export function countRecords(sets: readonly WireSet[], withTemplates: boolean): number {
  return sets.reduce((sum, set) => sum + (set.kind === 'data' ? set.rows.length : withTemplates ? set.templates.length : 0), 0)
}

function writeSet(out: ByteWriter, set: WireSet, version: 9 | 10): void {
  if (set.kind === 'templates') {
    // Templates and options templates never share a set.
    for (const withScope of [false, true]) {
      const of = set.templates.filter(template => template.fields.some(field => field.scope) === withScope)
      if (of.length === 0) continue
      const start = out.length
      out.u16(version === 9 ? (withScope ? 1 : 0) : withScope ? 3 : 2)
      out.u16(0)
      for (const template of of) writeTemplate(out, template, withScope, version)
      if (version === 9) out.zeros((4 - ((out.length - start) % 4)) % 4)
      out.patchU16(start + 2, out.length - start)
    }
    return
  }
  const start = out.length
  out.u16(set.template.id)
  out.u16(0)
  for (const row of set.rows) writeRow(out, set.template, row)
  out.zeros(set.padding ?? (4 - ((out.length - start) % 4)) % 4)
  out.patchU16(start + 2, out.length - start)
}

function writeTemplate(out: ByteWriter, { id, fields }: Template, withScope: boolean, version: 9 | 10): void {
  const scopes = fields.filter(field => field.scope).length
  out.u16(id)
  if (version === 9 && withScope) {
    // RFC 3954 §6.1: both lengths are bytes of field specifiers.
    out.u16(scopes * 4)
    out.u16((fields.length - scopes) * 4)
  } else {
    out.u16(fields.length)
    if (withScope) out.u16(scopes)
  }
  for (const field of fields) {
    out.u16(field.pen === 0 ? field.element : field.element | 0x8000)
    out.u16(field.length)
    if (field.pen !== 0) out.u32(field.pen)
  }
}

function writeRow(out: ByteWriter, { fields }: Template, row: readonly Value[]): void {
  fields.forEach((field, index) => {
    const value = row[index] ?? 0
    if (typeof value === 'number' || typeof value === 'bigint') {
      if (field.length === VARIABLE) throw new Error('a field of variable length takes bytes or text')
      out.uint(value, field.length)
      return
    }
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
    if (field.length !== VARIABLE) {
      out.bytes(bytes.subarray(0, field.length))
      out.zeros(Math.max(0, field.length - bytes.length))
      return
    }
    // RFC 7011 §7: one byte of length, or 255 and two.
    if (bytes.length < 255) out.u8(bytes.length)
    else {
      out.u8(255)
      out.u16(bytes.length)
    }
    out.bytes(bytes)
  })
}
