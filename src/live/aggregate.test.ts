import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBlock, type Block } from '../schema/index.ts'
import { createRandom, payloadOf, type PlainRow } from '../schema/fixtures/index.ts'
import { AGGREGATED, createAggregate, type Aggregate } from './aggregate.ts'

const T = 1_700_000_000
const blockOf = (rows: readonly PlainRow[], family: 4 | 6 = 4): Block => parseBlock(payloadOf(family, rows), new Set(AGGREGATED))
const at = (second: number, row: PlainRow): PlainRow => ({
  received_at: second * 1000 + 123,
  exporter: '10.0.0.254',
  src: '10.0.0.1',
  dst: '10.0.0.2',
  proto: 6,
  bytes: 0,
  packets: 0,
  ...row,
})
const near = (got: number, wanted: number, what: string): void =>
  assert.ok(Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${what}: ${got} is not ${wanted}`)
/** All rates of a list are of a mean over about ten seconds: after one second they weigh this much. */
const WEIGHT = 1 / 11

function aggregateOf(...blocks: readonly Block[]): Aggregate {
  const aggregate = createAggregate()
  for (const block of blocks) aggregate.add(block, null)
  return aggregate
}

const APPS = ['', 'dns', 'https', 'ssh'] as const
const CATEGORIES: Readonly<Record<string, string>> = { '': '', dns: 'dns', https: 'web', ssh: 'remote access' }

/** Random rows of a few seconds, of both families, with sampling, duplicates and everything a list shows. */
function randomRows(seed: number, count: number): readonly PlainRow[] {
  const random = createRandom(seed)
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T
  const below = (limit: number): number => Math.floor(random() * limit)
  return Array.from({ length: count }, (): PlainRow => {
    const app = pick(APPS)
    return at(T + below(5), {
      exporter: pick(['10.0.0.254', '2001:db8::fe']),
      src: `10.0.${below(3)}.${below(30)}`,
      dst: `10.1.0.${below(30)}`,
      proto: pick([1, 6, 17]),
      src_port: below(4),
      dst_port: 53,
      bytes: below(1e6),
      packets: below(1000),
      sampling_rate: pick([0, 1, 100]),
      app,
      category: CATEGORIES[app] ?? '',
      in_if: below(3),
      out_if: below(3),
      src_as: below(4),
      dst_as: below(4),
      duplicate: pick([0, 0, 0, 1]),
    })
  })
}

const rateOf = (row: PlainRow): number => Math.max(1, Number(row['sampling_rate']))
const sums = (rows: readonly PlainRow[], key: (row: PlainRow) => unknown): [string, number][] => {
  const all = new Map<string, number>()
  for (const row of rows) all.set(String(key(row)), (all.get(String(key(row))) ?? 0) + 8 * Number(row['bytes']) * rateOf(row))
  return [...all].filter(([, bps]) => bps > 0).toSorted((a, b) => (a[0] < b[0] ? -1 : 1))
}
const byKey = (shares: readonly { key: string; bps: number }[]): [string, number][] =>
  shares
    .filter(({ bps }) => bps > 0)
    .map(({ key, bps }): [string, number] => [key, bps])
    .toSorted((a, b) => (a[0] < b[0] ? -1 : 1))

test('each second is the sum a list of its rows would give, with sampling and without duplicates', () => {
  const rows = randomRows(1, 4000)
  const aggregate = createAggregate()
  for (let first = 0; first < rows.length; first += 700) aggregate.add(blockOf(rows.slice(first, first + 700)), null)
  for (let second = T; second < T + 5; second++) {
    const counted = rows.filter(row => row['duplicate'] === 0 && Math.floor(Number(row['received_at']) / 1000) === second)
    const got = aggregate.at(second)
    assert.equal(
      got.bps,
      counted.reduce((sum, row) => sum + 8 * Number(row['bytes']) * rateOf(row), 0),
    )
    assert.equal(
      got.pps,
      counted.reduce((sum, row) => sum + Number(row['packets']) * rateOf(row), 0),
    )
    assert.equal(got.fps, counted.length)
    assert.equal(got.unknown_sampling_flows, counted.filter(row => row['sampling_rate'] === 0).length)
    assert.deepEqual(
      byKey(got.apps),
      sums(counted, row => row['app']),
    )
    assert.deepEqual(
      byKey(got.categories),
      sums(counted, row => row['category']),
    )
    assert.deepEqual(
      byKey(got.protocols),
      sums(counted, row => ({ 1: 'icmp', 6: 'tcp', 17: 'udp' })[Number(row['proto'])]),
    )
  }
})

test('the lists are the ten best of all hosts, and what is in none is told', () => {
  const aggregate = createAggregate()
  const rows = Array.from({ length: 30 }, (_, host) =>
    at(T, { src: `10.0.0.${host}`, dst: '192.0.2.1', bytes: 1000 * (host + 1), packets: 2, src_as: host + 1, dst_as: 999 }),
  )
  aggregate.add(blockOf(rows), null)
  const got = aggregate.at(T)
  const all = 8 * rows.reduce((sum, row) => sum + Number(row['bytes']), 0)
  assert.deepEqual(
    got.sources.map(({ key }) => key),
    Array.from({ length: 10 }, (_, rank) => `10.0.0.${29 - rank}`),
  )
  assert.deepEqual(
    got.destinations.map(({ key }) => key),
    ['192.0.2.1'],
  )
  assert.equal(got.hosts[0]?.key, '192.0.2.1')
  near(got.sources[0]?.bps ?? 0, 8 * 30_000 * WEIGHT, 'the first source')
  near(got.destinations[0]?.bps ?? 0, all * WEIGHT, 'the destination')
  near(
    got.sources.reduce((sum, { bps }) => sum + bps, got.other_bps.sources),
    all * WEIGHT,
    'sources and others',
  )
  near(got.other_bps.destinations, 0, 'other destinations')
  near(
    got.hosts.reduce((sum, { bps }) => sum + bps, got.other_bps.hosts),
    2 * all * WEIGHT,
    'hosts at both ends',
  )
  assert.deepEqual(
    [got.destinations[0]?.bytes, got.destinations[0]?.packets, got.destinations[0]?.first_seen, got.destinations[0]?.last_seen],
    [all / 8, 60, T * 1000, T * 1000],
  )
  assert.deepEqual([got.ases[0]?.key, got.ases.length], ['999', 10])
  assert.equal(got.active_hosts, 31)
  assert.equal(got.active_flows, 30)
})

test('IPv4 is the same host in narrow and wide batches; no address is no host', () => {
  const aggregate = aggregateOf(blockOf([at(T, { bytes: 100 })], 4), blockOf([at(T, { bytes: 50 }), at(T, { src: '::', dst: '2001:db8::1', bytes: 7 })], 6))
  const got = aggregate.at(T)
  assert.deepEqual(
    got.sources.map(({ key, bytes }) => [key, bytes]),
    [['10.0.0.1', 150]],
  )
  assert.deepEqual(
    got.destinations.map(({ key, bytes }) => [key, bytes]),
    [
      ['10.0.0.2', 150],
      ['2001:db8::1', 7],
    ],
  )
  assert.deepEqual([got.active_hosts, got.fps, got.bps], [3, 3, 157 * 8])
})

test('flows are told apart by both addresses, ports and protocol', () => {
  // Pairs whose addresses differ by the same bits, both directions among them.
  const pairs = Array.from({ length: 32 }, (_, a) => Array.from({ length: 32 }, (_, b) => [`10.0.0.${a}`, `10.0.0.${b}`] as const)).flat()
  const rows = pairs.flatMap(([src, dst]) => [
    at(T, { src, dst, src_port: 123, dst_port: 123, proto: 17 }),
    at(T, { src, dst, src_port: 123, dst_port: 123, proto: 17 }),
  ])
  const got = aggregateOf(blockOf(rows)).at(T).active_flows
  assert.ok(Math.abs(got - 1024) <= 20, `${got} of 1024`)
  const ports = aggregateOf(blockOf(Array.from({ length: 1000 }, (_, port) => at(T, { src_port: port, dst_port: 53 })))).at(T).active_flows
  assert.ok(Math.abs(ports - 1000) <= 20, `${ports} of 1000`)
  const six = aggregateOf(
    blockOf(
      pairs.map(([src, dst]) => at(T, { src: src.replace('10.0.0.', '2001:db8::'), dst: dst.replace('10.0.0.', '2001:db8::') })),
      6,
    ),
  ).at(T).active_flows
  assert.ok(Math.abs(six - 1024) <= 20, `${six} of 1024`)
})

test('interfaces by exporter, with both directions and the names of each, though several share a name', () => {
  const aggregate = aggregateOf(
    blockOf([
      at(T, { in_if: 1, out_if: 2, in_if_name: 'uplink', out_if_name: 'lan', bytes: 1000 }),
      at(T, { in_if: 3, out_if: 1, in_if_name: 'uplink', out_if_name: 'uplink', bytes: 100 }),
      at(T, { exporter: '10.0.0.253', in_if: 1, bytes: 10 }),
    ]),
  )
  assert.deepEqual(
    aggregate
      .at(T)
      .interfaces.map(({ exporter, if: index, name, in_bps: input, out_bps: output }) => [
        exporter,
        index,
        name,
        Math.round(input / 8 / WEIGHT),
        Math.round(output / 8 / WEIGHT),
      ]),
    [
      ['10.0.0.254', 1, 'uplink', 1000, 100],
      ['10.0.0.254', 2, 'lan', 0, 1000],
      ['10.0.0.254', 3, 'uplink', 100, 0],
      ['10.0.0.253', 1, '', 10, 0],
    ],
  )
})

test('a name that changes is told within a second', () => {
  const aggregate = createAggregate()
  for (const [second, name] of [
    [T, 'old'],
    [T + 1, 'new'],
  ] as const)
    aggregate.add(blockOf([at(second, { in_if: 1, in_if_name: name, bytes: 5 })]), null)
  assert.equal(aggregate.at(T + 1).interfaces[0]?.name, 'new')
})

test('exporters: bits and flows a second, both of the last ten seconds', () => {
  const aggregate = createAggregate()
  for (let second = T; second < T + 200; second++)
    aggregate.add(blockOf([...Array.from({ length: 20 }, () => at(second, { bytes: 1000 })), at(second, { exporter: '10.0.0.253', bytes: 1 })]), null)
  const [first, second] = aggregate.at(T + 199).exporters
  assert.deepEqual([first?.key, Math.round(first?.bps ?? 0), Math.round(first?.fps ?? 0)], ['10.0.0.254', 160_000, 20])
  assert.deepEqual([second?.key, Math.round(second?.bps ?? 0), Math.round(second?.fps ?? 0)], ['10.0.0.253', 8, 1])
  // An exporter that fell silent is no more at its old rate.
  assert.ok((aggregate.at(T + 230).exporters[0]?.fps ?? 0) < 2)
})

test('a second without rows is zero; one a minute ago is forgotten', () => {
  const aggregate = aggregateOf(blockOf([at(T, { bytes: 100, app: 'dns' })]))
  assert.equal(aggregate.at(T).bps, 800)
  for (const second of [T + 1, T + 30, T + 60]) {
    const got = aggregate.at(second)
    assert.deepEqual([got.second, got.bps, got.pps, got.fps, got.apps], [second, 0, 0, 0, []])
  }
  assert.deepEqual(
    [aggregate.at(T + 59).active_hosts, aggregate.at(T + 59).active_flows, aggregate.at(T + 60).active_hosts, aggregate.at(T + 60).active_flows],
    [2, 1, 0, 0],
  )
})

test('rows that come late are added to their second while it is held, and left out when it is not', () => {
  const aggregate = createAggregate()
  aggregate.add(blockOf([at(T + 100, { bytes: 1, app: 'dns' })]), null)
  aggregate.add(blockOf([at(T + 99, { bytes: 10, app: 'dns' })]), null)
  aggregate.add(blockOf([at(T + 40, { bytes: 1000, app: 'ssh' })]), null)
  assert.deepEqual([aggregate.at(T + 100).bps, aggregate.at(T + 99).bps], [8, 80])
  assert.deepEqual([aggregate.at(T + 100).apps, aggregate.at(T + 99).apps], [[{ key: 'dns', bps: 8 }], [{ key: 'dns', bps: 80 }]])
})

test('a late row between rows of several seconds puts no application into the wrong one', () => {
  const row = (second: number, app: string, bytes: number): PlainRow => at(second, { app, bytes })
  // The second of the late row shares its slot with T + 100.
  const aggregate = aggregateOf(
    blockOf([row(T + 100, 'dns', 1)]),
    blockOf([row(T + 101, 'dns', 2), row(T + 40, 'ssh', 1000), row(T + 100, 'https', 4), row(T + 101, 'dns', 8)]),
  )
  assert.deepEqual(byKey(aggregate.at(T + 100).apps), [
    ['dns', 8],
    ['https', 32],
  ])
  assert.deepEqual(byKey(aggregate.at(T + 101).apps), [['dns', 80]])
})

test('a test of rows keeps the others out of every figure', () => {
  const aggregate = createAggregate()
  const rows = [at(T, { bytes: 1, app: 'dns', in_if: 1 }), at(T, { src: '10.9.9.9', exporter: '10.0.0.9', bytes: 100, app: 'ssh', in_if: 2, src_as: 7 })]
  aggregate.add(blockOf(rows), row => row === 0)
  const got = aggregate.at(T)
  assert.deepEqual(
    [got.bps, got.fps, got.apps, got.active_hosts, got.exporters.map(({ key }) => key), got.interfaces.map(({ if: index }) => index), got.ases],
    [8, 1, [{ key: 'dns', bps: 8 }], 2, ['10.0.0.254'], [1], []],
  )
})

test('blocks without most columns: counters, ports, applications and interfaces are zero', () => {
  const aggregate = aggregateOf(blockOf([{ received_at: T * 1000, exporter: '10.0.0.254' }], 6))
  const got = aggregate.at(T)
  assert.deepEqual([got.fps, got.bps, got.pps, got.active_hosts, got.active_flows, got.unknown_sampling_flows], [1, 0, 0, 0, 1, 1])
  assert.deepEqual([got.hosts, got.interfaces, got.ases, got.apps], [[], [], [], []])
})

test('counters above 2^32 keep all their digits', () => {
  assert.equal(aggregateOf(blockOf([at(T, { bytes: 2 ** 40 + 1, packets: 2 ** 33, sampling_rate: 1 })])).at(T).bps, 8 * (2 ** 40 + 1))
  assert.equal(aggregateOf(blockOf([at(T, { bytes: 5, packets: 2 ** 33, sampling_rate: 4 })])).at(T).pps, 2 ** 35)
})

test('an AS at both ends of a flow counts once', () => {
  const got = aggregateOf(blockOf([at(T, { bytes: 11, src_as: 5, dst_as: 5 }), at(T, { bytes: 11, src_as: 6, dst_as: 7 })])).at(T)
  assert.deepEqual(got.ases.map(({ key, bps }) => [key, Math.round(bps)]).toSorted(), [
    ['5', 8],
    ['6', 8],
    ['7', 8],
  ])
})
