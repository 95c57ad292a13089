/** Captures compared with tshark, record by record, with the cases in which it is right to differ. */
import { writeFileSync } from 'node:fs'
import { differences, type Difference } from './compare.ts'
import type { Capture } from './generate.ts'
import { pcapOf } from './pcap.ts'
import { decodeCaptures, type OurDatagram } from './run.ts'
import { emptyTally, explain, type Tally } from './tally.ts'
import { contradicts, domainOf, optionsTemplates, redefines } from './templates-of.ts'
import { tsharkFrames, type PeerFrame } from './tshark.ts'

/** Arguments, each from the specification, why a datagram that both read is not compared. */
const WHOLE = {
  redefined: 'tshark keeps the first definition of a template; RFC 7011 §8.1 and RFC 3954 §9: the newest holds',
  count: 'tshark reads records behind a count of NetFlow v1, v5 or v7 that the datagram has no room for; at most 30 fit, so it is none (Cisco’s table of v5)',
  contradiction:
    'broken on purpose: a field longer than its element’s type, or an element twice, of which readers keep another part; RFC 7011 §6.2 allows shorter ones only',
  damaged: 'broken on purpose: one of both says that a part of it is no flow data, and each gives the records before it that it holds for whole',
} as const

/** The same for single columns. */
const SINGLE = {
  times: 'tshark prints a time that cannot be; a flow does not start after its end, nor years from its export (PROTOCOLS §6)',
  finer: 'the record tells its times in seconds and in milliseconds; FlowLens takes the finer ones, tshark the first (RFC 7011 says nothing of such records)',
  header: 'broken on purpose: the sampled header is longer than the record it is in (sFlow version 5 §5.3: opaque data end with their record); tshark reads on',
  interfaces: 'tshark shows the value of an interface whose format is none of the three of sFlow version 5 (§5.3)',
} as const

const DAY_MS = 86_400_000

/** Whether a difference is right, and by which argument. */
function argumentFor({ column, theirs, ours }: Difference, { kind, mutated }: Capture, row: Readonly<Record<string, unknown>>): string | null {
  if (column === 'start_at' || column === 'end_at') {
    if (Math.floor(Number(ours) / 1000) * 1000 === Number(theirs)) return SINGLE.finer
    const far = Math.abs(Number(theirs) - Number(row['received_at'])) > DAY_MS
    // Of a pair of times of which one was broken neither is used.
    return far || (mutated && ours === String(row['received_at'])) ? SINGLE.times : null
  }
  if (kind === 'sflow' && mutated && ours === '' && row['ether_type'] === undefined && row['bytes'] === undefined) return SINGLE.header
  if (kind === 'sflow' && (column === 'in_if' || column === 'out_if') && ours === '') return SINGLE.interfaces
  return null
}

function argumentForDatagram(capture: Capture, again: boolean, ours: OurDatagram, theirs: PeerFrame): string | null {
  if (again) return WHOLE.redefined
  if (!capture.mutated) return null
  if (contradicts(capture.datagrams)) return WHOLE.contradiction
  if (ours.refused === 'bad_length' || ours.refused === 'bad_version') return WHOLE.count
  return ours.refused !== null || ours.incomplete || theirs.malformed || theirs.waiting ? WHOLE.damaged : null
}

/** Compares captures; `file` is where the capture file may lie. `known` gives the argument of a whole datagram of real captures. */
export async function compareWithTshark(
  captures: readonly Capture[],
  file: string,
  tally: Tally = emptyTally(),
  known: (capture: Capture, datagram: number) => string | null = () => null,
): Promise<Tally> {
  writeFileSync(file, pcapOf(captures))
  const frames = tsharkFrames(file)
  let index = 0
  for (const ours of decodeCaptures(captures)) {
    const capture = captures[index++] as Capture
    const options = optionsTemplates(capture.datagrams)
    const again = redefines(capture.datagrams)
    tally.captures++
    for (const [at, our] of ours.entries()) {
      const next = await frames.next()
      const frame = next.done === true ? undefined : next.value
      const datagram = capture.datagrams[at]
      if (frame === undefined || datagram === undefined) throw new Error('tshark has read fewer frames than there are')
      tally.datagrams++
      const theirs = frame.records.filter(record => !options.has(`${domainOf(datagram)}/${record.set}`))
      const where = `seed ${capture.seed}, ${capture.kind}${capture.mutated ? ', broken' : ''}, datagram ${at}`
      const reason = known(capture, at) ?? argumentForDatagram(capture, again, our, frame)
      if (reason !== null) {
        explain(tally, reason)
        continue
      }
      if (theirs.length !== our.rows.length) {
        tally.open.push(`${where}: tshark has ${theirs.length} records, FlowLens ${our.rows.length} (${our.refused ?? 'not refused'})`)
        continue
      }
      theirs.forEach((record, place) => {
        const row = our.rows[place] ?? {}
        tally.records++
        for (const difference of differences(record, row, capture.kind === 'sflow')) {
          const why = argumentFor(difference, capture, row)
          if (why !== null) explain(tally, why)
          else
            tally.open.push(
              `${where}, record ${place} at byte ${record.at}: ${difference.column} is ${difference.theirs} in tshark, ${difference.ours} in FlowLens`,
            )
        }
      })
    }
  }
  return tally
}
