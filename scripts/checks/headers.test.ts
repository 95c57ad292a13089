import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkHeaders } from './headers.ts'

const find = (text: string): readonly string[] => checkHeaders(new Map([['src/spool/index.ts', text]]))

test('a face that opens with its header passes, other files are left alone', () => {
  assert.deepEqual(find("/**\n * Rows on disk. In: batches.\n * Out: frames.\n * Left to others: what is in them.\n */\nexport { a } from './a.ts'\n"), [])
  assert.deepEqual(checkHeaders(new Map([['src/spool/frame.ts', 'export const a = 1\n']])), [])
})

test('no header and one of a line are found', () => {
  assert.deepEqual(find("export { a } from './a.ts'\n"), ['src/spool/index.ts: opens with no header; 3 to 10 are wanted'])
  assert.deepEqual(find("// Rows on disk.\nexport { a } from './a.ts'\n"), ['src/spool/index.ts: opens with a header of 1 lines; 3 to 10 are wanted'])
})
