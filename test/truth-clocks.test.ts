import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addressBytes, encodeV9, parseTemplate, type Value, type WireSet } from '../src/simulate/index.ts'
import { createNetwork, type Datagram, type TrafficConfig } from '../src/simulate/network/index.ts'
import { openSites, type Site, type Sites } from './helpers/truth.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 31, 9)
const traffic: TrafficConfig = { seed: 4, durationMs: 600_000, mice: 60, ordinary: 40, elephants: 2, elephantPackets: 1000, ways: ['lan-servers'] }
const WRAP = 2 ** 32

/** The same traffic, told by six exporters whose clocks are wrong in six ways, each of another address. */
const CLOCKS = {
  '192.0.2.11': { clockMs: 400 },
  '192.0.2.12': { clockMs: -2 * HOUR },
  '192.0.2.13': { clockMs: 3 * HOUR },
  '192.0.2.14': { clockMs: -9 * 24 * HOUR },
  '192.0.2.15': { uptimeMs: WRAP - 300_000 },
} as const
const network = createNetwork({
  startMs: START,
  traffic: [traffic],
  routers: Object.entries(CLOCKS).flatMap(([address, clock], at) => [
    { device: 'edge', protocol: at === 1 ? 'ipfix' : 'netflow9', address, ...clock } as const,
  ]),
})

/** Records no clock can have made: `[first, last]` of uptime, at an uptime of 1,000,000 ms. */
const ODD = parseTemplate(256, '8:4 12:4 1:4 2:4 22:4 21:4 150:4 151:4')
const UPTIME = 1_000_000
const odd = (bytes: number, start: number, end: number): readonly Value[] => [
  addressBytes('10.1.0.1'),
  addressBytes('10.9.0.1'),
  bytes,
  1,
  UPTIME - 2000,
  UPTIME - 1000,
  start,
  end,
]
const SECONDS = (START + 300_000) / 1000
const ODDITIES: readonly (readonly Value[])[] = [
  odd(100, SECONDS, SECONDS - 60), // starts after it ends
  odd(101, 0, SECONDS), // in 1970
  odd(102, SECONDS, SECONDS + 90_000), // ends tomorrow
]
const sets: readonly WireSet[] = [
  { kind: 'templates', templates: [ODD] },
  { kind: 'data', template: ODD, rows: ODDITIES },
]
const strange: Datagram = { ms: 300_000, source: '192.0.2.20', bytes: encodeV9({ uptimeMs: UPTIME, seconds: SECONDS, sequence: 0, domain: 0 }, sets) }

let sites: Sites
let site: Site
before(async () => {
  sites = await openSites()
  site = await sites.run({ ...network, datagrams: [...network.datagrams, strange].toSorted((a, b) => a.ms - b.ms) })
})
after(() => sites.close())

const WEEK = { from: START - 10 * 24 * HOUR, to: START + 24 * HOUR, filter: '' }
/** All rows of an exporter, wherever they lie. */
const of = (address: string): { from: number; to: number; filter: string } => ({ ...WEEK, filter: `exporter = ${address}` })
const facts = async (address: string): Promise<Record<'rows' | 'early' | 'late' | 'replaced', number>> => {
  const [rows, early, late, replaced] =
    await site.row(`SELECT count(), min(toUnixTimestamp64Milli(start_at)) - ${START}, max(toUnixTimestamp64Milli(end_at)) - ${START}, countIf(bitAnd(notes, 1) = 1)
    FROM flows WHERE exporter = toIPv6('${address}')`)
  return { rows: Number(rows), early: Number(early), late: Number(late), replaced: Number(replaced) }
}

test('whatever its clock says, nothing an exporter tells is lost', async () => {
  for (const address of Object.keys(CLOCKS)) assert.deepEqual(await site.total(of(address)), network.truth.total, address)
  assert.equal(site.counts.setsPending, 0)
})

test('a clock some hundred ms off moves rows by that and the second the header of NetFlow v9 cuts off', async () => {
  const { early, late, replaced } = await facts('192.0.2.11')
  assert.ok(early > -1000 && late < network.untilMs + 1000, `${early} … ${late}`)
  assert.equal(replaced, 0)
})

test('a clock two hours behind: rows lie where it says, two hours ago, and are not marked', async () => {
  const { early, late, replaced } = await facts('192.0.2.12')
  assert.ok(early >= -2 * HOUR && late <= -2 * HOUR + network.untilMs, `${early} … ${late}`)
  assert.equal(replaced, 0)
  assert.equal((await site.total({ filter: 'exporter = 192.0.2.12' })).bytes, 0)
})

test('a clock three hours ahead: the rows keep their times and count when they were received', async () => {
  const { late } = await facts('192.0.2.13')
  assert.ok(late > 3 * HOUR && late < 3 * HOUR + network.untilMs + 1000, `${late}`)
  const line = await site.series({ filter: 'exporter = 192.0.2.13', metrics: ['bytes'], granularity: 60_000 })
  const sum = (line.series[0]?.values['bytes'] ?? []).reduce<number>((all, value) => all + Number(value ?? 0), 0)
  assert.equal(sum, network.truth.total.bytes)
})

test('a clock nine days behind is not believed: reception holds, and every row is marked', async () => {
  const { rows, early, replaced } = await facts('192.0.2.14')
  assert.ok(early >= 0)
  assert.equal(replaced, rows)
})

test('flows on both sides of the day sysUptime begins anew keep their times', async () => {
  const [one, other] = await Promise.all([facts('192.0.2.11'), facts('192.0.2.15')])
  assert.equal(other.replaced, 0)
  assert.equal(other.rows, one.rows)
  for (const [key, slack] of [
    ['early', 1500],
    ['late', 1500],
  ] as const)
    assert.ok(Math.abs(one[key] - other[key]) < slack, `${key}: ${one[key]}, ${other[key]}`)
})

test('start after end, 1970, tomorrow: the row counts when it was received, and is marked', async () => {
  assert.deepEqual(await site.total(of('192.0.2.20')), { bytes: 303, packets: 3 })
  const { early, late, replaced, rows } = await facts('192.0.2.20')
  assert.deepEqual({ early, late, replaced, rows }, { early: 300_000, late: 300_000, replaced: 3, rows: 3 })
})
