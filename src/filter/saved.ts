/** Puts the trees of saved filters in the place of their names. */
import { FlowLensError } from '../schema/index.ts'
import { LIMITS } from './state.ts'
import { and, not, off, or, type Filter } from './tree.ts'

/** Nodes of a resolved tree; far above what the limits of terms allow, so that filters changed since they were read cost no more. */
const MOST_NODES = 16_384

/**
 * The tree without names of saved filters. Throws `FL_FILTER_LIST` when one can't be found, `FL_FILTER_TOO_DEEP` or
 * `FL_FILTER_TOO_MANY` when they refer to each other too far: such a filter closes, it never becomes "every row" (FILTER §4).
 */
export function resolve(filter: Filter, filters: ((name: string) => Filter | undefined) | undefined): Filter {
  let nodes = 0
  const at = (node: Filter, depth: number): Filter => {
    nodes++
    if (nodes > MOST_NODES) throw new FlowLensError('FL_FILTER_TOO_MANY', 'the saved filters it refers to are too large')
    switch (node.kind) {
      case 'Ref': {
        const saved = filters?.(node.name)
        if (saved === undefined) throw new FlowLensError('FL_FILTER_LIST', `there is no saved filter $${node.name}`)
        if (depth >= LIMITS.savedDepth) throw new FlowLensError('FL_FILTER_TOO_DEEP', `saved filters refer to each other more than ${LIMITS.savedDepth} deep`)
        return at(saved, depth + 1)
      }
      case 'And':
        return and(...node.items.map(item => at(item, depth)))
      case 'Or':
        return or(...node.items.map(item => at(item, depth)))
      case 'Not':
        return not(at(node.item, depth))
      case 'Off':
        return off(at(node.item, depth))
      case 'All':
      case 'Exists':
      case 'Measured':
      case 'Test':
        return node
      default:
        return node satisfies never
    }
  }
  return at(filter, 0)
}
