/**
 * Single flows: page by page, and one by its id.
 *
 * Pages are cut by value, not by number: the cursor holds the sort value, batch and row of the last flow, so rows that arrive
 * meanwhile neither repeat nor hide others. A flow belongs to a range when any part of its lifetime does.
 */
import { columnByName, FlowLensError, STORED_COLUMNS, type Column } from '../schema/index.ts'
import { END_MS, LATEST_MS, LONGEST_MS, startMs, type Field, type Parameter } from '../store/index.ts'
import { columnSql } from '../filter/index.ts'
import { exact, shown } from './dimensions.ts'
import { measuredOnly } from './measured.ts'
import type { Cell, FlowsPage, FlowsQuery, Key } from './model.ts'
import type { RunDeps } from './run.ts'
import type { Where } from './sql.ts'

const MOST_COUNTED = 100_000
const MOST_ROWS = 10_000
const MINUTE_MS = 60_000

const invalid = (message: string): FlowLensError => new FlowLensError('FL_QUERY_INVALID', message)

function columnOf(name: string, key: string): Column {
  const column = columnByName(name)
  if (column === undefined) throw invalid(`${key}: there is no column ${JSON.stringify(name)}`)
  return column
}

const STORED = new Set(STORED_COLUMNS.map(column => column.name))

/** Stored columns as they lie there, null where they were not measured; computed ones as filters see them. */
const valueSql = (column: Column): string => (STORED.has(column.name) ? measuredOnly(column, column.name) : columnSql(column.name))

/** Sort values as text that the engine reads back without loss. */
/** Shown times the sampling rate, so sorted by that too; stored as sent (DESIGN §4). */
const SCALED: ReadonlySet<string> = new Set(['bytes', 'packets'])

function sortSql(column: Column): string {
  if (column.kind === 'time') return `toUnixTimestamp64Milli(${column.name})`
  if (SCALED.has(column.name)) return `${column.name} * greatest(sampling_rate, 1)`
  if (STORED.has(column.name)) return column.name
  return column.kind === 'text' ? columnSql(column.name) : `toFloat64(${columnSql(column.name)})`
}

function sortType(column: Column): string {
  if (column.kind === 'time') return 'Int64'
  if (column.kind === 'ip') return 'IPv6'
  if (column.kind === 'text' || column.kind === 'country') return 'String'
  if (column.kind === 'real' || !STORED.has(column.name)) return 'Float64'
  return 'UInt64'
}

interface Cursor {
  readonly order: string
  readonly value: string
  readonly batch: string
  readonly row: number
}

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify([cursor.order, cursor.value, cursor.batch, cursor.row])).toString('base64url')

function decode(text: string, order: string): Cursor {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(parts)) {
      const [of, value, batch, row]: readonly unknown[] = parts
      if (
        of === order &&
        typeof value === 'string' &&
        typeof batch === 'string' &&
        /^\d{1,20}$/.test(batch) &&
        typeof row === 'number' &&
        Number.isInteger(row)
      )
        return { order, value, batch, row }
    }
  } catch (thrown) {
    throw new FlowLensError('FL_QUERY_INVALID', 'cursor: this is no cursor of ours', { cause: thrown })
  }
  throw invalid('cursor: it belongs to another order; begin with the first page')
}

/** A cell of a single flow: addresses that are absent stay `::`, times are ISO 8601. */
/** `duplicate` tells who told the flow already, which a yes or no would not. */
const cellOf = (column: Column, value: Field): Cell => (column.name === 'duplicate' ? Number(value) : shown(column.kind, value))

