/** Fills a column of texts, part by part of a batch: each text gets its code in the batch once. */
import type { ColumnArray, FlowBatch } from '../../schema/index.ts'

export interface TextColumn {
  /** Begins with a column of a batch. */
  begin(batch: FlowBatch, index: number): void
  /** The code of a text by its position in the list + 1; 0 for none. */
  codeOf(position: number): number
  /** Fills `rows` rows from `from` on where they have no text. `positions` are those of their texts in the list, + 1; 0 is none. */
  fill(from: number, rows: number, positions: ArrayLike<number>): void
}

export function createTextColumn(list: readonly string[]): TextColumn {
  // By position + 1; 0 where the batch does not have the text yet.
  const codes = new Uint16Array(list.length + 1)
  let column: ColumnArray
  let batch: FlowBatch
  let index = 0
  let isFresh = false

  function newCode(position: number): number {
    const text = list[position - 1]!
    return (codes[position] = isFresh ? batch.newCode(index, text) : batch.code(index, text))
  }

  const codeOf = (position: number): number => (position === 0 ? 0 : codes[position]! || newCode(position))

  return {
    codeOf,
    begin(of, at) {
      batch = of
      index = at
      column = of.need(at)
      // Nothing was sent, so every text comes for the first time: it need not be looked for, and no row has one.
      isFresh = of.dictionaries[at]?.values.length === 0
      codes.fill(0)
    },
    fill(from, rows, positions) {
      for (let row = 0; row < rows; row++) if (column[from + row] === 0) column[from + row] = codeOf(positions[row]!)
    },
  }
}
