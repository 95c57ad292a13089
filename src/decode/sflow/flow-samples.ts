/** Flow samples and drop notifications: each a row of one packet. */
import { createFrame, readFrame, readMplsStack, readNetworkPacket, type Frame } from '../../packet/index.ts'
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { writeFrame } from '../frame-row.ts'
import { put, putWide } from '../put.ts'
import type { RecordContext } from '../types.ts'
import { dropReason, droppedStatus } from './drop-reasons.ts'
import { FLOW_RECORDS } from './flow-records.ts'
import { createRoutes } from './routes.ts'
import type { Sample } from './sample.ts'
import { sourceId, sourceOf, trackSource } from './sources.ts'
import { recordsFit, seeUnknown } from './structures.ts'
import { padded } from './xdr.ts'

export interface FlowSamples {
  /** Makes ready for the samples of a datagram. */
  begin(context: RecordContext): void
  /** Reads the flow sample in `[at, end)` into the sample's row; false when its records do not fit, and then nothing is written. */
  readFlow(view: DataView, at: number, end: number, expanded: boolean, sample: Sample): boolean
  /** The same of a drop notification. */
  readDropped(view: DataView, at: number, end: number, sample: Sample): boolean
}

const RECEIVED = indexOf('received_at')
const EXPORTER = indexOf('exporter')
const PROTOCOL = indexOf('export_protocol')
const DOMAIN = indexOf('domain')
const START = indexOf('start_at')
const END = indexOf('end_at')
const SAMPLER = indexOf('sampler')
const RATE = indexOf('sampling_rate')
const RATE_SOURCE = indexOf('sampling_source')
const IN_IF = indexOf('in_if')
const OUT_IF = indexOf('out_if')
const OUT_IF_NAME = indexOf('out_if_name')
const FORWARDING = indexOf('forwarding_status')
const DROP_REASON = indexOf('drop_reason')
const BYTES = indexOf('bytes')
const PACKETS = indexOf('packets')
const LAYER2_BYTES = indexOf('layer2_bytes')

/** Bytes in front of the records. */
const FLOW_HEAD = 32
const EXPANDED_HEAD = 44
const DROPPED_HEAD = 32
/** Protocol, frame length, stripped bytes, length of the header. */
const HEADER_HEAD = 16
const RAW_HEADER = 1

/** What the two upper bits of a compact interface say, and the format of an expanded one. */
const DISCARDED = 1
const MULTIPLE = 2

/** Link types (tcpdump LINKTYPE_) of the header protocols that are read: Ethernet, PPP, POS. */
const ETHERNET_PROTOCOL = 1
const PPP_PROTOCOL = 7
const IPV4_PROTOCOL = 11
const IPV6_PROTOCOL = 12
const MPLS_PROTOCOL = 13
const POS_PROTOCOL = 14
const LINK_ETHERNET = 1
const LINK_PPP = 9

function readHeader(view: DataView, at: number, end: number, protocol: number, frame: Frame): boolean {
  switch (protocol) {
    case ETHERNET_PROTOCOL:
      return readFrame(view, at, end, LINK_ETHERNET, frame)
    case PPP_PROTOCOL:
    case POS_PROTOCOL:
      return readFrame(view, at, end, LINK_PPP, frame)
    case IPV4_PROTOCOL:
    case IPV6_PROTOCOL:
      return readNetworkPacket(view, at, end, frame)
    case MPLS_PROTOCOL:
      return readMplsStack(view, at, end, frame)
    default:
      // Token ring, FDDI, 802.11 and the like: nothing is known of the frame but its length.
      return readFrame(view, at, at, -1, frame)
  }
}

function putDropped(batch: FlowBatch, row: number, reason: number): void {
  put(batch, FORWARDING, row, droppedStatus(reason))
  put(batch, DROP_REASON, row, batch.code(DROP_REASON, dropReason(reason)))
}

/** An interface of this format (sFlow v5 §5.1): an index, why nothing went out, or how many it went out by. */
function putOutput(batch: FlowBatch, row: number, format: number, value: number): void {
  if (format === 0) put(batch, OUT_IF, row, value)
  else if (format === DISCARDED) putDropped(batch, row, value)
  else if (format === MULTIPLE) put(batch, OUT_IF_NAME, row, batch.code(OUT_IF_NAME, value === 0 ? 'multiple' : `multiple (${value})`))
}

