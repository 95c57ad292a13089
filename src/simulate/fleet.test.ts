import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { createWireReader } from './fixtures/wire-reader.ts'
import { createFleet, type FleetConfig } from './fleet.ts'
import { createLedger } from './ledger.ts'
import { PROFILES } from './profiles.ts'
import { createReplay } from './replay.ts'

const START = Date.UTC(2026, 5, 1, 9, 59, 59, 321)

interface Sent {
  readonly source: number
  readonly nowMs: number
  readonly bytes: Uint8Array
  readonly flows: number
  readonly octets: number
  readonly packets: number
}

/** All datagrams of a fleet, the clock going on `stepMs` a datagram. */
function sendAll(config: FleetConfig, stepMs = 3) {
  let nowMs = START
  const fleet = createFleet({ startHour: 10, ...config }, { now: () => nowMs })
  const ledger = createLedger(
    fleet.exporters.map(exporter => exporter.device),
    config.address,
  )
  const sent: Sent[] = []
  for (let built = fleet.next(nowMs); built !== undefined; built = fleet.next(nowMs)) {
    sent.push({ source: built.source, nowMs, bytes: built.datagram.slice(), flows: built.flows, octets: built.octets, packets: built.packets })
    ledger.count(built.source, built)
    nowMs += stepMs
  }
  return { fleet, sent, report: ledger.report() }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

for (const profile of PROFILES) {
  test(`${profile.name}: every datagram is valid and carries what the ledger says`, () => {
    const { sent, report } = sendAll({ seed: 11, profiles: [profile.name], flows: 3000 })
    const reader = createWireReader()
    let flows = 0
    let octets = 0
    let packets = 0
    for (const item of sent) {
      const read = reader.read(item.bytes)
      assert.equal(read.flows.length, item.flows, 'flows of the datagram')
      assert.equal(sum(read.flows.map(flow => flow.octets)), item.octets, 'octets of the datagram')
      assert.equal(sum(read.flows.map(flow => flow.packets)), item.packets, 'packets of the datagram')
      assert.ok(item.bytes.length <= 1472, 'fits an Ethernet')
      for (const { start, end } of read.flows) {
        if (start === undefined || end === undefined) continue
        assert.ok(start <= end, 'a flow starts before it ends')
        assert.ok(end <= item.nowMs && end > item.nowMs - 20_000, `a flow ended a moment ago, not ${item.nowMs - end} ms`)
        assert.ok(end - start <= profile.activeTimeoutMs, 'no flow is longer than the active timeout')
      }
      flows += read.flows.length
      octets += item.octets
      packets += item.packets
    }
    assert.equal(flows, 3000)
    assert.deepEqual(
      { flows: report.flows, octets: report.octets, packets: report.packets, datagrams: report.datagrams },
      { flows, octets, packets, datagrams: sent.length },
    )
    const factor = profile.samplingRate
    assert.equal(report.scaledOctets, octets * factor)
    assert.equal(report.scaledPackets, profile.protocol === 'sflow' ? packets : packets * factor)
  })
}

test('the same seed sends the same bytes, another seed others', () => {
  const digest = (seed: number): string => {
    const hash = createHash('sha256')
    for (const { bytes } of sendAll({ seed, flows: 4000 }).sent) hash.update(bytes)
    return hash.digest('hex')
  }
  assert.equal(digest(5), digest(5))
  assert.notEqual(digest(5), digest(6))
})

test('with a fixed hour the sums do not depend on when and how fast it runs', () => {
  const slow = sendAll({ seed: 5, flows: 4000 }, 40).report
  const fast = sendAll({ seed: 5, flows: 4000 }, 0).report
  assert.deepEqual([slow.flows, slow.octets, slow.packets], [fast.flows, fast.octets, fast.packets])
})

test('the ledger splits by protocol and by exporter, and both add up', () => {
  const { report } = sendAll({ seed: 2, flows: 5000 })
  for (const part of [report.byProtocol, report.byExporter]) {
    for (const field of ['datagrams', 'flows', 'octets', 'packets', 'scaledOctets', 'scaledPackets'] as const) {
      assert.equal(sum(Object.values(part).map(entry => entry[field])), report[field], field)
    }
  }
  assert.deepEqual(Object.keys(report.byProtocol).sort(), ['ipfix', 'netflow5', 'netflow9', 'sflow'])
  assert.equal(Object.keys(report.byExporter)[0], '127.0.0.2')
})

test('exporters that share an address differ by domain, and the ledger by both', () => {
  const { fleet, report, sent } = sendAll({ seed: 2, flows: 2000, exporters: 40, address: '192.0.2.1' })
  assert.equal(Object.keys(report.byExporter).length, 40)
  assert.ok('192.0.2.1/netflow9/3' in report.byExporter)
  const readers = fleet.exporters.map(() => createWireReader())
  const keys = sent.map(item => {
    const { version, domain } = readers[item.source]!.read(item.bytes)
    return `${version}/${domain}`
  })
  assert.equal(new Set(keys).size, new Set(sent.map(item => item.source)).size)
  assert.equal(new Set(fleet.exporters.map(({ device }) => device.domain)).size, 40)
})

test('templates are told again at their interval', () => {
  const { sent } = sendAll({ seed: 1, profiles: ['softflowd-v9'], flows: 3000 }, 500)
  const withTemplates = sent.filter(item => item.flows === 0)
  const lastedMs = sent.at(-1)!.nowMs - START
  assert.equal(withTemplates.length, Math.floor(lastedMs / 20_000) + 1)
})

test('one flow a datagram, no IPv6 where none is wanted', () => {
  const { sent } = sendAll({ seed: 1, profiles: ['nokia-sr-ipfix'], flows: 300, perDatagram: 1, v6Share: 0 })
  const reader = createWireReader()
  for (const item of sent) {
    const { flows } = reader.read(item.bytes)
    assert.ok(flows.length <= 1)
    assert.ok(flows.every(flow => !flow.values.has('27')))
  }
})

test('IPv6 has about the share asked for', () => {
  const { sent } = sendAll({ seed: 1, profiles: ['cisco-ios-v9'], flows: 5000, v6Share: 0.5 })
  const reader = createWireReader()
  const six = sum(sent.map(item => reader.read(item.bytes).flows.filter(flow => flow.values.has('27')).length))
  assert.ok(six > 1500 && six < 3000, `${six} of 5000`)
})

test('a scan and a flood stand out while they last', () => {
  const { sent } = sendAll({
    seed: 3,
    profiles: ['cisco-ios-v9'],
    flows: 6000,
    episodes: [
      { kind: 'scan', from: 1000, flows: 1000, share: 0.6 },
      { kind: 'flood', from: 4000, flows: 1000, share: 0.6 },
    ],
  })
  const reader = createWireReader()
  const all = sent.flatMap(item => reader.read(item.bytes).flows)
  const value = (flow: (typeof all)[number], key: string): number => Number(BigInt(`0x${flow.values.get(key)?.toString('hex') ?? '0'}`))
  const scans = all.map((flow, at) => ({ flow, at })).filter(({ flow }) => value(flow, '8') === 0xc6124206)
  assert.ok(scans.length > 400 && scans.every(({ at }) => at > 900 && at < 2100), `${scans.length} flows of the scan`)
  assert.ok(
    scans.every(({ flow }) => value(flow, '6') === 2 && flow.packets === 1),
    'SYN only',
  )
  assert.ok(
    new Set(scans.map(({ flow }) => value(flow, '11'))).size > 3 || new Set(scans.map(({ flow }) => value(flow, '12'))).size > 100,
    'many ports or hosts',
  )
  const flood = all.filter(flow => value(flow, '12') === 0xcb00710a && value(flow, '7') === 53 && value(flow, '11') === 443)
  assert.ok(flood.length > 400 && new Set(flood.map(flow => value(flow, '8'))).size > 400, `${flood.length} flows of the flood`)
})

test('nights and days have different services', () => {
  const backups = (startHour: number): number => {
    const { sent } = sendAll({ seed: 3, profiles: ['h3c-v9'], flows: 4000, startHour })
    const reader = createWireReader()
    return sum(
      sent.map(item => reader.read(item.bytes).flows.filter(flow => ['7', '11'].some(port => flow.values.get(port)?.readUInt16BE(0) === 10_006)).length),
    )
  }
  assert.ok(backups(1) > 5 * backups(10))
})

test('a profile that nobody has is refused', () => {
  assert.throws(() => createFleet({ seed: 1, profiles: ['nobody'] }, { now: () => START }), /no profile/)
})

test('a pool sent round and round stays valid and exact', () => {
  let nowMs = START
  const fleet = createFleet({ seed: 4, startHour: 10 }, { now: () => nowMs })
  const feed = createReplay(fleet, 200, 20_001, nowMs)
  const readers = fleet.exporters.map(() => createWireReader())
  let flows = 0
  let octets = 0
  let toldOctets = 0
  while (!feed.done) {
    const built = feed.next(nowMs, 1000)
    if (built === undefined) break
    const read = readers[built.source]!.read(built.datagram)
    flows += read.flows.length
    octets += sum(read.flows.map(flow => flow.octets))
    toldOctets += built.octets
    for (const { end, start } of read.flows) {
      if (end !== undefined && start !== undefined)
        assert.ok(start <= end && end <= nowMs && end > nowMs - 20_000, `times move with the clock: ${nowMs - end} ms`)
    }
    nowMs += 97
  }
  assert.equal(flows, 20_001)
  assert.equal(octets, toldOctets)
  assert.equal(feed.drawn, 20_001)
})

test('a pool sends exactly the flows asked for, whatever is left for its last datagrams', () => {
  for (let flows = 100; flows < 160; flows++) {
    const fleet = createFleet({ seed: flows, startHour: 10 }, { now: () => START })
    const feed = createReplay(fleet, 40, flows, START)
    let sent = 0
    while (!feed.done) sent += feed.next(START, 1000)?.flows ?? 0
    for (let built = feed.flush(START); built !== undefined; built = feed.flush(START)) sent += built.flows
    assert.equal(sent, flows)
  }
})
