import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createDemo, demoLevel } from './demo.ts'
import { createWireReader } from './fixtures/wire-reader.ts'
import { createFleet } from './fleet.ts'
import { createLedger } from './ledger.ts'
import { createFeed, createReplay } from './replay.ts'
import { run } from './run.ts'
import { createSender, planSources, resolveTarget, type Sender } from './sender.ts'

const linux = process.platform === 'linux'

interface Sink {
  readonly port: number
  readonly got: { readonly data: Buffer; readonly from: string }[]
  /** Resolves when this many datagrams are here. */
  wait(count: number): Promise<void>
  close(): Promise<void>
}

async function openSink(): Promise<Sink> {
  const socket: Socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  const got: { data: Buffer; from: string }[] = []
  let arrived = (): void => {}
  socket.on('message', (data, { address }) => {
    got.push({ data, from: address })
    arrived()
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    got,
    wait: count =>
      new Promise(resolve => {
        arrived = () => {
          if (got.length >= count) resolve()
        }
        arrived()
      }),
    close: () => new Promise(resolve => socket.close(() => resolve())),
  }
}

/** A sender that keeps what it is given, and takes all of it. */
function createFakeSender(onTaken: (source: number, sums: never) => void): Sender & { count: number } {
  const sender = {
    method: 'dgram' as const,
    count: 0,
    put(built: { source: number }) {
      sender.count++
      onTaken(built.source, built as never)
    },
    flush: async () => {},
    stats: { taken: 0, failed: 0, refused: 0, trouble: '' },
    close: async () => {},
  }
  return sender
}

for (const method of ['sendmmsg', 'dgram'] as const) {
  test(
    `${method}: what arrives is what the ledger says, from an address an exporter`,
    { skip: linux ? false : 'needs 127.0.0.0/8, which only Linux has' },
    async () => {
      const sink = await openSink()
      try {
        const target = await resolveTarget('127.0.0.1', sink.port)
        const plan = await planSources(target)
        assert.equal(plan.bind, 'each')
        const fleet = createFleet({ seed: 8, flows: 4000, startHour: 10 }, { now: Date.now })
        const devices = fleet.exporters.map(exporter => exporter.device)
        const ledger = createLedger(devices)
        const sender = createSender({ targets: devices.map(() => target), sources: devices.map(device => device.address), method }, { onTaken: ledger.count })
        assert.equal(sender.method, method)
        const stop = new AbortController()
        await run(
          { rate: 0 },
          {
            feed: createFeed(fleet, 4000),
            sender,
            ledger,
            now: Date.now,
            clock: () => performance.now(),
            wait: async () => {
              await turn()
            },
            signal: stop.signal,
          },
        )
        await sender.close()
        const report = ledger.report()
        assert.equal(report.flows, 4000)
        await sink.wait(report.datagrams)
        const readers = new Map(devices.map(device => [device.address, createWireReader()]))
        const octets = new Map<string, number>()
        for (const { data, from } of sink.got) {
          const { flows } = readers.get(from)!.read(data)
          octets.set(from, (octets.get(from) ?? 0) + flows.reduce((sum, flow) => sum + flow.octets, 0))
        }
        for (const [address, entry] of Object.entries(report.byExporter)) assert.equal(octets.get(address) ?? 0, entry.octets, address)
      } finally {
        await sink.close()
      }
    },
  )
}

test('a target where nobody listens is noticed, and the run goes on', { skip: linux ? false : 'needs sendmmsg' }, async () => {
  const sink = await openSink()
  const target = { address: '127.0.0.1', port: sink.port }
  await sink.close()
  let taken = 0
  const fleet = createFleet({ seed: 8, profiles: ['softflowd-v5'], flows: 300, perDatagram: 1 }, { now: Date.now })
  const sender = createSender(
    { targets: [target], sources: ['127.0.0.2'] },
    {
      onTaken: () => {
        taken++
      },
    },
  )
  for (let built = fleet.next(Date.now()); built !== undefined; built = fleet.next(Date.now())) sender.put(built)
  await sender.close()
  assert.ok(sender.stats.refused > 0)
  assert.match(sender.stats.trouble, /nobody listens/)
  assert.equal(taken + sender.stats.failed, 300)
})

test('an address the machine does not have is an error that names it', { skip: linux ? false : 'needs sendmmsg' }, () => {
  const sender = createSender({ targets: [{ address: '127.0.0.1', port: 9 }], sources: ['192.0.2.77'] }, { onTaken: () => {} })
  const fleet = createFleet({ seed: 8, profiles: ['softflowd-v5'], flows: 30 }, { now: Date.now })
  assert.throws(() => sender.put(fleet.next(Date.now())!), /bind 192\.0\.2\.77/)
})

test('a paced run sends its rate by the clock it is given', async () => {
  for (const pooled of [false, true]) {
    let nowMs = 1_780_000_000_000
    const fleet = createFleet({ seed: 8, startHour: 10, ...(pooled ? {} : { flows: 1e9 }) }, { now: () => nowMs })
    const ledger = createLedger(fleet.exporters.map(exporter => exporter.device))
    const sender = createFakeSender(ledger.count)
    const feed = pooled ? createReplay(fleet, 100, 1e9, nowMs) : createFeed(fleet, 1e9)
    const stop = new AbortController()
    const tookMs = await run(
      { rate: 5000, durationMs: 4000 },
      {
        feed,
        sender,
        ledger,
        now: () => nowMs,
        clock: () => nowMs,
        wait: async ms => {
          nowMs += Math.max(1, ms)
        },
        signal: stop.signal,
      },
    )
    assert.ok(tookMs >= 4000 && tookMs < 4100)
    const { flows } = ledger.report()
    assert.ok(Math.abs(flows - 5 * tookMs) <= 100, `${flows} flows in ${tookMs} ms, pooled ${pooled}`)
  }
})

test('a run that is stopped sends what it has drawn', async () => {
  let nowMs = 1_780_000_000_000
  const fleet = createFleet({ seed: 8, startHour: 10 }, { now: () => nowMs })
  const ledger = createLedger(fleet.exporters.map(exporter => exporter.device))
  const stop = new AbortController()
  await run(
    { rate: 1000 },
    {
      feed: createFeed(fleet, Infinity),
      sender: createFakeSender(ledger.count),
      ledger,
      now: () => nowMs,
      clock: () => nowMs,
      wait: async ms => {
        nowMs += Math.max(1, ms)
        if (nowMs > 1_780_000_000_700) stop.abort()
      },
      signal: stop.signal,
    },
  )
  assert.ok(fleet.drawn > 500)
  assert.equal(ledger.report().flows, fleet.drawn)
})

test('the demo sends what its report says, faster by day than by night', { skip: linux ? false : 'needs 127.0.0.0/8' }, async () => {
  const sink = await openSink()
  const target = { address: '127.0.0.1', port: sink.port }
  const level: number[] = []
  try {
    for (const hour of [9, 2]) {
      let nowMs = Date.UTC(2026, 5, 1, hour)
      const ticks: (() => void)[] = []
      const demo = createDemo(
        { seed: 1, rate: 500, targets: { v5: target, ipfix: target } },
        {
          now: () => nowMs,
          every: (_ms, tick) => {
            ticks.push(tick)
            return () => {
              ticks.length = 0
            }
          },
        },
      )
      await demo.start()
      for (let i = 0; i < 100; i++) {
        nowMs += 50
        ticks[0]!()
      }
      await demo.stop()
      assert.equal(ticks.length, 0, 'the timer is stopped')
      level.push(demo.report().flows)
      await sink.wait(demo.report().datagrams)
      sink.got.length = 0
    }
  } finally {
    await sink.close()
  }
  assert.ok(level[0]! > 1.5 * level[1]!, `${level[0]} by day, ${level[1]} by night`)
})

test('the level of the demo stays within bounds over a day', () => {
  for (let minute = 0; minute < 1440; minute += 7) {
    const level = demoLevel(minute * 60_000)
    assert.ok(level > 0.15 && level < 1.3, `${level} at minute ${minute}`)
  }
})
