import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { exchange } from './messages.ts'
import { childrenOf, cpuSecondsOf, peakMemoryOf, startOf, udpSocket } from './processes.ts'
import { createWorkshop, outputOf } from './workshop.ts'

const FOR_EVER = ['-e', 'setInterval(() => {}, 1000); console.log("begun")']
const linux = process.platform === 'linux' ? false : 'only Linux has /proc'

test('closing ends every process and removes every folder', async () => {
  const workshop = createWorkshop(new AbortController().signal)
  const folder = workshop.folder()
  const started = workshop.start(process.execPath, FOR_EVER)
  await started.says(/begun/)
  assert.ok(existsSync(folder))
  await workshop.close()
  assert.equal(started.child.signalCode, 'SIGTERM')
  assert.equal(existsSync(folder), false)
})

test('an aborted signal ends the processes, and no other is started', async () => {
  const stop = new AbortController()
  const workshop = createWorkshop(stop.signal)
  const started = workshop.start(process.execPath, FOR_EVER)
  await started.says(/begun/)
  stop.abort()
  assert.equal(await started.ended, null)
  assert.throws(() => workshop.start(process.execPath, FOR_EVER), { name: 'AbortError' })
  await workshop.close()
})

test('what a process wrote is told when it fails', async () => {
  const workshop = createWorkshop(new AbortController().signal)
  try {
    assert.equal(await outputOf(workshop, process.execPath, ['-e', 'console.log("forty-two")']), 'forty-two\n')
    await assert.rejects(outputOf(workshop, process.execPath, ['-e', 'console.error("no luck"); process.exit(3)']), /code 3: no luck/)
    await assert.rejects(workshop.start(process.execPath, ['-e', 'console.error("gone")']).says(/never said/), /ended early: gone/)
    await assert.rejects(outputOf(workshop, 'no-such-command', []), /ENOENT/)
  } finally {
    await workshop.close()
  }
})

test('a process answers, tells what went wrong, or ends: the question never hangs', async () => {
  const workshop = createWorkshop(new AbortController().signal)
  const fork = (answer: string) => workshop.start(process.execPath, ['-e', `process.on('message', () => { ${answer} })`], { channel: true })
  try {
    const answer = await exchange<{ readonly kind: 'sum'; readonly value: number }, 'sum'>(
      fork("process.send({ kind: 'other' }); process.send({ kind: 'sum', value: 3 })"),
      {},
      'sum',
    )
    assert.equal(answer.value, 3)
    await assert.rejects(exchange(fork("process.send({ kind: 'failed', message: 'no port' })"), {}, 'sum'), /no port/)
    await assert.rejects(exchange(fork('process.exit(1)'), {}, 'sum'), /ended early/)
  } finally {
    await workshop.close()
  }
})

test('a process that one of ours started in a group of its own is killed too', { skip: linux }, async () => {
  const workshop = createWorkshop(new AbortController().signal)
  const inner = `const { spawn } = require('node:child_process'); spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref(); setInterval(() => {}, 1000); console.log('begun')`
  const started = workshop.start(process.execPath, ['-e', inner])
  await started.says(/begun/)
  const [child] = childrenOf(started.pid)
  assert.ok(child !== undefined)
  assert.notEqual(startOf(child), null)
  workshop.adopt(child)
  await workshop.close()
  // The kernel takes a moment to end it.
  for (let looks = 0; looks < 10_000 && startOf(child) !== null; looks++) await new Promise(resolve => setImmediate(resolve))
  assert.equal(startOf(child), null)
})

test('the kernel tells of a process and of a socket', { skip: linux }, async () => {
  assert.ok((cpuSecondsOf(process.pid) ?? 0) > 0)
  assert.ok((peakMemoryOf(process.pid) ?? 0) > 10_000_000)
  assert.equal(cpuSecondsOf(2 ** 22 + 1), null)
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  assert.deepEqual(udpSocket(port), { queuedBytes: 0, dropped: 0 })
  socket.close()
  await once(socket, 'close')
  assert.equal(udpSocket(port), null)
})
