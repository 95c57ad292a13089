import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { createEnricher } from './index.ts'

const { enrich } = createEnricher()

const TCP = 6

/** The row as it is after enrichment, among others. */
function enriched(row: PlainRow): PlainRow {
  const batch = batchOf(4, [{ proto: TCP, src_port: 22, dst_port: 22 }, row, { proto: 50 }])
  enrich(batch)
  assert.equal(batch.rows, 3)
  return rowsIn(batch)[1] ?? {}
}

test('a batch without protocols stays as it is', () => {
  const batch = batchOf(6, [{ src_port: 443, dst_port: 443, bytes: 5 }])
  enrich(batch)
  assert.deepEqual(rowsIn(batch), [{ src_port: 443, dst_port: 443, bytes: 5 }])
})

test('enriching twice changes nothing more', () => {
  const batch = batchOf(4, [
    { proto: TCP, src_port: 51_000, dst_port: 443 },
    { proto: 1, dst_port: 0x0301 },
  ])
  enrich(batch)
  const once = rowsIn(batch)
  enrich(batch)
  assert.deepEqual(rowsIn(batch), once)
})

test('ICMP type and code from the destination port', async t => {
  for (const [what, row, type, code] of [
    ['destination unreachable, by port', { proto: 1, dst_port: 0x0303 }, 3, 3],
    ['echo request', { proto: 1, dst_port: 0x0800 }, 8, undefined],
    ['ICMPv6 echo', { proto: 58, dst_port: 0x8000 }, 128, undefined],
    ['echo reply is zero, and so is none', { proto: 1, dst_port: 0 }, undefined, undefined],
    ['a source port means that these are ports', { proto: 1, src_port: 7, dst_port: 0x0303 }, undefined, undefined],
    ['what was sent stays', { proto: 1, dst_port: 0x0303, icmp_type: 11, icmp_code: 1 }, 11, 1],
    ['a code that was sent stays', { proto: 1, dst_port: 0x0303, icmp_code: 9 }, undefined, 9],
    ['the port of a firewall’s event is the identifier of the echo', { proto: 1, dst_port: 17_549, firewall_event: 2 }, undefined, undefined],
    ['TCP has none', { proto: 6, dst_port: 0x0303 }, undefined, undefined],
  ] as const) {
    await t.test(what, () => {
      const { icmp_type: gotType, icmp_code: gotCode, dst_port: port } = enriched(row)
      assert.deepEqual([gotType, gotCode, port], [type, code, row.dst_port === 0 ? undefined : row.dst_port])
    })
  }
})
