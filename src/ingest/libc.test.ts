/** The calls of libc against this machine's loopback interface. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { test, type TestContext } from 'node:test'
import { bindText, errnoText, errorText, loadLibc, type Libc, type Receiver } from './libc.ts'

const skip = process.platform === 'linux' ? false : 'recvmmsg is of Linux'
const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some(address => address?.address === '::1')
  ? false
  : 'this machine has no ::1'

/** A port of the address that was free a moment ago. */
async function freePort(address: string): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').bind(0, address)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}

/** Sends each text from a socket of its own, bound to the address. */
async function sendFrom(from: string, port: number, to: string, texts: readonly (string | Buffer)[]): Promise<void> {
  for (const text of texts) {
    const socket = createSocket(from.includes(':') ? 'udp6' : 'udp4').bind(0, from)
    await once(socket, 'listening')
    await new Promise<void>((resolve, reject) => socket.send(text, port, to, error => (error === null ? resolve() : reject(error))))
    socket.close()
  }
}

/** Everything that lies in the sockets, by socket. */
function takeAll(receiver: Receiver, sockets: number): { readonly text: string; readonly length: number; readonly truncated: boolean }[][] {
  const ready = new Uint8Array(sockets)
  const taken = Array.from({ length: sockets }, (): { text: string; length: number; truncated: boolean }[] => [])
  while (receiver.wait(0, ready) > 0) {
    ready.forEach((has, socket) => {
      const count = has === 0 ? 0 : receiver.take(socket)
      for (let index = 0; index < count; index++) {
        const length = receiver.lengthOf(index)
        const at = receiver.view.byteOffset + receiver.dataAt(index)
        taken[socket]?.push({ text: Buffer.from(receiver.view.buffer, at, length).toString('latin1'), length, truncated: receiver.truncated(index) })
      }
    })
  }
  return taken
}

function openShared(context: TestContext, libc: Libc, address: string, port: number, workers: number): number[] {
  const fds = Array.from({ length: workers }, () => libc.openUdp(address, port, true))
  context.after(() => {
    for (const fd of fds) libc.close(fd)
  })
  libc.chooseBySource(fds[0] ?? -1, workers)
  return fds
}

test('the socket of a shared port is chosen by the address of the sender, IPv4', { skip }, async context => {
  const libc = loadLibc()
  for (const address of ['127.0.0.1', ...(noIpv6 === false ? ['::'] : [])]) {
    const port = await freePort('127.0.0.1')
    const fds = openShared(context, libc, address, port, 3)
    const receiver = libc.createReceiver(fds, 1500)
    const senders = Array.from({ length: 9 }, (_, index) => 0x7f00_0002 + index)
    const dotted = (sender: number): string => [24, 16, 8, 0].map(shift => (sender >>> shift) & 255).join('.')
    // From eight ports each: a choice by port would scatter them.
    for (const sender of senders)
      await sendFrom(
        dotted(sender),
        port,
        '127.0.0.1',
        Array.from({ length: 8 }, () => String(sender)),
      )
    const got = takeAll(receiver, fds.length).map(datagrams => datagrams.map(({ text }) => Number(text)))
    assert.deepEqual(
      got.map(texts => texts.length),
      [24, 24, 24],
      `on ${address}`,
    )
    got.forEach((texts, socket) =>
      assert.ok(
        texts.every(sender => sender % 3 === socket),
        `on ${address}, socket ${socket}: ${texts.join(' ')}`,
      ),
    )
  }
})

test('the socket of a shared port is chosen by the address of the sender, IPv6', { skip: skip || noIpv6 }, async context => {
  const libc = loadLibc()
  const port = await freePort('::1')
  const fds = openShared(context, libc, '::1', port, 4)
  const receiver = libc.createReceiver(fds, 1500)
  await sendFrom(
    '::1',
    port,
    '::1',
    Array.from({ length: 40 }, () => 'six'),
  )
  // The four words of ::1, folded, are 1.
  assert.deepEqual(
    takeAll(receiver, fds.length).map(datagrams => datagrams.length),
    [0, 40, 0, 0],
  )
})

test('datagrams come whole with their length and sender; longer ones are marked', { skip }, async context => {
  const libc = loadLibc()
  const port = await freePort('127.0.0.1')
  const fd = libc.openUdp('127.0.0.1', port, false)
  context.after(() => libc.close(fd))
  const receiver = libc.createReceiver([fd], 1536)
  await sendFrom('127.0.0.7', port, '127.0.0.1', ['', 'one', Buffer.alloc(1536), Buffer.alloc(1537)])
  const ready = new Uint8Array(1)
  assert.equal(receiver.wait(1000, ready), 1)
  assert.equal(receiver.take(0), 4)
  assert.deepEqual(
    [0, 1, 2, 3].map(index => [receiver.lengthOf(index), receiver.truncated(index)]),
    [
      [0, false],
      [3, false],
      [1536, false],
      [1536, true],
    ],
  )
  assert.equal(receiver.names.getUint32(receiver.nameAt(1) + 4), 0x7f00_0007)
  assert.equal(receiver.take(0), 0)
})

test('a port that is taken is told in words, and shared or not it stays alone', { skip }, async context => {
  const libc = loadLibc()
  const port = await freePort('127.0.0.1')
  const fd = libc.openUdp('127.0.0.1', port, false)
  context.after(() => libc.close(fd))
  for (const shared of [false, true]) {
    assert.throws(() => libc.openUdp('127.0.0.1', port, shared), {
      code: 'FL_RECEIVE_BIND',
      message: `cannot listen on udp 127.0.0.1:${port}: the port is taken by another program (EADDRINUSE)`,
    })
  }
  assert.throws(() => libc.openUdp('192.0.2.1', port, false), { message: /the address is not one of this machine \(EADDRNOTAVAIL\)/ })
})

test('the receive buffer that is granted is read back', { skip }, async context => {
  const libc = loadLibc()
  const fd = libc.openUdp('127.0.0.1', await freePort('127.0.0.1'), false)
  context.after(() => libc.close(fd))
  assert.ok(libc.setReceiveBuffer(fd, 65_536) >= 65_536)
})

test('words for errors of the system', () => {
  assert.equal(errnoText(98), 'the port is taken by another program (EADDRINUSE)')
  assert.equal(errorText('EADDRINUSE'), errnoText(98))
  assert.equal(errnoText(12_345), 'errno 12345')
  assert.equal(errorText('EODD'), 'EODD')
  assert.equal(bindText('::1', 2055, 'why'), 'cannot listen on udp [::1]:2055: why')
})
