import { relative, sep } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import type { Tally } from './tally.ts'

/** In the order in which they run; the everyday ones first. */
export const GROUPS = ['unit', 'program', 'browser'] as const
export type Group = (typeof GROUPS)[number]

/** No test may hang a run; the longest whole-program one stays below this. */
const TIMEOUT_MS = 300_000

/** The one group that a test file belongs to, by its path from the root. */
export function groupOf(file: string): Group {
  const path = file.split(sep).join('/')
  if (path.startsWith('web/test/') || path.startsWith('test/browser/')) return 'browser'
  return path.startsWith('test/') ? 'program' : 'unit'
}

/** Runs test files, `parallel` of them at a time, each in a process of its own; prints a line a file and adds to the tally. */
export async function runFiles(files: readonly string[], parallel: number, root: string, tally: Tally): Promise<void> {
  const names = new Map<string, string[]>()
  for await (const event of run({ files: [...files], concurrency: parallel, cwd: root, timeout: TIMEOUT_MS })) {
    switch (event.type) {
      case 'test:start': {
        // The names from the file down: an event tells only its own and its depth.
        const path = names.get(event.data.file ?? '') ?? []
        path.length = event.data.nesting
        path.push(event.data.name)
        names.set(event.data.file ?? '', path)
        break
      }
      case 'test:pass': {
        const { skip, todo, details, name, file } = event.data
        if (details.type === 'suite') break
        const where = nameOf(root, file, name)
        if (skip !== undefined) tally.skips.push({ name: where, reason: reasonOf(skip) })
        else if (todo !== undefined) tally.skips.push({ name: where, reason: `to do: ${reasonOf(todo)}` })
        else tally.passed++
        break
      }
      case 'test:fail': {
        const { details, name, file, nesting } = event.data
        // A parent that failed only because a test in it did would be told twice.
        if (details.error.failureType === 'subtestsFailed') break
        const path = names.get(file ?? '')?.slice(0, nesting) ?? []
        tally.failures.push({ name: nameOf(root, file, [...path, name].join(' > ')), detail: inspect(details.error.cause ?? details.error, { depth: 4 }) })
        break
      }
      case 'test:summary': {
        const { file, counts, duration_ms: took } = event.data
        if (file === undefined) break
        const bad = counts.failed + counts.cancelled
        const notes = [`${counts.passed} passed`, ...(bad > 0 ? [`${bad} failed`] : []), ...(counts.skipped > 0 ? [`${counts.skipped} skipped`] : [])]
        console.log(`  ${bad > 0 ? 'FAILED' : 'ok    '}  ${relative(root, file)}: ${notes.join(', ')}  ${(took / 1000).toFixed(1)} s`)
        break
      }
      case 'test:stderr':
      case 'test:stdout':
        // What a test prints helps where it fails; it goes where the summary goes.
        process.stdout.write(event.data.message)
        break
      default:
    }
  }
}

function nameOf(root: string, file: string | undefined, name: string): string {
  return file === undefined || file === name ? name : `${relative(root, file)}: ${name}`
}

function reasonOf(given: string | boolean): string {
  return typeof given === 'string' && given !== '' ? given : 'no reason given'
}
