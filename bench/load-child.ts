/**
 * Fills a store, a spool and a running nfcapd with the same flows, as if they had come over hours: the clock is made up, the ways
 * are those of ingest and deliver. Started by `load.ts`.
 */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultConfig } from '../src/config/index.ts'
import { createDecoder, createExporter } from '../src/decode/index.ts'
import { createEnricher } from '../src/enrich/index.ts'
import { FlowBatch, MAX_ROWS, encodeBlock, readAddress, type SealedBatch } from '../src/schema/index.ts'
import { createFleet, createLedger, createSender, type LedgerReport } from '../src/simulate/index.ts'
import { createSpoolWriter } from '../src/spool/index.ts'
import { createStore } from '../src/store/index.ts'
import { createLog, type StoreSizes } from '../src/telemetry/index.ts'
import { udpSocket } from './processes.ts'

/** What the benchmark says. */
export interface LoadAsked {
  readonly kind: 'load'
  readonly dataDir: string
  readonly seed: number
  readonly profile: string
  readonly flows: number
  /** By the made-up clock. */
  readonly flowsPerSecond: number
  /** Whether the spool gets them too: its frames are counted, nobody reads them. */
  readonly spool: boolean
  /** Age of a frame when it is closed, by the made-up clock; 100 in ingest. */
  readonly frameMs: number
  /** When the first flow comes, ms since 1970. */
  readonly startMs: number
  /** Where nfcapd listens; null for no peer. */
  readonly nfcapdPort: number | null
}

/** What it answers. */
export type LoadAnswers =
  | {
      readonly kind: 'loaded'
      readonly ledger: LedgerReport
      readonly rows: number
      /** Of the frames in the spool; 0 without one. */
      readonly spoolBytes: number
      /** After all parts were merged. */
      readonly sizes: StoreSizes
    }
  | { readonly kind: 'failed'; readonly message: string }

const INSERT_ROWS = 500_000
/** No datagram has as many rows. */
const ROOM = 1500
const DATAGRAMS_A_FLUSH = 64
/** What may wait at nfcapd's socket, so that it loses nothing. */
const QUEUE_BYTES = 1024 * 1024
const LONG_MS = 600_000

/** Takes batches as the spool and the store do. */
function createSinks({ dataDir, ...asked }: LoadAsked) {
  const config = defaultConfig(dataDir)
  const log = createLog({ level: 'warn', format: 'text' })
  const spool = createSpoolWriter({
    directory: join(dataDir, 'frames'),
    stream: 'flows',
    segmentBytes: config.spool.segmentBytes,
    syncMs: 1000,
    maxBytes: 1e12,
    fullPolicy: 'drop-oldest',
  })
  const store = createStore(
    {
      path: join(dataDir, 'store'),
      memoryBytes: config.store.memoryBytes,
      threads: config.store.threads,
      retention: config.store.retention,
      query: { ...config.query, timeoutMs: LONG_MS, memoryBytes: config.store.memoryBytes },
    },
    { log, now: Date.now, pause: ms => sleep(ms), every: () => () => {} },
  )
  const enricher = createEnricher()
  const stageFile = (): string => join(dataDir, `${staged}.native`)
  let staged = 0
  let file: number | null = null
  let rows = 0
  let waiting = 0
  let inserting: Promise<void> = Promise.resolve()

  /** Hands over what is staged. At most one insert runs, while the next file is written. */
  async function insert(): Promise<void> {
    if (file === null) return
    closeSync(file)
    file = null
    const request = { token: `bench:${staged}`, stageFile: stageFile(), rows: waiting }
    staged++
    waiting = 0
    await inserting
    inserting = store.insert(request).then(() => rmSync(request.stageFile))
    // Told where it is awaited.
    inserting.catch(() => undefined)
  }

  function append({ rows, firstReceivedAt, lastReceivedAt }: SealedBatch, pieces: readonly Uint8Array[]): void {
    // The batch is used again at once, so the spool keeps copies until they are synced.
    const outcome = spool.append({ rows, firstReceivedAt, lastReceivedAt, encode: () => pieces.map(piece => piece.slice()) })
    if (outcome.kind === 'dropped') throw new Error(`the spool took no more rows: ${outcome.reason}`)
    spool.poll()
  }

  return {
    async open() {
      await store.start()
      if (asked.spool) spool.open()
    },
    async take(batch: FlowBatch): Promise<void> {
      if (batch.rows === 0) return
      enricher.enrich(batch)
      const sealed = batch.seal()
      const pieces = encodeBlock(sealed, rows)
      file ??= openSync(stageFile(), 'w')
      for (const piece of pieces) for (let done = 0; done < piece.length;) done += writeSync(file, piece, done)
      if (asked.spool) append(sealed, pieces)
      rows += sealed.rows
      waiting += sealed.rows
      if (waiting >= INSERT_ROWS) await insert()
    },
    async close(): Promise<{ rows: number; spoolBytes: number; sizes: StoreSizes }> {
      await insert()
      await inserting
      if (asked.spool) spool.commit()
      const spoolBytes = asked.spool ? spool.stats().bytesWritten : 0
      if (asked.spool) spool.close()
      for (const { name } of (await store.sizes()).tables) await store.query({ sql: `OPTIMIZE TABLE ${name} FINAL` })
      const sizes = await store.sizes()
      await store.stop()
      return { rows, spoolBytes, sizes }
    },
  }
}

