import assert from 'node:assert/strict'
import { test } from 'node:test'
import { START, testApp } from './fixtures/app.ts'

const HOUR = 3_600_000

test('the scope goes beside the filter of a request, so that the one hides flows and the other chooses conversations', async () => {
  await using t = await testApp()
  const headers = t.session('viewer', 'src in 10.0.0.0/8')
  const asked = async (url: string) => {
    const answer = await t.app.inject({ url, headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return t.engine.askedConversations.at(-1)
  }
  const range = { from: START - HOUR, to: START, scope: 'src in 10.0.0.0/8' }
  assert.deepEqual(await asked('/api/v1/conversations?filter=app%20%3D%20dns&order=-response_time_estimate&limit=7&gap=5m&duplicates=hops'), {
    ...range,
    filter: 'app = dns',
    order: '-response_time_estimate',
    limit: 7,
    gapMs: 300_000,
    duplicates: 'hops',
  })
  assert.deepEqual(await asked('/api/v1/conversations/figures?by=app,proto&metric=p99_response_time_estimate'), {
    ...range,
    filter: '',
    by: ['app', 'proto'],
    order: '-p99_response_time_estimate',
    limit: 50,
  })
  assert.deepEqual(await asked('/api/v1/latency?filter=app%20%3D%20dns'), {
    ...range,
    filter: 'app = dns',
    by: ['host'],
    order: '-conversations',
    limit: 50,
    keys: [1, 2].map(index =>
      t.engine.asked.at(-1)?.metrics.reduce((row, metric, at) => ({ ...row, [metric]: index * 1000 + at }), { host: `10.0.0.${index}` }),
    ),
  })
})

test('what cannot be meant is refused', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  for (const [url, message] of [
    ['/api/v1/conversations?order=rtt', /order/],
    ['/api/v1/conversations?gap=soon', /gap: .*90s/],
    ['/api/v1/conversations?limit=5000', /limit: a page has at most 1000/],
    ['/api/v1/conversations?duplicates=all', /duplicates/],
    ['/api/v1/conversations/figures?metric=bytes', /metric/],
  ] as const) {
    const answer = await t.app.inject({ url, headers })
    assert.equal(answer.statusCode, 400, url)
    assert.match(answer.body, message)
  }
  assert.equal((await t.app.inject({ url: '/api/v1/conversations' })).statusCode, 401)
})

test('a file has the exporters of a conversation in one cell', async () => {
  await using t = await testApp()
  const answer = await t.app.inject({ url: '/api/v1/conversations?format=csv', headers: t.session('viewer') })
  const [header, line] = answer.body.split('\r\n')
  assert.match(header ?? '', /^"client","client_port".*"response_time_estimate".*"exporters"$/)
  assert.match(line ?? '', /^"192\.0\.2\.1",50000,"198\.51\.100\.1",443,6,.*,"10\.0\.0\.1 10\.0\.0\.2"$/)
  assert.match(line ?? '', /9007199254740993/)
})

test('latency has the estimates beside what was measured, and is ranked by either', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  const answer = (await t.app.inject({ url: '/api/v1/latency?metric=p95_rtt', headers })).json()
  assert.deepEqual(
    answer.rows.map((row: Record<string, number>) => [row['host'], row['conversations'], row['p95_response_time_estimate']]),
    [
      ['10.0.0.1', 1, 5],
      ['10.0.0.2', 1, 5],
    ],
  )
  assert.ok(answer.metrics.includes('p95_response_time') && answer.metrics.includes('p95_response_time_estimate'))
  assert.deepEqual([answer.totals.conversations, 'p99_response_time_estimate' in answer.totals], [1, false], 'what is not known is in no total')
  assert.equal(t.engine.asked.at(-1)?.order, '-p95_rtt')

  await t.app.inject({ url: '/api/v1/latency?metric=p95_response_time_estimate&limit=5', headers })
  const [figures, flows] = [t.engine.askedConversations.at(-1), t.engine.asked.at(-1)]
  assert.deepEqual([figures?.order, figures?.limit, figures !== undefined && 'keys' in figures], ['-p95_response_time_estimate', 5, false])
  assert.deepEqual(flows?.keys, [{ host: '10.0.0.1' }, { host: '10.0.0.2' }], 'the flows of the hosts that lead')

  const before = t.engine.askedConversations.length
  await t.app.inject({ url: '/api/v1/latency?metrics=p95_rtt&metric=count_rtt', headers })
  assert.deepEqual(
    [t.engine.asked.at(-1)?.metrics, t.engine.askedConversations.length],
    [['p95_rtt', 'count_rtt'], before],
    'who names measured figures gets these alone',
  )
})
