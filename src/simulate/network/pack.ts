/** Records into datagrams, as an exporter sends them: when one is full, and when its first record has waited for half a second. */
import { countRecords, type Value, type WireSet } from '../encode.ts'
import type { Template } from '../template.ts'

export interface Datagram {
  /** When it arrives, ms from the start of the network. */
  readonly ms: number
  /** Address it comes from. */
  readonly source: string
  readonly bytes: Uint8Array
}

export interface Packing {
  readonly source: string
  /** Templates and options: at the start, and each minute. */
  readonly introduction: readonly WireSet[]
  /** In order of time. */
  readonly records: readonly { readonly ms: number; readonly template: Template; readonly row: readonly Value[] }[]
  readonly untilMs: number
  /** What the protocol's sequence numbers count. */
  readonly counts: 'datagrams' | 'records'
  readonly encode: (ms: number, sequence: number, sets: readonly WireSet[]) => Uint8Array
}

const MOST_RECORDS = 16
const WAIT_MS = 500
const INTRODUCTION_MS = 60_000

export function packDatagrams({ source, introduction, records, untilMs, counts, encode }: Packing): readonly Datagram[] {
  const made: Datagram[] = []
  let sequence = 0
  const send = (ms: number, sets: readonly WireSet[]): void => {
    made.push({ ms, source, bytes: encode(ms, sequence, sets) })
    sequence += counts === 'datagrams' ? 1 : countRecords(sets, false)
  }
  let nextIntroduction = 0
  let at = 0
  while (at < records.length) {
    const begun = records[at]?.ms ?? 0
    for (; nextIntroduction <= begun; nextIntroduction += INTRODUCTION_MS) send(nextIntroduction, introduction)
    const byTemplate = new Map<Template, (readonly Value[])[]>()
    let last = begun
    for (let count = 0; count < MOST_RECORDS && at < records.length; count++, at++) {
      const record = records[at]
      if (record === undefined || record.ms > begun + WAIT_MS) break
      last = record.ms
      const rows = byTemplate.get(record.template)
      if (rows === undefined) byTemplate.set(record.template, [record.row])
      else rows.push(record.row)
    }
    send(
      Math.min(untilMs, last),
      [...byTemplate].map(([template, rows]): WireSet => ({ kind: 'data', template, rows })),
    )
  }
  return made
}
