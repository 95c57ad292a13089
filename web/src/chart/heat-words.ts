/** Words of the heatmap, loaded with it. */
export const words = {
  over: (edge: string) => `${edge} and more`,
  between: (low: string, high: string) => `${low} – ${high}`,
  measured: (count: string) => `${count} flows`,
  cell: (count: string, share: string) => `${count} · ${share}`,
  below: (edge: string) => `all below ${edge}`,
  /** Lines above so much of the flows, in the order of SHARES. */
  shares: ['p50 below', 'p95 below'],
  summary: (most: string, band: string) => `Most flows in one bucket: ${most} of ${band}.`,
  scale: 'Flows a cell',
  andMore: (count: string) => `${count}+`,
} as const
