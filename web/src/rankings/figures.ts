/** What a ranking draws of the answers of the API: rows of its table, and layers of its chart. */
import { textOf } from '../api/cells.ts'
import type { Series, Table } from '../api/types.ts'
import { OTHER, type Layer, type Stack } from '../chart/timeline.ts'
import { rateAt } from '../api/history.ts'
import { figuresOf, type TrafficFigures } from '../traffic/figures.ts'
import { keyText } from './key.ts'
import type { KeyStyle } from './rankings.ts'

export interface RankingRow extends TrafficFigures {
  /** Empty where it is not known. */
  readonly key: string
  readonly name: string
}

/**
 * Rows of the table, the most bytes first. An AS whose name changed in the range, or was not known at first, has a row for each
 * of its names in the answer: they are one row here, by the name with the most traffic.
 */
export function rowsOf(table: Table, style: KeyStyle): readonly RankingRow[] {
  const [keyField = '', nameField] = table.by
  const rows = new Map<string, RankingRow>()
  for (const cells of table.rows) {
    const key = keyText(style, cells[keyField])
    const name = nameField === undefined ? '' : textOf(cells[nameField])
    const figures = figuresOf(cells)
    const known = rows.get(key)
    rows.set(
      key,
      known === undefined
        ? { key, name, ...figures }
        : {
            key,
            name: known.name === '' ? name : known.name,
            bytes: known.bytes + figures.bytes,
            packets: known.packets + figures.packets,
            flows: known.flows + figures.flows,
            bps: known.bps + figures.bps,
          },
    )
  }
  return [...rows.values()].toSorted((a, b) => b.bytes - a.bytes)
}

/** Layers of the chart: the keys in the order of the answer, then all others. A bucket without figures is a gap, not zero. */
export function stackOf(series: Series, style: KeyStyle): Stack {
  const [keyField = ''] = series.by
  const named = series.series.filter(line => keyField in line.key)
  const others = series.series.filter(line => !(keyField in line.key))
  const lines = [...named.map(line => ({ key: keyText(style, line.key[keyField]), line })), ...others.map(line => ({ key: OTHER, line }))]
  const sums: (number | null)[] = series.times.map(() => null)
  const layers: readonly Layer[] = lines.map(({ key, line }) => {
    const own = series.times.map((_, index) => rateAt(line.values, index, series.granularity))
    own.forEach((value, index) => {
      if (value !== null) sums[index] = (sums[index] ?? 0) + value
    })
    return { key, own, sum: [...sums] }
  })
  const peak = Math.max(0, ...sums.map(sum => sum ?? 0))
  const at = sums.findIndex(sum => sum === peak)
  return { times: series.times, layers, peak, peakAt: series.times[Math.max(0, at)] ?? 0 }
}
