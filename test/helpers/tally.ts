/** What a simulated network adds up to behind the marker, without a store: for many seeds in little time. */
import { columnView, indexOf, type ColumnArray, type ColumnName, type SealedBatch } from '../../src/schema/index.ts'
import { createReceiver } from './receiver.ts'
import type { Amount } from '../../src/simulate/network/index.ts'
import type { Sent } from './truth.ts'

export interface Tally {
  /** Rows that count, times the sampling rate. */
  readonly once: Amount
  /** Every row. */
  readonly all: Amount
}

function columnIn({ present, memory, family }: SealedBatch, name: ColumnName): ColumnArray | undefined {
  const index = indexOf(name)
  const shared = memory[present.indexOf(index)]
  return shared === undefined ? undefined : columnView(index, family, shared)
}

const wide = (column: ColumnArray | undefined, row: number): number => (column?.[row * 2] ?? 0) + 2 ** 32 * (column?.[row * 2 + 1] ?? 0)

/** Sums the flows that end in a part of the network's time, ms from its start. */
export function tallyOf(network: Sent, { fromMs = -Infinity, toMs = Infinity }: { readonly fromMs?: number; readonly toMs?: number } = {}): Tally {
  const tally = { once: { bytes: 0, packets: 0 }, all: { bytes: 0, packets: 0 } }
  const receiver = createReceiver(network.startMs, {}, sealed => {
    const [bytes, packets, rates, marks, ends] = (['bytes', 'packets', 'sampling_rate', 'duplicate', 'end_at'] as const).map(name => columnIn(sealed, name))
    for (let row = 0; row < sealed.rows; row++) {
      const endMs = wide(ends, row) - network.startMs
      if (endMs < fromMs || endMs >= toMs) continue
      const rate = Math.max(1, rates?.[row] ?? 1)
      for (const amount of (marks?.[row] ?? 0) === 0 ? [tally.once, tally.all] : [tally.all]) {
        amount.bytes += wide(bytes, row) * rate
        amount.packets += wide(packets, row) * rate
      }
    }
  })
  for (const datagram of network.datagrams) receiver.receive(datagram)
  receiver.closeAll()
  return tally
}
