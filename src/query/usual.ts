/** What a question means where it does not say: how it is sorted, and how many rows it gets. */
import { dimensionOf } from './dimensions.ts'

/** Whether flows are grouped by a measured time, so that those without are left out. Throws FL_QUERY_INVALID for an unknown column. */
export const byMeasured = (by: readonly string[]): boolean => by.some(name => dimensionOf(name).known !== undefined)

/**
 * The most of the figure first, `standard` rows. Bands of a time alone are a distribution instead: all of them, from the fastest on, since
 * one cut at ten rows or mixed by size cannot be read. Who names an order or fewer rows wants the top of a list. Throws FL_QUERY_INVALID.
 */
export function usualOrder(
  by: readonly string[],
  metric: string,
  { order, limit }: { readonly order?: string | undefined; readonly limit?: number | undefined },
  standard: number,
): { readonly order: string; readonly limit: number } {
  const [name] = by
  const bands = name === undefined || by.length > 1 ? undefined : dimensionOf(name).bands
  const all = name !== undefined && bands !== undefined && (limit ?? bands.length) >= bands.length
  return { order: order ?? (all ? name : `-${metric}`), limit: limit ?? (all ? bands.length : standard) }
}
