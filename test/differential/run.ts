/** Captures through FlowLens and through tshark, datagram by datagram, and where they differ. */
import { createDecoder, createExporter, type Exporter } from '../../src/decode/index.ts'
import { LIMITS } from '../../src/decode/fixtures/collector.ts'
import { FlowBatch, MAX_ROWS } from '../../src/schema/index.ts'
import { rowsIn, type PlainRow } from '../../src/schema/fixtures/index.ts'
import { SECONDS, type Capture } from './generate.ts'
import { hostOf } from './pcap.ts'

export interface OurDatagram {
  readonly refused: string | null
  /** Sets or records that were refused or wait. */
  readonly incomplete: boolean
  readonly rows: readonly PlainRow[]
}

/** When a datagram was sent by its own header, ms since 1970: real captures are received then. sFlow does not say. */
function sentAt(view: DataView): number {
  const version = view.byteLength >= 16 ? view.getUint16(0) : 0
  const seconds = version === 10 ? view.getUint32(4) : version === 0 ? SECONDS : view.getUint32(8)
  return (seconds === 0 ? SECONDS : seconds) * 1000
}

/** Each capture's datagrams, decoded as its own exporter's. */
export function* decodeCaptures(captures: readonly Capture[]): Generator<readonly OurDatagram[]> {
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  let rows: PlainRow[] = []
  for (const [index, { datagrams }] of captures.entries()) {
    const exporter = createExporter(0xffff_0000_0000n + BigInt(hostOf(index)))
    const agents = new Map<bigint, Exporter>()
    // Captures that belong together were not always taken on one day.
    const decoder = createDecoder(
      { ...LIMITS, lifetimeMs: Infinity, pendingMs: Infinity },
      {
        sink: {
          reserve(family, more) {
            if (batches[family].full || batches[family].rows + more > MAX_ROWS) batches[family].reset(family)
            return batches[family]
          },
          committed: (batch, first, count) => void rows.push(...rowsIn(batch, first, count)),
        },
        exporterAt: address => {
          const agent = agents.get(address) ?? createExporter(address)
          agents.set(address, agent)
          return agent
        },
      },
    )
    const { counts } = decoder
    const left = (): number => Object.values(counts.setsRejected).reduce((sum, count) => sum + count, counts.setsPending)
    yield datagrams.map(datagram => {
      const before = left()
      rows = []
      const view = new DataView(Uint8Array.from(datagram).buffer)
      const refused = decoder.decode(view, 0, datagram.length, exporter, sentAt(view))
      return { refused, incomplete: left() !== before, rows }
    })
    for (const family of [4, 6] as const) batches[family].reset(family)
  }
}
