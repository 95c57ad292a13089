/** Counter samples: interfaces for the sink, names of ports and the device's own figures for its domain (sFlow Version 5 §5.5 and 5.6; sFlow Host Structures). */
import type { Domain, Exporter, InterfaceCounters, RowSink } from '../types.ts'
import type { Sample } from './sample.ts'
import { recordsFit, seeUnknown } from './structures.ts'
import { behindBytes, padded, textAt } from './xdr.ts'

/** Bytes in front of the records. */
const HEAD = 12
const EXPANDED_HEAD = 16
/** Bytes of if_counters. */
const INTERFACE_BYTES = 88
/** Most interfaces of an exporter whose names are kept. */
const MAX_NAMES = 65_536
const NOT_KEPT = 0xffff_ffff
const NOT_KEPT_WIDE = 0xffff_ffff_ffff_ffffn

const count = (view: DataView, at: number): number | null => {
  const value = view.getUint32(at)
  return value === NOT_KEPT ? null : value
}
const wide = (view: DataView, at: number): bigint | null => {
  const value = view.getBigUint64(at)
  return value === NOT_KEPT_WIDE ? null : value
}

/**
 * 0 index · 4 type · 8 speed (64) · 16 direction · 20 status · 24 octets in (64) · 32 unicast · 36 multicast · 40 broadcast ·
 * 44 discards · 48 errors · 52 unknown protocols · 56 octets out (64) · 64 unicast · 68 multicast · 72 broadcast · 76 discards ·
 * 80 errors · 84 promiscuous.
 */
function readInterface(view: DataView, at: number, { exporter, domain, receivedMs }: Sample): InterfaceCounters {
  const status = view.getUint32(at + 20)
  return {
    exporter: exporter.address,
    domain: domain.id,
    receivedMs,
    index: view.getUint32(at),
    type: view.getUint32(at + 4),
    speed: view.getBigUint64(at + 8),
    duplex: view.getUint32(at + 16),
    adminUp: (status & 1) !== 0,
    operUp: (status & 2) !== 0,
    inOctets: wide(view, at + 24),
    inUnicast: count(view, at + 32),
    inMulticast: count(view, at + 36),
    inBroadcast: count(view, at + 40),
    inDiscards: count(view, at + 44),
    inErrors: count(view, at + 48),
    inUnknownProtocols: count(view, at + 52),
    outOctets: wide(view, at + 56),
    outUnicast: count(view, at + 64),
    outMulticast: count(view, at + 68),
    outBroadcast: count(view, at + 72),
    outDiscards: count(view, at + 76),
    outErrors: count(view, at + 80),
  }
}

type Encoding = 'u32' | 'u64' | 'f32' | 'percent'
type Figure = readonly [name: string, offset: number, encoding: Encoding]

/** Figures of the device that are kept, by format. */
const FIGURES: ReadonlyMap<number, readonly Figure[]> = new Map<number, readonly Figure[]>([
  // processor
  [
    1001,
    [
      ['cpu_5s_percent', 0, 'percent'],
      ['cpu_1m_percent', 4, 'percent'],
      ['cpu_5m_percent', 8, 'percent'],
      ['memory_total_bytes', 12, 'u64'],
      ['memory_free_bytes', 20, 'u64'],
    ],
  ],
  // host: CPU, memory, disk
  [
    2003,
    [
      ['load_1m', 0, 'f32'],
      ['load_5m', 4, 'f32'],
      ['load_15m', 8, 'f32'],
      ['cpu_count', 20, 'u32'],
      ['uptime_seconds', 28, 'u32'],
    ],
  ],
  [
    2004,
    [
      ['memory_total_bytes', 0, 'u64'],
      ['memory_free_bytes', 8, 'u64'],
    ],
  ],
  [
    2005,
    [
      ['disk_total_bytes', 0, 'u64'],
      ['disk_free_bytes', 8, 'u64'],
    ],
  ],
])

