import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkImports } from './imports.ts'

function check(files: Readonly<Record<string, string>>): readonly string[] {
  return checkImports(new Map(Object.entries(files)))
}

test('imports down the dataflow, by the face, are in order', () => {
  const files = {
    'src/decode/index.ts': "import { a } from '../schema/index.ts'\nimport { b } from './v9.ts'\n",
    'src/decode/v9.ts': "import type { c } from '../schema/index.ts'\n",
    'src/spool/write.ts': "import { open } from 'node:fs'\nimport { log } from '../telemetry/index.ts'\n",
    'src/cli/main.ts': "const x = await import('./serve.ts')\n",
    'web/src/app.tsx': "import { parse } from '../../src/filter/index.ts'\nimport 'uplot/dist/uPlot.min.css'\n",
  }
  assert.deepEqual(check(files), [])
})

test('an import against the dataflow is found', () => {
  assert.deepEqual(
    check({ 'src/decode/a.ts': "import {\n  x,\n} from '../store/index.ts'\n" }).at(0),
    'src/decode/a.ts:3: decode comes before store in the dataflow and may not import it',
  )
  assert.match(check({ 'src/spool/a.ts': "export * from '../api/index.ts'\n" }).join(), /spool comes before api/)
  assert.match(check({ 'src/spool/a.ts': "const api = await import('../api/index.ts')\n" }).join(), /spool comes before api/)
  assert.match(check({ 'src/attic/a.ts': "import '../schema/index.ts'\n" }).join(), /attic has no place/)
  assert.match(check({ 'src/api/a.ts': "import '../../scripts/test.ts'\n" }).join(), /imports nothing from scripts/)
  assert.match(check({ 'src/cli/a.ts': "import '../../bench/index.ts'\n" }).join(), /imports nothing from bench/)
  assert.deepEqual(check({ 'src/cli/bench.ts': "import '../../bench/index.ts'\n" }), [])
})

test('an import past a face is found, in tests too', () => {
  const text = "import { x } from '../spool/frame.ts'\n"
  assert.deepEqual(check({ 'src/deliver/a.ts': text }), ['src/deliver/a.ts:1: src/spool/frame.ts is behind the face of spool; import src/spool/index.ts'])
  assert.equal(check({ 'src/deliver/a.test.ts': text }).length, 1)
  assert.deepEqual(check({ 'src/deliver/a.test.ts': "import { disk } from '../spool/fixtures/disk.ts'\n" }), [])
  assert.match(check({ 'web/src/a.ts': "import { x } from '../../src/store/index.ts'\n" }).join(), /the console imports only/)
})

test('Node in a room that is free of it is found, and by way of another room too', () => {
  assert.match(check({ 'src/schema/a.ts': "import { readFileSync } from 'node:fs'\n" }).join(), /imports nothing of Node, not node:fs/)
  assert.match(check({ 'src/filter/a.ts': "import { x } from '../query/plan.ts'\n" }).join(), /imports only what is too, not src\/query\/plan\.ts/)
  assert.deepEqual(check({ 'src/schema/a.test.ts': "import { test } from 'node:test'\n" }), [])
})

test('a cycle is found once, and one of types or in a comment is none', () => {
  const cycle = { 'src/spool/a.ts': "import './b.ts'\n", 'src/spool/b.ts': "import './c.ts'\n", 'src/spool/c.ts': "import './a.ts'\n" }
  assert.deepEqual(check(cycle), ['cycle: src/spool/a.ts -> src/spool/b.ts -> src/spool/c.ts -> src/spool/a.ts'])
  assert.deepEqual(check({ ...cycle, 'src/spool/c.ts': "import type { A } from './a.ts'\n" }), [])
  assert.deepEqual(check({ ...cycle, 'src/spool/c.ts': "/* import './a.ts' */\n// import './a.ts'\n" }), [])
})
