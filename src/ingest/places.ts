/** What is known of places, for the threads that make rows: read in a thread of its own, handed to all, replaced when a file changes. */
import { Worker } from 'node:worker_threads'
import type { Places, PlacesConfig } from '../enrich/index.ts'
import { toError } from '../schema/index.ts'
import type { Log, PlacesStatus } from '../telemetry/index.ts'
import type { PlacesAnswer } from './places-worker.ts'

export interface PlacesSource {
  /** Resolves when the first table was made, or could not be. */
  start(): Promise<void>
  stop(): void
  /** The table in use; null while there is none. */
  readonly current: Places | null
  status(): PlacesStatus
}

export function createPlacesSource(
  config: PlacesConfig,
  deps: { readonly log: Log; readonly now: () => number; readonly onPlaces: (places: Places) => void },
): PlacesSource {
  const { log } = deps
  let worker: Worker | null = null
  let current: Places | null = null
  let status: PlacesStatus = { at: 0, as: 'off', countries: 'off', as_numbers: 0, networks: 0, error: null }

  function take(answer: PlacesAnswer): void {
    if (answer.kind === 'failed') {
      status = { ...status, error: answer.message }
      log.error(current === null ? 'addresses stay without names' : 'what was known of addresses stays in use', { code: answer.code, error: answer.message })
      return
    }
    const { report } = answer
    current = answer.places
    status = { at: deps.now(), as: report.as, countries: report.countries, as_numbers: report.asNumbers, networks: report.networks, error: null }
    log.info('known of addresses', { as: report.as, countries: report.countries, as_numbers: report.asNumbers, networks: report.networks })
    deps.onPlaces(answer.places)
  }

  return {
    get current() {
      return current
    },
    status: () => status,
    start: () =>
      new Promise(resolve => {
        const made = new Worker(new URL('./places-worker.ts', import.meta.url), { workerData: config, name: 'places' })
        worker = made
        made.on('message', (answer: PlacesAnswer) => {
          take(answer)
          resolve()
        })
        made.on('error', thrown => {
          take({ kind: 'failed', code: 'FL_ENRICH_DATABASE', message: toError(thrown).message })
          resolve()
        })
        made.on('exit', () => (worker = null))
      }),
    stop: () => worker?.postMessage('stop'),
  }
}
