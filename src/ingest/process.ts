/**
 * The ingest process: receives, decodes, enriches and spools, and nothing else. It reads what it needs from standard input, tells
 * its books on the control socket, and outlives a main that dies for a while, so that its successor loses nothing.
 */
import { text } from 'node:stream/consumers'
import type { Config } from '../config/index.ts'
import { toError } from '../schema/index.ts'
import { createLog } from '../telemetry/index.ts'
import { configKey, controlPath, serveControl, type ControlServer, type IngestSays } from './control.ts'
import { createLimitLog } from './limit-log.ts'
import { createIngest, type IngestConfig } from './ingest.ts'

/** What main writes to standard input. */
export interface IngestOrder {
  readonly version: string
  readonly dataDir: string
  readonly log: Config['log']
  readonly ingest: IngestConfig
}

/** How long ingest goes on when no main is there. */
const ORPHAN_MS = 15_000

/** Exit codes main understands: 3 the spool belongs to another process. */
export const EXIT_LOCKED = 3

async function run(): Promise<void> {
  const order = JSON.parse(await text(process.stdin)) as IngestOrder
  const log = createLog(order.log).child({ room: 'ingest' })
  // Standard error is main's, and can end with it; receiving goes on without a log.
  process.stderr.on('error', () => undefined)
  let control: ControlServer | null = null
  let ending = false
  const end = async (code: number): Promise<void> => {
    if (ending) return
    ending = true
    await ingest.stop()
    control?.say({ kind: 'ledger', ledger: ingest.ledger() })
    control?.close()
    log.flush()
    process.exit(code)
  }
  const ingest = createIngest(order.ingest, {
    log,
    now: Date.now,
    onFatal: error => {
      log.error('ingest ends', { error })
      process.exit(1)
    },
  })
  const handCounters = (say: (message: IngestSays) => void): void => {
    const page = ingest.counters.page(Date.now())
    if (page !== null) say({ kind: 'counters', ...page })
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(0))
  const refuse = (thrown: unknown): never => {
    const error = toError(thrown, 'FL_RECEIVE_INGEST')
    log.error(error.message, { code: error.code, help: error.entry.help })
    return process.exit(error.code === 'FL_SPOOL_LOCKED' ? EXIT_LOCKED : 1)
  }
  await ingest.start().catch(refuse)
  try {
    control = await serveControl(
      controlPath(order.dataDir),
      { kind: 'hello', pid: process.pid, key: configKey(order.version, order.ingest) },
      (said, answer) => {
        switch (said.kind) {
          case 'stop':
            return void end(0)
          case 'exporter':
            return void ingest.exporter(said.address).then(detail => answer({ kind: 'exporter', id: said.id, detail }))
          case 'counters_stored':
            ingest.counters.stored(said.epoch, said.upTo)
            return handCounters(answer)
          case 'import':
            return ingest.importFile(said, progress => answer({ kind: 'import', ...progress }))
          default:
            return said satisfies never
        }
      },
    )
  } catch (thrown) {
    // Without it main can neither read the books nor end this process.
    await ingest.stop()
    refuse(thrown)
  }
  let aloneSince = Date.now()
  const limits = createLimitLog({ log, now: Date.now })
  setInterval(() => {
    if (control === null) return
    const ledger = ingest.ledger()
    limits.watch(ledger)
    control.say({ kind: 'ledger', ledger })
    if (control.connected > 0) handCounters(control.say)
    if (control.connected > 0) aloneSince = Date.now()
    else if (Date.now() - aloneSince > ORPHAN_MS) {
      log.warn('no main process came back; ending', { waited_ms: ORPHAN_MS })
      void end(0)
    }
  }, 1000)
}

await run()
