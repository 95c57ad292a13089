/**
 * What FlowLens knows of the devices that send, from the wire to API and shell: simulated devices of every protocol, one whose records
 * carry an element nobody knows, one that never sends a template, and counters of interfaces, which survive a main that is killed.
 */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { addressBytes, encodeIpfix, encodeSflow, interfaceCounters, parseTemplate, type WireSet } from '../src/simulate/index.ts'
import type { Advice, CounterRates, ExporterDetail } from '../src/telemetry/index.ts'
import { flowlens } from './helpers/index.ts'
import { makeSite, until, type Site } from './helpers/site.ts'

type Detail = ExporterDetail & { readonly state: string; readonly advice: readonly Advice[] }
interface Listed {
  readonly exporter: string
  readonly state: string
  readonly protocols: readonly string[]
  readonly advice: readonly string[]
}

/** Sends datagrams from an address of this machine's loopback. */
async function sender(context: TestContext, site: Site, address: string): Promise<(datagram: Uint8Array) => Promise<void>> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  context.after(() => void socket.close())
  return datagram => new Promise((resolve, reject) => socket.send(datagram, site.udp, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
}

const ipfix = (sequence: number, sets: readonly WireSet[]): Uint8Array => encodeIpfix({ seconds: Math.floor(Date.now() / 1000), sequence, domain: 9 }, sets)
const A = addressBytes('10.0.0.1')

test('every exporter is listed and described, by API and shell, with what to configure on it', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const sent = await site.simulate('--protocol mixed --rate 4000 --flows 8000 --seed 7')

  const odd = parseTemplate(256, '8:4 12:4 2:8 1:8 29305/30000:4')
  const strange = await sender(context, site, '127.0.0.201')
  await strange(
    ipfix(0, [
      { kind: 'templates', templates: [odd] },
      { kind: 'data', template: odd, rows: [[A, A, 3, 120, 0x2a]], padding: 0 },
    ]),
  )
  const mute = await sender(context, site, '127.0.0.202')
  await mute(ipfix(0, [{ kind: 'data', template: parseTemplate(300, '8:4 2:8'), rows: [[A, 1]], padding: 0 }]))

  const rows = await until(
    'advice for the two',
    async () => (await program.get<{ rows: Listed[] }>('/api/v1/exporters')).rows,
    list => ['unknown_elements', 'no_template'].every(code => list.some(one => one.advice.includes(code))),
  )
  const named = new Map(rows.map(row => [row.exporter, row]))
  for (const address of Object.keys(sent.byExporter)) assert.ok(named.has(address), `${address} is not listed: ${[...named.keys()].join(' ')}`)
  assert.deepEqual([...new Set(rows.flatMap(row => row.protocols))].toSorted(), ['ipfix', 'netflow5', 'netflow9', 'sflow'])
  assert.equal(named.get('127.0.0.202')?.state, 'attention')

  const waiting = await program.get<Detail>('/api/v1/exporters/127.0.0.202')
  assert.deepEqual(waiting.domain_details[0]?.waiting, { sets: 1, bytes: 12 })
  assert.match(waiting.advice[0]?.message ?? '', /no template for it has been seen in ipfix domain 9/)

  for (const { exporter, protocols } of rows) {
    const detail = await program.get<Detail>(`/api/v1/exporters/${exporter}`)
    assert.deepEqual([detail.address, detail.protocols], [exporter, protocols])
    assert.equal(detail.rows, exporter === '127.0.0.201' ? 1 : (sent.byExporter[exporter]?.flows ?? 0), exporter)
    const templates = detail.domain_details.flatMap(domain => domain.templates)
    const templated = protocols.some(protocol => protocol === 'ipfix' || protocol === 'netflow9') && exporter !== '127.0.0.202'
    assert.equal(
      templates.length > 0 && templates.every(template => template.fields.length > 0),
      templated,
      `${exporter}: ${JSON.stringify(templates).slice(0, 300)}`,
    )
    assert.equal(
      templates.reduce((sum, template) => sum + (template.kind === 'data' ? template.records : 0), 0),
      templated ? detail.rows : 0,
      exporter,
    )
  }

  const unknown = await program.get<Detail>('/api/v1/exporters/127.0.0.201')
  assert.deepEqual(unknown.unknown_elements, [
    { element: '29305/30000', name: null, kind: 'unknown', length: 4, sample: '0000002a', records: 1, templates: [256] },
  ])
  const listed = await flowlens(['exporters', '--config', site.configFile])
  assert.equal(listed.code, 0, listed.stderr)
  assert.match(listed.stdout, /^exporter +state +protocol/)
  assert.match(listed.stdout, /^127\.0\.0\.202 +attention +ipfix +udp .* no_template$/m)
  const shown = await flowlens(['exporters', '127.0.0.201', '--config', site.configFile])
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /29305\/30000 \? \(unknown\), 4 bytes, 1 records, as 0000002a/)
  assert.match(shown.stdout, /8 sourceIPv4Address 4 → src/)
  const json = await flowlens(['exporters', '127.0.0.202', '--json', '--config', site.configFile])
  assert.equal((JSON.parse(json.stdout) as Detail).advice[0]?.code, 'no_template')
  const nobody = await flowlens(['exporters', '192.0.2.77', '--config', site.configFile])
  assert.deepEqual([nobody.code, nobody.stdout], [1, ''])
  assert.match(nobody.stderr, /192\.0\.2\.77 has sent nothing since .*\n.*firewalls.* \(FL_API_EXPORTER\)/)
})

test('counters of an interface become rates, and those that come while main is gone are not lost', async context => {
  const site = await makeSite(context)
  const first = await site.start()
  const agent = await sender(context, site, '127.0.0.210')
  let sequence = 0
  const tell = (octets: number, packets: number): Promise<void> =>
    agent(
      encodeSflow({ agent: '127.0.0.210', subAgent: 0, sequence: sequence++, uptimeMs: sequence * 1000 }, [
        {
          kind: 'counters',
          sequence,
          source: 5,
          records: [interfaceCounters({ index: 5, speed: 1e9, inOctets: octets, inPackets: packets, outOctets: 2 * octets, outPackets: packets })],
        },
      ]),
    )
  await tell(1000, 10)
  type Answer = { readonly counters: CounterRates; readonly flows: object }
  const path = '/api/v1/interfaces/127.0.0.210/5/counters?from=now-15m&granularity=1m'
  const once = (program: typeof first, samples: number): Promise<Answer> =>
    until(
      `${samples} samples of counters`,
      () => program.get<Answer>(path),
      answer => answer.counters.samples === samples,
    )
  assert.deepEqual((await once(first, 1)).counters.totals.in, { bytes: null, packets: null, discards: null, errors: null })
  await first.kill()
  await tell(51_000, 60)
  const second = await site.start()
  await tell(101_000, 110)
  const { counters } = await once(second, 3)
  assert.deepEqual(counters.totals, {
    in: { bytes: 100_000, packets: 100, discards: 0, errors: 0 },
    out: { bytes: 200_000, packets: 100, discards: 0, errors: 0 },
  })
  assert.deepEqual([counters.last?.speed_bps, counters.last?.oper_up, counters.resets], [1e9, true, 0])
})
