/** What comes back: answers by their schemas, errors of one shape, CSV, OpenAPI. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'
import { FlowLensError, STORED_COLUMNS } from '../schema/index.ts'
import { routesOf } from './api.ts'
import { createConsole } from './console.ts'
import { START, testApp, type TestApp } from './fixtures/app.ts'
import type { Route } from './route.ts'

const tableOf = (t: TestApp): Route[] => routesOf(t.deps, createConsole(t.deps.webDirectory), t.streams, false, () => ({}))

interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly help: string; readonly requestId: string; readonly position?: object }
}
const errorOf = (answer: { json(): unknown }): ErrorAnswer['error'] => (answer.json() as ErrorAnswer).error

test('good answers are what their schemas say', async () => {
  await using t = await testApp()
  t.engine.flowRows = [{ id: '7-1', src: '10.0.0.1', bytes: 5 }]
  const headers = t.session('admin')
  await t.app.inject({ method: 'POST', url: '/api/v1/keys', headers, payload: { name: 'one', role: 'viewer' } })
  await t.app.inject({ method: 'POST', url: '/api/v1/views', headers, payload: { name: 'one', address: '/explore' } })
  const examples: readonly (readonly [string, InjectOptions])[] = [
    ...[
      '/api/v1/stats',
      '/api/v1/query',
      '/api/v1/query?by=src&granularity=auto&compare=1w',
      '/api/v1/flows',
      '/api/v1/flows/7-1',
      '/api/v1/conversations?order=-started&gap=90s',
      '/api/v1/conversations/figures?by=app&metric=p95_response_time_estimate',
      '/api/v1/top-talkers',
      '/api/v1/protocols',
      '/api/v1/hosts',
      '/api/v1/as',
      '/api/v1/applications?compare=1d',
      '/api/v1/categories',
      '/api/v1/countries',
      '/api/v1/networks',
      '/api/v1/names?addresses=10.0.0.1,10.0.0.2',
      '/api/v1/latency?compare=previous',
      '/api/v1/tcp?compare=previous',
      '/api/v1/voip',
      '/api/v1/interfaces',
      '/api/v1/exporters',
      '/api/v1/exporters/192.0.2.1',
      '/api/v1/interfaces/192.0.2.1/1/counters',
      '/api/v1/complete?filter=sr&caret=2',
      '/api/v1/pipeline',
      '/api/v1/me',
      '/api/v1/session',
      '/api/v1/keys',
      '/api/v1/views',
      '/api/v1/users',
      '/api/v1/audit',
      '/healthz',
    ].map(url => ['GET', { url }] as const),
    [
      'POST',
      {
        url: '/api/v1/query',
        payload: {
          from: 'now-1d',
          to: START,
          by: ['src', 'app'],
          metrics: ['bps'],
          granularity: 3_600_000,
          limit: 5,
          order: '-bps',
          compare: null,
          as_sent: true,
        },
      },
    ],
    ['POST', { url: '/api/v1/filter/check', payload: { filter: ' src = 10.0.0.1 ' } }],
    ['POST', { url: '/api/v1/users', payload: { name: 'ann', role: 'viewer', password: 'a good password' } }],
    ['PATCH', { url: '/api/v1/users/ann', payload: { disabled: true } }],
    ['POST', { url: '/api/v1/keys', payload: { name: 'two', role: 'viewer' } }],
    ['POST', { url: '/api/v1/views', payload: { name: 'two', address: '/flows' } }],
  ]
  const table = tableOf(t)
  const seen = new Set<Route>()
  for (const [method, options] of examples) {
    const answer = await t.app.inject({ method: method as 'GET', ...options, headers })
    const path = String(options.url).split('?')[0] ?? ''
    const route = table.find(
      one => one.method === method && one.url.replace(':id', '7-1').replace(':name', 'ann').replace(':exporter', '192.0.2.1').replace(':index', '1') === path,
    )
    assert.ok(route !== undefined && typeof route.answer !== 'string', path)
    seen.add(route)
    assert.equal(answer.statusCode, route.status ?? 200, answer.body)
    const schema: TSchema = route.answer
    assert.deepEqual(Compile(schema).Errors(answer.json()), [], `${method} ${path} ${answer.body}`)
  }
  const unseen = table
    .filter(route => typeof route.answer !== 'string' && route.status !== 204 && !seen.has(route))
    .map(({ method, url }) => `${method} ${url}`)
  assert.deepEqual(unseen, ['POST /api/v1/session'], 'session.test.ts has it')
})

test('a question is handed on as it was meant', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  await t.app.inject({
    url: '/api/v1/query?from=now-2h&to=now-1h&by=src,%20app&metrics=bps,flows&granularity=1m&limit=7&order=-flows&compare=previous&as_sent=true&filter=dst_port%20%3D%2053',
    headers,
  })
  const expected = {
    from: START - 7_200_000,
    to: START - 3_600_000,
    filter: 'dst_port = 53',
    by: ['src', 'app'],
    metrics: ['bps', 'flows'],
    granularity: 60_000,
    limit: 7,
    order: '-flows',
    compare: { from: START - 10_800_000, to: START - 7_200_000 },
    asSent: true,
  }
  assert.deepEqual(t.engine.asked.at(-1), expected)
  await t.app.inject({
    method: 'POST',
    url: '/api/v1/query',
    headers,
    payload: {
      from: '2026-01-31T10:00:00Z',
      to: START - 3_600_000,
      by: ['src', 'app'],
      metrics: ['bps', 'flows'],
      granularity: '1m',
      limit: 7,
      order: '-flows',
      compare: 'previous',
      as_sent: true,
      filter: 'dst_port = 53',
    },
  })
  assert.deepEqual(t.engine.asked.at(-1), expected)
  await t.app.inject({ url: '/api/v1/query', headers })
  assert.deepEqual(t.engine.asked.at(-1), {
    from: START - 3_600_000,
    to: START,
    filter: '',
    by: [],
    metrics: ['bytes', 'packets', 'flows'],
    limit: 10,
    order: '-bytes',
  })
  await t.app.inject({ url: '/api/v1/top-talkers?direction=dst&metric=packets&limit=3', headers })
  const { by, order, limit } = t.engine.asked.at(-1) ?? assert.fail()
  assert.deepEqual({ by, order, limit }, { by: ['dst'], order: '-packets', limit: 3 })
})

test('questions with a name are questions', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  const asked = async (url: string) => {
    assert.equal((await t.app.inject({ url, headers })).statusCode, 200, url)
    const { by, order, limit, filter, compare } = t.engine.asked.at(-1) ?? assert.fail()
    return [by, order, limit, filter, ...(compare === undefined ? [] : [compare])]
  }
  assert.deepEqual(await asked('/api/v1/as'), [['as', 'as_name'], '-bytes', 50, ''])
  assert.deepEqual(await asked('/api/v1/as?direction=src&metric=flows&limit=3&filter=app%20%3D%20dns'), [['src_as', 'src_as_name'], '-flows', 3, 'app = dns'])
  assert.deepEqual(await asked('/api/v1/countries?direction=dst'), [['dst_country'], '-bytes', 50, ''])
  assert.deepEqual(await asked('/api/v1/networks'), [['net_name'], '-bytes', 50, ''])
  assert.deepEqual(await asked('/api/v1/applications'), [['app', 'category'], '-bytes', 50, ''])
  assert.deepEqual(await asked('/api/v1/categories?compare=1d'), [['category'], '-bytes', 50, '', { from: START - 25 * 3_600_000, to: START - 24 * 3_600_000 }])
  assert.deepEqual(await asked('/api/v1/latency?by=exporter,%20app&metric=p95_rtt'), [['exporter', 'app'], '-p95_rtt', 50, ''])
  assert.deepEqual(await asked('/api/v1/tcp'), [['host'], '-bytes', 50, 'proto = tcp'])
  // A distribution is told in its order and as a whole, also where the name has estimates of conversations, which have no bands.
  const estimated = t.engine.askedConversations.length
  assert.deepEqual(await asked('/api/v1/latency?by=rtt/3'), [['rtt/3'], 'rtt/3', 26, ''])
  assert.equal(t.engine.askedConversations.length, estimated)
  assert.deepEqual(await asked('/api/v1/query?by=rtt/3&metrics=flows'), [['rtt/3'], 'rtt/3', 26, ''])
  assert.deepEqual(await asked('/api/v1/query?by=rtt/9&granularity=1m&metrics=flows'), [['rtt/9'], 'rtt/9', 74, ''])
  // The filter of a request cannot reach out of the flows the name stands for.
  assert.deepEqual(await asked('/api/v1/tcp?filter=app%20%3D%20dns%20or%20proto%20%3D%20udp%20%23'), [
    ['host'],
    '-bytes',
    50,
    '(app = dns or proto = udp #\n) and (proto = tcp)',
  ])
  const scoped = { url: '/api/v1/voip?filter=app%20%3D%20sip', headers: t.session('viewer', 'exporter = 192.0.2.1') }
  await t.app.inject(scoped)
  assert.match(t.engine.asked.at(-1)?.filter ?? '', /^\(exporter = 192\.0\.2\.1\n\) and \(\(app = sip\n\) and \(.*rtp_ssrc exists .*\)\n\)$/)
})

test('answers are in snake_case', async () => {
  await using t = await testApp()
  const answer = (await t.app.inject({ url: '/api/v1/query?by=src', headers: t.session('viewer') })).json() as object
  assert.deepEqual(Object.keys(answer).toSorted(), [
    'answered_from',
    'by',
    'complete',
    'duplicates',
    'kind',
    'metrics',
    'notes',
    'other',
    'range',
    'rows',
    'rows_read',
    'took_ms',
    'totals',
    'unknown_sampling_flows',
  ])
})

test('interfaces: both directions on one line; the interface "none" is left out', async () => {
  await using t = await testApp()
  const { rows } = (await t.app.inject({ url: '/api/v1/interfaces', headers: t.session('viewer') })).json() as { rows: object[] }
  assert.deepEqual(rows[1], {
    exporter: '192.0.2.1',
    if: 1,
    name: 'xe-1',
    in_bytes: 1000,
    in_packets: 1001,
    in_flows: 1002,
    in_bps: 1003,
    in_pps: 1004,
    out_bytes: 1000,
    out_packets: 1001,
    out_flows: 1002,
    out_bps: 1003,
    out_pps: 1004,
  })
})

for (const [url, said] of [
  ['/api/v1/stats?form=now-1h', /unknown key "form" in the query string/],
  ['/api/v1/query?by=src&limit=0', /limit: must be >= 1/],
  ['/api/v1/query?limit=abc', /limit: must be integer/],
  ['/api/v1/query?format=xml', /format: .*json, csv/],
  ['/api/v1/query?from=yesterdayish', /from: "yesterdayish" is no time/],
  ['/api/v1/query?from=now&to=now-1h', /start before it ends/],
  ['/api/v1/query?granularity=1s&from=now-30d', /more than 2000 buckets/],
  ['/api/v1/query?compare=soon', /compare: "soon"/],
  ['/api/v1/query?order=bytes;drop', /order: must match pattern/],
  ['/api/v1/flows?columns=src,scr_port', /no column "scr_port", did you mean src_port/],
  ['/api/v1/flows?limit=5000', /at most 1000/],
  ['/api/v1/tcp?metric=p95_rtt', /metric: .*retransmitted/],
  ['/api/v1/as?compare=soon', /compare: "soon"/],
  ['/api/v1/flows/abc', /id: must match pattern/],
  [`/api/v1/stats?filter=${'x'.repeat(10_001)}`, /filter: must not have more than 10000/],
] as const) {
  test(`a mistake is named: ${url.slice(0, 60)}`, async () => {
    await using t = await testApp()
    const answer = await t.app.inject({ url, headers: t.session('viewer') })
    assert.equal(answer.statusCode, 400, answer.body)
    assert.match(errorOf(answer).message, said)
  })
}

for (const [payload, said] of [
  [{ by: 'src' }, /by: must be array/],
  [{ by: ['a', 'b', 'c', 'd', 'e'] }, /by: must not have more than 4/],
  [{ limit: '10' }, /limit: must be integer/],
  [{ frm: 'now' }, /unknown key "frm" in the body/],
  [['x'], /body: must be object/],
] as const) {
  test(`a mistake in a body is named: ${JSON.stringify(payload)}`, async () => {
    await using t = await testApp()
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/query', headers: t.session('viewer'), payload: payload as object })
    assert.deepEqual([answer.statusCode, errorOf(answer).code], [400, 'FL_API_INVALID'], answer.body)
    assert.match(errorOf(answer).message, said)
  })
}

test('every error has one shape and the id of its request, also outside of routes', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  const answers = await Promise.all(
    (
      [
        [404, 'FL_API_NOT_FOUND', { url: '/api/v1/nothing', headers }],
        [404, 'FL_API_NOT_FOUND', { method: 'DELETE', url: '/anything', headers }],
        [404, 'FL_API_NOT_FOUND', { url: '/api/v1/flows/9-9', headers }],
        [400, 'FL_API_INVALID', { url: '/%zz', headers }],
        [400, 'FL_API_INVALID', { method: 'POST', url: '/api/v1/query', headers: { ...headers, 'content-type': 'application/json' }, payload: '{"by":' }],
        [
          413,
          'FL_API_TOO_LARGE',
          { method: 'POST', url: '/api/v1/query', headers: { ...headers, 'content-type': 'application/json' }, payload: `"${'x'.repeat(1024 * 1024)}"` },
        ],
        [401, 'FL_ACCESS_UNAUTHENTICATED', { url: '/api/v1/stats' }],
      ] as const
    ).map(async ([status, code, options]) => [status, code, await t.app.inject(options as InjectOptions)] as const),
  )
  for (const [status, code, answer] of answers) {
    assert.deepEqual([answer.statusCode, errorOf(answer).code], [status, code], answer.body)
    const { message, help, requestId, ...rest } = errorOf(answer)
    assert.ok(message !== '' && help !== '')
    assert.match(requestId, /^[\w-]{12}$/)
    assert.deepEqual(Object.keys(rest), ['code'])
  }
})

test('the id of an error is that of the header and of the log; an unforeseen error tells nothing else', async () => {
  await using t = await testApp()
  t.engine.failWith = new Error('SELECT secret FROM /var/lib/flowlens')
  const answer = await t.app.inject({ url: '/api/v1/stats', headers: t.session('viewer') })
  const { requestId } = errorOf(answer)
  assert.deepEqual([answer.statusCode, errorOf(answer).code, answer.headers['x-request-id']], [500, 'FL_API_INTERNAL', requestId])
  assert.ok(!answer.body.includes('SELECT'))
  assert.ok(t.logged.some(line => line.includes(requestId) && line.includes('SELECT secret')))
})

test('errors of the query room keep code, status and position', async () => {
  await using t = await testApp()
  const headers = t.session('viewer')
  t.engine.failWith = new FlowLensError('FL_QUERY_TIMEOUT', 'stopped after 20 s')
  const slow = await t.app.inject({ url: '/api/v1/hosts', headers })
  assert.deepEqual([slow.statusCode, errorOf(slow).code, errorOf(slow).message], [503, 'FL_QUERY_TIMEOUT', 'stopped after 20 s'])
  assert.match(t.deps.metrics.text(), /flowlens_query_failures_total\{code="FL_QUERY_TIMEOUT"\} 1/)
  const bad = await t.app.inject({ method: 'POST', url: '/api/v1/filter/check', headers, payload: { filter: 'src = !!' } })
  assert.deepEqual([bad.statusCode, errorOf(bad).position], [400, { start: 6, end: 8 }])
})

test('a CSV file of flows: header from the schema, every page, formulas made harmless', async () => {
  await using t = await testApp()
  const nasty = ['=cmd|calc', '+1', '-1', '@x', '\tx', '\rx', 'say "hi", you', 'line\nbreak', 'plain']
  t.engine.flowRows = Array.from({ length: 12_000 }, (_, index) => ({
    id: `1-${index}`,
    src_name: nasty[index % nasty.length] ?? '',
    bytes: -index,
    notes: null,
  }))
  const headers = t.session('viewer')
  const answer = await t.app.inject({ url: '/api/v1/flows?format=csv', headers })
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8; header=present')
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="flowlens-flows.csv"')
  const records = parseCsv(answer.body)
  assert.deepEqual(
    records[0],
    STORED_COLUMNS.map(column => column.name),
  )
  assert.equal(records.length, 12_001)
  assert.deepEqual(
    t.engine.askedFlows.map(({ limit, cursor }) => [limit, cursor]),
    [
      [5000, undefined],
      [5000, '5000'],
      [5000, '10000'],
    ],
  )
  const at = STORED_COLUMNS.findIndex(column => column.name === 'src_name')
  assert.deepEqual(
    records.slice(1, 10).map(record => record[at]),
    nasty.map(text => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)),
  )
  assert.equal(records[3]?.[STORED_COLUMNS.findIndex(column => column.name === 'bytes')], '-2', 'a number is no formula')

  const some = await t.app.inject({ url: '/api/v1/flows?format=csv&columns=src_name,bytes&limit=5001', headers })
  assert.deepEqual([parseCsv(some.body).length, parseCsv(some.body)[0]], [5002, ['src_name', 'bytes']])
  assert.deepEqual(
    t.engine.askedFlows.slice(3).map(({ limit }) => limit),
    [5000, 1],
  )
})

/** A reader of RFC 4180, written apart from the writer. */
function parseCsv(text: string): string[][] {
  assert.ok(text.endsWith('\r\n'))
  const records: string[][] = [[]]
  for (const match of text.slice(0, -2).matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/g)) {
    const [, field = '', end] = match
    records.at(-1)?.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field)
    if (end === '\r\n') records.push([])
    else if (end === '') break
  }
  return records
}

