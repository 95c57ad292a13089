/** Completion of a filter, with the values that carried most traffic in the range, and what else applications and categories may be. */
import { APPLICATIONS, CATEGORIES } from '../enrich/applications/index.ts'
import { toError } from '../schema/index.ts'
import { complete, printAddress, readAddress, type CompleteContext, type Completion, type StoredValue, type WantedValues } from '../filter/index.ts'
import { countedBy } from './duplicates.ts'
import { dimensionOf, shown } from './dimensions.ts'
import { metricOf } from './metrics.ts'
import type { Range } from './model.ts'
import { planOf } from './plan.ts'
import type { RunDeps } from './run.ts'
import { tableSql, type Where } from './sql.ts'

const MOST_VALUES = 20
const MOST_MS = 300
const MOST_ROWS = 1_000_000
const KEPT_MS = 60_000
const MOST_KEPT = 500
/** The last hour of the range stands for all of it. */
const WINDOW_MS = 3_600_000

export interface CompleteRequest extends Range {
  readonly filter: string
  /** Caret in the filter, UTF-16 units. */
  readonly caret: number
}

export interface CompleteAnswer {
  readonly start: number
  readonly end: number
  readonly items: readonly Completion[]
}

/** Narrows the rows to those where a column may hold what was typed so far. */
function narrowed(wanted: WantedValues, scope: Where): Where {
  const [low, high] = wanted.between ?? []
  const typed = low !== undefined && high !== undefined
  const conditions = wanted.columns.map(column =>
    typed ? `${column} BETWEEN {q_low:IPv6} AND {q_high:IPv6}` : `positionCaseInsensitiveUTF8(${column}, {q_typed:String}) > 0`,
  )
  const parameters = typed ? { q_low: printAddress(low), q_high: printAddress(high) } : { q_typed: wanted.prefix }
  if (!typed && wanted.prefix === '') return { ...scope, columns: new Set([...scope.columns, ...wanted.columns]) }
  return {
    sql: `(${scope.sql}) AND (${conditions.join(' OR ')})`,
    parameters: { ...scope.parameters, ...parameters },
    columns: new Set([...scope.columns, ...wanted.columns]),
  }
}

/** Values of the operator's own, by field. */
export type OwnValues = Readonly<Record<'app' | 'category', readonly string[]>>

/** Values that may be asked for before there is any traffic of them, by field. */
const declaredWith = (own: OwnValues): ReadonlyMap<string, readonly string[]> =>
  new Map([
    ['app', [...new Set([...own.app, ...APPLICATIONS.map(({ name }) => name)])]],
    ['category', [...new Set([...own.category, ...CATEGORIES.map(({ name }) => name)])]],
  ])

/** Declared values that hold what was typed, behind those with traffic. */
function withDeclared(wanted: WantedValues, values: readonly StoredValue[], declared: readonly string[] = []): readonly StoredValue[] {
  const present = new Set(values.map(({ value }) => value))
  const more = declared.filter(value => !present.has(value) && holds(wanted, value))
  return [...values, ...more.slice(0, Math.max(0, MOST_VALUES - values.length)).map(value => ({ value }))]
}

const holds = (wanted: WantedValues, value: string): boolean => {
  if (wanted.between === undefined) return value !== '' && value.toLowerCase().includes(wanted.prefix.toLowerCase())
  const address = readAddress(value)
  return address !== undefined && address >= wanted.between[0] && address <= wanted.between[1]
}

export function createCompleter(deps: Pick<RunDeps, 'query' | 'reach' | 'now'>, context: CompleteContext, own: OwnValues = { app: [], category: [] }) {
  const declared = declaredWith(own)
  const kept = new Map<string, { readonly at: number; readonly values: readonly StoredValue[] }>()

  async function stored(wanted: WantedValues, range: Range, scope: Where, scopeText: string, signal: AbortSignal): Promise<readonly StoredValue[]> {
    const now = deps.now()
    const key = JSON.stringify([
      wanted.field,
      wanted.prefix,
      wanted.between?.map(String),
      scopeText,
      Math.floor(range.from / KEPT_MS),
      Math.floor(range.to / KEPT_MS),
    ])
    const known = kept.get(key)
    if (known !== undefined && now - known.at < KEPT_MS) return known.values
    const dimension = dimensionOf(wanted.field)
    const metrics = [metricOf('bytes', false)]
    const where = narrowed(wanted, scope)
    const counted = countedBy({}, [dimension], where.columns)
    const window = { from: Math.max(range.from, Math.min(range.to, now) - WINDOW_MS), to: range.to }
    const plan = planOf({ range: window, dimensions: [dimension], metrics, filtered: where.columns, counting: counted.counting }, deps.reach)
    const { sql, parameters } = tableSql({ plan, dimensions: [dimension], metrics, where, counted }, { column: 'm0', descending: true }, 2 * MOST_VALUES)
    const settings = { max_execution_time: MOST_MS / 1000, timeout_overflow_mode: 'break', max_rows_to_read: MOST_ROWS, read_overflow_mode: 'break' }
    const answer = await deps.query({ sql, parameters, settings, signal })
    const values = answer.rows
      .map(row => ({ value: String(shown(dimension.kind, row[0] ?? null)), bytes: Number(row[1]) }))
      .filter(({ value }) => holds(wanted, value))
      .slice(0, MOST_VALUES)
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value ?? '')
    kept.set(key, { at: now, values })
    return values
  }

  return async (request: CompleteRequest, scope: Where, scopeText: string, signal: AbortSignal): Promise<CompleteAnswer> => {
    const first = complete(request.filter, request.caret, context)
    const { start, end, items, wants } = first
    if (wants === undefined) return { start, end, items }
    try {
      const values = await stored(wants, request, scope, scopeText, signal)
      const {
        start: from,
        end: to,
        items: filled,
      } = complete(request.filter, request.caret, { ...context, values: withDeclared(wants, values, declared.get(wants.field)) })
      return { start: from, end: to, items: filled }
    } catch (thrown) {
      // Values are a help, not an answer: without them the rest still completes.
      if (toError(thrown).code === 'FL_QUERY_CANCELLED') throw thrown
      return { start, end, items }
    }
  }
}
