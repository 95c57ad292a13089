/** Figures of flows with those of the conversations behind the same rows beside them: what was measured, and what is estimated. */
import type { Principal } from '../access/index.ts'
import { CONVERSATION_FIGURES, type ConversationFigures, type Key, type Range, type Table } from '../query/index.ts'
import type { ApiDeps } from './deps.ts'
import { askNamed, type NamedRequest } from './named.ts'
import { parseRange } from './ranges.ts'
import { timed } from './timed.ts'

const ESTIMATES: ReadonlySet<string> = new Set(CONVERSATION_FIGURES)

/**
 * As `askNamed`, with CONVERSATION_FIGURES in each row and in the totals; ranked by one of them where the request says so. Flows and
 * conversations are counted apart: neither fills a gap of the other.
 */
export async function askWithEstimates(
  request: NamedRequest,
  by: readonly string[],
  standard: number,
  principal: Principal,
  signal: AbortSignal,
  deps: ApiDeps,
  metrics: readonly string[],
): Promise<Table> {
  const range = parseRange(request, deps.now())
  const figures = (over: Range, keys: readonly Key[] | undefined): Promise<ConversationFigures> =>
    timed(
      deps.query.conversationFigures(
        {
          from: over.from,
          to: over.to,
          filter: request.filter ?? '',
          scope: principal.scope,
          by,
          order: `-${ESTIMATES.has(request.metric ?? '') ? request.metric : 'conversations'}`,
          limit: request.limit ?? standard,
          ...(request.duplicates === undefined ? {} : { duplicates: request.duplicates === 'once' ? 'once' : 'hops' }),
          ...(keys === undefined ? {} : { keys }),
        },
        signal,
      ),
      deps,
    )
  const { metric, ...rest } = request
  const ranked = metric !== undefined && ESTIMATES.has(metric) ? await figures(range, undefined) : undefined
  const keys = ranked?.rows.map(row => Object.fromEntries(by.map(name => [name, row[name] ?? null])))
  const table = await askNamed(ranked === undefined ? request : rest, by, standard, principal, signal, deps, {
    metrics,
    ...(keys === undefined ? {} : { keys }),
  })
  const estimates = ranked ?? (await figures(range, table.rows))
  const { compare } = table
  const before = compare === undefined ? undefined : await figures(compare.range, table.rows)
  return {
    ...table,
    metrics: [...table.metrics, ...CONVERSATION_FIGURES],
    rows: beside(table.rows, by, estimates),
    totals: { ...table.totals, ...known(estimates.totals) },
    notes: [...table.notes, ...estimates.notes.filter(note => !table.notes.includes(note))],
    tookMs: table.tookMs + estimates.tookMs + (before?.tookMs ?? 0),
    rowsRead: table.rowsRead + estimates.rowsRead + (before?.rowsRead ?? 0),
    ...(compare === undefined || before === undefined
      ? {}
      : { compare: { ...compare, rows: beside(compare.rows, by, before), totals: { ...compare.totals, ...known(before.totals) } } }),
  }
}

/** Rows with the figures of the same key; of a key without conversations they are none. */
function beside(rows: readonly Key[], by: readonly string[], { rows: found }: ConversationFigures): readonly Key[] {
  const name = (key: Key): string => JSON.stringify(by.map(column => key[column]))
  const byKey = new Map(found.map(row => [name(row), row]))
  return rows.map(row => {
    const figures = byKey.get(name(row))
    return { ...row, ...Object.fromEntries(CONVERSATION_FIGURES.map((figure, at) => [figure, figures?.[figure] ?? (at < 3 ? 0 : null)])) }
  })
}

const known = (totals: ConversationFigures['totals']): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(totals).flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
