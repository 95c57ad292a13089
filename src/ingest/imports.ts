/** What is said about importing a file, between the command line, the process of ingest and its thread. */

export interface ImportRequest {
  /** Answers have the same. */
  readonly id: number
  /** Absolute path, as the process of ingest sees it. */
  readonly path: string
  /** Imports a file that was imported before. */
  readonly again: boolean
  /** The exporter of flows whose file does not tell it; 0.0.0.0 when that is not told either. */
  readonly exporter: string | null
}

export interface ImportProgress {
  readonly id: number
  readonly path: string
  /** `refused`: nothing of it was read; `cut`: what was read until the trouble stays. */
  readonly state: 'running' | 'done' | 'cut' | 'refused'
  readonly format: string | null
  readonly readBytes: number
  readonly bytes: number
  /** Datagrams and messages, rows made of them, and what was refused by reason. */
  readonly messages: number
  readonly flows: number
  readonly optionRecords: number
  readonly rejected: Readonly<Record<string, number>>
  /** Times of reception in the file, ms since 1970; null before the first. */
  readonly oldestMs: number | null
  readonly newestMs: number | null
  /** What is wrong; null when nothing is. */
  readonly message: string | null
}

/** The request in what somebody said; null when it is none. */
export function importRequest(value: object): ImportRequest | null {
  if (!('id' in value) || !('path' in value) || !('again' in value) || !('exporter' in value)) return null
  const { id, path, again, exporter } = value
  if (typeof id !== 'number' || typeof path !== 'string' || typeof again !== 'boolean') return null
  return exporter === null || typeof exporter === 'string' ? { id, path, again, exporter } : null
}
