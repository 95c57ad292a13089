import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { parseBlock, readAddress } from '../schema/index.ts'
import { payloadOf } from '../schema/fixtures/index.ts'
import { communityId, communityIdsOf } from './community-id.ts'
import { compileToPredicate, parse } from './index.ts'
import { COMMUNITY_FLOWS } from './fixtures/community-id.ts'

const words = (text: string): [number, number, number, number] => {
  const address = readAddress(text) ?? 0n
  return [Number(address >> 96n), Number((address >> 64n) & 0xffff_ffffn), Number((address >> 32n) & 0xffff_ffffn), Number(address & 0xffff_ffffn)]
}

test('the ids of the specification’s baseline', () => {
  for (const { id, row } of COMMUNITY_FLOWS) {
    const { proto, src, dst, src_port: srcPort, dst_port: dstPort, icmp_type: icmpType, icmp_code: icmpCode } = row
    assert.equal(communityId({ src: words(src), dst: words(dst), proto, srcPort, dstPort, icmpType, icmpCode }), id, JSON.stringify(row))
  }
})

test('a block’s rows have these ids, of IPv4 rows and of IPv6 rows', () => {
  for (const family of [4, 6] as const) {
    const flows = COMMUNITY_FLOWS.filter(({ row }) => row.src.includes(':') === (family === 6))
    const block = parseBlock(
      payloadOf(
        family,
        flows.map(({ row }) => row),
      ),
    )
    const ids = communityIdsOf(block)
    flows.forEach(({ id }, row) => assert.equal(ids(row), id))
    const wanted = flows[0]!.id
    const parsed = parse(`community_id = "${wanted}"`)
    assert.ok(parsed.ok)
    const keeps = compileToPredicate(parsed.tree, { now: 0 })
    assert.deepEqual([...keeps.columns].toSorted(), ['dst', 'dst_port', 'icmp_code', 'icmp_type', 'proto', 'src', 'src_port'])
    const holds = keeps.bind(block)
    assert.deepEqual(
      flows.map((_, row) => holds(row)),
      flows.map(({ id }) => id === wanted),
    )
  }
})

// The hash has Node's as its judge, over messages of both lengths.
test('SHA-1 is SHA-1', () => {
  for (let seed = 1; seed < 500; seed++) {
    const part = (salt: number): number => Math.imul(seed * 97 + salt, 0x9e37_79b1) >>> 0
    const v6 = seed % 2 === 0
    const address = (salt: number): [number, number, number, number] =>
      v6 ? [part(salt), part(salt + 1), part(salt + 2), part(salt + 3)] : [0, 0, 0xffff, part(salt)]
    const [src, dst] = [address(1), address(9)]
    const bytes = (address: readonly number[]): Buffer => Buffer.from(Uint32Array.from(v6 ? address : address.slice(3)).buffer.slice(0)).swap32()
    const [a, b] = [bytes(src), bytes(dst)]
    const ends = Buffer.compare(a, b) <= 0 ? [a, b] : [b, a]
    const hashed = createHash('sha1')
      .update(Buffer.concat([Buffer.from([0, 0]), ...ends, Buffer.from([47, 0])]))
      .digest('base64')
    assert.equal(communityId({ src, dst, proto: 47, srcPort: 5, dstPort: 6, icmpType: 7, icmpCode: 8 }), `1:${hashed}`)
  }
})

test('flows without addresses have no id', () => {
  const none = [0, 0, 0, 0] as const
  assert.equal(communityId({ src: none, dst: none, proto: 6, srcPort: 1, dstPort: 2, icmpType: 0, icmpCode: 0 }), '')
})
