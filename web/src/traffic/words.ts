/** Words of what shows traffic on more than one page. */
export const words = {
  bytes: 'Bytes',
  packets: 'Packets',
  flows: 'Flows',
  mean: 'bit/s mean',
  share: 'Share',
  bar: 'Share, drawn',
  total: 'Total',
  flowsOf: (name: string, flows: string) => `${flows}: flows of ${name}`,
} as const
