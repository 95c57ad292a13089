/** Puts the trees of saved filters in the place of their names. */
import { LIMITS } from './state.ts'
import { and, not, off, or, type Filter } from './tree.ts'

/**
 * The tree without names of saved filters. Throws `Error` when one can't be found or refers to itself: such a filter closes, it
 * never becomes "every row" (FILTER §4).
 */
export function resolve(filter: Filter, filters: ((name: string) => Filter | undefined) | undefined, depth = 0): Filter {
  const inner = (item: Filter): Filter => resolve(item, filters, depth)
  switch (filter.kind) {
    case 'Ref': {
      const saved = filters?.(filter.name)
      if (saved === undefined) throw new Error(`saved filter $${filter.name} can't be found`)
      if (depth >= LIMITS.savedDepth) throw new Error(`saved filter $${filter.name} is nested too deeply`)
      return resolve(saved, filters, depth + 1)
    }
    case 'And': return and(...filter.items.map(inner))
    case 'Or': return or(...filter.items.map(inner))
    case 'Not': return not(inner(filter.item))
    case 'Off': return off(inner(filter.item))
    case 'All': case 'Exists': case 'Measured': case 'Test': return filter
    default: return filter satisfies never
  }
}
