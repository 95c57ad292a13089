/** What was sent is what is shown, to the digit, whoever is asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSite, type Answer, type Sent } from './helpers/site.ts'

interface Stats {
  readonly totals: { readonly bytes: number; readonly packets: number; readonly flows: number }
}
interface FlowsPage {
  readonly rows: readonly { readonly id: string; readonly bytes: number; readonly packets: number; readonly sampling_rate: number }[]
  readonly next: string | null
  readonly total: { readonly flows: number }
}
interface Table {
  readonly totals: Readonly<Record<string, number>>
  readonly answered_from: string
}

const add = (parts: readonly Sent[]): Sent =>
  parts.reduce((sum, part) => {
    const byExporter = new Map(Object.entries(sum.byExporter))
    for (const [address, { flows, scaledPackets }] of Object.entries(part.byExporter)) {
      const before = byExporter.get(address)
      byExporter.set(address, { flows: flows + (before?.flows ?? 0), scaledPackets: scaledPackets + (before?.scaledPackets ?? 0) })
    }
    return {
      datagrams: sum.datagrams + part.datagrams,
      flows: sum.flows + part.flows,
      octets: sum.octets + part.octets,
      packets: sum.packets + part.packets,
      scaledOctets: sum.scaledOctets + part.scaledOctets,
      scaledPackets: sum.scaledPackets + part.scaledPackets,
      byExporter: Object.fromEntries(byExporter),
    }
  })

const figures = ({ totals }: Answer | Stats | Table): readonly (number | undefined)[] => {
  const { bytes, packets, flows } = totals as Readonly<Record<string, number>>
  return [bytes, packets, flows]
}

test('flows, bytes and packets sent are flows, bytes and packets shown', async context => {
  const site = await makeSite(context, { named: true })
  const program = await site.start()
  const sent = add([
    await site.simulate('--protocol v5 --rate 20000 --flows 6000 --seed 11'),
    await site.simulate('--protocol v9 --rate 20000 --flows 12000 --seed 12'),
    await site.simulate('--protocol ipfix --rate 20000 --flows 12000 --seed 13'),
  ])
  const { ledger } = await program.stored(sent.flows)
  const scaled = [sent.scaledOctets, sent.scaledPackets, sent.flows]

  await context.test('the books close', () => {
    assert.ok(ledger !== null)
    const { datagrams, rows } = ledger
    assert.equal(datagrams.received, sent.datagrams)
    assert.equal(datagrams.decoded, sent.datagrams)
    assert.deepEqual([rows.produced, rows.spooled, rows.in_flight], [sent.flows, sent.flows, 0])
    assert.deepEqual(
      Object.fromEntries(ledger.exporters.map(({ address, rows: told }) => [address, told])),
      Object.fromEntries(Object.entries(sent.byExporter).map(([address, { flows }]) => [address, flows])),
    )
  })
  await context.test('flowlens query', async () => {
    assert.deepEqual(figures(await site.query('', '--last', '2d')), scaled)
    assert.deepEqual(figures(await site.query('', '--last', '2d', '--as-sent')), [sent.octets, sent.packets, sent.flows])
  })
  await context.test('sums by minute, by hour, by host and over single flows', async () => {
    const ask = (body: Readonly<Record<string, unknown>>): Promise<Table> =>
      program.post('/api/v1/query', { from: 'now-2d', metrics: ['bytes', 'packets', 'flows'], ...body })
    const raw = await ask({ by: ['src_port'] })
    assert.equal(raw.answered_from, 'raw')
    assert.deepEqual(figures(raw), scaled)
    const rolled = await ask({ by: ['exporter'] })
    assert.notEqual(rolled.answered_from, 'raw')
    assert.deepEqual(figures(rolled), scaled)
    const hosts = await ask({ by: ['host'] })
    assert.match(hosts.answered_from, /^host_/)
    assert.deepEqual(figures(hosts), scaled)
    assert.deepEqual(figures(await ask({ by: ['app'], granularity: '1h' })), scaled)
  })
  await context.test('the filter and its negation split the flows', async () => {
    const [web, other] = [await site.query('app = https', '--last', '2d'), await site.query('not app = https', '--last', '2d')]
    assert.deepEqual(
      figures(web).map((figure, index) => (figure ?? 0) + (figures(other)[index] ?? 0)),
      scaled,
    )
  })
  await context.test('GET /api/v1/stats', async () => {
    assert.deepEqual(figures(await program.get<Stats>('/api/v1/stats?from=now-2d')), scaled)
  })
  await context.test('the list of single flows, page by page, each flow once', async () => {
    const ids = new Set<string>()
    let [bytes, packets, scaledBytes] = [0, 0, 0]
    let next: string | null = ''
    while (next !== null) {
      const page: FlowsPage = await program.get(
        `/api/v1/flows?from=now-2d&limit=1000&order=-bytes&columns=bytes,packets,sampling_rate${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`,
      )
      for (const row of page.rows) {
        ids.add(row.id)
        bytes += row.bytes
        packets += row.packets
        scaledBytes += row.bytes * Math.max(1, row.sampling_rate)
      }
      next = page.next
    }
    assert.equal(ids.size, sent.flows)
    assert.deepEqual([bytes, packets, scaledBytes], [sent.octets, sent.packets, sent.scaledOctets])
  })
  await context.test('the same as a CSV file', async () => {
    const lines = (await program.get<string>('/api/v1/flows?from=now-2d&format=csv&columns=bytes')).trim().split('\r\n')
    assert.equal(lines.length - 1, sent.flows)
  })
  assert.equal(await program.stop(), 0)
})
