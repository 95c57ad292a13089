import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnByName, type Column } from '../../../src/schema/index.ts'
import { conditionOf, duplicateText, shownValue, valueWords } from './columns.ts'

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

test('numbers with a meaning are told in words, and filtered by their names', () => {
  const row = { id: '1-1', proto: 1, icmp_type: 3, icmp_code: 3, dscp: 46, dst_port: 443, src_port: 51_000, end_reason: 2, forwarding_status: 130, tos: 184 }
  const said = (name: string): string => valueWords(column(name), row)
  assert.deepEqual(['icmp_type', 'icmp_code', 'dscp', 'dst_port', 'src_port', 'end_reason', 'forwarding_status', 'tos'].map(said), [
    'destination unreachable',
    'port',
    'EF',
    'https',
    '',
    'active timeout',
    'dropped acl drop',
    '',
  ])
  assert.deepEqual(conditionOf(column('dscp'), row), { field: 'dscp', value: 'ef' })
  assert.deepEqual(conditionOf(column('icmp_type'), row), { field: 'icmp_type', value: '3' })
})

test('ICMP is named by its protocol; type 0 may be an echo reply or nothing at all', () => {
  assert.equal(valueWords(column('icmp_type'), { id: '1-1', proto: 'ipv6-icmp', icmp_type: 128 }), 'echo request')
  assert.equal(valueWords(column('icmp_type'), { id: '1-1', proto: 6, icmp_type: 8 }), '')
  assert.equal(valueWords(column('icmp_type'), { id: '1-1', proto: 1, icmp_type: 0 }), '')
})

test('a row that tells of a flow once more says who had told it', () => {
  assert.equal(duplicateText({ id: '1-1', duplicate: 0 }), null)
  assert.equal(duplicateText({ id: '1-1', duplicate: false }), null)
  assert.match(duplicateText({ id: '1-1', duplicate: 1 }) ?? '', /^Another exporter/)
  assert.match(duplicateText({ id: '1-1', duplicate: 2 }) ?? '', /^The same exporter/)
  assert.match(duplicateText({ id: '1-1', duplicate: true }) ?? '', /left out of totals/)
})

test('an interface is one of its exporter, also in a filter', () => {
  assert.deepEqual(conditionOf(column('in_if'), { id: '1-1', in_if: 7, exporter: '192.0.2.1' }), {
    field: 'in_if',
    value: '7',
    and: { field: 'exporter', value: '192.0.2.1' },
  })
})
