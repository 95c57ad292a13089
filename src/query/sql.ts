/**
 * A plan as SQL. Inside, each row is a flow's part in the range (and bucket): `q_d0 …` the dimensions, `q_bytes …` the parts,
 * `q_side` 1 for the first of the two rows an either-side field makes of a flow. Outside, they are summed up.
 *
 * Nothing that was asked becomes text here: names come from the declaration of columns, values are parameters.
 */
import { END_MS, LATEST_MS, LONGEST_MS, share, startMs, type Parameter } from '../store/index.ts'
import { dimensionSql, parameterType, type Dimension } from './dimensions.ts'
import { countedSql, type Counted } from './duplicates.ts'
import type { Metric, Need } from './metrics.ts'
import type { Plan, QualityPlan, RawPlan, Span } from './plan-traffic.ts'

/** The filter as a condition over the columns of `flows`, and which of them it looks at. */
export interface Where {
  readonly sql: string
  readonly columns: ReadonlySet<string>
  /** Set where it holds for flows alone that anything was measured of. */
  readonly measuredOnly?: boolean
  readonly parameters: Readonly<Record<string, Parameter>>
}

export interface Shape {
  readonly plan: Plan
  readonly dimensions: readonly Dimension[]
  readonly metrics: readonly Metric[]
  readonly where: Where
  readonly counted: Counted
  readonly granularity?: number
}

export interface Sql {
  readonly sql: string
  readonly parameters: Readonly<Record<string, Parameter>>
}

/** Rows whose figures stand for the whole: one side of each flow, told by one exporter. */
function onceSql({ dimensions, counted }: Shape): string | undefined {
  const conditions = [...(isEither(dimensions) ? ['q_side = 1'] : []), ...(counted.totalsOnce ? ['q_once'] : [])]
  return conditions.length === 0 ? undefined : conditions.join(' AND ')
}

/** Whether totals are sums of their own, beside those of the rows. */
export const hasTotalsOfItsOwn = (shape: Shape): boolean => onceSql(shape) !== undefined

const isEither = (dimensions: readonly Dimension[]): boolean => dimensions.some(dimension => dimension.columns.length === 2)

function needsOf(metrics: readonly Metric[]): { readonly kinds: ReadonlySet<Need['kind']>; readonly raw: readonly Extract<Need, { kind: 'raw' }>[] } {
  const needs = metrics.flatMap(metric => metric.needs)
  const raw = new Map(needs.flatMap(need => (need.kind === 'raw' ? [[need.alias, need] as const] : [])))
  return { kinds: new Set(needs.map(need => need.kind)), raw: [...raw.values()] }
}

/** Fields of either side make two rows of a flow, one a side; one row where all of them are the same on both. */
function dimensionColumns(dimensions: readonly Dimension[]): readonly string[] {
  const same = dimensions.flatMap(dimension => {
    const [left, right] = dimension.columns
    return right === undefined ? [] : [`${dimensionSql(dimension, left)} = ${dimensionSql(dimension, right)}`]
  })
  return [
    ...(same.length === 0 ? [] : [`arrayJoin(if(${same.join(' AND ')}, [1], [1, 2])) AS q_side`]),
    ...dimensions.map((dimension, at) => {
      const [left, right] = dimension.columns
      const value = right === undefined ? dimensionSql(dimension, left) : `if(q_side = 1, ${dimensionSql(dimension, left)}, ${dimensionSql(dimension, right)})`
      return `${value} AS q_d${at}`
    }),
  ]
}

const RATE = 'greatest(sampling_rate, 1)'

/** A long flow's buckets are made in runs of this many, so that day-long flows never need a long list a row. */
const RUN = 64

