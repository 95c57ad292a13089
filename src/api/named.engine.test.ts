/** Questions with a name, asked of a real store: their columns, figures and filters are ones it knows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createQuery, type Series, type Table } from '../query/index.ts'
import { MEASURED_GROUPS } from '../schema/index.ts'
import { openTestStore } from '../store/testing/index.ts'
import { START, testApp } from './fixtures/app.ts'

const SIDES = { src: '192.0.2.1', dst: '198.51.100.1', start_at: START - 60_000, end_at: START - 59_000, received_at: START - 58_000 }
const CALL = {
  ...SIDES,
  proto: 17,
  bytes: 100,
  packets: 2,
  mos: 4,
  measured: 1 << MEASURED_GROUPS.indexOf('mos'),
  src_as: 64_500,
  src_as_name: 'EXAMPLE',
  dst_as: 64_501,
}
const PAGE = { ...SIDES, proto: 6, bytes: 1000, packets: 10, tcp_flags: 2, app: 'https', category: 'web', src_country: 'DE', dst_country: 'US' }

test('every question with a name is answered by a real store', async () => {
  await using t = await testApp()
  const bed = await openTestStore()
  try {
    bed.setNow(START)
    await bed.add([CALL, PAGE])
    const query = createQuery({ store: bed.store, waitingSince: () => null, now: () => START })
    const rows = async (url: string): Promise<Table['rows']> => {
      assert.equal((await t.app.inject({ url, headers: t.session('viewer') })).statusCode, 200, url)
      const answer = await query.run(t.engine.asked.at(-1) ?? assert.fail(), new AbortController().signal)
      assert.equal(answer.kind, 'table')
      return (answer as Table).rows
    }
    const flows = async (url: string, ...columns: readonly string[]) => (await rows(url)).map(row => [...columns, 'flows'].map(name => row[name]))
    assert.deepEqual((await flows('/api/v1/as', 'as', 'as_name')).slice(0, 1), [[0, '', 1]])
    assert.deepEqual(await flows('/api/v1/as?direction=src', 'src_as', 'src_as_name'), [
      [0, '', 1],
      [64_500, 'EXAMPLE', 1],
    ])
    assert.deepEqual(await flows('/api/v1/applications', 'app', 'category'), [
      ['https', 'web', 1],
      ['', '', 1],
    ])
    assert.deepEqual(await flows('/api/v1/categories', 'category'), [
      ['web', 1],
      ['', 1],
    ])
    assert.deepEqual(new Set((await flows('/api/v1/countries', 'country')).map(([country]) => country)), new Set(['DE', 'US', '']))
    assert.deepEqual(await flows('/api/v1/networks', 'net_name'), [['', 2]])
    assert.equal((await rows('/api/v1/latency?by=app')).length, 2)
    const ranked = await rows('/api/v1/latency?by=app&metric=p95_response_time_estimate&compare=1h')
    assert.deepEqual(
      ranked.map(row => [row['app'], row['flows']]),
      [
        ['10.0.0.1', 0],
        ['10.0.0.2', 0],
      ],
      'the flows of the keys that conversations were ranked by, in that order',
    )
    const [tcp, ...others] = await rows('/api/v1/tcp?by=proto&compare=previous&metric=syn_flows')
    assert.deepEqual([tcp?.['proto'], tcp?.['handshake_failures_estimate'], tcp?.['retransmitted'], others], [6, 1, null, []])
    assert.deepEqual(await rows('/api/v1/tcp?by=proto&metrics=retransmitted_percent,syn_flows&metric=flows'), [
      { proto: 6, retransmitted_percent: null, syn_flows: 1, flows: 1 },
    ])
    const [call, ...more] = await rows('/api/v1/voip?by=src')
    assert.deepEqual([call?.['src'], call?.['flows'], call?.['avg_mos'], call?.['p95_jitter'], more], ['192.0.2.1', 1, 4, null, []])

    // Over time all flows of the name are one line, and what was not measured is a gap.
    const overTime = async (url: string): Promise<Series> => {
      assert.equal((await t.app.inject({ url, headers: t.session('viewer') })).statusCode, 200, url)
      const answer = await query.run(t.engine.asked.at(-1) ?? assert.fail(), new AbortController().signal)
      assert.equal(answer.kind, 'series')
      return answer as Series
    }
    for (const name of ['latency', 'tcp', 'voip']) assert.deepEqual((await overTime(`/api/v1/${name}?granularity=1m`)).by, [])
    const calls = await overTime('/api/v1/voip?from=now-3m&granularity=1m')
    assert.equal(calls.totals['flows'], 1)
    assert.deepEqual(
      calls.series[0]?.values['avg_mos']?.filter(value => value !== null),
      [4],
    )
    assert.deepEqual((await overTime('/api/v1/tcp?granularity=auto&by=proto')).by, ['proto'])
  } finally {
    await bed.close()
  }
})