/** Sends datagrams to nfcapd no faster than it reads them. */
function createPeer(port: number, addresses: readonly string[]) {
  const target = { address: '127.0.0.1', port }
  const sender = createSender({ targets: addresses.map(() => target), sources: addresses }, { onTaken: () => {} })
  const drain = async (most: number): Promise<void> => {
    while ((udpSocket(port)?.queuedBytes ?? 0) > most) await sleep(1)
  }
  let put = 0
  return {
    async put(built: Parameters<typeof sender.put>[0]): Promise<void> {
      sender.put(built)
      if (++put % DATAGRAMS_A_FLUSH !== 0) return
      await sender.flush()
      await drain(QUEUE_BYTES)
    },
    async close(): Promise<void> {
      await sender.close()
      await drain(0)
    },
  }
}

async function load(asked: LoadAsked): Promise<LoadAnswers> {
  let clock = asked.startMs
  const fleet = createFleet({ seed: asked.seed, protocols: ['v9'], profiles: [asked.profile], flows: asked.flows, startHour: 10 }, { now: () => clock })
  const devices = fleet.exporters.map(exporter => exporter.device)
  const exporters = devices.map(({ address }) => createExporter(readAddress(address) ?? 0n))
  const ledger = createLedger(devices)
  const peer =
    asked.nfcapdPort === null
      ? null
      : createPeer(
          asked.nfcapdPort,
          devices.map(device => device.address),
        )
  const sinks = createSinks(asked)
  await sinks.open()
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  const decoder = createDecoder(
    { lifetimeMs: Infinity, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 20 },
    { sink: { reserve: family => batches[family], committed: () => {} } },
  )
  async function flush(all: boolean): Promise<void> {
    for (const family of [4, 6] as const) {
      const batch = batches[family]
      const due = batch.full || batch.rows + ROOM > MAX_ROWS || clock - batch.firstReceivedAt >= asked.frameMs
      if (batch.rows === 0 || !(all || due)) continue
      await sinks.take(batch)
      batch.reset(family)
    }
  }
  for (let built = fleet.next(clock); built !== undefined; built = fleet.next(clock)) {
    const { datagram, source } = built
    ledger.count(source, built)
    await peer?.put(built)
    decoder.decode(new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength), 0, datagram.byteLength, exporters[source]!, clock)
    clock = asked.startMs + Math.floor((fleet.drawn / asked.flowsPerSecond) * 1000)
    await flush(false)
  }
  await flush(true)
  await peer?.close()
  return { kind: 'loaded', ledger: ledger.report(), ...(await sinks.close()) }
}

const answer = (message: LoadAnswers): boolean => process.send?.(message) ?? false

process.on('message', (asked: LoadAsked) => {
  load(asked)
    .then(answer, (error: unknown) => answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }))
    .finally(() => process.disconnect?.())
    .catch(() => process.exit(1))
})
// The benchmark is gone, or has its answer.
process.on('disconnect', () => process.exit())
