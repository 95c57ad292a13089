/** `flowlens query`: asks a running FlowLens, over its API, from a shell. */
import { parseArgs } from 'node:util'
import { csvLine } from '../api/index.ts'
import { parse, renderError } from '../filter/index.ts'
import { printTable, type Row } from './print-table.ts'
import { queryConversations } from './query-conversations.ts'
import { askServer, printRefusal, SERVER_HELP, SERVER_OPTIONS, withServer, type Refusal } from './server.ts'
import { UsageError } from './usage.ts'

const HELP = `Usage: flowlens query [FILTER] [options]

Asks a running FlowLens for totals and top lists. FILTER is one argument in the filter language, as in
'dst port 443 and not src in 10.0.0.0/8'; without it every flow counts.

  --by COLUMN,…       group by columns, at most four; either-side names such as host, as and port too, the networks
                      of addresses: src/24, ip/16, dst/24/64 with the lengths of IPv4 and IPv6, and measured times
                      by bands: rtt/3, app_latency/9 with so many (1, 3 or 9) a power of ten
  --metrics NAME,…    figures (default bytes,packets,flows); the first one sorts
  --top N             rows (default 10; of bands alone all, from the fastest on)
  --last D            the last 15m, 1h, 7d … (default 1h)
  --from T --to T     a range: 2026-01-31T14:00, now-2h, or milliseconds since 1970
  --as-sent           figures as the exporter sent them, not times the sampling rate
  --duplicates HOW    once, hops (as each exporter saw it) or all: how a flow counts that several exporters told
  --conversations     flows of both directions told as one, the filter holding for either; with --by how many began,
                      and how fast they were answered
  --sort NAME         of conversations: -bytes, -started, -duration, -response_time_estimate …; with --by a figure
  --gap D             of conversations: without a flow for so long, the next one begins a new one (default 1m)
  --json | --csv      instead of a table for people
${SERVER_HELP}`

/** What the API answers, as far as it is used here. */
interface Reply extends Refusal {
  readonly rows: readonly Row[]
  readonly totals: Row
  readonly answered_from: string
  readonly complete: boolean
  readonly notes: readonly string[]
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
      duplicates: { type: 'string' },
      conversations: { type: 'boolean' },
      sort: { type: 'string' },
      gap: { type: 'string' },
      ...SERVER_OPTIONS,
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  if (positionals.length > 1) throw new UsageError(`the filter must be one argument; put it in quotes: '${positionals.join(' ')}'`)
  if (values.last !== undefined && values.from !== undefined) throw new UsageError('--last and --from both name a range; give one')
  const top = values.top === undefined ? undefined : Number(values.top)
  if (top !== undefined && (!Number.isInteger(top) || top < 1 || top > 1000)) throw new UsageError(`--top ${values.top}: a whole number from 1 to 1000`)
  const filter = positionals[0] ?? ''
  // A mistake is shown under the very characters, before anybody is asked.
  const parsed = parse(filter)
  if (!parsed.ok) {
    process.stderr.write(`${renderError(filter, parsed.error)}\n`)
    return 1
  }
  const asked = {
    filter,
    by: list(values.by),
    ...(top === undefined ? {} : { limit: top }),
    from: values.from ?? `now-${values.last ?? '1h'}`,
    to: values.to ?? 'now',
  }
  if (values.conversations === true) {
    if (values.metrics !== undefined || values['as-sent'] === true) throw new UsageError('--metrics and --as-sent are not for --conversations')
    const { sort, gap, duplicates } = values
    const form = values.json === true ? 'json' : values.csv === true ? 'csv' : 'table'
    return await withServer(values, server => queryConversations(server, { ...asked, limit: top ?? 10, sort, gap, duplicates }, form))
  }
  if (values.sort !== undefined || values.gap !== undefined)
    throw new UsageError('--sort and --gap are for --conversations; the first of --metrics sorts a table')
  const metrics = list(values.metrics)
  const body = {
    ...asked,
    metrics: metrics.length === 0 ? ['bytes', 'packets', 'flows'] : metrics,
    ...(values['as-sent'] === true ? { as_sent: true } : {}),
    ...(values.duplicates === undefined ? {} : { duplicates: values.duplicates }),
  }
  const reply = await withServer(values, server => askServer<Reply>(server, '/api/v1/query', body))
  if (printRefusal(reply)) return 1
  const columns = [...body.by, ...body.metrics]
  const { rows, totals, answered_from: answeredFrom, complete, notes } = reply
  if (values.json === true) process.stdout.write(`${JSON.stringify({ rows, totals, answeredFrom, complete, notes })}\n`)
  else if (values.csv === true) process.stdout.write([columns, ...rows.map(row => columns.map(column => row[column]))].map(csvLine).join(''))
  else {
    // Figures that nobody measured are in no total; they are figures nevertheless.
    const all = { ...Object.fromEntries(body.metrics.map(name => [name, null])), ...totals }
    process.stdout.write(printTable(columns, body.by.length === 0 ? [] : rows, all))
    process.stdout.write(`answered from ${answeredFrom}${complete ? '' : ', not complete'}\n${notes.map(note => `${note}\n`).join('')}`)
  }
  return 0
}
