import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reach } from '../store/index.ts'
import { createCompleter } from './values.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const reach: Reach = { hoursUntil: 0, quality: { from: 0, until: 0 }, droppedUntil: () => 0 }

test('applications and categories of the operator complete before there is traffic of them', async () => {
  const query = () => Promise.resolve({ columns: [], rows: [], rowsRead: 0, tookMs: 0 })
  const complete = createCompleter({ query, reach, now: () => NOW }, {}, { app: ['billing', 'https'], category: ['accounts'] })
  const texts = async (filter: string): Promise<readonly string[]> => {
    const request = { filter, caret: filter.length, from: NOW - 3_600_000, to: NOW }
    const answer = await complete(request, { sql: '1', parameters: {}, columns: new Set() }, '', new AbortController().signal)
    return answer.items.map(({ text }) => text)
  }
  assert.ok((await texts('app = bil')).includes('billing'))
  assert.ok((await texts('category = acc')).includes('accounts'))
  assert.equal((await texts('app = https')).filter(text => text === 'https').length, 1, 'one that FlowLens knows too stands once')
})
