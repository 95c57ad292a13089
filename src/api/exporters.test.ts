/** Exporters and their interfaces: the list, one of them, its counters. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import type { Advice, ExporterDetail } from '../telemetry/index.ts'
import { START, testApp } from './fixtures/app.ts'

type Detail = ExporterDetail & { readonly at: number; readonly state: string; readonly advice: readonly Advice[] }

test('the list says who needs attention, by the codes of advice', async () => {
  await using t = await testApp()
  const answer = await t.app.inject({ url: '/api/v1/exporters', headers: t.session('viewer') })
  const { rows } = answer.json<{ rows: Record<string, unknown>[] }>()
  const { exporter, state, advice, transports, flows, fps } = rows[0] ?? {}
  assert.deepEqual([exporter, state, advice, transports], ['192.0.2.1', 'attention', ['template_waiting', 'clock_skew', 'unknown_elements'], ['udp']])
  assert.equal(fps, Number(flows) / 3600, 'flows a second of the hour asked for')
})

test('an exporter has the name and place that the configuration gives it, in the list and alone', async () => {
  await using t = await testApp()
  const place = { name: 'edge1', group: 'edge', role: 'border', site: 'Paris', region: 'Europe', tenant: '' }
  const placeIn = (row: Readonly<Record<string, unknown>> | undefined): unknown => Object.fromEntries(Object.keys(place).map(key => [key, row?.[key]]))
  const { rows } = (await t.app.inject({ url: '/api/v1/exporters', headers: t.session('viewer') })).json<{ rows: Record<string, unknown>[] }>()
  assert.deepEqual(placeIn(rows[0]), place)
  const alone = async (): Promise<unknown> => placeIn((await t.app.inject({ url: '/api/v1/exporters/192.0.2.1', headers: t.session('viewer') })).json())
  assert.deepEqual(await alone(), place)
  Object.assign(t.deps, { place: () => null })
  assert.deepEqual(await alone(), { name: '', group: '', role: '', site: '', region: '', tenant: '' })
})

test('one that has stored flows and sent nothing since is not known to be well', async () => {
  await using t = await testApp()
  Object.assign(t.deps, { ledger: () => null })
  const { rows } = (await t.app.inject({ url: '/api/v1/exporters', headers: t.session('viewer') })).json<{ rows: Record<string, unknown>[] }>()
  assert.deepEqual([rows[0]?.['state'], rows[0]?.['advice'], rows[0]?.['last_seen']], ['unknown', [], null])
})

test('one exporter: what is known of it with advice in sentences', async () => {
  await using t = await testApp()
  const answer = await t.app.inject({ url: '/api/v1/exporters/192.0.2.1', headers: t.session('viewer') })
  assert.equal(answer.statusCode, 200)
  const detail = answer.json<Detail>()
  assert.deepEqual([detail.address, detail.at, detail.state, detail.domain_details.length], ['192.0.2.1', START, 'attention', 2])
  const codes = detail.advice.map(advice => advice.code)
  for (const code of ['template_waiting', 'template_redefined', 'clock_skew', 'unknown_elements', 'sampling_other_domain'])
    assert.ok(codes.includes(code), codes.join())
  assert.match(detail.advice.find(advice => advice.code === 'clock_skew')?.remedy ?? '', /NTP/)
  const asked = t.engine.asked.at(-1)
  assert.deepEqual([asked?.filter, asked?.metrics, asked?.to], ['exporter = 192.0.2.1', ['max_duration'], START])
})

test('its flows need not be there for the rest to be told', async () => {
  await using t = await testApp()
  t.engine.failWith = new FlowLensError('FL_STORE_OPEN', 'not yet')
  assert.equal((await t.app.inject({ url: '/api/v1/exporters/192.0.2.1', headers: t.session('viewer') })).statusCode, 200)
})

test('an exporter has one name, however its address is written', async () => {
  await using t = await testApp()
  const asked: string[] = []
  Object.assign(t.deps, { exporter: async (address: string) => (asked.push(address), null) })
  const headers = t.session('viewer')
  for (const written of ['::ffff:192.0.2.1', '2001:DB8:0:0::1', '2001%3Adb8%3A%3A1']) {
    const answer = await t.app.inject({ url: `/api/v1/exporters/${written}`, headers })
    assert.equal(answer.statusCode, 404)
    const { error } = answer.json<{ error: { code: string; message: string; help: string } }>()
    assert.equal(error.code, 'FL_API_EXPORTER')
    assert.match(error.message, /has sent nothing since 2026-01-31T11:59:00/)
    assert.match(error.help, /firewalls/)
  }
  assert.deepEqual(asked, ['192.0.2.1', '2001:db8::1', '2001:db8::1'])
  const bad = await t.app.inject({ url: '/api/v1/exporters/core-router', headers })
  assert.deepEqual([bad.statusCode, bad.json<{ error: { code: string } }>().error.code], [400, 'FL_API_INVALID'])
})

test('an ingest that does not answer is told as such', async () => {
  await using t = await testApp()
  Object.assign(t.deps, { exporter: () => Promise.reject(new FlowLensError('FL_RECEIVE_ANSWER', 'no answer within 5 s')) })
  const answer = await t.app.inject({ url: '/api/v1/exporters/192.0.2.1', headers: t.session('viewer') })
  assert.deepEqual([answer.statusCode, answer.json<{ error: { code: string } }>().error.code], [503, 'FL_RECEIVE_ANSWER'])
})

test('counters of an interface stand beside its flows, both directions, in the same buckets', async () => {
  await using t = await testApp()
  const answer = await t.app.inject({ url: '/api/v1/interfaces/2001:db8::1/7/counters?from=now-10m&granularity=1m', headers: t.session('viewer') })
  assert.equal(answer.statusCode, 200, answer.body)
  const body = answer.json<{ exporter: string; if: number; granularity: number; counters: { totals: { in: object } }; flows: { totals: { in: object } } }>()
  assert.deepEqual([body.exporter, body.if, body.granularity], ['2001:db8::1', 7, 60_000])
  assert.deepEqual(body.counters.totals.in, { bytes: 60_000_000, packets: 60_000, discards: 30, errors: 0 })
  assert.deepEqual(
    t.engine.asked.map(query => [query.filter, query.granularity]),
    [
      ['exporter = 2001:db8::1 and in_if = 7', 60_000],
      ['exporter = 2001:db8::1 and out_if = 7', 60_000],
    ],
  )
})

test('whoever may see a part of the traffic sees no exporter whole', async () => {
  await using t = await testApp()
  const headers = t.session('viewer', 'src in 10.0.0.0/8')
  for (const url of ['/api/v1/exporters', '/api/v1/exporters/192.0.2.1', '/api/v1/interfaces/192.0.2.1/7/counters'])
    assert.equal((await t.app.inject({ url, headers })).statusCode, 403, url)
  assert.equal((await t.app.inject({ url: '/api/v1/exporters/192.0.2.1' })).statusCode, 401)
})
