import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListenerConfig } from '../config/index.ts'
import { LIMITS, NOW, SECONDS } from '../decode/fixtures/collector.ts'
import { printAddress, readAddress } from '../schema/index.ts'
import { addressBytes, encodeIpfix, encodeSflow, encodeV5, encodeV9, parseTemplate } from '../simulate/index.ts'
import { createBatches } from './batches.ts'
import { createReceiveLoop, type ReceiveConfig, type ReceiveLoop } from './receive-loop.ts'

const FLOW = parseTemplate(256, '8:4 1:4')
const v5 = encodeV5({ uptimeMs: 5000, seconds: SECONDS, sequence: 0 }, [
  { src: '10.0.0.1', dst: '10.0.0.2', packets: 1, octets: 40, first: 1, last: 2, proto: 6 },
])
const v9 = encodeV9({ uptimeMs: 5000, seconds: SECONDS, sequence: 0, domain: 0 }, [{ kind: 'templates', templates: [FLOW] }])
const ipfix = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [{ kind: 'templates', templates: [FLOW] }])
/** Data of a template that never came. */
const waiting = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, [{ kind: 'data', template: FLOW, rows: [[addressBytes('10.0.0.1'), 1]] }])
/** NetFlow v1 and v7 of one record (Cisco, NetFlow Export Datagram Format): 16 and 24 bytes of header, then 52. */
const fixed = (version: number, headerBytes: number): Uint8Array => {
  const datagram = new Uint8Array(headerBytes + 52)
  new DataView(datagram.buffer).setUint32(0, (version << 16) | 1)
  return datagram
}
const v1 = fixed(1, 16)
const v7 = fixed(7, 24)
/** A datagram of this agent with one sample of one packet. */
const sflowOf = (agent: string): Uint8Array =>
  encodeSflow({ agent, subAgent: 0, sequence: 1, uptimeMs: 1 }, [
    { kind: 'flow', sequence: 1, source: 1, rate: 100, pool: 100, input: 1, output: 2, records: [] },
  ])
const sflow = sflowOf('10.0.0.1')
const ROUTER = 0x0a00_0001

interface Bench {
  readonly loop: ReceiveLoop
  take(
    datagram: Uint8Array,
    options?: { readonly from?: number | bigint; readonly listener?: number; readonly truncated?: boolean; readonly at?: number },
  ): void
}

function bench(accepts: readonly ListenerConfig['accept'][] = [['auto']], exporters = 10, rules: ReceiveConfig['rules'] = {}): Bench {
  const batches = createBatches({ queueBytes: 1 << 26 }, { hand: () => {}, collect: () => {} })
  const loop = createReceiveLoop({ listeners: accepts.map(accept => ({ accept })), decoder: { ...LIMITS, pendingMs: 600_000 }, exporters, rules }, { batches })
  return {
    loop,
    take: (datagram, { from = ROUTER, listener = 0, truncated = false, at = NOW } = {}) =>
      loop.take(listener, new DataView(datagram.buffer, datagram.byteOffset, datagram.length), 0, datagram.length, from, truncated, at),
  }
}

const rejected = ({ decoder: { counts } }: ReceiveLoop): Record<string, number> =>
  Object.fromEntries(Object.entries(counts.datagramsRejected).filter(([, count]) => count > 0))

test('a listener takes what its list names; the rest is counted as not allowed and makes no exporter', () => {
  const all = { netflow1: v1, netflow5: v5, netflow7: v7, netflow9: v9, ipfix, sflow }
  for (const [name, own] of Object.entries(all)) {
    const { loop, take } = bench([[name as ListenerConfig['accept'][number]]])
    for (const datagram of Object.values(all)) if (datagram !== own) take(datagram)
    take(Uint8Array.of(0, 99, 0, 0))
    assert.deepEqual(rejected(loop), { not_allowed: 6 }, name)
    assert.equal(loop.exporters.size, 0)
    take(own)
    assert.equal(loop.exporters.size, 1, name)
    assert.equal(loop.decoder.counts.datagramsRejected.not_allowed, 6, name)
  }
})

test('auto takes every protocol', () => {
  const { loop, take } = bench()
  for (const datagram of [v1, v5, v7, v9, ipfix, sflow]) take(datagram)
  assert.deepEqual(rejected(loop), {})
  assert.equal(loop.decoder.counts.datagramsDecoded, 6)
})

test('an agent of sFlow is the exporter, and where its datagrams come from stands beside it', () => {
  const { loop, take } = bench()
  take(sflowOf('192.0.2.7'))
  take(sflowOf('2001:db8::7'))
  take(sflowOf('10.0.0.1'))
  assert.deepEqual(
    [...loop.exporters.values()].map(({ address, source, datagrams, rows }) => [
      printAddress(address),
      source === null ? null : printAddress(source),
      datagrams,
      rows,
    ]),
    [
      ['10.0.0.1', null, 1, 1],
      ['192.0.2.7', '10.0.0.1', 1, 1],
      ['2001:db8::7', '10.0.0.1', 1, 1],
    ],
  )
})

