/**
 * A stand-in for the server, for the browser tests and for working on the console alone. In: requests of the console. Out:
 * web/dist under the strict policy of the product, and answers of the fixture. Figures are made up but the same every time;
 * nothing of this is shipped.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { conversations, flowTotal, liveSecond, pipeline, series, stats, table, timeOf, type Question } from './fixture/answers.ts'
import { INTERFACES } from './fixture/traffic.ts'
import { counters, exporter, exporters } from './fixture/exporters.ts'
import { flowPage, flowRow } from './fixture/flows.ts'
import { bandSeries, isOfBands } from './fixture/bands.ts'
import { quality } from './fixture/quality.ts'

export interface FixtureOptions {
  /** The moment the fixture thinks it is, or the clock. */
  readonly now?: () => number
  /** Nothing was ever received. */
  readonly empty?: boolean
  /** Names are markup. */
  readonly hostile?: boolean
  /** Signed in from the start. */
  readonly signedIn?: boolean
  readonly role?: 'viewer' | 'operator' | 'admin'
  /** Sends a second by itself every 1000 ms; a test sends them with `push`. */
  readonly auto?: boolean
  readonly dist?: string
  /** Names DNS has by address, told from the second time on that they are asked for; absent: DNS is not asked. */
  readonly names?: Readonly<Record<string, string>>
  /** No exporter measures anything but bytes and packets. */
  readonly unmeasured?: boolean
}