function rawRows({ dimensions, metrics, where, counted, granularity }: Shape): string {
  const { kinds, raw } = needsOf(metrics)
  const bytes = kinds.has('bytes') || kinds.has('sent_bytes')
  const packets = kinds.has('packets') || kinds.has('sent_packets')
  const columns = [
    `${END_MS} AS q_end`,
    `${startMs(END_MS)} AS q_begin`,
    `${RATE} AS q_rate`,
    'sampling_rate = 0 AS q_no_rate',
    ...(counted.totalsOnce ? ['duplicate = 0 AS q_once'] : []),
    ...(bytes ? ['bytes AS q_all_bytes'] : []),
    ...(packets ? ['packets AS q_all_packets'] : []),
    ...(kinds.has('hosts') ? ["arrayFilter(host -> host != toIPv6('::'), [src, dst]) AS q_hosts"] : []),
    ...raw.map(need => `${need.sql} AS ${need.alias}_`),
    ...dimensionColumns(dimensions),
  ]
  // A flow is received after it ended, at most a week later; so the sort key and the indexes skip most of the table. What
  // was asked for comes before the times are read: PREWHERE 0.73, all in WHERE 0.78, left to the engine 0.84 s of CPU over 10 M rows.
  const flows = `SELECT ${columns.join(', ')} FROM flows PREWHERE ${countedSql[counted.counting]} AND (${where.sql})
    WHERE received_at >= fromUnixTimestamp64Milli({q_from:Int64}, 'UTC')
      AND received_at < fromUnixTimestamp64Milli({q_to:Int64} + ${LATEST_MS + LONGEST_MS}, 'UTC')
      AND ${END_MS} >= {q_from:Int64} AND ${startMs(END_MS)} < {q_to:Int64}`
  const part = (column: string): string => `if(q_whole, ${column}, ${share(column, 'q_low', 'q_high', 'q_duration')})`
  const parts = [
    '*',
    `${granularity === undefined ? '{q_from:Int64}' : `greatest(toInt64(q_bucket) * ${granularity}, {q_from:Int64})`} AS q_lower`,
    `${granularity === undefined ? '{q_to:Int64}' : `least((toInt64(q_bucket) + 1) * ${granularity}, {q_to:Int64})`} AS q_upper`,
    'q_begin >= q_lower AND q_end <= q_upper AS q_whole',
    'toUInt64(greatest(q_end - q_begin, 1)) AS q_duration',
    'toUInt64(greatest(q_lower - q_begin, 0)) AS q_low',
    'toUInt64(greatest(least(q_upper, q_end) - q_begin, 0)) AS q_high',
    'toUInt8(q_end >= q_lower AND q_end < q_upper) AS q_flows',
    'toUInt8(q_flows AND q_no_rate) AS q_unknown',
    ...(bytes ? [`${part('q_all_bytes')} AS q_sent_bytes`, 'q_sent_bytes * q_rate AS q_bytes'] : []),
    ...(packets ? [`${part('q_all_packets')} AS q_sent_packets`, 'q_sent_packets * q_rate AS q_packets'] : []),
    ...raw.map(need => `if(q_flows = 1, ${need.alias}_, NULL) AS ${need.alias}`),
  ]
  if (granularity === undefined) return `SELECT ${parts.join(', ')} FROM (${flows})`
  const bounds = [
    '*',
    `toUInt32(intDiv(greatest(q_begin, {q_from:Int64}), ${granularity})) AS q_first`,
    `toUInt32(intDiv(least(q_end, {q_to:Int64} - 1), ${granularity})) AS q_last`,
    `if(q_last - q_first < ${RUN}, [q_first], range(q_first, q_last + 1, ${RUN})) AS q_runs`,
  ]
  return `SELECT ${parts.join(', ')} FROM (
    SELECT *, q_bucket FROM (SELECT *, q_run FROM (SELECT ${bounds.join(', ')} FROM (${flows})) ARRAY JOIN q_runs AS q_run)
    ARRAY JOIN range(q_run, least(q_run + ${RUN}, q_last + 1)) AS q_bucket)`
}

