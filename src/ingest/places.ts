/** What is known of places, for the threads that make rows: read in a thread of its own, handed to all, replaced when a source changes. */
import { Worker } from 'node:worker_threads'
import type { Places, SourceReport } from '../enrich/index.ts'
import { toError } from '../schema/index.ts'
import type { Log, PlacesStatus } from '../telemetry/index.ts'
import type { PlacesAnswer, PlacesWorkerData } from './places-worker.ts'

export interface PlacesSource {
  /** Resolves when the first table was made, or could not be. */
  start(): Promise<void>
  stop(): void
  /** The table in use; null while there is none. */
  readonly current: Places | null
  status(): PlacesStatus
}

const FIRST: PlacesStatus = { at: 0, as: 'off', countries: 'off', as_numbers: 0, networks: 0, made_ms: 0, sources: [], updates: [], error: null }

/** A source in a few words: bundled, off, or the kind and date of an own one. */
const inWords = ({ kind, built_at: builtAt }: SourceReport): string =>
  builtAt === 0 ? kind || 'not read yet' : `${kind} of ${new Date(builtAt).toISOString().slice(0, 10)}`

/** Sentences on sources that are not as they should be, joined; null where all are. */
function errorOf(sources: readonly SourceReport[]): string | null {
  const errors = [...new Set(sources.flatMap(source => source.error ?? []))]
  return errors.length === 0 ? null : errors.join('; ')
}

export function createPlacesSource(
  data: PlacesWorkerData,
  deps: { readonly log: Log; readonly now: () => number; readonly onPlaces: (places: Places) => void },
): PlacesSource {
  const { log } = deps
  let worker: Worker | null = null
  let current: Places | null = null
  let status = FIRST

  function describe(sources: readonly SourceReport[]): void {
    const of = (use: SourceReport['use']): SourceReport | undefined => sources.find(source => source.use === use)
    const words = (use: SourceReport['use']): string => {
      const source = of(use)
      return source === undefined ? 'off' : inWords(source)
    }
    for (const { use, from, error } of sources) {
      const before = status.sources.find(source => source.use === use && source.from === from)?.error ?? null
      if (error !== null && error !== before) log.error('a source of names is not used as it is now; what was known of it stays in use', { use, error })
      else if (error === null && before !== null) log.info('a source of names is in use again', { use, from })
    }
    status = {
      ...status,
      as: words('as'),
      countries: words('country'),
      as_numbers: of('as')?.entries ?? 0,
      networks: of('networks')?.entries ?? 0,
      sources,
      error: errorOf(sources),
    }
  }

  function take(answer: PlacesAnswer): void {
    describe(answer.kind === 'places' ? answer.report.sources : answer.sources)
    status = { ...status, updates: answer.updates }
    if (answer.kind === 'report') return
    current = answer.places
    status = { ...status, at: deps.now(), made_ms: Math.round(answer.report.madeMs) }
    const { as, countries, as_numbers, networks, made_ms } = status
    log.info('known of addresses', { as, countries, as_numbers, networks, made_ms })
    deps.onPlaces(answer.places)
  }

  return {
    get current() {
      return current
    },
    status: () => status,
    start: () =>
      new Promise(resolve => {
        const made = new Worker(new URL('./places-worker.ts', import.meta.url), { workerData: data, name: 'places' })
        worker = made
        made.on('message', (answer: PlacesAnswer) => {
          take(answer)
          resolve()
        })
        made.on('error', thrown => {
          const { message } = toError(thrown)
          status = { ...status, error: `the thread that reads databases and networks ended: ${message}; what was known stays until the next start` }
          log.error('what is known of addresses is not renewed any more', { error: message })
          resolve()
        })
        made.on('exit', () => (worker = null))
      }),
    stop: () => worker?.postMessage('stop'),
  }
}
