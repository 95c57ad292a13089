/** The ingest side of FlowLens alone in a process, so that its processor time is nobody else's. Started by `receive.ts`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { defaultConfig } from '../src/config/index.ts'
import { createIngest, ingestConfig } from '../src/ingest/index.ts'
import { createLog, type Ledger } from '../src/telemetry/index.ts'

/** What the benchmark says. */
export type IngestAsked =
  | { readonly kind: 'start'; readonly folder: string; readonly port: number }
  /** The traffic is about to begin. */
  | { readonly kind: 'mark' }
  /** The traffic is over. */
  | { readonly kind: 'finish' }

/** What it answers. */
export type IngestAnswers =
  | { readonly kind: 'started'; readonly bufferBytes: number; readonly method: Ledger['method'] }
  | { readonly kind: 'marked' }
  | { readonly kind: 'finished'; readonly ledger: Ledger; readonly cpuSeconds: number }
  | { readonly kind: 'failed'; readonly message: string }

/** A receiving thread tells its counts once a second; what has not changed for two of them will not. */
const STILL_MS = 2200
const LOOK_MS = 100
const MOST_MS = 60_000

const answer = (message: IngestAnswers): boolean => process.send?.(message) ?? false
const fail = (error: unknown): void => {
  answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
}

let ingest: ReturnType<typeof createIngest> | undefined
let cpu = process.cpuUsage()

async function settle(of: NonNullable<typeof ingest>): Promise<void> {
  let last = ''
  let still = 0
  for (let waited = 0; waited < MOST_MS && still < STILL_MS; waited += LOOK_MS) {
    const { datagrams, rows } = of.ledger()
    const now = JSON.stringify([datagrams.received, rows.in_flight])
    still = now === last && rows.in_flight === 0 ? still + LOOK_MS : 0
    last = now
    await sleep(LOOK_MS)
  }
}

async function take(asked: IngestAsked): Promise<void> {
  switch (asked.kind) {
    case 'start': {
      const config = {
        ...defaultConfig(asked.folder),
        listeners: [{ address: '127.0.0.1', port: asked.port, transport: 'udp' as const, accept: ['auto' as const] }],
      }
      ingest = createIngest(ingestConfig(config), { log: createLog({ level: 'warn', format: 'text' }), now: Date.now, onFatal: fail })
      await ingest.start()
      const { listeners, method } = ingest.ledger()
      answer({ kind: 'started', bufferBytes: listeners[0]?.buffer_granted ?? 0, method })
      return
    }
    case 'mark':
      cpu = process.cpuUsage()
      answer({ kind: 'marked' })
      return
    case 'finish': {
      if (ingest === undefined) throw new Error('ingest was not started')
      await settle(ingest)
      const { user, system } = process.cpuUsage(cpu)
      await ingest.stop()
      answer({ kind: 'finished', ledger: ingest.ledger(), cpuSeconds: (user + system) / 1e6 })
      process.disconnect?.()
      return
    }
    default:
      asked satisfies never
  }
}

process.on('message', (message: IngestAsked) => void take(message).catch(fail))
// The benchmark is gone: nobody reads what is measured.
process.on('disconnect', () => process.exit())