export function createListing(deps: Pick<RunDeps, 'query' | 'reach' | 'now'>) {
  async function flows(query: FlowsQuery, where: Where, signal: AbortSignal): Promise<FlowsPage> {
    if (query.from >= query.to) throw invalid('range: it must start before it ends')
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MOST_ROWS) throw invalid(`limit: between 1 and ${MOST_ROWS}`)
    const columns = query.columns.map(name => columnOf(name, 'columns'))
    const descending = query.order.startsWith('-')
    const sort = columnOf(descending ? query.order.slice(1) : query.order, 'order')
    const cursor = query.cursor === undefined ? undefined : decode(query.cursor, query.order)
    const type = sortType(sort)
    const sign = descending ? '<' : '>'
    const after = cursor === undefined ? '' : `AND (${sortSql(sort)}, batch, row) ${sign} ({q_value:${type}}, {q_batch:UInt64}, {q_row:UInt16})`
    const parameters: Record<string, Parameter> = {
      ...where.parameters,
      q_from: query.from,
      q_to: query.to,
      ...(cursor === undefined ? {} : { q_value: cursor.value, q_batch: cursor.batch, q_row: cursor.row }),
    }
    const touching = (
      low: string,
      high: string,
    ): string => `FROM flows WHERE received_at >= fromUnixTimestamp64Milli(${low}, 'UTC') AND received_at < fromUnixTimestamp64Milli(${high}, 'UTC')
      AND ${END_MS} >= {q_from:Int64} AND ${startMs(END_MS)} < {q_to:Int64} AND (${where.sql})`
    const direction = descending ? 'DESC' : 'ASC'
    const page = (
      low: string,
      high: string,
    ): string => `SELECT batch, row, ${[sortSql(sort), ...columns.map(valueSql)].join(', ')} ${touching(low, high)} ${after}
      ORDER BY ${sortSql(sort)} ${direction}, batch ${direction}, row ${direction} LIMIT ${query.limit + 1}`
    const whole = [`{q_from:Int64}`, `{q_to:Int64} + ${LATEST_MS + LONGEST_MS}`] as const

    // The newest flows are asked for all the time: a few minutes usually hold a page, and spare reading the whole range.
    let answer
    let rowsRead = 0
    if (sort.name === 'received_at' && descending) {
      const newest = Math.min(cursor === undefined ? Infinity : Number(cursor.value) + 1, Math.max(query.to, deps.now()) + MINUTE_MS)
      for (let back = 2 * MINUTE_MS; newest - back > query.from; back *= 8) {
        answer = await deps.query({
          sql: page('{q_low:Int64}', '{q_high:Int64}'),
          parameters: { ...parameters, q_low: newest - back, q_high: newest },
          settings: LAZY,
          signal,
        })
        rowsRead += answer.rowsRead
        if (answer.rows.length > query.limit) break
        answer = undefined
      }
    }
    answer ??= await deps.query({ sql: page(...whole), parameters, settings: LAZY, signal })
    const count = await deps.query({ sql: `SELECT count() FROM (SELECT 1 ${touching(...whole)} LIMIT ${MOST_COUNTED + 1})`, parameters, signal })
    const total = Number(count.rows[0]?.[0] ?? 0)
    const found = answer.rows.slice(0, query.limit)
    const last = answer.rows.length > query.limit ? found.at(-1) : undefined
    const complete = query.from >= deps.reach.droppedUntil('flows')
    return {
      rows: found.map(row =>
        Object.fromEntries<Cell>([
          ['id', `${String(row[0])}-${String(row[1])}`],
          ...columns.map((column, at): [string, Cell] => [column.name, cellOf(column, row[3 + at] ?? null)]),
        ]),
      ),
      next: last === undefined ? null : encode({ order: query.order, value: String(last[2]), batch: String(last[0]), row: Number(last[1]) }),
      total: { flows: Math.min(total, MOST_COUNTED), more: total > MOST_COUNTED },
      answeredFrom: 'raw',
      complete,
      notes: complete ? [] : ['The beginning of the range is no longer kept as single flows.'],
    }
  }

  async function flow(id: string, where: Where, signal: AbortSignal): Promise<Readonly<Record<string, Cell | Key>> | null> {
    const [, batch, row] = /^(\d{1,20})-(\d{1,5})$/.exec(id) ?? []
    if (batch === undefined || row === undefined) throw invalid('id: a flow’s id looks like 1042-7')
    const computed = ['duration', 'bps', 'pps', 'dscp', 'community_id', 'bytes_as_sent', 'packets_as_sent'].map(name => columnOf(name, 'id'))
    const scaled = ['bytes', 'packets'].map(name => `${name} * greatest(sampling_rate, 1)`)
    const { rows } = await deps.query({
      sql: `SELECT ${[...STORED_COLUMNS.map(valueSql), ...computed.map(valueSql), ...scaled].join(', ')} FROM flows
        WHERE batch = {q_batch:UInt64} AND row = {q_row:UInt32} AND (${where.sql}) LIMIT 1`,
      parameters: { ...where.parameters, q_batch: batch, q_row: Number(row) },
      signal,
    })
    const values = rows[0]
    if (values === undefined) return null
    const start = STORED_COLUMNS.length
    return {
      id,
      ...Object.fromEntries(STORED_COLUMNS.map((column, at): [string, Cell] => [column.name, cellOf(column, values[at] ?? null)])),
      computed: {
        ...Object.fromEntries(computed.map((column, at): [string, Cell] => [column.name, cellOf(column, values[start + at] ?? null)])),
        bytes: exact(values[start + computed.length] ?? null),
        packets: exact(values[start + computed.length + 1] ?? null),
      },
    }
  }

  return { flows, flow }
}

/** Sort by what the order needs first, and read the other columns of the rows that are left. */
const LAZY = { query_plan_max_limit_for_lazy_materialization: MOST_ROWS + 1 } as const
