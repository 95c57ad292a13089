/** The thread that reads what is known of places: databases and the file of networks, at the start and whenever one of them changes. */
import { statSync } from 'node:fs'
import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { filesOf, loadPlaces, type Places, type PlacesConfig, type PlacesReport } from '../enrich/index.ts'
import { toError } from '../schema/index.ts'

export type PlacesAnswer =
  | { readonly kind: 'places'; readonly places: Places; readonly report: PlacesReport }
  /** Nothing of the new files is used; what is in use stays. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }

/** How often the files are looked at. A file is read once it has been the same for two looks, since it may be half written at one. */
const LOOK_MS = 2000

/** What tells that a file is another one: its size, its time and its place on the disk; empty where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? '' : `${found.size} ${found.mtimeMs} ${found.ino}`
}

function run(config: PlacesConfig, main: MessagePort): void {
  const files = filesOf(config)
  const stamps = (): string => files.map(stampOf).join(' | ')
  const tell = (answer: PlacesAnswer): void => main.postMessage(answer)

  function load(): void {
    try {
      tell({ kind: 'places', ...loadPlaces(config) })
    } catch (thrown) {
      const { code, message } = toError(thrown, 'FL_ENRICH_DATABASE')
      tell({ kind: 'failed', code, message })
    }
  }

  let loaded = stamps()
  let seen = loaded
  load()
  if (files.length === 0) return main.close()
  const timer = setInterval(() => {
    const now = stamps()
    if (now !== loaded && now === seen) {
      loaded = now
      load()
    }
    seen = now
  }, LOOK_MS)
  main.on('message', () => {
    clearInterval(timer)
    main.close()
  })
}

if (parentPort !== null) run(workerData as PlacesConfig, parentPort)
