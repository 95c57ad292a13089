/**
 * How many conversations began in a range, and how fast they were answered, by columns of their first flow: the one that opened.
 *
 * A conversation counts where it began, so that those of two ranges side by side add up. A field of either side counts it for both ends.
 */
import { FlowLensError } from '../schema/index.ts'
import type { Field } from '../store/index.ts'
import { conversationsSql, SPILL } from './conversation-sql.ts'
import { prepareConversations, type ConversationsQuery } from './conversations.ts'
import { dimensionOf, dimensionSql, keyParameter, parameterType, shownKey, type Dimension } from './dimensions.ts'
import type { Cell, Key } from './model.ts'
import type { RunDeps } from './run.ts'
import { keySet, type Keys, type Where } from './sql.ts'

/** The figures, and how they come from the rows of conversations; a condition takes a part of them. */
const FIGURES = {
  conversations: (only: string) => `countIf(${only})`,
  conversations_answered: (only: string) => `countIf(at > 0 AND ${only})`,
  count_response_time_estimate: (only: string) => `countIf(estimate IS NOT NULL AND ${only})`,
  p50_response_time_estimate: (only: string) => percentile(0.5, only),
  p95_response_time_estimate: (only: string) => percentile(0.95, only),
  p99_response_time_estimate: (only: string) => percentile(0.99, only),
} as const
const percentile = (level: number, only: string): string =>
  `if(countIf(estimate IS NOT NULL AND ${only}) = 0, NULL, quantileTDigestIf(${level})(ifNull(estimate, 0), estimate IS NOT NULL AND ${only}))`

export const CONVERSATION_FIGURES = Object.keys(FIGURES) as readonly (keyof typeof FIGURES)[]

export interface ConversationFiguresQuery extends Pick<ConversationsQuery, 'from' | 'to' | 'filter' | 'scope' | 'gapMs' | 'duplicates'> {
  /** As in a Query: columns or either-side fields, at most four. */
  readonly by: readonly string[]
  /** One of CONVERSATION_FIGURES or of `by`; a minus before it is descending. */
  readonly order: string
  readonly limit: number
  /** Rows of these keys only, in any order; `order` and `limit` then say nothing. */
  readonly keys?: readonly Key[]
}

export interface ConversationFigures {
  readonly by: readonly string[]
  readonly rows: readonly Key[]
  /** Each conversation once. */
  readonly totals: Readonly<Record<string, number | null>>
  readonly duplicates: 'once' | 'hops'
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly rowsRead: number
  readonly tookMs: number
}

const MOST_ROWS = 10_000
/** Place of the first value that a flow carries behind the six that every flow has, and the unused sort value. */
const CARRIED = 7

const invalid = (message: string): FlowLensError => new FlowLensError('FL_QUERY_INVALID', message)

/** Values of the first flow of a conversation, one row a side of it for fields of either side. */
function sidesSql(dimensions: readonly Dimension[]): readonly string[] {
  let at = CARRIED
  const places = dimensions.map(({ columns }) => columns.map(() => at++))
  const same = places.flatMap(([left, right]) => (right === undefined ? [] : [`s[1].${left} = s[1].${right}`]))
  return [
    ...(same.length === 0 ? ['1 AS q_side'] : [`arrayJoin(if(${same.join(' AND ')}, [1], [1, 2])) AS q_side`]),
    ...places.map(([left, right], index) =>
      right === undefined ? `s[1].${left} AS q_d${index}` : `if(q_side = 1, s[1].${left}, s[1].${right}) AS q_d${index}`,
    ),
  ]
}

const figure = (field: Field | undefined): number | null => (field === null || field === undefined ? null : Number(field))

