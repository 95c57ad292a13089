// All tests behind `npm test`, one part behind `npm run test:unit` and `npm run check`; words after the part narrow it to test files
// whose path holds one of them. Ends with one summary; the exit code is 1 where anything failed, and with FLOWLENS_FORBID_SKIPS=1
// where anything was skipped.
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { checks } from './checks/index.ts'
import { GROUPS, groupOf } from './test/groups.ts'
import { eachOf, runFiles } from './test/run-files.ts'
import { runStep, toolSteps } from './test/steps.ts'
import { emptyTally, summary } from './test/tally.ts'

const PARTS: readonly string[] = ['check', ...GROUPS]
const [part, ...narrow] = process.argv.slice(2)
if (part !== undefined && !PARTS.includes(part)) {
  console.error(`there is no part ${part}; there are ${PARTS.join(', ')}`)
  process.exit(2)
}

const root = process.cwd()
const tally = emptyTally()
const parallel = availableParallelism()

if (part === undefined || part === 'check') {
  console.log('\ncheck')
  await eachOf([...toolSteps(root), ...checks], parallel, step => runStep(step, root, tally))
}

const files = globSync('{src,web,scripts,bench,test}/**/*.test.ts', { cwd: root, exclude: ['**/node_modules', '**/dist'] }).toSorted()
const wanted = files.filter(file => (part === undefined || groupOf(file) === part) && (narrow.length === 0 || narrow.some(word => file.includes(word))))
if (wanted.length > 0) {
  console.log(`\n${part ?? 'tests'}`)
  // One more than there are processors, since whole programs and browsers wait a good part of their time.
  await runFiles(wanted, parallel + 1, root, tally)
}

const { text, failed } = summary(tally, process.env['FLOWLENS_FORBID_SKIPS'] === '1')
console.log(text)
process.exit(failed ? 1 : 0)