export interface Fixture {
  readonly start: (port?: number) => Promise<string>
  readonly stop: () => Promise<void>
  /** Sends one live second, at the clock of the fixture. */
  readonly push: () => void
  /** Ends the session and its streams. */
  readonly endSession: () => void
  /** Paths that were asked, with their bodies. */
  readonly asked: readonly { readonly method: string; readonly url: string; readonly body: string }[]
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'"
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** Interfaces of the exporter a filter names; of all where it names none. */
function interfacesOf(filter: string): readonly (typeof INTERFACES)[number][] {
  const named = INTERFACES.filter(({ exporter: address }) => filter.includes(address))
  return named.length > 0 || filter.includes('exporter =') ? named : INTERFACES
}

/** Creates the fixture; nothing listens before `start`. */
export function createFixture(options: FixtureOptions = {}): Fixture {
  const now = options.now ?? Date.now
  const dist = options.dist ?? join(import.meta.dirname, 'dist')
  const empty = options.empty ?? false
  const hostile = options.hostile ?? false
  const streams = new Set<{ readonly response: ServerResponse; readonly filter: string }>()
  const asked: { method: string; url: string; body: string }[] = []
  let signedIn = options.signedIn ?? false
  const namesAsked = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const user = { name: 'm.keller', role: options.role ?? 'admin' }
  const keys = [
    { id: 1, name: 'grafana', owner: 'm.keller', role: 'viewer', hint: 'fl_a1b2', created_at: 1742000000000, expires_at: null, last_used_at: 1742302800000 },
  ]
  const users = [
    { name: 'm.keller', role: 'admin', scope: '', disabled: false, created_at: 0, last_login_at: 1742302800000 },
    { name: 'noc', role: 'viewer', scope: '', disabled: false, created_at: 0, last_login_at: null },
  ]

  const send = (stream: { readonly response: ServerResponse; readonly filter: string }): void => {
    stream.response.write(`event: live\ndata: ${JSON.stringify(liveSecond(now(), stream.filter, { empty, hostile }))}\n\n`)
  }
  const push = (): void => {
    for (const stream of streams) send(stream)
  }
  const json = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body === undefined ? '' : JSON.stringify(body))
  }
  const fail = (response: ServerResponse, status: number, code: string, message: string): void =>
    json(response, status, { error: { code, message, help: 'Help.', requestId: 'r-1' } })

  const api = (request: IncomingMessage, response: ServerResponse, url: URL, body: string): void => {
    const route = `${request.method} ${url.pathname.slice('/api/v1'.length)}`
    const ask = (name: string): string => url.searchParams.get(name) ?? ''
    if (route === 'POST /session') {
      const { name, password } = JSON.parse(body) as { name: string; password: string }
      signedIn = name === user.name && password === 'correct horse'
      return signedIn ? json(response, 200, { user }) : fail(response, 401, 'FL_ACCESS_LOGIN', 'Name or password is wrong.')
    }
    if (!signedIn) return fail(response, 401, 'FL_ACCESS_UNAUTHENTICATED', 'Sign in.')
    const range = { from: timeOf(ask('from') || 'now-1h', now()), to: timeOf(ask('to') || 'now', now()) }
    if (/\bbroken\b/.test(ask('filter'))) return fail(response, 400, 'FL_FILTER_FIELD', 'no such column')
    switch (route) {
      case 'GET /session':
      case 'GET /me':
        return json(response, 200, { user, scope: '', by: 'session', version: '0.1.0' })
      case 'DELETE /session':
        signedIn = false
        return json(response, 200, {})
      case 'GET /live': {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        const stream = { response, filter: ask('filter') }
        streams.add(stream)
        response.on('close', () => streams.delete(stream))
        return send(stream)
      }
      case 'POST /query': {
        const asks = JSON.parse(body) as Record<string, unknown>
        if (String(asks['filter']).includes('broken')) return fail(response, 400, 'FL_FILTER_FIELD', 'no such column')
        const question = {
          from: timeOf(asks['from'], now()),
          to: timeOf(asks['to'], now()),
          filter: String(asks['filter'] ?? ''),
          by: asks['by'] as string[],
          metrics: asks['metrics'] as string[],
          granularity: asks['granularity'],
          limit: Number(asks['limit'] ?? 10),
          duplicates: String(asks['duplicates'] ?? 'once'),
        } satisfies Question
        if (empty)
          return json(response, 200, question.granularity === undefined ? { ...table(question, false), rows: [] } : { ...series(question, false), series: [] })
        if (isOfBands(question)) return json(response, 200, bandSeries(question, options.unmeasured === true))
        return json(response, 200, question.granularity === undefined ? table(question, hostile) : series(question, hostile))
      }
      case 'GET /query':
        response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="flowlens-query.csv"' })
        return void response.end(`${ask('by')},${ask('metrics')}\r\n`)
      case 'GET /stats':
        return json(response, 200, stats(range.from, range.to, ask('filter'), empty))
      case 'GET /interfaces':
        return json(response, 200, { range, rows: empty ? [] : interfacesOf(ask('filter')), answered_from: 'minute', complete: true, notes: [] })
      case 'GET /exporters':
        return json(response, 200, exporters(now(), empty))
      case 'GET /pipeline':
        return json(response, 200, pipeline(empty))
      case 'GET /flows': {
        const offset = Number(ask('cursor') || 0)
        const limit = Number(ask('limit') || 200)
        const rows = flowPage(ask('order'), offset, limit, now(), hostile)
        return json(response, 200, {
          rows,
          next: rows.length < limit ? null : String(offset + limit),
          total: flowTotal(ask('filter')),
          answered_from: 'raw',
          complete: true,
          notes: [],
          took_ms: 312,
          rows_read: 173_000_000,
        })
      }
      case 'GET /conversations':
        return json(response, 200, conversations({ ...range, filter: ask('filter') }))
      case 'GET /latency':
      case 'GET /tcp':
      case 'GET /voip':
        return json(
          response,
          200,
          quality({
            name: route.slice(5),
            ...range,
            by: ask('by').split(',').filter(Boolean),
            granularity: ask('granularity'),
            duplicates: ask('duplicates'),
            nothing: options.unmeasured === true,
            hostile,
          }),
        )
      case 'GET /complete':
        return json(response, 200, { start: 0, end: 0, items: [] })
      case 'GET /names': {
        const addresses = ask('addresses').split(',')
        const known = addresses.flatMap(address =>
          namesAsked.has(address) && options.names?.[address] !== undefined ? [[address, options.names[address]]] : [],
        )
        const pending = options.names === undefined ? 0 : addresses.filter(address => !namesAsked.has(address)).length
        for (const address of addresses) namesAsked.add(address)
        return json(response, 200, { enabled: options.names !== undefined, names: Object.fromEntries(known), pending })
      }
      case 'GET /keys':
        return json(response, 200, { keys })
      case 'POST /keys':
        return json(response, 200, { key: { ...keys[0], id: 2, name: 'new' }, secret: 'fl_0123456789abcdef' })
      case 'GET /users':
        return json(response, 200, { users })
      default:
        break
    }
    const counted = /^GET \/interfaces\/[^/]+\/(\d+)\/counters$/.exec(route)
    if (counted !== null) return json(response, 200, counters(Number(counted[1]), range.from, range.to))
    const asked = /^GET \/exporters\/([^/]+)$/.exec(route)
    const detail = asked === null ? undefined : exporter(decodeURIComponent(asked[1] ?? ''), now(), { hostile })
    if (detail !== undefined) return json(response, 200, detail)
    const flow = /^GET \/flows\/(\d+)-(\d+)$/.exec(route)
    if (flow !== null) return json(response, 200, flowRow(Number(flow[1]) - 4_000_000 + Number(flow[2]), now(), hostile))
    return fail(response, 404, 'FL_API_NOT_FOUND', 'There is nothing at this address.')
  }

  const file = async (response: ServerResponse, path: string): Promise<void> => {
    const inside = normalize(path).replace(/^(\.\.[/\\])+/, '')
    const wanted = TYPES[extname(inside)] === undefined ? 'index.html' : inside
    const bytes = await readFile(join(dist, wanted)).catch(() => null)
    if (bytes === null) return void response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': TYPES[extname(wanted)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'cache-control': wanted.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    })
    response.end(bytes)
  }

  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fixture')
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts).toString()
      asked.push({ method: request.method ?? '', url: request.url ?? '', body })
      if (url.pathname.startsWith('/api/')) api(request, response, url, body)
      else void file(response, url.pathname)
    })
  })

  return {
    asked,
    push,
    endSession: () => {
      signedIn = false
      for (const stream of streams) stream.response.end()
    },
    start: (port = 0) =>
      new Promise(resolve => {
        server.listen(port, '127.0.0.1', () => {
          if (options.auto === true) timer = setInterval(push, 1000)
          const address = server.address()
          resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`)
        })
      }),
    stop: () =>
      new Promise(resolve => {
        clearInterval(timer)
        for (const stream of streams) stream.response.end()
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

if (process.argv[1] === import.meta.filename) {
  const fixture = createFixture({
    auto: true,
    signedIn: !process.argv.includes('--sign-in'),
    empty: process.argv.includes('--empty'),
    hostile: process.argv.includes('--hostile'),
  })
  console.log(await fixture.start(Number(process.env['PORT'] ?? 0)))
}
