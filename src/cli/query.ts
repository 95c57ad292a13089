/** `flowlens query`: asks a running FlowLens, over its API, from a shell. */
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { parseArgs } from 'node:util'
import { createAccess } from '../access/index.ts'
import { csvLine } from '../api/index.ts'
import { locateConfig, readEnvironment, type Config } from '../config/index.ts'
import { parse, renderError } from '../query/filter/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'
import { createState } from '../state/index.ts'
import { createLog } from '../telemetry/index.ts'
import { printTable, type Row } from './print-table.ts'
import { UsageError } from './usage.ts'
import { inTheNameOf } from './user.ts'

const HELP = `Usage: flowlens query [FILTER] [options]

Asks a running FlowLens for totals and top lists. FILTER is one argument in the filter language, as in
'dst port 443 and not src in 10.0.0.0/8'; without it every flow counts.

  --by COLUMN,…       group by columns, at most four; either-side names such as host, as and port too
  --metrics NAME,…    figures (default bytes,packets,flows); the first one sorts
  --top N             rows (default 10)
  --last D            the last 15m, 1h, 7d … (default 1h)
  --from T --to T     a range: 2026-01-31T14:00, now-2h, or milliseconds since 1970
  --as-sent           figures as the exporter sent them, not times the sampling rate
  --json | --csv      instead of a table for people
  --url URL --key KEY a FlowLens elsewhere, with an API key (default: FLOWLENS_URL, FLOWLENS_KEY)
  --config FILE       the FlowLens of this configuration, on this machine; needs no key, but to read its data directory
`

/** What the API answers, as far as it is used here. */
interface Reply {
  readonly rows: readonly Row[]
  readonly totals: Row
  readonly answered_from: string
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly error?: { readonly code: string; readonly message: string; readonly help: string }
}

interface Server {
  readonly url: URL
  readonly key: string
  /** Certificate to trust, for the FlowLens of a configuration with TLS. */
  readonly ca?: Buffer
}

const KEY_MS = 5 * 60_000

/** What the state file refuses, as on a full disk, in words for whoever asked. */
function ofState<T>({ dataDir }: Config, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof FlowLensError) throw cause
    throw new FlowLensError('FL_STATE_OPEN', `cannot make a key for this query in ${dataDir}: ${toError(cause).message}`, { cause })
  }
}

/** A key of this machine's FlowLens that lives for minutes: whoever may read its state may ask it. */
async function withLocalKey<T>(config: Config, use: (server: Server) => Promise<T>): Promise<T> {
  const state = createState({ dataDir: config.dataDir })
  const access = createAccess({ sessionHours: config.http.sessionHours }, { state, log: createLog({ level: 'warn', format: 'text' }), now: Date.now })
  state.start()
  try {
    const owner = access.listUsers().find(user => user.role === 'admin' && !user.disabled)
    if (owner === undefined)
      throw new FlowLensError('FL_ACCESS_UNAUTHENTICATED', `there is no user in ${config.dataDir} yet; start FlowLens once with this configuration`)
    const principal = inTheNameOf(owner)
    const { key, secret } = ofState(config, () =>
      access.addKey(principal, '', { name: `query ${process.pid} ${Date.now()}`, role: 'viewer', expiresAt: Date.now() + KEY_MS }),
    )
    try {
      const { address, port, tls } = config.http
      const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '[::1]' : address.includes(':') ? `[${address}]` : address
      return await use({
        url: new URL(`${tls === undefined ? 'http' : 'https'}://${host}:${port}`),
        key: secret,
        ...(tls === undefined ? {} : { ca: readFileSync(tls.cert) }),
      })
    } finally {
      try {
        access.removeKey(principal, '', key.id)
      } catch (error) {
        // A full disk takes no removal either; the answer stands all the same, and the key ends by itself.
        process.stderr.write(`flowlens: the key made for this query could not be removed (${toError(error).message}); it ends in ${KEY_MS / 60_000} minutes\n`)
      }
    }
  } finally {
    state.stop()
  }
}

