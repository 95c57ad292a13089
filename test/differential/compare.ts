/** A record of tshark's beside a row of ours: the columns both know, value by value. */
import type { PlainRow } from '../../src/schema/fixtures/index.ts'
import type { PeerField, PeerRecord } from './tshark.ts'

export interface Difference {
  readonly column: string
  readonly theirs: string
  readonly ours: string
}

/** What a field of tshark's says in our words. */
type Reading = (field: PeerField) => string

const number: Reading = ({ hex }) => (hex === '' ? '' : String(BigInt(`0x${hex}`)))
/** Bits of a byte, which tshark prints as a number. */
const shown: Reading = ({ show }) => String(Number(show))
const text: Reading = ({ show }) => show
/** tshark prints times of UTC, to the nanosecond. */
const time: Reading = ({ show }) => {
  const match = /^(\w{3}) +(\d+), (\d{4}) (\d\d:\d\d:\d\d)\.(\d{3})/.exec(show)
  return match === null ? '' : String(Date.parse(`${match[1]} ${match[2]}, ${match[3]} ${match[4]} UTC`) + Number(match[5]))
}

/** Columns of flow records, the fields of tshark's that hold them, and how they are read. */
const FLOW_FIELDS: readonly (readonly [column: string, names: readonly string[], reading: Reading])[] = [
  ['src', ['cflow.srcaddr', 'cflow.srcaddrv6'], text],
  ['dst', ['cflow.dstaddr', 'cflow.dstaddrv6'], text],
  ['src_port', ['cflow.srcport'], number],
  ['dst_port', ['cflow.dstport'], number],
  ['proto', ['cflow.protocol'], number],
  ['bytes', ['cflow.octets'], number],
  ['packets', ['cflow.packets'], number],
  ['tcp_flags', ['cflow.tcpflags'], number],
  ['tos', ['cflow.tos'], number],
  ['in_if', ['cflow.inputint'], number],
  ['out_if', ['cflow.outputint'], number],
  ['src_as', ['cflow.srcas'], number],
  ['dst_as', ['cflow.dstas'], number],
  ['src_mask', ['cflow.srcmask'], number],
  ['dst_mask', ['cflow.dstmask'], number],
  ['next_hop', ['cflow.nexthop'], text],
  ['vlan', ['cflow.vlanid'], number],
  ['src_mac', ['cflow.srcmac'], text],
  ['dst_mac', ['cflow.dstmac'], text],
  ['start_at', ['cflow.abstimestart'], time],
  ['end_at', ['cflow.abstimeend'], time],
]

/** The same for samples of sFlow: what the sample says, and the outermost packet of its header. */
const SAMPLE_FIELDS: typeof FLOW_FIELDS = [
  ['src', ['ip.src', 'ipv6.src'], text],
  ['dst', ['ip.dst', 'ipv6.dst'], text],
  ['proto', ['ip.proto'], number],
  ['src_port', ['tcp.srcport', 'udp.srcport', 'sctp.srcport'], shown],
  ['dst_port', ['tcp.dstport', 'udp.dstport', 'sctp.dstport'], shown],
  ['tcp_flags', ['tcp.flags'], shown],
  ['src_mac', ['eth.src'], text],
  ['dst_mac', ['eth.dst'], text],
  ['sampling_rate', ['sflow.flow_sample.sampling_rate'], number],
  ['in_if', ['sflow.flow_sample.input_interface_value', 'sflow.flow_sample.input_interface'], shown],
  ['out_if', ['sflow.flow_sample.output_interface_value'], shown],
]

const NOTHING = new Set(['', '0', '0.0.0.0', '::', '00:00:00:00:00:00'])

/** Where a row differs from tshark's record. What tshark has no field for is not compared. */
export function differences({ fields }: PeerRecord, row: PlainRow, sample: boolean): Difference[] {
  return (sample ? SAMPLE_FIELDS : FLOW_FIELDS).flatMap(([column, names, reading]) => {
    // The outer packet comes first (RFC 7011 §8), and an address of zeros is none.
    const present = [...fields].flatMap(([name, one]) => (names.includes(name) ? [one] : []))
    const field = present.find(one => !NOTHING.has(reading(one))) ?? present[0]
    if (field === undefined) return []
    const [theirs, ours] = [reading(field), String(row[column] ?? '')]
    return theirs === ours || (NOTHING.has(theirs) && NOTHING.has(ours)) ? [] : [{ column, theirs, ours }]
  })
}
