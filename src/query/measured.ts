/** Zero never stands for "unknown": a bit of `measured` guards each quality value. */
import { MEASURED_GROUPS, type Column, type MeasuredGroup } from '../schema/index.ts'

/** Whether a row's values of this group were measured, as a condition. */
export const isMeasured = (group: MeasuredGroup): string => `bitTest(measured, ${MEASURED_GROUPS.indexOf(group)})`

/** SQL of a column's value where it was measured, null elsewhere. */
export const measuredOnly = (column: Column, sql: string): string => (column.measured === undefined ? sql : `if(${isMeasured(column.measured)}, ${sql}, NULL)`)
