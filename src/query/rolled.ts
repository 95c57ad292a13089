/**
 * Figures of quality out of roll-ups: what a figure reads of their rows, how raw rows of the minutes that are not rolled up yet are
 * brought into the same shape, and how both are summed up.
 */
import { columnByName, type Column } from '../schema/index.ts'
import { DIGEST_TYPE, DIGESTED, isMeasured, QUALITY_SUMS } from '../store/index.ts'
import { measuredOnly } from './measured.ts'

/** One column of the inner rows. */
export interface RolledPart {
  readonly alias: string
  /** Its value in a row of a roll-up. */
  readonly held: string
  /** Aggregate over raw inner rows of the same type. */
  readonly folded: string
  /** Its value in a row that tells traffic alone. */
  readonly none: string
}

export interface Rolled {
  readonly parts: readonly RolledPart[]
  /** Whether it is told of TCP flags. */
  readonly flags: boolean
  /** Aggregate over the inner rows, or over those of them that a condition holds for. */
  readonly sql: (condition?: string) => string
}

export const total = (alias: string, condition: string | undefined): string => (condition === undefined ? `sum(${alias})` : `sumIf(${alias}, ${condition})`)

/** A part that is summed; `raw` is the column of raw inner rows, null where a flow has none. */
export const summedPart = (raw: string, held: string): RolledPart => ({ alias: `${raw}_s`, held, folded: `sum(${raw})`, none: 'NULL' })

/** The sum of a column that the roll-ups hold under its own name; undefined for others. */
export function rolledSum(column: Column, raw: string): Rolled | undefined {
  if (column.measured === undefined || !QUALITY_SUMS.some(name => name === column.name)) return undefined
  const part = summedPart(raw, measuredOnly(column, column.name))
  return { parts: [part], flags: false, sql: condition => total(part.alias, condition) }
}

const LEVELS: Readonly<Record<string, number>> = { p5: 0.05, p50: 0.5, p95: 0.95, p99: 0.99 }

/** `<prefix>_<column>` of measured flows: their count, mean, extremes and percentiles; undefined where the roll-ups do not hold it. */
export function rolledAggregate(prefix: string, column: Column, raw: string): Rolled | undefined {
  if (column.measured === undefined || columnByName(column.name)?.role !== 'metric') return undefined
  const known = isMeasured(column.measured)
  const counted: RolledPart = { alias: `${raw}_n`, held: `if(${known}, flows, 0)`, folded: `count(${raw})`, none: '0' }
  const one = (part: RolledPart, sql: Rolled['sql']): Rolled => ({ parts: [part], flags: false, sql })
  if (prefix === 'count') return one(counted, condition => total(counted.alias, condition))
  if (!DIGESTED.some(name => name === column.name)) return undefined
  if (prefix === 'avg') {
    const sum = summedPart(raw, `if(${known}, toFloat64(${column.name}_sum), NULL)`)
    return { parts: [sum, counted], flags: false, sql: condition => `${total(sum.alias, condition)} / nullIf(${total(counted.alias, condition)}, 0)` }
  }
  if (prefix === 'min' || prefix === 'max') {
    const alias = `${raw}_e`
    return one({ alias, held: `if(${known}, toFloat64(${column.name}_${prefix}), NULL)`, folded: `${prefix}(${raw})`, none: 'NULL' }, condition =>
      condition === undefined ? `${prefix}(${alias})` : `${prefix}If(${alias}, ${condition})`,
    )
  }
  const level = LEVELS[prefix]
  if (level === undefined) return undefined
  // All percentiles of a column share one digest.
  const alias = `q_digest_${column.name}`
  const part: RolledPart = {
    alias,
    held: `${column.name}_digest`,
    folded: `quantileTDigestStateIf(toFloat32(assumeNotNull(${raw})), isNotNull(${raw}))`,
    none: `defaultValueOfTypeName('${DIGEST_TYPE}')`,
  }
  return one(part, condition =>
    condition === undefined ? `quantileTDigestMerge(${level})(${alias})` : `quantileTDigestMergeIf(${level})(${alias}, ${condition})`,
  )
}
