/**
 * A real exporter with real traffic: softflowd watches a port of the loopback interface, and what it says it saw is what FlowLens
 * shows, in NetFlow v5, v9 and IPFIX. Needs softflowd, root, and the right to capture.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { freeUdpPort, type Scope } from './helpers/index.ts'
import { makeSite, until, type Answer, type Site } from './helpers/site.ts'

const PORT = await freeUdpPort()
/** More than a block of the capture's ring at any size: softflowd reads whole blocks, and leaves the last one until it is full. */
const PACKETS = 3000

function missing(): string | false {
  if (spawnSync('softflowd', ['-h']).error !== undefined) return 'softflowd is not installed'
  if (process.getuid?.() !== 0) return 'capturing takes root'
  return false
}

interface Seen {
  readonly flows: number
  readonly bytes: number
  readonly packets: number
  readonly firstMs: number
  readonly lastMs: number
}

interface Softflowd {
  /** Answer of its control socket. */
  ask(command: string): string
  processed(): number
  /** The flows it holds: a direction that had packets is a flow. */
  seen(): Seen
}

async function startSoftflowd(scope: Scope, site: Site, version: string): Promise<Softflowd | string> {
  const control = join(site.folder, `softflowd-${version}`)
  const filter = `port ${PORT}`
  const child: ChildProcess = spawn(
    'softflowd',
    ['-d', '-i', 'lo', '-v', version, '-n', `127.0.0.1:${site.udp}`, '-c', control, '-p', `${control}.pid`, filter],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let said = ''
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()))
  const ended = once(child, 'exit')
  scope.after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  await until('softflowd', () => existsSync(control) || child.exitCode !== null, Boolean)
  if (child.exitCode !== null) return said
  const ask = (command: string): string => spawnSync('softflowctl', ['-c', control, command], { encoding: 'utf8' }).stdout
  return {
    ask,
    processed: () => Number(/Packets processed: (\d+)/.exec(ask('statistics'))?.[1] ?? 0),
    seen() {
      const flows = [...ask('dump-flows').matchAll(/octets>:(\d+) packets>:(\d+) octets<:(\d+) packets<:(\d+) start:(\S+) finish:(\S+)/g)]
      const sides = flows.flatMap(([, ...cells]) => [cells.slice(0, 2).map(Number), cells.slice(2, 4).map(Number)]).filter(([, packets]) => packets !== 0)
      const times = (index: number): number[] => flows.map(cells => Date.parse(`${cells[index] ?? ''}Z`))
      return {
        flows: sides.length,
        bytes: sides.reduce((total, [bytes]) => total + (bytes ?? 0), 0),
        packets: sides.reduce((total, [, packets]) => total + (packets ?? 0), 0),
        firstMs: Math.min(...times(5)),
        lastMs: Math.max(...times(6)),
      }
    },
  }
}

/** A few files over TCP, both ways, and a stream of small datagrams that goes on until softflowd has read enough. */
async function makeTraffic(softflowd: Softflowd): Promise<void> {
  const server = createServer(socket => socket.on('data', () => undefined).end(Buffer.alloc(300_000))).listen(PORT, '127.0.0.1')
  const sink = createSocket('udp4').bind(PORT, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(sink, 'listening')])
  for (let file = 0; file < 5; file++) {
    const socket = connect(PORT, '127.0.0.1')
    socket.resume().write(Buffer.alloc(20_000))
    await once(socket, 'close')
  }
  const source = createSocket('udp4')
  const send = (): Promise<void> =>
    new Promise((resolve, reject) => source.send(Buffer.alloc(100), PORT, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
  await until(
    'packets',
    async () => {
      for (let count = 0; count < 500; count++) await send()
      return softflowd.processed()
    },
    packets => packets >= PACKETS,
  )
  for (const socket of [source, sink]) socket.close()
  server.close()
  // A block may fill while the answer is on its way; then nothing moves any more.
  let before = -1
  await until(
    'quiet',
    () => {
      const [was, now] = [before, softflowd.processed()]
      before = now
      return was === now
    },
    Boolean,
  )
}

interface Stats {
  readonly totals: { readonly bytes: number; readonly packets: number; readonly flows: number }
}
interface FlowsPage {
  readonly rows: readonly { readonly start_at: string; readonly end_at: string }[]
}

test('softflowd exports real traffic', { skip: missing() }, async context => {
  const site = await makeSite(context)
  const program = await site.start()
  let rows = 0
  for (const [version, protocol] of [
    ['5', 'netflow5'],
    ['9', 'netflow9'],
    ['10', 'ipfix'],
  ] as const) {
    await context.test(protocol, async inner => {
      const softflowd = await startSoftflowd(inner, site, version)
      if (typeof softflowd === 'string') return inner.skip(`softflowd may not capture here: ${softflowd.trim()}`)
      await makeTraffic(softflowd)
      const seen = softflowd.seen()
      assert.ok(seen.flows > 10 && seen.packets >= PACKETS && seen.bytes > 500_000, JSON.stringify(seen))
      softflowd.ask('expire-all')
      await program.stored((rows += seen.flows))

      const filter = `port ${PORT} and export_protocol = ${protocol}`
      const figures = ({ totals }: Answer | Stats): readonly unknown[] => {
        const { bytes, packets, flows } = totals as Readonly<Record<string, number>>
        return [bytes, packets, flows]
      }
      const expected = [seen.bytes, seen.packets, seen.flows]
      assert.deepEqual(figures(await site.query(filter, '--last', '1h')), expected)
      assert.deepEqual(figures(await program.get<Stats>(`/api/v1/stats?from=now-1h&filter=${encodeURIComponent(filter)}`)), expected)
      const page = await program.get<FlowsPage>(`/api/v1/flows?from=now-1h&limit=1000&columns=start_at,end_at&filter=${encodeURIComponent(filter)}`)
      assert.equal(page.rows.length, seen.flows)
      const first = Math.min(...page.rows.map(row => Date.parse(row.start_at)))
      const last = Math.max(...page.rows.map(row => Date.parse(row.end_at)))
      // NetFlow tells the uptime in ms and the clock in s, so the two agree to a second.
      assert.ok(Math.abs(first - seen.firstMs) <= 1500 && Math.abs(last - seen.lastMs) <= 1500, JSON.stringify({ first, last, ...seen }))
    })
  }
  assert.equal(await program.stop(), 0)
})
