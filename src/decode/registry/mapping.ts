/**
 * Which information element fills which column. The standard mapping derives from the schema's declaration; an exporter may have
 * one of its own, with the profiles and fields its configuration names.
 */
import { STORED_COLUMNS } from '../../schema/index.ts'
import { keyOf, type ElementKey } from './elements.ts'

/** A column an element can fill; a lower `rank` is preferred when a record has several elements for it. */
export interface Filled {
  readonly column: number
  readonly rank: number
}

export interface Mapping {
  /** Mappings with the same id fill alike: compiled functions are kept by it. The standard one's is empty. */
  readonly id: string
  readonly filledBy: ReadonlyMap<ElementKey, Filled>
}

/** What exporters of every kind are read by. */
export const STANDARD_MAPPING: Mapping = {
  id: '',
  filledBy: new Map(STORED_COLUMNS.flatMap((column, index) => (column.elements ?? []).map((ref, rank) => [keyOf(ref), { column: index, rank }] as const))),
}
