/** From a datagram to a marked batch, as `ingest` does it, in this process and on a simulated clock. */
import { createDecoder, createExporter, type DecodeCounts, type Exporter, type RowSink } from '../../src/decode/index.ts'
import { settingsFor, type ExporterRules } from '../../src/decode/registry/index.ts'
import { createDuplicateMarker } from '../../src/enrich/duplicates/index.ts'
import { createEnricher, hasRoomFor, mirror } from '../../src/enrich/index.ts'
import { FlowBatch, indexOf, readAddress, type SealedBatch } from '../../src/schema/index.ts'
import type { Datagram } from '../../src/simulate/network/index.ts'

const DUPLICATE = indexOf('duplicate')
const LIMITS = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 22 }
/** A batch is closed when it is this old, as in `ingest`, though there it is a tenth of it. */
const BATCH_MS = 1000

export interface Receiver {
  readonly counts: DecodeCounts
  receive(datagram: Datagram): void
  /** Hands on what is open. */
  closeAll(): void
}

/** Decodes datagrams and hands on marked batches; a batch's memory is used again afterwards. */
export function createReceiver(startMs: number, rules: ExporterRules, hand: (sealed: SealedBatch) => void): Receiver {
  const marker = createDuplicateMarker({ maxBytes: 32 * 2 ** 20 })
  const settingsOf = settingsFor(rules)
  const open = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }
  const enricher = createEnricher()
  const exporters = new Map<string, Exporter>()
  let now = startMs
  let closedAt = startMs
  const close = (family: 4 | 6): void => {
    const batch = open[family]
    if (batch.rows === 0) return
    enricher.enrich(batch)
    mirror(batch)
    // The column the marker fills.
    batch.need(DUPLICATE)
    hand(marker.mark(batch.seal(), now))
    batch.reset(family)
  }
  const closeAll = (): void => {
    close(4)
    close(6)
    closedAt = now
  }
  const sink: RowSink = {
    reserve(family, count) {
      if (open[family].full || !hasRoomFor(open[family], count)) close(family)
      return open[family]
    },
    committed() {},
  }
  const decoder = createDecoder(LIMITS, { sink })
  return {
    counts: decoder.counts,
    closeAll,
    receive({ ms, source, bytes }: Datagram) {
      now = startMs + ms
      if (now - closedAt >= BATCH_MS) closeAll()
      let exporter = exporters.get(source)
      if (exporter === undefined) {
        const address = readAddress(source) ?? 0n
        exporters.set(source, (exporter = createExporter(address, settingsOf(address))))
      }
      decoder.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.byteLength, exporter, now)
    },
  }
}
