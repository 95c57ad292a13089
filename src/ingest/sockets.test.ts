import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import type { Libc } from './libc.ts'
import { bufferAdvice, createSockets, dropsIn } from './sockets.ts'

/** libc that keeps a list of what was done, and refuses the ports in `taken`. */
function fakeLibc(): { readonly libc: Libc; readonly open: Set<number>; readonly done: string[]; readonly taken: Set<number>; refuseNth: number } {
  const open = new Set<number>()
  const done: string[] = []
  const taken = new Set<number>()
  let next = 100
  let calls = 0
  const fake = {
    open,
    done,
    taken,
    refuseNth: 0,
    libc: {
      openUdp(address, port, shared) {
        if (taken.has(port) || ++calls === fake.refuseNth) throw new FlowLensError('FL_RECEIVE_BIND', `port ${port} is taken`)
        open.add(next)
        done.push(`open ${address} ${port}${shared ? ' shared' : ''} ${next}`)
        return next++
      },
      setReceiveBuffer: (_, bytes) => bytes / 2,
      chooseBySource: (fd, sockets) => void done.push(`choose ${fd} of ${sockets}`),
      close(fd) {
        assert.ok(open.delete(fd), `${fd} is closed once`)
        done.push(`close ${fd}`)
      },
      createReceiver: () => assert.fail('nothing is received here'),
    } satisfies Libc,
  }
  return fake
}

const config = (workers: number, ...ports: readonly number[]): Parameters<typeof createSockets>[0] => ({
  listeners: ports.map(port => ({ address: '127.0.0.1', port, transport: 'udp' as const, accept: ['auto'] })),
  receive: { method: 'auto', workers, bufferBytes: 1000, datagramBytes: 9216, queueBytes: 1 },
})

test('a listener has one socket a worker, the port is asked for alone first', () => {
  const { libc, done } = fakeLibc()
  const sockets = createSockets(config(2, 2055), { libc })
  assert.deepEqual(sockets.open(), [0])
  assert.deepEqual(done, ['open 127.0.0.1 2055 100', 'close 100', 'open 127.0.0.1 2055 shared 101', 'open 127.0.0.1 2055 shared 102', 'choose 101 of 2'])
  assert.deepEqual(
    sockets.listeners.map(({ fds, granted, error, name }) => ({ fds, granted, error, name })),
    [{ fds: [101, 102], granted: 500, error: null, name: '2055' }],
  )
  assert.deepEqual(sockets.open(), [], 'what is open stays open')
})

test('a port that is taken is told, the others are opened, and it is opened when it gets free', () => {
  const { libc, taken, open } = fakeLibc()
  taken.add(9995)
  const sockets = createSockets(config(1, 2055, 9995), { libc })
  assert.deepEqual(sockets.open(), [0])
  assert.deepEqual(
    sockets.listeners.map(({ error }) => error),
    [null, 'port 9995 is taken'],
  )
  assert.deepEqual(sockets.open(), [])
  taken.clear()
  assert.deepEqual(sockets.open(), [1])
  assert.deepEqual(
    sockets.listeners.map(({ error }) => error),
    [null, null],
  )
  sockets.close()
  assert.equal(open.size, 0)
})

test('a listener that opens by half is closed again', () => {
  const fake = fakeLibc()
  fake.refuseNth = 3
  const sockets = createSockets(config(2, 2055), { libc: fake.libc })
  assert.deepEqual(sockets.open(), [])
  assert.equal(fake.open.size, 0)
  assert.deepEqual(sockets.listeners[0]?.fds, [])
  fake.refuseNth = 0
  assert.deepEqual(sockets.open(), [0])
})

test('a smaller buffer than asked is told with the command to raise the limit', () => {
  assert.equal(bufferAdvice(1000, 1000), null)
  assert.equal(bufferAdvice(1000, 2000), null)
  assert.match(bufferAdvice(33_554_432, 425_984) ?? '', /425984 of 33554432 bytes.*sysctl -w net\.core\.rmem_max=33554432/)
})

test('kernel drops are read by inode from the table of sockets', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
 2045: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 38210 2 0000000000000000 0
25012: 00000000:1283 00000000:0000 07 00000000:00000300 00:00000000 00000000  1000        0 4711 2 0000000000000000 138843
`
  assert.deepEqual(
    [...dropsIn(table)],
    [
      ['38210', 0],
      ['4711', 138_843],
    ],
  )
  assert.deepEqual([...dropsIn('')], [])
})
