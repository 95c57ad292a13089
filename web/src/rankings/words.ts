/** Words of the rankings, loaded with them. */
import type { Side } from '../address/scope.ts'

export const words = {
  unknown: 'not known',
  by: (one: string) => `bit/s by ${one.toLowerCase()}`,
  ofSide: { src: 'of the source', dst: 'of the destination', either: 'of either side' } satisfies Record<Side, string>,
  side: 'Side',
  sides: { src: 'Source', dst: 'Destination', either: 'Either side' } satisfies Record<Side, string>,
  top: (limit: number) => `Top ${limit}`,
  topLabel: 'Rows of the table',
  csv: 'CSV',
  csvTitle: 'Download this table',
  bytes: 'Bytes',
  packets: 'Packets',
  flows: 'Flows',
  mean: 'bit/s mean',
  share: 'Share',
  bar: 'Share, drawn',
  total: 'Total',
  flowsOf: (name: string, flows: string) => `${flows}: flows of ${name}`,
  asOf: (time: string) => `as of ${time}`,
  refresh: 'Ask again',
  nothing: 'No traffic in this range.',
  nothingHelp: 'Choose a longer range, or take a term off the filter.',
} as const