test('made-up agents of one source are under the limit of exporters, and those known go on', () => {
  const { loop, take } = bench([['auto']], 3)
  for (let agent = 1; agent <= 100; agent++) take(sflowOf(`192.0.2.${agent}`))
  assert.deepEqual(rejected(loop), { exporter_limit: 98 })
  assert.equal(loop.exporters.size, 3)
  take(sflowOf('192.0.2.2'))
  take(v5)
  assert.equal(loop.decoder.counts.datagramsRejected.exporter_limit, 98)
  assert.equal(loop.decoder.counts.datagramsDecoded, 4)
})

test('datagrams and bytes are counted where they came in, whatever becomes of them', () => {
  const { loop, take } = bench([['auto'], ['netflow5']])
  take(v5)
  take(ipfix, { listener: 1 })
  take(new Uint8Array(0), { listener: 1 })
  assert.deepEqual(loop.listeners, [
    { datagrams: 1, bytes: v5.length },
    { datagrams: 2, bytes: ipfix.length },
  ])
  assert.deepEqual(rejected(loop), { not_allowed: 1, bad_length: 1 })
})

test('a datagram that was cut is not decoded', () => {
  const { loop, take } = bench()
  take(v5, { truncated: true })
  assert.deepEqual(rejected(loop), { truncated: 1 })
  assert.equal(loop.decoder.counts.rows, 0)
})

test('an exporter is one, however its address came: as a number or mapped into IPv6', () => {
  const { loop, take } = bench()
  take(v5)
  take(v5, { from: readAddress('2001:db8::1') ?? 0n })
  assert.deepEqual(
    [...loop.exporters.values()].map(({ address, datagrams }) => [printAddress(address), datagrams]),
    [
      ['10.0.0.1', 1],
      ['2001:db8::1', 1],
    ],
  )
})

test('beyond the limit new exporters are refused, known ones go on', () => {
  const { loop, take } = bench([['auto']], 2)
  for (const from of [1, 2, 3, 1]) take(v5, { from })
  assert.deepEqual(rejected(loop), { exporter_limit: 1 })
  assert.deepEqual(
    [...loop.exporters.values()].map(({ datagrams }) => datagrams),
    [2, 1],
  )
})

test('a full list forgets who is silent: after a minute who never sent a flow, any other with its templates', () => {
  const { loop, take } = bench([['auto']], 3)
  take(v5, { from: 1 })
  take(waiting, { from: 2 })
  take(waiting, { from: readAddress('2001:db8::1') ?? 0n })
  const refusedAt = (at: number, from: number): boolean => {
    const before = loop.decoder.counts.datagramsRejected.exporter_limit
    take(v5, { from, at })
    loop.tick(at)
    return loop.decoder.counts.datagramsRejected.exporter_limit > before
  }
  assert.equal(refusedAt(NOW + 59_000, 9), true)
  assert.equal(loop.exporters.size, 3, 'a minute has not passed')
  assert.equal(refusedAt(NOW + 60_000, 9), true, 'room is made at the next tick')
  assert.deepEqual([...loop.exporters.keys()].map(printAddress), ['0.0.0.1'])
  const { sets, setsPending, setsRejected } = loop.decoder.counts
  assert.deepEqual([sets, setsPending, setsRejected.pending_expired], [2, 0, 2], 'what waited for a template is counted')
  assert.equal(refusedAt(NOW + 60_001, 9), false)
  for (const from of [2, 3]) take(v5, { from, at: NOW + LIMITS.lifetimeMs })
  assert.equal(refusedAt(NOW + LIMITS.lifetimeMs, 4), true)
  assert.equal(loop.exporters.size, 2, 'the one that was silent longest is forgotten')
  take(v5, { from: 1, at: NOW + LIMITS.lifetimeMs })
  assert.equal(loop.exporters.size, 3, 'and may come again')
})

test('sequence counts outlive the exporter they belong to', () => {
  const { loop, take } = bench([['auto']], 1)
  const numbered = (sequence: number): Uint8Array =>
    encodeV9({ uptimeMs: 5000, seconds: SECONDS, sequence, domain: 0 }, [{ kind: 'templates', templates: [FLOW] }])
  take(numbered(0), { from: 1 })
  take(numbered(5), { from: 1 })
  assert.equal([...loop.exporters.values()][0]?.sequence.missing, 4)
  take(v5, { from: 2, at: NOW + 60_000 })
  loop.tick(NOW + 60_000)
  assert.equal(loop.exporters.size, 0)
  assert.deepEqual(loop.forgotten, { missing: 4, duplicate: 0, reordered: 0, reset: 0 })
})

test('exporters have the settings that the configuration gives their address, agents of sFlow too', () => {
  const { loop, take } = bench(undefined, undefined, { exporters: [{ match: ['10.0.0.0/24'], profiles: ['request-numbers'], fields: [], relay: true }] })
  take(v5)
  take(v5, { from: 0xc000_0201 })
  take(sflowOf('10.0.0.77'), { from: 0xc000_0202 })
  const told = [...loop.exporters.values()].map(({ address, settings }) => [printAddress(address), settings.relay, settings.profiles.join()])
  assert.deepEqual(
    told.filter(([address]) => address !== '192.0.2.2'),
    [
      ['10.0.0.1', true, 'request-numbers'],
      ['192.0.2.1', false, ''],
      ['10.0.0.77', true, 'request-numbers'],
    ],
  )
})
