import { join, relative, resolve } from 'node:path'
import { run } from 'node:test'
import { inspect } from 'node:util'
import { longestFirst } from './groups.ts'
import type { Tally } from './tally.ts'

/** No test may hang a run; the longest whole-program one stays far below this. */
const TIMEOUT_MS = 300_000

/** Does `work` for each item, in order, `parallel` of them at a time. */
export async function eachOf<T>(items: readonly T[], parallel: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const one = async (): Promise<void> => {
    for (const item of waiting) await work(item)
  }
  await Promise.all(Array.from({ length: parallel }, one))
}

/** Runs test files, `parallel` of them at a time, each in a process of its own; prints a line a file and adds to the tally. */
export async function runFiles(files: readonly string[], parallel: number, root: string, tally: Tally): Promise<void> {
  await eachOf(longestFirst(files), parallel, file => runFile(file, root, tally))
}

async function runFile(file: string, root: string, tally: Tally): Promise<void> {
  const shown = relative(root, resolve(root, file))
  const nameOf = (name: string): string => (name === file ? shown : `${shown}: ${name}`)
  // The names from the file down: an event tells only its own and its depth.
  const path: string[] = []
  const start = performance.now()
  for await (const event of run({ files: [file], cwd: root, timeout: TIMEOUT_MS, env: environmentOf(shown, root) })) {
    switch (event.type) {
      case 'test:start': {
        path.length = event.data.nesting
        path.push(event.data.name)
        break
      }
      case 'test:pass': {
        const { skip, todo, details, name } = event.data
        if (details.type === 'suite') break
        if (skip !== undefined) tally.skips.push({ name: nameOf(name), reason: reasonOf(skip) })
        else if (todo !== undefined) tally.skips.push({ name: nameOf(name), reason: `to do: ${reasonOf(todo)}` })
        else tally.passed++
        break
      }
      case 'test:fail': {
        const { details, name, nesting } = event.data
        // A parent that failed only because a test in it did would be told twice.
        if (details.error.failureType === 'subtestsFailed') break
        const detail = inspect(details.error.cause ?? details.error, { depth: 4 })
        tally.failures.push({ name: nameOf([...path.slice(0, nesting), name].join(' > ')), detail })
        break
      }
      case 'test:summary': {
        // The process says its own sums first, then the runner those of all its processes, which is this one.
        if (event.data.file !== undefined) break
        const { failed, cancelled, passed, skipped } = event.data.counts
        const bad = failed + cancelled
        const notes = [`${passed} passed`, ...(bad > 0 ? [`${bad} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])]
        const tookMs = performance.now() - start
        tally.times.push({ name: shown, tookMs })
        console.log(`  ${bad > 0 ? 'FAILED' : 'ok    '}  ${shown}: ${notes.join(', ')}  ${(tookMs / 1000).toFixed(1)} s`)
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

/**
 * Node keeps what it made of our sources, so that hundreds of processes do not each compile them again. Not for the fuzzers: what V8
 * takes from such a store has no counters of blocks, by which they see where an input leads.
 */
function environmentOf(file: string, root: string): NodeJS.ProcessEnv {
  const kept = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'flowlens', 'compiled') }
  return file.startsWith(join('test', 'fuzz')) ? { ...kept, NODE_DISABLE_COMPILE_CACHE: '1' } : kept
}

function reasonOf(given: string | boolean): string {
  return typeof given === 'string' && given !== '' ? given : 'no reason given'
}
