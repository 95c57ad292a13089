/** Runs a Query: plans it, asks the store, shapes the rows into a Table or a Series. */
import { FlowLensError } from '../schema/index.ts'
import type { Answer, Field, Reach, Statement } from '../store/index.ts'
import { dimensionOf, exact, keyParameter, shownKey, type Dimension } from './dimensions.ts'
import { COUNTING_NOTES, countedBy, type Counted } from './duplicates.ts'
import { metricOf, type Metric } from './metrics.ts'
import type { Cell, Figures, Key, Line, Query, Range, Series, Table } from './model.ts'
import { planOf } from './plan.ts'
import type { Plan } from './plan-traffic.ts'
import { hasTotalsOfItsOwn, seriesSql, tableSql, type Keys, type Order, type Shape, type Where } from './sql.ts'

export interface RunDeps {
  readonly query: (statement: Statement) => Promise<Answer>
  readonly reach: Reach
  /** Time of reception of the oldest row that waits to be stored, ms; null when none does. */
  readonly waitingSince: () => number | null
  readonly now: () => number
}

const MOST_ROWS = 10_000
const MOST_BUCKETS = 4000
const MOST_LINES = 200
/** Rows always wait a moment; only a longer wait is worth a word. */
const USUAL_WAIT_MS = 10_000

const invalid = (message: string): FlowLensError => new FlowLensError('FL_QUERY_INVALID', message)

interface Prepared {
  readonly dimensions: readonly Dimension[]
  readonly metrics: readonly Metric[]
  readonly order: Order
  readonly where: Where
  readonly counted: Counted
  readonly limit: number
}

function checkRange({ from, to }: Range, name: string): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || to > 4_102_444_800_000)
    throw invalid(`${name}: times are whole milliseconds between 1970 and 2100`)
  if (from >= to) throw invalid(`${name}: the range must start before it ends`)
}

/** Flows that a dimension knows nothing of are left out of rows and totals alike. */
function knownOnly(where: Where, dimensions: readonly Dimension[]): Where {
  const known = dimensions.flatMap(dimension => dimension.known ?? [])
  return known.length === 0 ? where : { ...where, sql: [where.sql, ...known].map(sql => `(${sql})`).join(' AND ') }
}

function prepare(query: Query, filter: Where): Prepared {
  checkRange(query, 'range')
  if (query.compare !== undefined) checkRange(query.compare, 'compare')
  if (query.by.length > 4) throw invalid('by: at most four columns')
  if (new Set(query.by).size < query.by.length) throw invalid('by: a column stands there twice')
  if (query.metrics.length === 0) throw invalid('metrics: name at least one')
  if (new Set(query.metrics).size < query.metrics.length) throw invalid('metrics: one stands there twice')
  const dimensions = query.by.map(dimensionOf)
  if (new Set(dimensions.flatMap(({ ends }) => ends ?? [])).size > 1)
    throw invalid('by: a field of source and destination and one of input and output cannot be told together; say in_… or out_…')
  const metrics = query.metrics.map(name => metricOf(name, query.asSent === true))
  const where = knownOnly(filter, dimensions)
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MOST_ROWS) throw invalid(`limit: between 1 and ${MOST_ROWS}`)
  if (query.granularity !== undefined) {
    if (!Number.isInteger(query.granularity) || query.granularity < 1000 || query.granularity % 1000 !== 0) throw invalid('granularity: whole seconds')
    if ((query.to - query.from) / query.granularity > MOST_BUCKETS) throw invalid(`granularity: more than ${MOST_BUCKETS} buckets`)
    if (query.limit > MOST_LINES) throw invalid(`limit: at most ${MOST_LINES} lines of a series`)
  }
  const descending = query.order.startsWith('-')
  const name = descending ? query.order.slice(1) : query.order
  const metric = query.metrics.indexOf(name)
  const dimension = query.by.indexOf(name)
  if (metric < 0 && dimension < 0) throw invalid(`order: ${JSON.stringify(name)} is neither a metric nor a column of this query`)
  const counted = countedBy(query, dimensions, where.columns)
  return { dimensions, metrics, where, counted, limit: query.limit, order: { column: metric >= 0 ? `m${metric}` : `q_d${dimension}_`, descending } }
}

/** Seconds of a range that have passed. */
const secondsOf = (range: Range, now: number): number => Math.max(0, Math.min(range.to, now) - range.from) / 1000

/** The value of a metric from the engine's aggregate, over this many seconds; null where there is none. */
function figure(metric: Metric, value: Field | undefined, seconds: number): number | string | null {
  if (value === null || value === undefined) return null
  if (metric.perSecond !== undefined) return seconds > 0 ? (Number(value) * metric.perSecond) / seconds : null
  return metric.whole ? exact(value) : Number(value)
}

