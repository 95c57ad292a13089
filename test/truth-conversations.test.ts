/** Conversations as they are joined, against those that the packets were. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Conversation } from '../src/query/index.ts'
import { createNetwork, type ExporterConfig, type Network, type TrafficConfig } from '../src/simulate/network/index.ts'
import { openSites, type Sites } from './helpers/truth.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 1, 20, 9)
const ICMP: readonly number[] = [1, 58]

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

type Truth = Network['conversations'][number]
const nameOf = (client: string, clientPort: number, server: string, serverPort: number, proto: number): string =>
  [client, ICMP.includes(proto) ? 0 : clientPort, server, ICMP.includes(proto) ? 0 : serverPort, proto].join(' ')
const endsOf = (name: string): string => {
  const [client = '', clientPort = '', server = '', serverPort = '', proto = ''] = name.split(' ')
  return nameOf(server, Number(serverPort), client, Number(clientPort), Number(proto))
}

interface Joined {
  request: number
  response: number
}

/** Bytes of each direction by who asked whom. */
function sums<T>(items: readonly T[], of: (item: T) => readonly [name: string, request: number, response: number]): Map<string, Joined> {
  const all = new Map<string, Joined>()
  for (const item of items) {
    const [name, request, response] = of(item)
    const sum = all.get(name) ?? { request: 0, response: 0 }
    all.set(name, { request: sum.request + request, response: sum.response + response })
  }
  return all
}

const trueSums = (network: Network): Map<string, Joined> =>
  sums(network.conversations, ({ client, clientPort, server, serverPort, proto, sizes, up }: Truth) => [
    nameOf(client, clientPort, server, serverPort, proto),
    sizes.reduce((sum, size, at) => sum + (up[at] === 1 ? size : 0), 0),
    sizes.reduce((sum, size, at) => sum + (up[at] === 1 ? 0 : size), 0),
  ])

const toldSums = (rows: readonly Conversation[]): Map<string, Joined> =>
  sums(rows, row => [nameOf(row.client, row.client_port, row.server, row.server_port, row.proto), Number(row.request_bytes), Number(row.response_bytes)])

async function joined(day: number, routers: readonly ExporterConfig[], traffic: Partial<TrafficConfig> = {}): Promise<[Network, readonly Conversation[]]> {
  const network = createNetwork({
    startMs: START + day * DAY,
    traffic: [{ seed: 31 + day, durationMs: 1_200_000, long: 2, ways: ['lan-servers'], ...traffic }],
    routers,
  })
  const site = await sites.run(network)
  return [network, await site.conversations()]
}

for (const [day, what, router] of [
  [0, 'one router', { device: 'distribution', protocol: 'ipfix', activeMs: 60_000 }],
  [1, 'one router at ingress and egress', { device: 'distribution', protocol: 'netflow9', metering: 'both', activeMs: 300_000 }],
] as const)
  test(`${what}: both directions of each conversation are joined, to the byte, and the client is who asked`, async () => {
    const [network, rows] = await joined(day, [router])
    const [told, real] = [toldSums(rows), trueSums(network)]
    let mistaken = 0
    for (const [name, amount] of real) {
      const found = told.get(name)
      if (found === undefined) {
        // The other way round: a mistake about who asked, which only streams that began on both sides at once allow.
        const turned = told.get(endsOf(name))
        assert.deepEqual(turned, { request: amount.response, response: amount.request }, name)
        mistaken++
      } else assert.deepEqual(found, amount, name)
    }
    assert.equal(told.size, real.size)
    assert.ok(mistaken <= real.size / 100, `the client of ${mistaken} in ${real.size} is the server`)
  })

/** Estimated response times less those of the packets, ms, of each conversation that has both. */
function errorsOf(network: Network, rows: readonly Conversation[]): readonly number[] {
  const real = new Map(
    network.conversations.map(({ client, clientPort, server, serverPort, proto, times, up }) => {
      const answer = up.indexOf(0)
      return [nameOf(client, clientPort, server, serverPort, proto), answer < 0 ? null : (times[answer] ?? 0) - (times[up.indexOf(1)] ?? 0)]
    }),
  )
  return rows.flatMap(row => {
    const told = row.response_time_estimate
    const expected = real.get(nameOf(row.client, row.client_port, row.server, row.server_port, row.proto))
    return told === null || expected === undefined || expected === null || ICMP.includes(row.proto) ? [] : [told / 1000 - expected]
  })
}

test('estimated response times are those of the packets, but for the way to the router', async () => {
  const [network, rows] = await joined(2, [{ device: 'distribution', protocol: 'ipfix', activeMs: 60_000 }])
  const errors = errorsOf(network, rows)
  assert.ok(
    errors.every(error => Math.abs(error) <= 3),
    `${Math.max(...errors.map(Math.abs))} ms off`,
  )
  assert.ok(errors.length > rows.length / 2, `${errors.length} of ${rows.length} have an estimate`)
})

for (const [day, what, clockMs] of [
  [3, 'behind', -437],
  [4, 'ahead', 437],
] as const)
  test(`so are those of NetFlow v9, whose headers tell whole seconds, once its clock is learnt: ${what} ours`, async () => {
    const traffic = { mice: 600, ordinary: 400 }
    const [network, rows] = await joined(day, [{ device: 'distribution', protocol: 'netflow9', activeMs: 60_000, clockMs }], traffic)
    const errors = errorsOf(network, rows)
    // 3 ms are the way to the router, and within 10 its clock is taken for known.
    assert.ok(
      errors.every(error => Math.abs(error) <= 13),
      `${Math.max(...errors.map(Math.abs))} ms off`,
    )
    const mean = errors.reduce((sum, error) => sum + Math.abs(error), 0) / errors.length
    assert.ok(mean < 3, `${mean} ms off in the mean`)
    assert.ok(errors.length > rows.length / 2, `${errors.length} of ${rows.length} have an estimate`)
  })
