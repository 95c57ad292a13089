/** Which files were imported, by the hash of their bytes: a line of JSON each in the data directory. And how they are read. */
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { toError } from '../schema/index.ts'

/** A file is read whole; larger ones are split before. */
const MOST_BYTES = 1024 * 1024 * 1024

interface Entry {
  readonly sha256: string
  readonly path: string
  /** ISO 8601. */
  readonly at: string
  readonly flows: number
}

export interface Journal {
  /** When and as what a file of this hash was imported last; null when it never was. */
  find(sha256: string): string | null
  add(sha256: string, path: string, flows: number): void
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && 'sha256' in value && typeof value.sha256 === 'string' && 'path' in value && 'at' in value && 'flows' in value

/** Lines that are no entries, as a power cut leaves them, are passed over. */
function read(file: string): Entry[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return [] // Nothing was imported yet.
  }
  return text.split('\n').flatMap(line => {
    try {
      const value: unknown = JSON.parse(line)
      return isEntry(value) ? [value] : []
    } catch {
      return []
    }
  })
}

export function openJournal(file: string): Journal {
  const entries = new Map(read(file).map(entry => [entry.sha256, entry]))
  return {
    find(sha256) {
      const entry = entries.get(sha256)
      return entry === undefined ? null : `at ${entry.at} as ${entry.path}, ${entry.flows} flows`
    },
    add(sha256, path, flows) {
      const entry: Entry = { sha256, path, at: new Date().toISOString(), flows }
      entries.set(sha256, entry)
      appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 })
    },
  }
}

/** The bytes of a file, or why there are none. */
export function readImported(path: string): { readonly bytes: Uint8Array } | { readonly message: string } {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return { message: 'it is no file' }
    if (stat.size > MOST_BYTES) return { message: `it is larger than 1 GiB; split it first (editcap -c, nfdump -t)` }
    return { bytes: readFileSync(path) }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    if (code === 'ENOENT') return { message: 'there is no such file' }
    if (code === 'EACCES') return { message: 'the user that FlowLens runs as may not read it' }
    return { message: toError(thrown).message }
  }
}
