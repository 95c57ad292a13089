import assert from 'node:assert/strict'
import { test } from 'node:test'
import { COLUMNS, type Column } from '../../../src/schema/index.ts'
import { fillersOf } from './sources.ts'

test('who fills a column follows from its elements', () => {
  assert.deepEqual(fillersOf('rtt'), ['Cisco', 'Flowmon', 'NetScaler', 'nProbe', 'Pluribus', 'Riverbed', 'VeloCloud', 'YAF'])
  assert.deepEqual(fillersOf('retransmitted'), ['Cisco', 'Flowmon', 'NetScaler', 'nProbe', 'Riverbed', 'VeloCloud', 'VMware'])
  assert.deepEqual(fillersOf('mos'), ['Cisco', 'nProbe'])
  assert.deepEqual(fillersOf('zero_window'), [], 'no exporter sends it')
  assert.deepEqual(fillersOf('no_such_column'), [])
})

test('every enterprise that fills a figure of quality has a name', () => {
  const columns = (COLUMNS as readonly Column[]).filter(column => column.group === 'quality' && column.measured !== undefined)
  for (const { name, elements = [] } of columns) {
    const enterprises = new Set(elements.flatMap(element => /(?:^|\* )(\d+)\/|^v9:511/.exec(String(element))?.[0] ?? []).map(found => found.replace('* ', '')))
    assert.equal(fillersOf(name).length, enterprises.size, `${name}: ${[...enterprises].join(' ')}`)
  }
})