/** Buckets of a row of a roll-up, and the condition that it is inside a span. */
function timeOf(span: Span, at: string, granularity: number | undefined): { readonly bucket: readonly string[]; readonly within: string } {
  return {
    bucket: granularity === undefined ? [] : [`toUInt32(intDiv(toInt64(toUnixTimestamp(${span.resolution})) * 1000, ${granularity})) AS q_bucket`],
    within: `${span.resolution} >= toDateTime({q_from${at}:UInt32}, 'UTC') AND ${span.resolution} < toDateTime({q_to${at}:UInt32}, 'UTC')`,
  }
}

function rollupRows(span: Span, at: string, { plan, dimensions, metrics, where, counted, granularity }: Shape): string {
  const { kinds } = needsOf(metrics)
  const hosts = plan.source === 'host_minute' || plan.source === 'host_hour'
  const rate = hosts ? '1' : RATE
  const { bucket, within: time } = timeOf(span, at, granularity)
  const sums = [
    ...(kinds.has('bytes') || kinds.has('sent_bytes') ? ['bytes AS q_sent_bytes', `bytes * ${rate} AS q_bytes`] : []),
    ...(kinds.has('packets') || kinds.has('sent_packets') ? ['packets AS q_sent_packets', `packets * ${rate} AS q_packets`] : []),
    'flows AS q_flows',
    hosts ? 'unknown_flows AS q_unknown' : 'if(sampling_rate = 0, flows, 0) AS q_unknown',
  ]
  if (!hosts) {
    const first = counted.totalsOnce ? ['duplicate = 0 AS q_once'] : []
    return `SELECT ${[...bucket, ...sums, ...first, ...dimensionColumns(dimensions)].join(', ')} FROM ${span.table} WHERE ${time} AND ${countedSql[counted.counting]} AND (${where.sql})`
  }
  const [dimension] = dimensions
  const either = isEither(dimensions)
  // By both sides every row counts; else a flow's row is its source's, or the one that stands for both.
  const directions =
    either || kinds.has('hosts') ? '' : dimension?.columns[0] === 'dst' || where.columns.has('dst') ? 'AND side IN (1, 2)' : 'AND side IN (0, 2)'
  const columns = [
    ...bucket,
    ...(kinds.has('hosts') ? sums.map(sum => sum.replace(/^(.*) AS (q_\w+)$/, 'if(side = 1, 0, $1) AS $2')) : sums),
    ...(kinds.has('hosts') ? ["arrayFilter(one -> one != toIPv6('::'), [host]) AS q_hosts"] : []),
    ...(either ? ['if(side = 1, 2, 1) AS q_side'] : []),
    ...(dimension === undefined ? [] : [`${dimensionSql(dimension, 'host')} AS q_d0`]),
  ]
  return `SELECT ${columns.join(', ')} FROM (SELECT *, host AS src, host AS dst FROM ${span.table} WHERE ${time} ${directions}) WHERE (${where.sql})`
}

/** Bounds of spans as parameters, in seconds: `q_from` and `q_to` with the mark and number of each. */
const boundsOf = (spans: readonly Span[], mark = ''): Readonly<Record<string, Parameter>> =>
  Object.fromEntries(
    spans.flatMap((span, at): [string, Parameter][] => [
      [`q_from${mark}${at}`, span.from / 1000],
      [`q_to${mark}${at}`, span.to / 1000],
    ]),
  )

const rawBounds = ({ range }: RawPlan): Readonly<Record<string, Parameter>> => ({ q_from: range.from, q_to: range.to })

/**
 * Rows of roll-ups of quality, of raw rows after them in the same shape, and of the roll-ups of traffic: each tells its own figures, and
 * nothing of the others'.
 */
