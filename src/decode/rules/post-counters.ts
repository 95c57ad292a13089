/**
 * NetFlow v9 types 23 and 24: IANA's elements of these numbers count after the device, FortiGate and nProbe mean the packets from
 * destination to source (PROTOCOLS §5). The exporter's setting decides; `auto` takes them for the other direction where v9 records have
 * the counters of this direction beside them.
 */
import { indexOf } from '../../schema/index.ts'
import type { AfterRecords } from '../types.ts'

const PAIRS = [
  [indexOf('post_bytes'), indexOf('reverse_bytes')],
  [indexOf('post_packets'), indexOf('reverse_packets')],
] as const

/** Moves the counters to the other direction. `likely` is the answer of `auto`. */
export const placePostCounters =
  (likely: boolean): AfterRecords =>
  ({ batch, first, count, exporter }) => {
    const { postCounters } = exporter.settings
    if (postCounters === 'post' || (postCounters === 'auto' && !likely)) return
    for (const [from, to] of PAIRS) {
      const told = batch.columns[from]
      if (told === undefined) continue
      const reverse = batch.need(to)
      for (let word = first * 2; word < (first + count) * 2; word += 2) {
        // What a record tells of the other direction by elements made for it stays.
        if (reverse[word] === 0 && reverse[word + 1] === 0) {
          reverse[word] = told[word]!
          reverse[word + 1] = told[word + 1]!
        }
        told[word] = told[word + 1] = 0
      }
    }
  }
