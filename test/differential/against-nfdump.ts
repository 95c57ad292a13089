/** Captures compared with nfcapd and sfcapd, as nfdump shows them, with the cases in which it is right to differ. */
import { join } from 'node:path'
import type { PlainRow } from '../../src/schema/fixtures/index.ts'
import type { Capture } from './generate.ts'
import { nfdumpRows, type NfdumpRow } from './nfdump.ts'
import { hostText } from './pcap.ts'
import { decodeCaptures } from './run.ts'
import { emptyTally, explain, type Tally } from './tally.ts'

/** nfdump's columns and ours. Its counters are multiplied by the sampling rate, which these flows do not have. */
const FLOWS: readonly (readonly [theirs: string, ours: string])[] = [
  ['sa', 'src'],
  ['da', 'dst'],
  ['sp', 'src_port'],
  ['dp', 'dst_port'],
  ['ibyt', 'bytes'],
  ['ipkt', 'packets'],
  ['in', 'in_if'],
  ['out', 'out_if'],
  ['sas', 'src_as'],
  ['das', 'dst_as'],
  ['smk', 'src_mask'],
  ['dmk', 'dst_mask'],
  ['stos', 'tos'],
  ['nh', 'next_hop'],
  ['svln', 'vlan'],
  ['ismc', 'src_mac'],
  ['idmc', 'dst_mac'],
]
const SAMPLES: typeof FLOWS = [
  ['sa', 'src'],
  ['da', 'dst'],
  ['sp', 'src_port'],
  ['dp', 'dst_port'],
  ['in', 'in_if'],
  ['out', 'out_if'],
  ['ipkt', 'sampling_rate'],
  ['ismc', 'src_mac'],
]

const NOTHING = new Set(['', '0', '0.0.0.0', '::', '00:00:00:00:00:00'])
const ICMP = new Set([1, 58])

const WHY = {
  icmp: 'nfdump shows type and code of ICMP in place of the ports',
  masks: 'nfcapd 1.7 keeps no masks of NetFlow v5',
  sctp: 'sfcapd reads the ports of TCP and UDP only',
  flags: 'nfdump keeps 8 of the bits of tcpControlBits; IPFIX has 16 (IANA, element 6)',
} as const

function argumentFor(kind: Capture['kind'], ours: string, row: PlainRow): string | null {
  const proto = Number(row['proto'] ?? 0)
  const port = ours === 'src_port' || ours === 'dst_port'
  if (port && ICMP.has(proto)) return WHY.icmp
  if (kind === 'netflow5' && (ours === 'src_mask' || ours === 'dst_mask')) return WHY.masks
  return kind === 'sflow' && port && proto !== 6 && proto !== 17 ? WHY.sctp : null
}

/** nfdump's letters, C E U A P R S F from the top. */
const flagsOf = (letters: string): number => [...letters].reduce((bits, letter) => bits * 2 + (letter === '.' ? 0 : 1), 0)

function compareRow(capture: Capture, theirs: NfdumpRow, row: PlainRow, where: string, tally: Tally): void {
  tally.records++
  for (const [name, column] of capture.kind === 'sflow' ? SAMPLES : FLOWS) {
    const [their, our] = [theirs[name] ?? '', String(row[column] ?? '')]
    if (their === our || (NOTHING.has(their) && NOTHING.has(our))) continue
    const why = argumentFor(capture.kind, column, row)
    if (why !== null) explain(tally, why)
    else tally.open.push(`${where}: ${column} is ${their} in nfdump, ${our} in FlowLens`)
  }
  if (capture.kind === 'sflow') return
  const flags = Number(row['tcp_flags'] ?? 0)
  if (flagsOf(theirs['flg'] ?? '') !== (flags & 255)) tally.open.push(`${where}: tcp_flags is ${theirs['flg']} in nfdump, ${flags} in FlowLens`)
  else if (flags > 255) explain(tally, WHY.flags)
}

/** Compares the captures that were not broken; their files and sockets are this run's own. */
export async function compareWithNfdump(
  captures: readonly Capture[],
  folder: string,
  ports: readonly [flows: number, sflow: number],
  tally: Tally = emptyTally(),
): Promise<Tally> {
  const whole = captures.filter(({ mutated }) => !mutated)
  const placed = whole.map((capture, index) => [index, capture] as const)
  const kept = {
    flows: await nfdumpRows(
      'nfcapd',
      placed.filter(([, { kind }]) => kind !== 'sflow'),
      join(folder, 'flows'),
      ports[0],
    ),
    sflow: await nfdumpRows(
      'sfcapd',
      placed.filter(([, { kind }]) => kind === 'sflow'),
      join(folder, 'sflow'),
      ports[1],
    ),
  }
  let index = 0
  for (const datagrams of decodeCaptures(whole)) {
    const capture = whole[index] as Capture
    const theirs = (capture.kind === 'sflow' ? kept.sflow : kept.flows).get(hostText(index++)) ?? []
    const rows = datagrams.flatMap(({ rows: some }) => some)
    tally.captures++
    tally.datagrams += datagrams.length
    const where = `seed ${capture.seed}, ${capture.kind}`
    if (rows.length !== theirs.length) tally.open.push(`${where}: nfdump has ${theirs.length} flows, FlowLens ${rows.length}`)
    else theirs.forEach((their, place) => compareRow(capture, their, rows[place] ?? {}, `${where}, flow ${place}`, tally))
  }
  return tally
}
