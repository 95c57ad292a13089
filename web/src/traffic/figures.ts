import { numberOf, type Cells } from '../api/cells.ts'

/** Sums of one row. */
export interface TrafficFigures {
  readonly bytes: number
  readonly packets: number
  readonly flows: number
  /** Bits a second, the mean over the range; 0 where it was not asked. */
  readonly bps: number
}

/** Reads the sums of a row; a row that is not there has none. */
export const figuresOf = (row: Cells = {}): TrafficFigures => ({
  bytes: numberOf(row['bytes']),
  packets: numberOf(row['packets']),
  flows: numberOf(row['flows']),
  bps: numberOf(row['bps']),
})