function qualityRows(shape: Shape, plan: QualityPlan): Sql {
  const { dimensions, where, counted, granularity } = shape
  const rolled = shape.metrics.filter(metric => metric.rolled !== undefined)
  const volume = shape.metrics.filter(metric => metric.rolled === undefined)
  const parts = [...new Map(rolled.flatMap(metric => metric.rolled?.parts ?? []).map(part => [part.alias, part])).values()]
  const { kinds } = needsOf(volume)
  const sums = [
    ...(['bytes', 'packets'] as const).flatMap(kind => (kinds.has(kind) || kinds.has(`sent_${kind}`) ? [`q_sent_${kind}`, `q_${kind}`] : [])),
    'q_flows',
    'q_unknown',
  ]
  const groups = [
    ...(granularity === undefined ? [] : ['q_bucket']),
    ...(counted.totalsOnce ? ['q_once'] : []),
    ...(isEither(dimensions) ? ['q_side'] : []),
    ...dimensions.map((_, at) => `q_d${at}`),
  ]
  const flows = plan.traffic === undefined
  const row = (sum: (name: string) => string, part: (one: (typeof parts)[number]) => string): string =>
    [...groups, ...sums.map(name => `${sum(name)} AS ${name}`), ...parts.map(one => `${part(one)} AS ${one.alias}`)].join(', ')
  const once = counted.totalsOnce ? ['duplicate = 0 AS q_once'] : []
  const held = plan.spans.map((span, at) => {
    const { bucket, within } = timeOf(span, `${at}`, granularity)
    return `SELECT ${row(
      name => (flows && name === 'q_flows' ? 'flows' : '0'),
      part => part.held,
    )} FROM (SELECT *, ${[...bucket, ...once, ...dimensionColumns(dimensions)].join(', ')} FROM ${span.table} WHERE ${within} AND ${countedSql[counted.counting]} AND (${where.sql}))`
  })
  const { tail, traffic } = plan
  // Folded first: a state for each flow would cost more than all the rest.
  const folded =
    tail === undefined
      ? []
      : [
          `SELECT ${row(
            name => (flows && name === 'q_flows' ? 'sum(r.q_flows)' : '0'),
            part => part.folded,
          )} FROM (${rawRows({ ...shape, plan: tail, metrics: rolled })}) AS r ${groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')}`}`,
        ]
  const beside =
    traffic === undefined
      ? []
      : traffic.spans.map(
          (span, at) =>
            `SELECT ${row(
              name => `t.${name}`,
              part => part.none,
            )} FROM (${rollupRows(span, `t${at}`, { ...shape, plan: traffic, metrics: volume })}) AS t`,
        )
  return {
    sql: [...held, ...folded, ...beside].join('\nUNION ALL\n'),
    parameters: { ...where.parameters, ...boundsOf(plan.spans), ...boundsOf(traffic?.spans ?? [], 't'), ...(tail === undefined ? {} : rawBounds(tail)) },
  }
}

function innerRows(shape: Shape): Sql {
  const { plan, where } = shape
  switch (plan.source) {
    case 'raw':
      return { sql: rawRows(shape), parameters: { ...where.parameters, ...rawBounds(plan) } }
    case 'quality_minute':
    case 'quality_hour':
      return qualityRows(shape, plan)
    default:
      return {
        sql: plan.spans.map((span, at) => rollupRows(span, `${at}`, shape)).join('\nUNION ALL\n'),
        parameters: { ...where.parameters, ...boundsOf(plan.spans) },
      }
  }
}

/** Columns of one aggregate after the other: the metrics as `m0 …`, those of each flow counted once as `t0 …`, unknown sampling. */
function aggregates(shape: Shape): readonly string[] {
  const rolled = shape.plan.source === 'quality_minute' || shape.plan.source === 'quality_hour'
  const figures = shape.metrics.map(metric => (rolled ? (metric.rolled?.sql ?? metric.sql) : metric.sql))
  const once = onceSql(shape)
  return [
    ...figures.map((sql, at) => `${sql()} AS m${at}`),
    ...(once === undefined ? [] : figures.map((sql, at) => `${sql(once)} AS t${at}`)),
    `${once === undefined ? 'sum(q_unknown)' : `sumIf(q_unknown, ${once})`} AS unknown_flows`,
  ]
}

/** Values of dimensions that rows must have, one array a dimension, or that they are told apart by. */
export type Keys = readonly (readonly (string | number | bigint)[])[]

/** Rows whose dimensions `q_d0 …` have values of these keys, as a condition. */
export function keySet(dimensions: readonly Dimension[], keys: Keys): Sql {
  const parameters = Object.fromEntries(keys.map((values, at): [string, Parameter] => [`q_k${at}`, values]))
  const arrays = dimensions.map((dimension, at) => `{q_k${at}:Array(${parameterType(dimension.kind)})}`)
  const items = dimensions.map((_, at) => `tupleElement(q_key, ${at + 1})`)
  return {
    sql: `(${dimensions.map((_, at) => `q_d${at}`).join(', ')}) IN (SELECT ${items.join(', ')} FROM (SELECT arrayJoin(arrayZip(${arrays.join(', ')})) AS q_key))`,
    parameters,
  }
}

/** Order of rows: a column of the answer, then the dimensions, so that equal rows keep their places. */
export interface Order {
  readonly column: string
  readonly descending: boolean
}

/** A table: a row a key, the largest first, and the totals of all keys. With `keys`, those rows only. */
export function tableSql(shape: Shape, order: Order, limit: number, keys?: Keys): Sql {
  const { dimensions } = shape
  const inner = innerRows(shape)
  const names = dimensions.map((_, at) => `q_d${at}`)
  if (names.length === 0) return { sql: `SELECT ${aggregates(shape).join(', ')} FROM (${inner.sql})`, parameters: inner.parameters }
  const set = keys === undefined ? undefined : keySet(dimensions, keys)
  // With given keys the totals must still be of all rows, so the others become one group that is dropped by the reader.
  const chosen =
    set === undefined
      ? names.map(name => `${name} AS ${name}_`)
      : [
          `${set.sql} AS q_in`,
          ...dimensions.map(
            (dimension, at) =>
              `if(q_in, q_d${at}, CAST(defaultValueOfTypeName('${parameterType(dimension.kind)}'), '${parameterType(dimension.kind)}')) AS q_d${at}_`,
          ),
        ]
  const groups = [...(set === undefined ? [] : ['q_in']), ...names.map(name => `${name}_`)]
  return {
    sql: `SELECT ${[...chosen, ...aggregates(shape)].join(', ')} FROM (${inner.sql}) GROUP BY ${groups.join(', ')} WITH TOTALS
      ORDER BY ${[`${order.column} ${order.descending ? 'DESC' : 'ASC'}`, ...names.map(name => `${name}_`)].join(', ')} LIMIT ${limit}`,
    parameters: { ...inner.parameters, ...set?.parameters },
  }
}

/** Rows of buckets: `q_in` 1 for the keys given, 0 for all others together; `bucket` counts widths since 1970. */
export function seriesSql(shape: Shape, keys: Keys): Sql {
  const { dimensions } = shape
  const inner = innerRows(shape)
  if (dimensions.length === 0)
    return { sql: `SELECT q_bucket, ${aggregates(shape).join(', ')} FROM (${inner.sql}) GROUP BY q_bucket`, parameters: inner.parameters }
  const set = keySet(dimensions, keys)
  const names = dimensions.map(
    (dimension, at) => `if(q_in, q_d${at}, CAST(defaultValueOfTypeName('${parameterType(dimension.kind)}'), '${parameterType(dimension.kind)}')) AS q_d${at}_`,
  )
  return {
    sql: `SELECT q_bucket, ${set.sql} AS q_in, ${[...names, ...aggregates(shape)].join(', ')} FROM (${inner.sql}) GROUP BY ${['q_bucket', 'q_in', ...dimensions.map((_, at) => `q_d${at}_`)].join(', ')}`,
    parameters: { ...inner.parameters, ...set.parameters },
  }
}
