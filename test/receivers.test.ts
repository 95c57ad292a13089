/** Ways of receiving: several threads, the portable driver, IPv6, several listeners, lists of what a port takes. All count alike. */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { freeUdpPort } from './helpers/index.ts'
import { assertClosed, makeSite, sum, until, type Pipeline, type Sent } from './helpers/site.ts'

const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some(address => address?.address === '::1')
  ? false
  : 'this machine has no ::1'

/** IPv6 ports are free where the IPv4 ones are, as nothing else of the test listens there. */
async function ports(): Promise<{ readonly six: number; readonly every: number; readonly some: number; readonly sflow: number }> {
  const [six, every, some, sflow] = [await freeUdpPort(), await freeUdpPort(), await freeUdpPort(), await freeUdpPort()]
  return { six, every, some, sflow }
}

for (const { receive, method } of [
  { receive: '{method: recvmmsg, workers: 2}', method: 'recvmmsg' },
  { receive: '{method: dgram}', method: 'dgram' },
] as const) {
  test(`receive: ${receive}`, { skip: noIpv6 }, async context => {
    const { six, every, some, sflow } = await ports()
    const site = await makeSite(context, {
      more: `receive: ${receive}\n`,
      listeners: port => `
  - {address: 127.0.0.1, port: ${port}}
  - {address: '::1', port: ${six}, name: six}
  - {address: '::', port: ${every}, name: every}
  - {address: 127.0.0.1, port: ${some}, name: some, accept: [netflow5, ipfix]}
  - {address: 127.0.0.1, port: ${sflow}, name: sflow, accept: [sflow]}`,
    })
    const program = await site.start()
    // Each run of the simulator is a fleet of its own, whose numbers begin at 0: an exporter is given to one run only.
    const send = (protocol: string, seed: number, to?: string): Promise<Sent> =>
      site.simulate(`--protocol ${protocol} --rate 2000 --flows 2000 --seed ${seed}`, to)
    const first = await send('v9', 111)
    const overSix = await send('ipfix', 112, `[::1]:${six}`)
    const overEvery = await send('v5', 113, `127.0.0.1:${every}`)
    const refused = await send('v9', 114, `127.0.0.1:${some}`)
    const taken = await send('ipfix', 115, `127.0.0.1:${some}`)
    const samples = await send('sflow', 116, `127.0.0.1:${sflow}`)
    const misplaced = await send('v5', 117, `127.0.0.1:${sflow}`)
    const good = [first, overSix, overEvery, taken]
    const total = (of: (sent: Sent) => number): number => good.reduce((all, sent) => all + of(sent), 0)
    await program.stored(total(sent => sent.flows) + samples.flows)
    const all = [...good, refused, samples, misplaced].reduce((datagrams, sent) => datagrams + sent.datagrams, 0)
    const { ledger } = await until(
      'every datagram',
      () => program.get<Pipeline>('/api/v1/pipeline'),
      now => now.ledger?.datagrams.received === all,
    )
    assert.ok(ledger !== null)

    assert.equal(ledger.method, method)
    assertClosed(ledger)
    assert.deepEqual(
      ledger.listeners.map(({ name, datagrams, error }) => ({ name, datagrams, error })),
      [
        { name: String(site.udp), datagrams: first.datagrams, error: null },
        { name: 'six', datagrams: overSix.datagrams, error: null },
        { name: 'every', datagrams: overEvery.datagrams, error: null },
        { name: 'some', datagrams: refused.datagrams + taken.datagrams, error: null },
        { name: 'sflow', datagrams: samples.datagrams + misplaced.datagrams, error: null },
      ],
    )
    assert.equal(ledger.datagrams.decoded, total(sent => sent.datagrams) + samples.datagrams)
    assert.equal(ledger.datagrams.rejected['not_allowed'], refused.datagrams + misplaced.datagrams)
    assert.equal(sum(ledger.datagrams.rejected), refused.datagrams + misplaced.datagrams)
    assert.equal(sum(ledger.rows.dropped), 0)

    const addresses = ledger.exporters.map(exporter => exporter.address)
    assert.equal(new Set(addresses).size, addresses.length, `an exporter belongs to one thread: ${addresses.join(' ')}`)
    assert.ok(addresses.includes('::1') && addresses.includes('127.0.0.2'), `IPv4 is IPv4 on every listener: ${addresses.join(' ')}`)
    // Templates that another thread learned would leave their data waiting.
    assert.deepEqual([ledger.sets.pending, sum(ledger.sets.rejected)], [0, 0])

    const figures = async (filter: string, ...options: readonly string[]): Promise<readonly unknown[]> => {
      const { totals } = await site.query(filter, '--last', '2d', ...options)
      return [totals['bytes'], totals['packets'], totals['flows']]
    }
    // What the simulator says of samples are lengths of frames; `sflow.test.ts` looks at them.
    assert.deepEqual(await figures('not export_protocol = sflow', '--as-sent'), [
      total(sent => sent.octets),
      total(sent => sent.packets),
      total(sent => sent.flows),
    ])
    // On ::1 all devices share one address, so those that tell no sampling rate are taken to sample as the others do.
    const scaled = (of: (sent: Sent) => number): number => total(of) - of(overSix)
    assert.deepEqual(await figures('not exporter = ::1 and not export_protocol = sflow'), [
      scaled(sent => sent.scaledOctets),
      scaled(sent => sent.scaledPackets),
      scaled(sent => sent.flows),
    ])
    assert.equal(await program.stop(), 0)
    assert.equal(site.ingestPid(), null)
  })
}

test('two threads at a high rate: every number follows the one before', async context => {
  const site = await makeSite(context, { more: 'receive: {method: recvmmsg, workers: 2}\n' })
  const program = await site.start()
  const sent = await site.simulate('--protocol v9 --rate 40000 --flows 120000 --exporters 24 --seed 118')
  const { ledger } = await program.stored(sent.flows)
  assert.ok(ledger !== null)
  assert.equal(ledger.datagrams.decoded, sent.datagrams)
  assert.deepEqual(ledger.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })
  assert.deepEqual(
    Object.fromEntries(ledger.exporters.map(({ address, rows }) => [address, rows])),
    Object.fromEntries(Object.entries(sent.byExporter).map(([address, { flows }]) => [address, flows])),
  )
  assert.equal(await program.stop(), 0)
})
