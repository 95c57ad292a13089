/** A batch as the block it would be on disk, without writing it: what tests of rows bind to. */
import { indexOf, layoutsOf, type DictionaryValue, type FlowBatch } from './batch.ts'
import type { ColumnName } from './columns.ts'
import type { Block, BlockColumn } from './native-block.ts'
import type { Layout } from './kinds.ts'

const ABSENT: Readonly<Record<NonNullable<Layout['dictionary']>, DictionaryValue>> = { text: '', ip: 0n, int64: 0 }

/**
 * The rows a batch has now, the `wanted` columns of them. Numbers are the batch's own memory; values behind codes are those of this
 * moment, so a row whose text changes later must not be asked again. `batch` and `row` exist on disk only.
 */
export function blockOf(batch: FlowBatch, wanted: Iterable<string>): Block {
  const columns = new Map<string, BlockColumn>()
  for (const name of wanted) {
    // A name that is not stored throws: it is a fault of ours.
    const index = indexOf(name as ColumnName)
    const data = batch.columns[index]
    const layout = layoutsOf(batch.family)[index]
    if (data === undefined || layout === undefined) continue
    const { native: type, dictionary } = layout
    columns.set(name, {
      type,
      data,
      ...(dictionary === undefined ? {} : { values: [ABSENT[dictionary], ...(batch.dictionaries[index]?.values ?? [])] }),
    })
  }
  return { rows: batch.rows, columns }
}
