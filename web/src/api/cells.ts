/** Reads cells of answers. */
import type { Cell } from './types.ts'

export type Cells = Readonly<Record<string, Cell>>

export const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell))

/** A figure; 0 where there is none. A sum beyond 2^53 comes as text and loses its last digits, which are not drawn. */
export const numberOf = (cell: Cell | undefined): number => Number(cell ?? 0)

/** A figure that may not have been measured. */
export const measuredOf = (cell: Cell | undefined): number | null => (cell === null || cell === undefined ? null : Number(cell))
