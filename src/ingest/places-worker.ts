/**
 * The thread that reads what is known of places: databases, files of networks and dictionaries, at the start and whenever one of them
 * changes; those named by a URL are fetched at the start and every so many hours.
 */
import { readFileSync, statSync } from 'node:fs'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { codeOfUse, createPlacesLoader, isUrl, shownSource, type Content, type Places, type PlacesConfig, type PlacesReport } from '../enrich/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'
import type { PlacesUpdates } from '../telemetry/index.ts'
import { fetchSource, keptCopy } from './places-fetch.ts'

export interface PlacesWorkerData {
  readonly config: PlacesConfig & { readonly updateHours: number; readonly downloadBytes: number }
  /** Where copies of what was fetched are kept. */
  readonly directory: string
}

export type PlacesAnswer =
  | { readonly kind: 'places'; readonly places: Places; readonly report: PlacesReport; readonly updates: readonly PlacesUpdates[] }
  /** The table in use stays; how its sources are has changed. */
  | { readonly kind: 'report'; readonly sources: PlacesReport['sources']; readonly updates: readonly PlacesUpdates[] }

/** How often the files are looked at. A file is read once it has been the same for two looks, since it may be half written at one. */
const LOOK_MS = 2000
/** A source that could not be fetched is asked for again after this long, then twice as long and so on. */
const RETRY_MS = 60_000
const LONGEST_RETRY_MS = 6 * 3_600_000
const HOUR_MS = 3_600_000

/** What tells that a file is another one: its size, its time and its place on the disk; empty where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.size} ${found.mtimeMs} ${found.ino}`
}

/** What became of the requests for one URL, and when the next is due. */
interface Fetching {
  readonly source: string
  fetched: number
  unchanged: number
  failed: number
  checkedAt: number
  nextAt: number
  /** Failures since the last success. */
  inRow: number
}

function run({ config, directory }: PlacesWorkerData, main: MessagePort): void {
  const loader = createPlacesLoader(config)
  const files = loader.sources.filter(source => !isUrl(source))
  const fetchings = loader.sources.filter(isUrl).map((source): Fetching => ({ source, fetched: 0, unchanged: 0, failed: 0, checkedAt: 0, nextAt: 0, inRow: 0 }))
  const stopped = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const codeOf = (source: string): ReturnType<typeof codeOfUse> => codeOfUse(loader.usesOf(source)[0] ?? 'as')

  const updates = (): readonly PlacesUpdates[] =>
    fetchings.map(({ source, fetched, unchanged, failed, checkedAt, nextAt }) => ({
      from: shownSource(source),
      fetched,
      unchanged,
      failed,
      checked_at: checkedAt,
      next_at: nextAt,
    }))
  const tellReport = (): void => main.postMessage({ kind: 'report', sources: loader.report(), updates: updates() } satisfies PlacesAnswer)
  const tellPlaces = (): void => main.postMessage({ kind: 'places', ...loader.make(), updates: updates() } satisfies PlacesAnswer)

  function readFile(file: string): Content | FlowLensError {
    try {
      return { bytes: readFileSync(file), readAt: Date.now() }
    } catch (thrown) {
      return new FlowLensError(codeOf(file), `${file} cannot be read: ${toError(thrown).message}`, { cause: thrown })
    }
  }

  async function update(fetching: Fetching): Promise<void> {
    const { source } = fetching
    const limits = { bytes: config.downloadBytes }
    const got = await fetchSource(source, { directory, code: codeOf(source), limits, now: Date.now, signal: stopped.signal })
    if (stopped.signal.aborted) return
    let error: FlowLensError | null = null
    let taken = false
    if (got.kind === 'content') {
      error = loader.take(source, got.content)
      taken = error === null
      if (taken) error = keep(got.keep, source)
    } else if (got.kind === 'failed') error = loader.take(source, got.error)
    else loader.settle(source)
    if (error === null) {
      fetching[got.kind === 'content' ? 'fetched' : 'unchanged']++
      fetching.inRow = 0
      fetching.checkedAt = Date.now()
    } else {
      fetching.failed++
      fetching.inRow++
    }
    const wait = error === null ? config.updateHours * HOUR_MS : Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** (fetching.inRow - 1))
    schedule(fetching, Math.max(wait, got.kind === 'failed' ? (got.afterMs ?? 0) : 0))
    if (taken) tellPlaces()
    else tellReport()
  }

  /** The content is in use even where no copy of it can be kept. */
  function keep(write: () => void, source: string): FlowLensError | null {
    try {
      write()
      return null
    } catch (thrown) {
      const message = `${shownSource(source)} is in use, but no copy can be kept in ${directory}: ${toError(thrown).message}`
      return loader.take(source, new FlowLensError(codeOf(source), message, { cause: thrown }))
    }
  }

  function schedule(fetching: Fetching, waitMs: number): void {
    fetching.nextAt = Date.now() + waitMs
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void update(fetching)
      },
      Math.min(waitMs, 2 ** 31 - 1),
    )
    timers.add(timer)
  }

  const stamps = new Map(files.map(file => [file, stampOf(file)]))
  for (const file of files) loader.take(file, readFile(file))
  for (const { source } of fetchings) {
    const kept = keptCopy(directory, source)
    if (kept !== null) loader.take(source, kept.content)
  }
  tellPlaces()
  for (const fetching of fetchings) schedule(fetching, 0)

  const seen = new Map(stamps)
  const look = (): void => {
    const changed = files.filter(file => {
      const now = stampOf(file)
      const settled = now !== stamps.get(file) && now === seen.get(file)
      seen.set(file, now)
      return settled
    })
    if (changed.length === 0) return
    const taken = changed.map(file => {
      stamps.set(file, seen.get(file) ?? '')
      return loader.take(file, readFile(file))
    })
    if (taken.some(error => error === null)) tellPlaces()
    else tellReport()
  }
  const looking = files.length === 0 ? undefined : setInterval(look, LOOK_MS)
  if (looking === undefined && fetchings.length === 0) return main.close()
  main.on('message', () => {
    stopped.abort()
    clearInterval(looking)
    for (const timer of timers) clearTimeout(timer)
    main.close()
  })
}

if (parentPort !== null) run(workerData as PlacesWorkerData, parentPort)