/** A sum as a number of JavaScript; 64-bit sums beyond 2^53 keep their leading 53 bits here. */
const asNumber = (value: number | string | null): number => Number(value ?? 0)

interface TableAnswer {
  readonly plan: Plan
  readonly rows: readonly { readonly key: Key; readonly figures: readonly (number | string | null)[] }[]
  readonly totals: Figures
  readonly other: Figures
  readonly unknown: number
  readonly rowsRead: number
}

export function createRunner(deps: RunDeps) {
  const ask = (sql: { readonly sql: string; readonly parameters: Statement['parameters'] }, signal: AbortSignal): Promise<Answer> =>
    deps.query({ sql: sql.sql, ...(sql.parameters === undefined ? {} : { parameters: sql.parameters }), signal })

  function keysOf(dimensions: readonly Dimension[], rows: readonly { readonly key: Key }[]): Keys {
    return dimensions.map(dimension => rows.map(row => keyParameter(dimension, row.key[dimension.name] ?? '')))
  }

  const keyOf = (dimensions: readonly Dimension[], row: readonly Field[], at: number): Key =>
    Object.fromEntries(dimensions.map((dimension, index): [string, Cell] => [dimension.name, shownKey(dimension, row[at + index] ?? null)]))

  async function table(prepared: Prepared, range: Range, signal: AbortSignal, keys?: Keys): Promise<TableAnswer> {
    const { dimensions, metrics, where, counted, order, limit } = prepared
    const plan = planOf(
      { range, dimensions, metrics, filtered: where.columns, measuredOnly: where.measuredOnly === true, counting: counted.counting },
      deps.reach,
    )
    const shape: Shape = { plan, dimensions, metrics, where, counted }
    const answer = await ask(tableSql(shape, order, keys === undefined ? limit : MOST_ROWS, keys), signal)
    const seconds = secondsOf(plan.range, deps.now())
    const grouped = dimensions.length > 0
    const skip = keys === undefined || !grouped ? 0 : 1
    const start = skip + dimensions.length
    const rows = grouped
      ? answer.rows
          .filter(row => skip === 0 || Number(row[0]) === 1)
          .map(row => ({ key: keyOf(dimensions, row, skip), figures: metrics.map((metric, at) => figure(metric, row[start + at], seconds)) }))
      : []
    const sums = (grouped ? answer.totals : answer.rows[0]) ?? []
    const once = hasTotalsOfItsOwn(shape) ? start + metrics.length : start
    const totals: Record<string, number> = {}
    const other: Record<string, number> = {}
    for (const [at, metric] of metrics.entries()) {
      // No rows, no totals: sums of nothing are zero, averages of nothing are not.
      const total = sums.length === 0 ? metric.nothing : figure(metric, sums[once + at], seconds)
      if (total !== null) totals[metric.name] = asNumber(total)
      if (!metric.additive || !grouped) continue
      const all = asNumber(figure(metric, sums[start + at], seconds))
      const rest = Math.max(0, all - rows.reduce((sum, row) => sum + asNumber(row.figures[at] ?? 0), 0))
      // Nothing left may mean that the others were never measured.
      if (rest > 0 || metric.nothing === 0) other[metric.name] = rest
    }
    return { plan, rows, totals, other, unknown: Number(sums.at(-1) ?? 0), rowsRead: answer.rowsRead }
  }

  function notesOf(
    plan: Plan,
    range: Range,
    { dimensions, metrics, counted }: Prepared,
    unknown: number,
  ): { readonly complete: boolean; readonly notes: readonly string[] } {
    const notes: string[] = []
    const now = deps.now()
    const waiting = deps.waitingSince()
    const late = waiting !== null && waiting < Math.min(range.to, now) - USUAL_WAIT_MS
    if (!plan.complete) notes.push(`The beginning of the range is no longer kept${plan.source === 'raw' ? ' as single flows' : ''}.`)
    if (late) notes.push(`Flows received since ${new Date(waiting).toISOString()} still wait to be stored.`)
    if (plan.range.from !== range.from || plan.range.to !== range.to)
      notes.push(
        `Widened to ${new Date(plan.range.from).toISOString()} … ${new Date(plan.range.to).toISOString()}, the whole ${plan.source.endsWith('hour') ? 'hours and minutes' : 'minutes'} that sums are kept for.`,
      )
    for (const { known, columns } of dimensions)
      if (known !== undefined) notes.push(`Only flows whose ${columns[0]} was measured are told, as with the filter "${columns[0]} measured".`)
    if (plan.source === 'quality_minute' || plan.source === 'quality_hour')
      notes.push(
        `Figures of quality are told from sums, percentiles from digests of them${plan.tail === undefined ? '' : `; since ${new Date(plan.tail.range.from).toISOString()} from the flows themselves`}; null where none was measured.`,
      )
    else if (metrics.some(metric => metric.nothing === null) || dimensions.some(({ known }) => known !== undefined))
      notes.push('Figures of single flows are told from the flows themselves, which are kept for a shorter time than sums; null where none was measured.')
    if (unknown > 0 && metrics.some(({ needs }) => needs.some(({ kind }) => kind === 'bytes' || kind === 'packets')))
      notes.push(
        `Nobody told the sampling rate of ${unknown.toLocaleString('en')} flows, so they count as unsampled. The page of their exporter says what to do; samplingRateDefault under exporters states it.`,
      )
    if (dimensions.some(dimension => dimension.columns.length === 2)) notes.push('A flow counts for both of its sides, so the rows sum to more than the total.')
    const note = COUNTING_NOTES[counted.counting]
    if (note !== undefined) notes.push(counted.totalsOnce ? `${note} The total counts it once.` : note)
    return { complete: plan.complete && !late, notes }
  }

  /** The totals as the one row of a question without columns. */
  const onlyRow = (metrics: readonly Metric[], totals: Figures): Key => Object.fromEntries(metrics.map(({ name }) => [name, totals[name] ?? null]))

  const tableRow = (metrics: readonly Metric[], row: TableAnswer['rows'][number]): Key => ({
    ...row.key,
    ...Object.fromEntries(metrics.map((metric, at) => [metric.name, row.figures[at] ?? null])),
  })

  /** Rows of another range in the order of these; zeros where there is none. */
  function aligned(prepared: Prepared, rows: readonly Key[], others: TableAnswer): readonly Key[] {
    const name = (key: Key): string => JSON.stringify(prepared.dimensions.map(dimension => key[dimension.name]))
    const byKey = new Map(others.rows.map(row => [name(row.key), tableRow(prepared.metrics, row)]))
    return rows.map(
      row =>
        byKey.get(name(row)) ?? {
          ...Object.fromEntries(prepared.dimensions.map(dimension => [dimension.name, row[dimension.name] ?? null])),
          ...Object.fromEntries(prepared.metrics.map(metric => [metric.name, metric.nothing])),
        },
    )
  }

  async function answerTable(query: Query, where: Where, signal: AbortSignal): Promise<Table> {
    const began = performance.now()
    const prepared = prepare(query, where)
    const asked = { from: query.from, to: query.to }
    const wanted = prepared.dimensions.length === 0 ? undefined : query.keys
    const chosen =
      wanted === undefined
        ? undefined
        : keysOf(
            prepared.dimensions,
            wanted.map(key => ({ key })),
          )
    const answer = await table(prepared, asked, signal, chosen)
    const rows = wanted === undefined ? answer.rows.map(row => tableRow(prepared.metrics, row)) : aligned(prepared, wanted, answer)
    const second =
      query.compare === undefined
        ? undefined
        : await table(prepared, query.compare, signal, prepared.dimensions.length === 0 ? undefined : (chosen ?? keysOf(prepared.dimensions, answer.rows)))
    return {
      kind: 'table',
      duplicates: prepared.counted.counting,
      by: query.by,
      metrics: query.metrics,
      // Without columns the totals are the one row.
      rows: prepared.dimensions.length === 0 ? [onlyRow(prepared.metrics, answer.totals)] : rows,
      totals: answer.totals,
      other: answer.other,
      ...(second === undefined
        ? {}
        : {
            compare: {
              range: second.plan.range,
              rows: prepared.dimensions.length === 0 ? [onlyRow(prepared.metrics, second.totals)] : aligned(prepared, rows, second),
              totals: second.totals,
              other: second.other,
              complete: second.plan.complete,
            },
          }),
      answeredFrom: answer.plan.source,
      ...notesOf(answer.plan, query, prepared, answer.unknown),
      range: answer.plan.range,
      tookMs: Math.round(performance.now() - began),
      rowsRead: answer.rowsRead + (second?.rowsRead ?? 0),
      unknownSamplingFlows: answer.unknown,
    }
  }

  interface Curves {
    readonly plan: Plan
    readonly times: readonly number[]
    /** In the order of the keys, then one for all others. */
    readonly lines: readonly Readonly<Record<string, readonly (number | null)[]>>[]
    readonly others: boolean
    readonly unknown: number
    readonly rowsRead: number
  }

  async function curves(prepared: Prepared, range: Range, granularity: number, keys: readonly { readonly key: Key }[], signal: AbortSignal): Promise<Curves> {
    const { dimensions, metrics, where, counted } = prepared
    const plan = planOf(
      { range, granularity, dimensions, metrics, filtered: where.columns, measuredOnly: where.measuredOnly === true, counting: counted.counting },
      deps.reach,
    )
    const shape: Shape = { plan, dimensions, metrics, where, counted, granularity }
    const grouped = dimensions.length > 0
    const answer = await ask(seriesSql(shape, keysOf(dimensions, keys)), signal)
    const first = Math.floor(plan.range.from / granularity)
    const count = Math.ceil(plan.range.to / granularity) - first
    const now = deps.now()
    const seconds = Array.from({ length: count }, (_, at) =>
      secondsOf({ from: Math.max((first + at) * granularity, plan.range.from), to: Math.min((first + at + 1) * granularity, plan.range.to) }, now),
    )
    const name = (key: Key): string => JSON.stringify(dimensions.map(dimension => key[dimension.name]))
    const index = new Map(keys.map((row, at) => [name(row.key), at]))
    const empty = (): Record<string, (number | null)[]> =>
      Object.fromEntries(metrics.map(metric => [metric.name, seconds.map(passed => (passed === 0 ? null : metric.nothing))]))
    const lines = Array.from({ length: grouped ? keys.length + 1 : 1 }, empty)
    const start = grouped ? 2 + dimensions.length : 1
    let others = false
    let unknown = 0
    for (const row of answer.rows) {
      const at = Number(row[0]) - first
      const inTop = grouped && Number(row[1]) === 1
      const line = lines[grouped ? (inTop ? (index.get(name(keyOf(dimensions, row, 2))) ?? keys.length) : keys.length) : 0]
      if (grouped && !inTop) others = true
      unknown += Number(row.at(-1) ?? 0)
      for (const [number, metric] of metrics.entries()) {
        const values = line?.[metric.name]
        const value = figure(metric, row[start + number], seconds[at] ?? 0)
        if (values !== undefined && at >= 0 && at < count) values[at] = value === null ? null : Number(value)
      }
    }
    return { plan, times: seconds.map((_, at) => (first + at) * granularity), lines, others, unknown, rowsRead: answer.rowsRead }
  }

  function unfinished(times: readonly number[], granularity: number, range: Range): number | null {
    const now = deps.now()
    const until = Math.min(now, deps.waitingSince() ?? now)
    if (range.to <= until) return null
    return times.find(time => time + granularity > until) ?? null
  }

  async function answerSeries(query: Query, granularity: number, where: Where, signal: AbortSignal): Promise<Series> {
    const began = performance.now()
    const prepared = prepare(query, where)
    const { metrics, dimensions } = prepared
    const asked = { from: query.from, to: query.to }
    const top = await table(prepared, asked, signal)
    const found = await curves(prepared, asked, granularity, top.rows, signal)
    const line = (key: Key, values: Line['values'], figures: readonly (number | string | null)[]): Line => ({
      key,
      values,
      total: Object.fromEntries(
        metrics.flatMap((metric, at) => (figures[at] === null || figures[at] === undefined ? [] : [[metric.name, Number(figures[at])]])),
      ),
    })
    const linesOf = (answer: Curves, totals: TableAnswer, keys: readonly Key[]): readonly Line[] => {
      if (dimensions.length === 0) return [{ key: {}, values: answer.lines[0] ?? {}, total: totals.totals }]
      const figures = new Map(totals.rows.map(row => [JSON.stringify(row.key), row.figures]))
      const lines = keys.map((key, at) => line(key, answer.lines[at] ?? {}, figures.get(JSON.stringify(key)) ?? []))
      return answer.others ? [...lines, { key: {}, values: answer.lines[keys.length] ?? {}, total: totals.other }] : lines
    }
    const keys = top.rows.map(row => row.key)
    let compare: Series['compare']
    if (query.compare !== undefined) {
      const totals = await table(prepared, query.compare, signal, dimensions.length === 0 ? undefined : keysOf(dimensions, top.rows))
      const other = await curves(prepared, query.compare, granularity, top.rows, signal)
      compare = { range: other.plan.range, times: other.times, series: linesOf(other, totals, keys), complete: other.plan.complete }
    }
    return {
      kind: 'series',
      duplicates: prepared.counted.counting,
      by: query.by,
      metrics: query.metrics,
      granularity,
      times: found.times,
      unfinished: unfinished(found.times, granularity, found.plan.range),
      series: linesOf(found, top, keys),
      totals: top.totals,
      ...(compare === undefined ? {} : { compare }),
      answeredFrom: found.plan.source,
      ...notesOf(found.plan, query, prepared, top.unknown),
      range: found.plan.range,
      tookMs: Math.round(performance.now() - began),
      rowsRead: top.rowsRead + found.rowsRead,
      unknownSamplingFlows: top.unknown,
    }
  }

  return {
    /** Answers a Query by a Table, or a Series where it has a granularity. */
    run(query: Query, where: Where, signal: AbortSignal): Promise<Table | Series> {
      return query.granularity === undefined ? answerTable(query, where, signal) : answerSeries(query, query.granularity, where, signal)
    },
  }
}
