import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEFAULT_SCOPE, readScope, scopeAt, writeScope } from './scope.ts'

test('an address without keys is the default scope, and the default scope needs no keys', () => {
  assert.deepEqual(readScope('').scope, DEFAULT_SCOPE)
  assert.equal(writeScope(DEFAULT_SCOPE), '')
})

test('what is written is read again, and stays readable', () => {
  const scope = {
    ...DEFAULT_SCOPE,
    filter: 'src in 10.0.0.0/8 and not app = "a&b#c+d"',
    from: '2025-03-18T13:00:00Z',
    to: 'now',
    live: false,
    columns: ['start_at', 'src'],
    order: 'dst',
  }
  const address = writeScope(scope)
  assert.deepEqual(readScope(address), { scope, unknown: [] })
  assert.match(address, /filter=src\+in\+10\.0\.0\.0\/8\+and\+not\+app\+=/)
  assert.match(address, /from=2025-03-18T13:00:00Z/)
  assert.match(address, /columns=start_at,src/)
})

test('keys nobody knows are told and kept', () => {
  const { scope, unknown } = readScope('?filter=app+=+dns&colour=blue')
  assert.equal(scope.filter, 'app = dns')
  assert.deepEqual(unknown, [['colour', 'blue']])
  assert.equal(writeScope(scope, unknown), '?filter=app+=+dns&colour=blue')
})

test('former names of columns open under the new ones; unknown columns are left out', () => {
  assert.deepEqual(readScope('?columns=octets,flags,nonsense,src,src&order=-pkts').scope.columns, ['bytes', 'tcp_flags', 'src'])
  assert.equal(readScope('?order=-pkts').scope.order, '-packets')
})

test('a value that does not fit gives the default', () => {
  const { scope } = readScope('?density=huge&order=nonsense&chart=pie')
  assert.deepEqual([scope.density, scope.order, scope.chart], ['compact', '-bytes', 'stacked'])
})

test('what is open on one page does not go along to another', () => {
  const { scope } = readScope('?filter=app+=+dns&sort=-bps&open=ipfix-udp-1-256&interface=7')
  assert.equal(writeScope(scopeAt('/flows', scope)), '?filter=app+=+dns')
  assert.equal(writeScope(scopeAt('/exporters', scope)), '?filter=app+=+dns&sort=-bps')
  assert.equal(writeScope(scopeAt('/exporters/192.0.2.1', scope)), '?filter=app+=+dns&open=ipfix-udp-1-256&interface=7')
  const ofHost = readScope('?top=50&layers=parts&side=dst&rank=flows').scope
  assert.equal(writeScope(scopeAt('/hosts/10.0.0.1/peers', ofHost)), '?top=50&layers=parts')
  assert.equal(writeScope(scopeAt('/as/15169', ofHost)), '?top=50&layers=parts')
  assert.equal(writeScope(scopeAt('/hosts', ofHost)), '?top=50&rank=flows')
  assert.equal(writeScope(scopeAt('/top/as', ofHost)), '?side=dst&top=50')
})