/** Posts a question; the answer is the parsed body, whatever its status. */
function post({ url, key, ca }: Server, body: unknown): Promise<Reply> {
  const text = JSON.stringify(body)
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), authorization: `Bearer ${key}` },
      // The configuration names the certificate itself, so its name need not be the address.
      ...(ca === undefined ? {} : { ca, checkServerIdentity: () => undefined }),
    }
    const sent = (secure ? httpsRequest : httpRequest)(new URL('/api/v1/query', url), options, response => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString()) as Reply)
        } catch (cause) {
          reject(
            new FlowLensError('FL_STORE_QUERY', `${url.origin} answered ${response.statusCode ?? 0} with something that is no JSON; is it a FlowLens?`, {
              cause,
            }),
          )
        }
      })
    })
    sent.on('error', cause =>
      reject(new FlowLensError('FL_STORE_QUERY', `${url.origin} does not answer: ${cause.message}; is FlowLens running there?`, { cause })),
    )
    sent.end(text)
  })
}

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')

/** Runs the command; gives the exit code. Throws UsageError for a wrong option, FlowLensError for everything else. */
export async function query(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      by: { type: 'string' },
      metrics: { type: 'string' },
      top: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      last: { type: 'string' },
      json: { type: 'boolean' },
      csv: { type: 'boolean' },
      'as-sent': { type: 'boolean' },
      url: { type: 'string' },
      key: { type: 'string' },
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  if (positionals.length > 1) throw new UsageError(`the filter must be one argument; put it in quotes: '${positionals.join(' ')}'`)
  if (values.last !== undefined && values.from !== undefined) throw new UsageError('--last and --from both name a range; give one')
  const top = Number(values.top ?? 10)
  if (!Number.isInteger(top) || top < 1 || top > 1000) throw new UsageError(`--top ${values.top}: a whole number from 1 to 1000`)
  const filter = positionals[0] ?? ''
  // A mistake is shown under the very characters, before anybody is asked.
  const parsed = parse(filter)
  if (!parsed.ok) {
    process.stderr.write(`${renderError(filter, parsed.error)}\n`)
    return 1
  }
  const metrics = list(values.metrics)
  const body = {
    filter,
    by: list(values.by),
    metrics: metrics.length === 0 ? ['bytes', 'packets', 'flows'] : metrics,
    limit: top,
    from: values.from ?? `now-${values.last ?? '1h'}`,
    to: values.to ?? 'now',
    ...(values['as-sent'] === true ? { as_sent: true } : {}),
  }
  const environment = readEnvironment(process.env).values
  const url = values.url ?? (values.config === undefined ? environment.FLOWLENS_URL : undefined)
  const reply =
    url === undefined
      ? await withLocalKey(locateConfig(values.config).config, server => post(server, body))
      : await post({ url: serverUrl(url), key: values.key ?? environment.FLOWLENS_KEY ?? missingKey() }, body)
  if (reply.error !== undefined) {
    process.stderr.write(`flowlens: ${reply.error.message}\n${reply.error.help} (${reply.error.code})\n`)
    return 1
  }
  const columns = [...body.by, ...body.metrics]
  const { rows, totals, answered_from: answeredFrom, complete, notes } = reply
  if (values.json === true) process.stdout.write(`${JSON.stringify({ rows, totals, answeredFrom, complete, notes })}\n`)
  else if (values.csv === true) process.stdout.write([columns, ...rows.map(row => columns.map(column => row[column]))].map(csvLine).join(''))
  else {
    process.stdout.write(printTable(columns, body.by.length === 0 ? [] : rows, totals))
    process.stdout.write(`answered from ${answeredFrom}${complete ? '' : ', not complete'}\n${notes.map(note => `${note}\n`).join('')}`)
  }
  return 0
}

function serverUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new UsageError(`--url ${text}: an address such as http://flowlens.example:8080`)
  return new URL(text)
}

function missingKey(): never {
  throw new UsageError('--url needs --key KEY or FLOWLENS_KEY; an admin makes one under Access, or with flowlens user key')
}
