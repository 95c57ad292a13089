// `npm run fuzz -- [--seconds N] [--target NAME] [--seed N]`: fuzzes one target or all, one after the other, and writes what breaks
// an invariant to test/fuzz/found, from where the tests replay it. Ends with 1 where something was found.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startCoverage } from './coverage.ts'
import { fuzz } from './engine.ts'
import { foundName, printFound } from './found.ts'
import { TARGETS } from './targets.ts'

const { values } = parseArgs({ options: { seconds: { type: 'string' }, target: { type: 'string' }, seed: { type: 'string' } } })
const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target)
if (targets.length === 0) {
  process.stderr.write(`there is no target ${values.target}; there are ${TARGETS.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}
const seconds = Number(values.seconds ?? 60)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const folder = join(import.meta.dirname, 'found')
let [total, failed] = [0, 0]
process.stdout.write(`seed ${seed}, ${seconds} s each\n`)
for (const target of targets) {
  const coverage = startCoverage(['/src/'])
  const began = performance.now()
  const report = fuzz(target, { seed, coverage, more: () => performance.now() - began < seconds * 1000 })
  const took = (performance.now() - began) / 1000
  total += report.executions
  failed += report.failures.length
  process.stdout.write(
    `${target.name}: ${report.executions} executions, ${Math.round(report.executions / took)}/s, ${report.kept.length} inputs kept, ${coverage.known} characters of source reached, ${report.failures.length} failures\n`,
  )
  coverage.stop()
  for (const { message, input } of report.failures) {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, foundName(target.name, input))
    writeFileSync(file, printFound(input))
    process.stdout.write(`  ${file}\n    ${message.split('\n').slice(0, 6).join('\n    ')}\n`)
  }
}
process.stdout.write(`${total} executions, ${failed} failures\n`)
process.exit(failed > 0 ? 1 : 0)