export function createConversationFigures(deps: Pick<RunDeps, 'query' | 'reach'>) {
  return async (query: ConversationFiguresQuery, scope: Where, filter: Where, signal: AbortSignal): Promise<ConversationFigures> => {
    const began = performance.now()
    const { wanted, parameters } = prepareConversations(query, scope, filter)
    if (query.by.length > 4) throw invalid('by: at most four columns')
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MOST_ROWS) throw invalid(`limit: between 1 and ${MOST_ROWS}`)
    const dimensions = query.by.map(dimensionOf)
    const measured = dimensions.find(({ known }) => known !== undefined)
    if (measured !== undefined) throw invalid(`by: ${measured.name} groups flows by what was measured of each; conversations have response_time_estimate`)
    const descending = query.order.startsWith('-')
    const name = descending ? query.order.slice(1) : query.order
    const column = [...CONVERSATION_FIGURES, ...query.by].indexOf(name)
    if (column < 0) throw invalid(`order: one of ${[...CONVERSATION_FIGURES, ...query.by].join(', ')}`)
    const keys: Keys | undefined =
      query.keys === undefined || dimensions.length === 0
        ? undefined
        : dimensions.map(dimension => (query.keys ?? []).map(key => keyParameter(dimension, key[dimension.name] ?? '')))
    const set = keys === undefined ? undefined : keySet(dimensions, keys)
    const carried = dimensions.flatMap(dimension => dimension.columns.map(one => `CAST(${dimensionSql(dimension, one)}, '${parameterType(dimension.kind)}')`))
    const inner = `SELECT ${['at', 'estimate', ...sidesSql(dimensions)].join(', ')}
      FROM (${conversationsSql(wanted, '0', carried)}) WHERE begun >= {q_from:Int64} AND begun < {q_to:Int64}`
    const figures = (only: string): readonly string[] => CONVERSATION_FIGURES.map(one => FIGURES[one](only))
    // Keys that were not asked for are one group, whose figures are in the totals alone.
    const groups = dimensions.map((_, at) => (set === undefined ? `q_d${at}` : `if(q_in, q_d${at}, defaultValueOfArgumentType(q_d${at}))`))
    const grouped = [...(set === undefined ? [] : [`${set.sql} AS q_in`]), ...groups.map((sql, at) => `${sql} AS g${at}`)]
    const names = [...(set === undefined ? [] : ['q_in']), ...groups.map((_, at) => `g${at}`)]
    const columns = [...grouped, ...figures('1').map((sql, at) => `${sql} AS m${at}`), ...figures('q_side = 1')]
    const order = `${column < CONVERSATION_FIGURES.length ? `m${column}` : `g${column - CONVERSATION_FIGURES.length}`} ${descending ? 'DESC' : 'ASC'} NULLS LAST`
    const answer = await deps.query({
      sql:
        dimensions.length === 0
          ? `SELECT ${columns.join(', ')} FROM (${inner})`
          : `SELECT ${columns.join(', ')} FROM (${inner}) GROUP BY ${names.join(', ')} WITH TOTALS ORDER BY ${[order, ...names].join(', ')} LIMIT ${set === undefined ? query.limit : MOST_ROWS}`,
      parameters: { ...parameters, ...set?.parameters },
      settings: SPILL,
      signal,
    })
    const skip = set === undefined ? 0 : 1
    const start = skip + dimensions.length
    const figuresOf = (row: readonly Field[], from: number): Record<string, number | null> =>
      Object.fromEntries(CONVERSATION_FIGURES.map((one, at) => [one, figure(row[from + at])]))
    const sums = (dimensions.length === 0 ? answer.rows[0] : answer.totals) ?? []
    const complete = query.from >= deps.reach.droppedUntil('flows')
    return {
      by: query.by,
      rows: (dimensions.length === 0 ? [] : answer.rows)
        .filter(row => skip === 0 || Number(row[0]) === 1)
        .map(row => ({
          ...Object.fromEntries(dimensions.map((dimension, at): [string, Cell] => [dimension.name, shownKey(dimension, row[skip + at] ?? null)])),
          ...figuresOf(row, start),
        })),
      totals: Object.fromEntries(CONVERSATION_FIGURES.map((one, at) => [one, figure(sums[start + CONVERSATION_FIGURES.length + at]) ?? (at < 3 ? 0 : null)])),
      duplicates: wanted.counting,
      complete,
      notes: complete ? [] : ['The beginning of the range is no longer kept as single flows.'],
      rowsRead: answer.rowsRead,
      tookMs: Math.round(performance.now() - began),
    }
  }
}
