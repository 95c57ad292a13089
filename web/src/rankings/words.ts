/** Words of the rankings, loaded with them. */
import type { Side } from '../address/scope.ts'

export const words = {
  unknown: 'not known',
  by: (one: string) => `bit/s by ${one.toLowerCase()}`,
  ofSide: { src: 'of the source', dst: 'of the destination', either: 'of either side' } satisfies Record<Side, string>,
  side: 'Side',
  sides: { src: 'Source', dst: 'Destination', either: 'Either side' } satisfies Record<Side, string>,
  nothing: 'No traffic in this range.',
  nothingHelp: 'Choose a longer range, or take a term off the filter.',
} as const