test('a mistake in a request for CSV is an error, not half a file', async () => {
  await using t = await testApp()
  t.engine.failWith = new FlowLensError('FL_QUERY_INVALID', 'no')
  const answer = await t.app.inject({ url: '/api/v1/flows?format=csv', headers: t.session('viewer') })
  assert.deepEqual([answer.statusCode, answer.headers['content-type']], [400, 'application/json; charset=utf-8'])
})

test('CSV of a series has a line for each bucket and key', async () => {
  await using t = await testApp()
  const answer = await t.app.inject({ url: '/api/v1/query?by=src&metrics=bps&granularity=auto&format=csv', headers: t.session('viewer') })
  assert.equal(answer.body, '"time","src","bps"\r\n"2026-01-31T11:00:00.000Z","10.0.0.1",\r\n')
})

test('OpenAPI has every route of the API and nothing else, with its parameters', async () => {
  await using t = await testApp()
  const document = (await t.app.inject('/api/openapi.json')).json() as {
    openapi: string
    paths: Record<
      string,
      Record<string, { parameters?: { name: string; in: string }[]; requestBody?: object; responses: object; security: object[]; operationId: string }>
    >
  }
  assert.equal(document.openapi, '3.1.0')
  const shown = tableOf(t).filter(route => route.hidden !== true)
  const expected = shown.map(route => `${route.method.toLowerCase()} ${route.url.replace(/:(\w+)/g, '{$1}')}`)
  const told = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`))
  assert.deepEqual(told.toSorted(), expected.toSorted())
  const ids = new Set<string>()
  for (const route of shown) {
    const operation = document.paths[route.url.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()] ?? assert.fail(route.url)
    const parameters = (operation.parameters ?? []).map(parameter => `${parameter.in} ${parameter.name}`)
    assert.deepEqual(
      parameters.toSorted(),
      [...Object.keys(route.query.properties).map(key => `query ${key}`), ...Object.keys(route.params.properties).map(key => `path ${key}`)].toSorted(),
      route.url,
    )
    assert.equal(operation.requestBody !== undefined, route.body !== null)
    assert.deepEqual(Object.keys(operation.responses), [String(route.status ?? 200), 'default'])
    assert.equal(operation.security.length > 0, route.access !== 'public')
    ids.add(operation.operationId)
  }
  assert.equal(ids.size, shown.length, 'operation ids are unique')
  assert.ok(!JSON.stringify(document).includes('def-0'))
})

test('security headers stand on every kind of answer', async () => {
  await using t = await testApp()
  for (const url of ['/', '/assets/a-1.js', '/docs/start', '/docs/api', '/api/v1/stats', '/healthz', '/api/v1/nothing']) {
    const { headers } = await t.app.inject(url)
    for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
      assert.ok(String(headers['content-security-policy']).split(';').includes(part), `${url} ${part}`)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/)
    assert.deepEqual(
      [headers['x-content-type-options'], headers['cross-origin-opener-policy'], headers['cross-origin-resource-policy'], headers['strict-transport-security']],
      ['nosniff', 'same-origin', 'same-origin', undefined],
      url,
    )
  }
})

test('an address that cannot be read gets an answer that runs nothing', async () => {
  await using t = await testApp()
  const { headers } = await t.app.inject('/%zz')
  assert.deepEqual([headers['content-security-policy'], headers['x-content-type-options']], ["default-src 'none'; frame-ancestors 'none'", 'nosniff'])
})

test('answers of the API are never kept by a cache', async () => {
  await using t = await testApp()
  for (const url of ['/api/v1/stats', '/api/v1/nothing', '/api/v1/me'])
    assert.equal((await t.app.inject({ url, headers: t.session('viewer') })).headers['cache-control'], 'no-store', url)
})

test('saved views: one’s own, shared ones, and nobody else’s to remove', async () => {
  await using t = await testApp()
  const [ann, bob] = [t.session('viewer'), t.session('operator')]
  const save = (headers: object, payload: object) => t.app.inject({ method: 'POST', url: '/api/v1/views', headers: { ...headers }, payload })
  const { view } = (await save(ann, { name: 'mine', address: '/explore?by=src' })).json() as { view: { id: number } }
  await save(ann, { name: 'ours', address: '/flows', shared: true })
  const seen = (await t.app.inject({ url: '/api/v1/views', headers: bob })).json() as { views: { name: string; own: boolean }[] }
  assert.deepEqual(
    seen.views.map(({ name, own }) => [name, own]),
    [['ours', false]],
  )
  assert.equal((await t.app.inject({ method: 'DELETE', url: `/api/v1/views/${view.id}`, headers: bob })).statusCode, 404)
  assert.equal((await t.app.inject({ method: 'DELETE', url: `/api/v1/views/${view.id}`, headers: ann })).statusCode, 204)
  for (const address of ['//evil.example', 'https://evil.example', 'javascript:alert(1)', '/\\evil', '/a b', ''])
    assert.equal((await save(ann, { name: 'x', address })).statusCode, 400, address)
})
