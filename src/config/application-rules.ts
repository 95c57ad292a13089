/** What is wrong with `applicationRules` beyond their shape: filters that no rule can use. */
import { describe, parse, renderError, walk, type Filter, type FilterError, type Span } from '../filter/index.ts'

export interface ApplicationRuleMistake {
  readonly path: readonly (string | number)[]
  readonly message: string
  /** Where in the text of the filter, UTF-16 units from its start. */
  readonly at?: number
}

/** Filled after applications are named: by the thread that writes, or by nobody yet. */
const LATER: ReadonlySet<string> = new Set(['batch', 'row', 'duplicate', 'src_name', 'dst_name'])

/** The first part of the tree that counts from now, by its place in the text. */
function relative(tree: Filter, positions: ReadonlyMap<Filter, Span>): Span | undefined {
  const found: Span[] = []
  walk(tree, node => {
    if (node.kind === 'Test' && JSON.stringify(node.value, (_, value: unknown) => (typeof value === 'bigint' ? '' : value)).includes('"kind":"Now"'))
      found.push(positions.get(node) ?? { start: 0, end: 1 })
  })
  return found[0]
}

function filterMistake(filter: string): FilterError | undefined {
  const parsed = parse(filter, { allowed: column => !LATER.has(column) })
  if (parsed.ok) {
    const now = relative(parsed.tree, parsed.positions)
    if (now === undefined) return undefined
    return {
      ...now,
      code: 'FL_FILTER_TIME',
      message: 'a rule holds for as long as FlowLens runs, so it cannot count from now',
      expected: [],
      fix: 'give a fixed time, or none',
    }
  }
  const { error } = parsed
  if (error.code === 'FL_FILTER_FIELD_ROLE')
    return {
      ...error,
      message: `${filter.slice(error.start, error.end)} is filled after applications are named, so no rule can read it`,
      fix: 'use another field',
    }
  // Of lists and saved filters there are none here, whatever their name.
  if (error.code === 'FL_FILTER_LIST')
    return { ...error, message: 'a rule of the configuration knows no lists and saved filters', fix: 'write the values, or the filter, in their place' }
  return error
}

/** The message, and under it the line of the filter with a caret under the mistake. */
function shown(filter: string, error: FilterError): string {
  const [line = '', caret = ''] = renderError(filter, error).split('\n')
  return [describe(error), `    ${line}`, `    ${caret}`].join('\n')
}

/** Everything that is wrong with the section, by rule. */
export function applicationRuleMistakes(
  rules: readonly { readonly filter: string; readonly app?: string | undefined; readonly category?: string | undefined }[],
): readonly ApplicationRuleMistake[] {
  return rules.flatMap(({ filter, app, category }, index) => {
    const path = ['applicationRules', index]
    const mistakes: ApplicationRuleMistake[] = []
    const wrong = filterMistake(filter)
    if (wrong !== undefined) mistakes.push({ path: [...path, 'filter'], message: shown(filter, wrong), at: wrong.start })
    if (app === undefined && category === undefined) mistakes.push({ path, message: 'the rule gives nothing; add app, category or both' })
    return mistakes
  })
}
