/**
 * A short run of every fuzzer, the same one each time; FLOWLENS_FUZZ_SEED makes it another. `npm run fuzz` runs on. What was found
 * once is tried again first.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCoverage } from './coverage.ts'
import { fuzz, type Target } from './engine.ts'
import { printFound, readFound } from './found.ts'
import type { Input } from './mutate.ts'
import { TARGETS } from './targets.ts'

const FOUND = join(import.meta.dirname, 'found')
/** A few seconds a target. */
const EXECUTIONS = 2000
const seed = Number(process.env['FLOWLENS_FUZZ_SEED'] ?? 20_261_122)

for (const file of readdirSync(FOUND).filter(name => name.endsWith('.hex'))) {
  test(`what was found once: ${file}`, () => {
    const target = TARGETS.find(({ name }) => name === file.slice(0, file.indexOf('.')))
    assert.ok(target, `there is no such target`)
    target.run(readFound(readFileSync(join(FOUND, file), 'utf8')))
  })
}

for (const target of TARGETS) {
  test(`${target.name}, seed ${seed}`, () => {
    const coverage = startCoverage(['/src/'])
    const { failures, executions } = fuzz(target, { seed, coverage, more: done => done < EXECUTIONS })
    coverage.stop()
    assert.ok(executions >= EXECUTIONS)
    assert.deepEqual(
      failures.map(({ message, input }) => `${message.split('\n').slice(0, 4).join('\n')}\n${printFound(input)}`),
      [],
    )
  })
}

/** Each part of the condition is a place of its own: reached one after the other, and only by whoever keeps inputs that reached a new one. */
function deep([bytes]: Input): string {
  const high = (at: number): boolean => ((bytes?.[at] ?? 0) & 0xf0) === 0xf0
  if (high(0) && high(1) && high(2) && high(3) && high(4) && high(5)) throw new Error('the depth was reached')
  return ''
}

test('a broken invariant behind many branches is found, and its input made small', () => {
  const coverage = startCoverage(['/fuzz.test.ts'])
  const target: Target = { name: 'deep', seeds: () => [[new Uint8Array(12)]], run: deep }
  const { failures } = fuzz(target, { seed: 3, coverage, more: done => done < 100_000 })
  coverage.stop()
  assert.equal(failures.length, 1)
  assert.match(failures[0]?.message ?? '', /the depth was reached/)
  assert.deepEqual(
    failures[0]?.input.map(part => part.length),
    [6],
  )
})
