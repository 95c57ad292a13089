/** What comparing captures with another reader came to: what agreed, what was explained, what is left. */

export interface Tally {
  captures: number
  datagrams: number
  records: number
  /** By argument. */
  readonly explained: Map<string, number>
  readonly open: string[]
}

export const emptyTally = (): Tally => ({ captures: 0, datagrams: 0, records: 0, explained: new Map(), open: [] })

export function explain(tally: Tally, why: string): void {
  tally.explained.set(why, (tally.explained.get(why) ?? 0) + 1)
}

export const printTally = (tally: Tally): string =>
  [
    `${tally.captures} captures, ${tally.datagrams} datagrams, ${tally.records} records alike; ${tally.open.length} differences without an argument`,
    ...[...tally.explained].toSorted(([, a], [, b]) => b - a).map(([why, count]) => `  ${count} × ${why}`),
  ].join('\n')