/** Records that are known and of which nothing is kept: errors of Ethernet and other links, VLANs, radio, optics, OpenFlow, host, machines, applications. */
const KNOWN: ReadonlySet<number> = new Set([
  2, 3, 4, 5, 6, 7, 8, 9, 10, 1002, 1003, 1004, 2000, 2001, 2002, 2006, 2007, 2008, 2009, 2010, 2100, 2101, 2102, 2103, 2104, 2105, 2106, 2200, 2201, 2202,
  2203, 2204, 2206, 2207,
])

function figureAt(view: DataView, at: number, encoding: Encoding): number | null {
  switch (encoding) {
    case 'u32':
      return count(view, at)
    case 'u64': {
      const value = wide(view, at)
      return value === null ? null : Number(value)
    }
    case 'f32': {
      const value = view.getFloat32(at)
      return Number.isFinite(value) && value >= 0 ? value : null
    }
    case 'percent': {
      const value = count(view, at)
      return value === null ? null : value / 100
    }
    default:
      return encoding satisfies never
  }
}

function keepFigures(view: DataView, at: number, end: number, figures: readonly Figure[], domain: Domain): boolean {
  for (const [name, offset, encoding] of figures) {
    if (at + offset + (encoding === 'u64' ? 8 : 4) > end) return false
    const value = figureAt(view, at + offset, encoding)
    if (value !== null) domain.statistics.set(name, value)
  }
  return true
}

/** The name of a port (1005) is the name of the interface its sample is of. */
function keepName(view: DataView, at: number, end: number, exporter: Exporter, index: number): boolean {
  if (behindBytes(view, at, end) < 0) return false
  if (index < 0) return true
  const name = textAt(view, at)
  const known = exporter.interfaces.get(index)
  if (name === '' || name === known?.name || (known === undefined && exporter.interfaces.size >= MAX_NAMES)) return true
  exporter.interfaces.set(index, { name, description: known?.description ?? '' })
  // Rows to come have the new name, in batches that are open too.
  for (const family of [4, 6] as const) exporter.codes[family]?.interfaces.clear()
  return true
}

/** Reads a record of enterprise 0; 'unknown' where its format is, false when its bytes are not what it says. */
function readRecord(view: DataView, at: number, end: number, format: number, source: number, sample: Sample, sink: RowSink): boolean | 'unknown' {
  if (format === 1) {
    if (at + INTERFACE_BYTES > end) return false
    sink.counters?.(readInterface(view, at, sample))
    return true
  }
  if (format === 1005) return keepName(view, at, end, sample.exporter, source)
  const figures = FIGURES.get(format)
  if (figures !== undefined) return keepFigures(view, at, end, figures, sample.domain)
  return KNOWN.has(format) || 'unknown'
}

/** Reads the counter sample in `[at, end)`: 0 sequence · 4 source (expanded: type, index) · count of records. False when they do not fit. */
export function readCounterSample(view: DataView, at: number, end: number, expanded: boolean, sample: Sample, sink: RowSink): boolean {
  const records = at + (expanded ? EXPANDED_HEAD : HEAD)
  if (records > end) return false
  const count = view.getUint32(records - 4)
  if (!recordsFit(view, records, end, count)) return false
  const { state } = sample
  const word = view.getUint32(at + 4)
  const type = expanded ? word : word >>> 24
  const index = expanded ? view.getUint32(at + 8) : word & 0xff_ffff
  state.counterSamples++
  for (let record = records, left = count; left > 0; left--) {
    const format = view.getUint32(record)
    const length = view.getUint32(record + 4)
    const body = record + 8
    const read = readRecord(view, body, body + length, format, type === 0 ? index : -1, sample, sink)
    if (read === 'unknown') seeUnknown(state, 'counter record', format, view, body, length)
    else if (!read) state.badRecords++
    record = body + padded(length)
  }
  return true
}
