/** What was learned of duplicates, in a file of the data directory: read at the start, written now and then and at the end. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { DuplicateMarker } from '../enrich/index.ts'
import { toError } from '../schema/index.ts'
import type { LogFields } from '../telemetry/index.ts'

const SAVE_MS = 60_000

export interface Learned {
  /** Writes the file when it is due, or at once. */
  save(nowMs: number, atOnce?: boolean): void
}

/** Without the file, or with one that cannot be read, learning begins anew; `warn` is told why. */
export function createLearned(file: string, marker: Pick<DuplicateMarker, 'save' | 'restore'>, warn: (message: string, fields: LogFields) => void): Learned {
  let savedAt = 0
  let written = ''
  try {
    if (existsSync(file) && !marker.restore(readFileSync(file, 'utf8')))
      warn('what was learned of duplicates is learned anew', { file, reason: 'the file is damaged' })
  } catch (thrown) {
    warn('what was learned of duplicates is learned anew', { file, reason: toError(thrown).message })
  }
  return {
    save(nowMs, atOnce = false) {
      if (!atOnce && nowMs - savedAt < SAVE_MS) return
      savedAt = nowMs
      const text = marker.save()
      if (text === written) return
      try {
        writeFileSync(`${file}.new`, text)
        renameSync(`${file}.new`, file)
        written = text
      } catch (thrown) {
        warn('what was learned of duplicates is not saved', { file, reason: toError(thrown).message })
      }
    },
  }
}
