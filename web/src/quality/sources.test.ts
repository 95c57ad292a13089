import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillersOf } from './sources.ts'

test('who fills a column follows from its elements', () => {
  assert.deepEqual(fillersOf('rtt'), ['Cisco', 'Flowmon', 'NetScaler', 'nProbe', 'Pluribus', 'Riverbed', 'VeloCloud', 'YAF'])
  assert.deepEqual(fillersOf('retransmitted'), ['Cisco', 'Flowmon', 'NetScaler', 'nProbe', 'Riverbed', 'VeloCloud', 'VMware'])
  assert.deepEqual(fillersOf('mos'), ['Cisco', 'nProbe'])
  assert.deepEqual(fillersOf('zero_window'), [], 'no exporter sends it')
  assert.deepEqual(fillersOf('no_such_column'), [])
})

test('every enterprise that fills a figure of quality has a name', () => {
  for (const name of [
    'rtt',
    'rtt_client',
    'rtt_server',
    'app_latency',
    'response_time',
    'transaction_time',
    'retransmitted',
    'out_of_order',
    'lost',
    'jitter',
    'loss',
    'mos',
  ])
    assert.ok(fillersOf(name).length > 0, name)
})
