import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnByName, type Column } from '../../../src/schema/index.ts'
import { shownValue } from './columns.ts'

const column = (name: string): Column => {
  const found = columnByName(name)
  assert.ok(found !== undefined)
  return found
}

test('counters are shown times the sampling rate, or as sent', () => {
  const row = { id: '1-1', bytes_as_sent: 100, sampling_rate: 10 }
  assert.equal(shownValue(column('bytes'), row, false), 1000)
  assert.equal(shownValue(column('bytes'), row, true), 100)
})

test('a flow of no duration has no rate', () => {
  assert.equal(shownValue(column('bps'), { id: '1-1', bps: 0 }, false), null)
  assert.equal(shownValue(column('bps'), { id: '1-1', bps: 80, sampling_rate: 10 }, false), 80)
  assert.equal(shownValue(column('bps'), { id: '1-1', bps: 80, sampling_rate: 10 }, true), 8)
})
