import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { simulate } from './simulate.ts'

const RUN = `import(${JSON.stringify(new URL('simulate.ts', import.meta.url).href)}).then(room => room.simulate(process.argv.slice(1))).then(code => { process.exitCode = code })`

function start(args: readonly string[]) {
  const child = spawn(process.execPath, ['-e', RUN, '--', ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  return { child, done: once(child, 'close').then(([code]) => ({ code: Number(code), err })) }
}

/** Runs the command in this process and returns its code and what it wrote. */
async function call(t: TestContext, args: readonly string[]) {
  const written: string[] = []
  const keep = (text: unknown): boolean => written.push(String(text)) > 0
  const mocks = [t.mock.method(process.stderr, 'write', keep), t.mock.method(process.stdout, 'write', keep)]
  const code = await simulate([...args])
  for (const { mock } of mocks) mock.restore()
  return { code, text: written.join('') }
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
  test(`wrong options are told: ${args.join(' ') || 'none'}`, async t => {
    const { code, text } = await call(t, args)
    assert.equal(code, 2)
    assert.match(text, message)
    assert.match(text, /--help/)
  })
}

test('help lists the devices', async t => {
  const { code, text } = await call(t, ['--help'])
  assert.equal(code, 0)
  assert.match(text, /--per-datagram/)
  assert.match(text, /cisco-asr9k-v9 +v9 +Cisco ASR 9000/)
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
