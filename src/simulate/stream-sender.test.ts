import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { createFleet, createStreamSender } from './index.ts'

/** Lengths of the IPFIX messages in a stream, told by their headers (RFC 7011 §3.1). */
function lengthsIn(bytes: Buffer): number[] {
  const lengths: number[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt16BE(at + 2)) {
    assert.equal(bytes.readUInt16BE(at), 10)
    lengths.push(bytes.readUInt16BE(at + 2))
  }
  return lengths
}

test('each device has a connection of its own, and what was taken is what arrived', async t => {
  const streams: Buffer[][] = []
  const server = createServer(socket => {
    const chunks: Buffer[] = []
    streams.push(chunks)
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  }).listen(0, '127.0.0.1')
  t.after(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const fleet = createFleet({ seed: 3, protocols: ['ipfix'], exporters: 3, flows: 500, address: '127.0.0.1' }, { now: Date.now })
  let flows = 0
  const sender = createStreamSender(
    { targets: fleet.exporters.map(() => ({ address: '127.0.0.1', port: address.port })), sources: [undefined, undefined, undefined], tls: null },
    { onTaken: (_, sums) => void (flows += sums.flows) },
  )
  let put = 0
  const now = Date.now()
  const take = (built: ReturnType<typeof fleet.next>): boolean => {
    if (built === undefined) return false
    sender.put(built)
    put++
    return true
  }
  while (fleet.drawn < 500) take(fleet.next(now, 1000))
  while (take(fleet.flush(now)));
  await sender.flush()
  await sender.close()
  assert.equal(flows, 500)
  assert.deepEqual(sender.stats, { taken: put, failed: 0, refused: 0, trouble: '' })
  assert.equal(streams.length, 3)
  assert.equal(streams.flatMap(chunks => lengthsIn(Buffer.concat(chunks))).length, put)
})

test('where nobody listens, messages count as failed and the trouble is told', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  server.close()
  await once(server, 'close')
  const sender = createStreamSender(
    { targets: [{ address: '127.0.0.1', port: address.port }], sources: [undefined], tls: null },
    { onTaken: () => assert.fail() },
  )
  sender.put({ source: 0, datagram: new Uint8Array(16), flows: 0, octets: 0, packets: 0, scaledOctets: 0, scaledPackets: 0 })
  await sender.flush()
  await sender.close()
  assert.deepEqual([sender.stats.taken, sender.stats.failed, sender.stats.refused], [0, 1, 1])
})
