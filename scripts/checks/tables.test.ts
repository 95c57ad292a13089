import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTables, type Declared } from './tables.ts'

// Names put together from parts: this file is read by the check itself.
const CODE = `FL${'_'}SPOOL_IO`
const VARIABLE = `FLOWLENS${'_'}CONFIG`
const declared: Declared = { errors: [CODE], environment: [VARIABLE], configKeys: ['syncMs'] }
const inOrder = {
  'src/spool/a.ts': `throw new FlowLensError('${CODE}', config.spool.syncMs)`,
  'src/cli/a.ts': `values.${VARIABLE}`,
}
const check = (files: Readonly<Record<string, string>>): readonly string[] => checkTables(new Map(Object.entries(files)), declared)

test('what is declared and used is in order', () => {
  assert.deepEqual(check(inOrder), [])
})

test('what is used and not declared is found', () => {
  assert.match(check({ ...inOrder, 'src/api/a.ts': `'FL${'_'}API_ODD'` }).join(), /src\/api\/a\.ts: error code FL_API_ODD is not declared/)
  assert.match(check({ ...inOrder, 'src/api/a.ts': `FLOWLENS${'_'}ODD` }).join(), /environment variable FLOWLENS_ODD is not declared/)
})

test('what is declared and not used is found; tests and the declaration do not count', () => {
  const found = check({
    'src/schema/errors.ts': CODE,
    'src/config/env.ts': VARIABLE,
    'src/config/load.ts': 'syncMs',
    'src/spool/a.test.ts': `${CODE} ${VARIABLE} syncMs`,
  })
  assert.deepEqual(found, [
    `error code ${CODE} is declared and used nowhere`,
    `environment variable ${VARIABLE} is declared and used nowhere`,
    'config key syncMs is declared and used nowhere',
  ])
})

test('a code put together from its stage and a text counts as used', () => {
  const parts = { 'src/spool/a.ts': `new FlowLensError(\`FL${'_'}SPOOL_\${what}\`)`, 'src/spool/b.ts': "fail('IO', config.syncMs)", 'src/cli/a.ts': VARIABLE }
  assert.deepEqual(check(parts), [])
  assert.equal(check({ ...parts, 'src/spool/b.ts': "fail('DISK', config.syncMs)" }).length, 1)
})
