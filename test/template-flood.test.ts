/** A flood of templates from made-up sources costs little memory, and the honest exporters nothing (RELIABILITY §3.4). */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'

interface Outcome {
  readonly grownBytes: number
  readonly sent: number
  readonly rows: number
  readonly templateBytes: number
  readonly templates: number
  readonly evicted: number
  readonly exporters: number
}

const flood = (sources: number): Outcome =>
  JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'helpers/template-flood.ts'), String(sources)], { encoding: 'utf8' }),
  ) as Outcome

const MiB = 1024 * 1024

test('100,000 made-up sources teach templates for ten minutes: less than 256 MiB, and every flow of the honest ones is decoded', context => {
  const outcome = flood(100_000)
  context.diagnostic(JSON.stringify(outcome))
  assert.ok(outcome.templates > 100_000, 'the flood was one')
  assert.ok(outcome.evicted > 0, 'the bound was reached')
  assert.ok(outcome.exporters <= 10_000)
  assert.ok(outcome.grownBytes < 256 * MiB, `${Math.round(outcome.grownBytes / MiB)} MiB`)
  assert.equal(outcome.rows, outcome.sent)
})
