/** Zero never stands for "unknown": a bit of `measured` guards each quality value. */
import type { Column } from '../schema/index.ts'
import { isMeasured } from '../store/index.ts'

/** SQL of a column's value where it was measured, null elsewhere. */
export const measuredOnly = (column: Column, sql: string): string => (column.measured === undefined ? sql : `if(${isMeasured(column.measured)}, ${sql}, NULL)`)
