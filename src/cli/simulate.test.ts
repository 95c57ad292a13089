import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

const RUN = `import(${JSON.stringify(new URL('simulate.ts', import.meta.url).href)}).then(room => room.simulate(process.argv.slice(1))).then(code => { process.exitCode = code })`

function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['-e', RUN, '--', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  return { child, done: once(child, 'close').then(([code]) => ({ code: code as number | null, out, err })) }
}

for (const [args, message] of [
  [[], /--target is missing/],
  [['--target', 'localhost'], /--target localhost is not HOST:PORT/],
  [['--target', '127.0.0.1:99999'], /is not HOST:PORT/],
  [['--target', '127.0.0.1:9', '--protocol', 'v7'], /--protocol v7 is unknown; take one of v5, v9, ipfix, sflow or mixed/],
  [['--target', '127.0.0.1:9', '--rate', 'fast'], /--rate fast does not fit; give a number from 0/],
  [['--target', '127.0.0.1:9', '--flows', '1.5'], /--flows 1\.5 does not fit; give a whole number/],
  [['--target', '127.0.0.1:9', '--profile', 'nobody'], /--profile nobody is unknown/],
  [['--target', '127.0.0.1:9', '--protocol', 'v5', '--profile', 'huawei-v9'], /speaks v9, but --protocol is v5/],
  [['--target', '127.0.0.1:9', '--speed', '1'], /--speed/],
] as const) {
  test(`wrong options are told: ${args.join(' ') || 'none'}`, async () => {
    const { code, err } = await start(args).done
    assert.equal(code, 2)
    assert.match(err, message)
    assert.match(err, /--help/)
  })
}

test('help lists the devices', async () => {
  const { code, out } = await start(['--help']).done
  assert.equal(code, 0)
  assert.match(out, /--per-datagram/)
  assert.match(out, /cisco-asr9k-v9 +v9 +Cisco ASR 9000/)
})

test('the ledger of a run holds what arrived, and a signal ends a run in order', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'flowlens-simulate-'))
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
  let datagrams = 0
  let bytes = 0
  socket.on('message', data => {
    datagrams++
    bytes += data.length
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  try {
    const ledger = join(dir, 'ledger.json')
    const { child, done } = start(['--target', `127.0.0.1:${socket.address().port}`, '--protocol', 'v9', '--rate', '2000', '--ledger', ledger])
    while (datagrams < 50) await once(socket, 'message')
    child.kill('SIGTERM')
    const { code, err } = await done
    assert.equal(code, 0)
    assert.match(err, /^sent \d+ flows in \d+ datagrams, .* exporters, \w+, .* CPU-s\n$/)
    const report: unknown = JSON.parse(await readFile(ledger, 'utf8'))
    assert.ok(typeof report === 'object' && report !== null)
    for (const key of ['datagrams', 'flows', 'octets', 'packets', 'scaledOctets', 'scaledPackets', 'byProtocol', 'byExporter']) assert.ok(key in report, key)
    assert.ok('datagrams' in report && typeof report.datagrams === 'number')
    while (datagrams < report.datagrams) await once(socket, 'message')
    assert.equal(datagrams, report.datagrams)
    assert.ok(bytes > 0)
  } finally {
    socket.close()
    await rm(dir, { recursive: true })
  }
})
