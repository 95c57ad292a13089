/** What the operator says of applications: filters, each with the application or category of the rows it keeps (`applicationRules`). */
import { compileToPredicate, parse, toFlowLensError } from '../filter/index.ts'
import { MAX_ROWS, blockOf, indexOf, type Block, type FlowBatch } from '../schema/index.ts'
import { applicationOf, numberOfName, spokenApplication, spokenCategory } from './applications/index.ts'
import { WORD, indexRules } from './rule-index.ts'

const APP = indexOf('app')
const CATEGORY = indexOf('category')
const SOURCE = indexOf('app_source')

/** At least one of `app` and `category` is given; the configuration has checked it, and the filter. */
export interface ApplicationRule {
  readonly filter: string
  readonly app?: string | undefined
  readonly category?: string | undefined
}

/** What rows get. Empty: they keep what they have. */
interface Named {
  readonly app: string
  readonly category: string
}

/** Our spelling of a name we know, so that a chart has one of it; else the operator's own. */
function spelled({ app = '', category = '' }: ApplicationRule): Named {
  const known = applicationOf(numberOfName(spokenApplication(app).name))
  return { app: known.name === '' ? app : known.name, category: category === '' ? known.category : spokenCategory(category) || category }
}

/** Applications and categories that rules give, as rows have them. */
export function namedByRules(rules: readonly ApplicationRule[]): { readonly app: readonly string[]; readonly category: readonly string[] } {
  const named = rules.map(spelled)
  const of = (key: keyof Named): readonly string[] => [...new Set(named.map(one => one[key]))].filter(name => name !== '')
  return { app: of('app'), category: of('category') }
}

type Holds = (row: number) => boolean

const SRC = indexOf('src')
const DST = indexOf('dst')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')

/** Stands for ports a batch has not. */
const noPorts = new Uint16Array(MAX_ROWS)
const always: Holds = () => true
const never: Holds = () => false

/**
 * Names rows by rules, the first that keeps a row wins; runs last, so rules may read what every other enricher filled. Throws
 * FL_FILTER_… for a filter that no configuration would have let through.
 */
export function createRules(rules: readonly ApplicationRule[]): (batch: FlowBatch, from?: number) => void {
  if (rules.length === 0) return () => undefined
  const trees = rules.map(({ filter }) => {
    const parsed = parse(filter)
    if (!parsed.ok) throw toFlowLensError(parsed.error)
    return parsed.tree
  })
  // A rule has no `now`: the configuration refuses it, since it would stand still.
  const predicates = trees.map(tree => compileToPredicate(tree, { now: 0 }))
  const names = rules.map(spelled)
  const wanted = new Set(predicates.flatMap(({ columns }) => [...columns]))
  const { words, ports, addresses } = indexRules(trees)
  // Of the batch in hand: the test of each rule, and the rules that its dictionaries leave possible.
  const tests: Holds[] = []
  const possible = new Uint32Array(words)

  function bind(block: Block): void {
    possible.fill(0)
    for (const [rule, { decide }] of predicates.entries()) {
      const decided = decide(block)
      tests[rule] = typeof decided === 'boolean' ? (decided ? always : never) : decided
      if (decided !== false) possible[rule >>> 5]! |= 1 << (rule & 31)
    }
  }

  return (batch, from = 0) => {
    const { rows, columns } = batch
    bind(blockOf(batch, wanted))
    if (possible.every(word => word === 0)) return
    const markers: (Marker | undefined)[] = []
    const srcPort = columns[SRC_PORT] ?? noPorts
    const dstPort = columns[DST_PORT] ?? noPorts
    const [src, dst] = batch.family === 4 ? [columns[SRC], columns[DST]] : []
    for (let row = from; row < rows; row++) {
      for (let word = 0; word < words; word++) {
        let mask = possible[word]! & (ports[srcPort[row]! * words + word]! | ports[dstPort[row]! * words + word]!)
        if (mask !== 0 && src !== undefined && dst !== undefined)
          mask &= addresses[(src[row]! >>> 16) * words + word]! | addresses[(dst[row]! >>> 16) * words + word]!
        let rule = -1
        while (mask !== 0 && rule === -1) {
          const lowest = 31 - Math.clz32(mask & -mask)
          mask &= mask - 1
          if (tests[word * WORD + lowest]!(row)) rule = word * WORD + lowest
        }
        if (rule === -1) continue
        const mark = (markers[rule] ??= marker(batch, names[rule]!))
        mark(row)
        break
      }
    }
  }
}

type Marker = (row: number) => void

/** Writes what a rule says into rows of a batch; made when the first row is kept, so that a rule without rows leaves no columns. */
function marker(batch: FlowBatch, { app, category }: Named): Marker {
  const [apps, sources, categories] = [batch.need(APP), batch.need(SOURCE), batch.need(CATEGORY)]
  const appCode = app === '' ? 0 : batch.code(APP, app)
  const ruleCode = app === '' ? 0 : batch.code(SOURCE, 'rule')
  const categoryCode = category === '' ? 0 : batch.code(CATEGORY, category)
  return row => {
    if (appCode !== 0) {
      apps[row] = appCode
      sources[row] = ruleCode
    }
    if (categoryCode !== 0) categories[row] = categoryCode
  }
}