export function createFlowSamples(): FlowSamples {
  const frame = createFrame()
  const routes = createRoutes()
  let receivedCode = 0
  let exporterCode = 0
  let protocolCode = 0
  /** Code of `record` in the batch; 0 until a sample of the datagram needs it. */
  let rateCode = 0
  let timeLow = 0
  let timeHigh = 0

  /** 0 protocol · 4 length of the frame · 8 bytes stripped · 12 length of the header · 16 header. */
  function readRawHeader(view: DataView, at: number, end: number, sample: Sample): boolean {
    if (at + HEADER_HEAD > end) return false
    const length = view.getUint32(at + 12)
    const header = at + HEADER_HEAD
    if (length > end - header) return false
    const ip = readHeader(view, header, header + length, view.getUint32(at), frame)
    if (frame.badInner) sample.state.badInner++
    sample.header = true
    sample.addresses = ip
    sample.tags = frame.tags
    sample.frameBytes = view.getUint32(at + 4)
    // Where IP tells no length, what lies behind the link's header is what there was of it.
    const link = frame.network < 0 ? 0 : frame.network - header
    sample.ipBytes = ip && frame.outer.length > 0 ? frame.outer.length : Math.max(0, sample.frameBytes - link)
    writeFrame(view, frame, sample.batch, sample.row)
    return true
  }

  function readRecords(view: DataView, start: number, count: number, sample: Sample): void {
    // The packet header goes first wherever it stands: what others say adds to it.
    for (let at = start, left = count; left > 0 && !sample.header; left--) {
      const length = view.getUint32(at + 4)
      if (view.getUint32(at) === RAW_HEADER && !readRawHeader(view, at + 8, at + 8 + length, sample)) sample.state.badRecords++
      at += 8 + padded(length)
    }
    for (let at = start, left = count; left > 0; left--) {
      const format = view.getUint32(at)
      const length = view.getUint32(at + 4)
      at += 8
      if (format !== RAW_HEADER) {
        const read = FLOW_RECORDS.get(format)
        if (read === undefined) seeUnknown(sample.state, 'flow record', format, view, at, length)
        else if (!read(view, at, at + length, sample, routes)) sample.state.badRecords++
      }
      at += padded(length)
    }
  }

  function writeRow(view: DataView, records: number, count: number, sample: Sample): void {
    const { batch, row } = sample
    sample.header = sample.addresses = false
    sample.tags = sample.frameBytes = sample.ipBytes = 0
    put(batch, RECEIVED, row, receivedCode)
    put(batch, EXPORTER, row, exporterCode)
    put(batch, PROTOCOL, row, protocolCode)
    if (sample.domain.id !== 0) put(batch, DOMAIN, row, sample.domain.id)
    putWide(batch, START, row, timeLow, timeHigh)
    putWide(batch, END, row, timeLow, timeHigh)
    putWide(batch, PACKETS, row, 1, 0)
    readRecords(view, records, count, sample)
    putWide(batch, BYTES, row, sample.ipBytes, 0)
    putWide(batch, LAYER2_BYTES, row, sample.frameBytes, 0)
  }

  function putRate(batch: FlowBatch, row: number, rate: number): void {
    // A rate of 0 tells nothing.
    if (rate === 0) return
    if (rateCode === 0) rateCode = batch.code(RATE_SOURCE, 'record')
    put(batch, RATE, row, rate)
    put(batch, RATE_SOURCE, row, rateCode)
  }

  return {
    begin(context) {
      receivedCode = context.receivedCode
      exporterCode = context.exporterCode
      protocolCode = context.protocolCode
      rateCode = 0
      timeLow = context.receivedMs >>> 0
      timeHigh = Math.floor(context.receivedMs / 2 ** 32)
    },

    // 0 sequence · 4 source (expanded: type, index) · rate · pool · drops · input · output (expanded: format, value each) · count
    readFlow(view, at, end, expanded, sample) {
      const records = at + (expanded ? EXPANDED_HEAD : FLOW_HEAD)
      if (records > end) return false
      const count = view.getUint32(records - 4)
      if (!recordsFit(view, records, end, count)) return false
      const { batch, row } = sample
      const word = view.getUint32(at + 4)
      const type = expanded ? word : word >>> 24
      const index = expanded ? view.getUint32(at + 8) : word & 0xff_ffff
      const figures = at + (expanded ? 12 : 8)
      const rate = view.getUint32(figures)
      const source = sourceOf(sample.state, type, index)
      if (source !== null) trackSource(source, view.getUint32(at), rate, view.getUint32(figures + 4), view.getUint32(figures + 8), sample.receivedMs)
      put(batch, SAMPLER, row, sourceId(type, index))
      putRate(batch, row, rate)
      const interfaces = figures + 12
      if (expanded) {
        if (view.getUint32(interfaces) === 0) put(batch, IN_IF, row, view.getUint32(interfaces + 4))
        putOutput(batch, row, view.getUint32(interfaces + 8), view.getUint32(interfaces + 12))
      } else {
        const input = view.getUint32(interfaces)
        const output = view.getUint32(interfaces + 4)
        if (input >>> 30 === 0) put(batch, IN_IF, row, input)
        putOutput(batch, row, output >>> 30, output & 0x3fff_ffff)
      }
      writeRow(view, records, count, sample)
      return true
    },

    // 0 sequence · 4 type · 8 index · 12 drops · 16 input · 20 output · 24 reason · 28 count
    readDropped(view, at, end, sample) {
      const records = at + DROPPED_HEAD
      if (records > end) return false
      const count = view.getUint32(records - 4)
      if (!recordsFit(view, records, end, count)) return false
      const { batch, row } = sample
      put(batch, SAMPLER, row, sourceId(view.getUint32(at + 4), view.getUint32(at + 8)))
      sample.state.notificationsDropped = view.getUint32(at + 12)
      put(batch, IN_IF, row, view.getUint32(at + 16))
      put(batch, OUT_IF, row, view.getUint32(at + 20))
      putDropped(batch, row, view.getUint32(at + 24))
      writeRow(view, records, count, sample)
      return true
    },
  }
}
