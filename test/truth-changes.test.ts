import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createNetwork, type Network, type NetworkConfig } from '../src/simulate/network/index.ts'
import { ASKED_MS, GREETING, JUDGED_MS } from './helpers/truth-checks.ts'
import { openSites, type Site, type Sites } from './helpers/truth.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const START = Date.UTC(2026, 0, 20, 9)
/** When something happens. */
const CHANGE = 20
/** By then it is over. */
const SETTLED = 24
const END = 45

let sites: Sites
before(async () => {
  sites = await openSites()
})
after(() => sites.close())

const networkOf = (day: number, config: Pick<NetworkConfig, 'routers' | 'route'>): Network =>
  createNetwork({
    startMs: START + day * DAY,
    traffic: [GREETING, { seed: 70 + day, fromMs: JUDGED_MS, durationMs: (END - 3) * MINUTE, mice: 300, elephants: 10, long: 10, ways: ['lan-servers'] }],
    ...config,
  })

/** Bytes told and true bytes of some minutes of a network. */
async function minutes(site: Site, { startMs, truth }: Network, from: number, to: number): Promise<{ readonly told: number; readonly real: number }> {
  let real = 0
  for (let minute = from; minute < to; minute++) real += truth.byMinute.get(minute)?.bytes ?? 0
  const { bytes } = await site.total({ from: startMs + from * MINUTE, to: startMs + to * MINUTE })
  return { told: bytes, real }
}

/** What was told too little in all, in minutes of the traffic there was when it changed. Negative is too much. */
async function lostMinutes(site: Site, network: Network): Promise<number> {
  const whole = await minutes(site, network, 2, END + 2)
  const around = await minutes(site, network, CHANGE - 2, CHANGE + 4)
  return (whole.real - whole.told) / (around.real / 6)
}

/** Before and after a change the line is where the truth is, within three percent: records cut minutes elsewhere than the clock. */
async function meetsTheLine(site: Site, network: Network): Promise<void> {
  for (const [from, to] of [
    [4, CHANGE - 1],
    [SETTLED, END],
  ] as const) {
    const { told, real } = await minutes(site, network, from, to)
    assert.ok(Math.abs(told - real) < 0.03 * real, `minutes ${from} to ${to}: ${told} of ${real} bytes`)
  }
}

test('the exporter that counts dies: the next hop takes over, and at most three minutes of the flows in hand are lost', async t => {
  const network = networkOf(0, {
    routers: [
      { device: 'edge', protocol: 'netflow9', activeMs: MINUTE, diesMs: CHANGE * MINUTE },
      { device: 'distribution', protocol: 'netflow9', activeMs: MINUTE },
    ],
  })
  const site = await sites.run(network, { fromMs: ASKED_MS })
  await meetsTheLine(site, network)
  const lost = await lostMinutes(site, network)
  t.diagnostic(`${lost.toFixed(2)} minutes lost`)
  assert.ok(lost > -0.2 && lost < 3.5, `${lost} minutes`)
})

test('one of two exporters dies that does not count: nothing changes', async () => {
  const network = networkOf(1, {
    routers: [
      { device: 'edge', protocol: 'netflow9', activeMs: MINUTE },
      { device: 'distribution', protocol: 'ipfix', activeMs: 5 * MINUTE, diesMs: CHANGE * MINUTE },
    ],
  })
  const site = await sites.run(network, { fromMs: ASKED_MS })
  const { told, real } = await minutes(site, network, 2, END + 2)
  assert.ok(Math.abs(told - real) < real / 1000, `${told} of ${real} bytes`)
})

test('the next hop tells every five minutes: it takes over within one of its records, which counts or does not as a whole', async t => {
  const network = networkOf(2, {
    routers: [
      { device: 'edge', protocol: 'netflow9', activeMs: MINUTE, diesMs: CHANGE * MINUTE },
      { device: 'distribution', protocol: 'netflow9', activeMs: 5 * MINUTE },
    ],
  })
  const site = await sites.run(network, { fromMs: ASKED_MS })
  const lost = await lostMinutes(site, network)
  t.diagnostic(`${lost.toFixed(2)} minutes lost`)
  assert.ok(Math.abs(lost) < 3.5, `${lost} minutes`)
})

test('a route moves to another router while long flows last: the line goes on', async t => {
  const network = networkOf(3, {
    route: (_, ms) => (ms < CHANGE * MINUTE ? 'core' : 'spare'),
    routers: [
      { device: 'core', protocol: 'netflow9', activeMs: MINUTE },
      { device: 'spare', protocol: 'ipfix', activeMs: MINUTE },
      { device: 'distribution', protocol: 'netflow9', activeMs: 2 * MINUTE },
    ],
  })
  const site = await sites.run(network, { fromMs: ASKED_MS })
  await meetsTheLine(site, network)
  const lost = await lostMinutes(site, network)
  t.diagnostic(`${lost.toFixed(2)} minutes lost`)
  assert.ok(lost > -0.2 && lost < 4.5, `${lost} minutes`)
})
