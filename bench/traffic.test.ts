import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortfall } from './traffic.ts'

test('a sender that fell short of its rate is told, one that nearly kept it is not', () => {
  const offer = { flowsPerSecond: 2_000_000, seconds: 5 }
  assert.deepEqual(shortfall({ flows: 9_990_000 }, offer, 'nfcapd'), [])
  assert.deepEqual(shortfall({ flows: 7_500_000 }, offer, 'nfcapd'), ['beside nfcapd the sender reached 1.50 M of 2.00 M flows/s, for want of processor time'])
})
