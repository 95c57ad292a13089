/** The rate of an entity over time: what it sends and receives on one scale, or in the layers of its applications. */
import { useMemo, type ReactElement } from 'react'
import { changeScope } from '../address/location.ts'
import { useSeries, useTable } from '../api/queries.ts'
import type { Answer, Series } from '../api/types.ts'
import { drawnRange } from '../chart/drawn-range.ts'
import { colorToken } from '../chart/palette.ts'
import { TwoWayChart, type TwoWayLayer } from '../chart/two-way.tsx'
import { ValueTable, type ValueColumn } from '../chart/value-table.tsx'
import { conditionText, readFilter } from '../filter/language.ts'
import { rateAt } from '../api/history.ts'
import { ChartTools, useChartRange } from '../shell/chart-tools.tsx'
import { rangeName } from '../shell/range.ts'
import { Button } from '../ui/button.tsx'
import { bitRate } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Panel } from '../ui/panel.tsx'
import { Swatch } from '../ui/swatch.tsx'
import { words as shared } from '../words.ts'
import { textOf } from '../api/cells.ts'
import type { Look } from './look.ts'
import { labelOf } from './names.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

const NAMED = 7
const METRICS = ['bytes', 'packets', 'flows'] as const

/** Rates of a line of an answer at these times; a bucket the answer does not have is a gap. */
function ratesOf(series: Series | undefined, times: readonly number[], key: (cells: Series['series'][number]['key']) => boolean): readonly (number | null)[] {
  const line = series?.series.find(item => key(item.key))
  if (series === undefined || line === undefined) return times.map(() => (series === undefined ? null : 0))
  const places = new Map(series.times.map((time, index) => [time, index]))
  return times.map(time => {
    const place = places.get(time)
    return place === undefined ? null : rateAt(line.values, place, series.granularity)
  })
}

/** What the layers of a kind are by. */
const partsOf = (look: Look): 'app' | 'src_country' => (look.entity.kind.id === 'app' ? 'src_country' : 'app')

/** A condition on the keys of the layers; null where none can be said. */
function keysTerm(field: string, keys: readonly string[]): string | null {
  const terms = keys.map(value => conditionText({ field, value })).filter(text => readFilter(text).ok)
  return terms.length === 0 ? null : terms.join(' or ')
}

export interface Rates {
  readonly to: Series | undefined
  readonly from: Series | undefined
  readonly error: Error | null
  readonly answeredAt: number
  readonly retry: () => void
}

/** Both directions over the range; a kind without sides has one. */
export function useRates(look: Look): Rates {
  const sided = look.entity.kind.sides !== null
  const asked = { by: [], metrics: METRICS, granularity: look.granularity, order: '-bytes' }
  const from = useSeries({ ...look.from, ...asked }, look.mark)
  const to = useSeries({ ...look.to, ...asked }, look.mark, sided)
  return {
    from: from.data,
    to: sided ? to.data : from.data,
    error: from.error ?? to.error,
    answeredAt: from.dataUpdatedAt,
    retry: () => void Promise.all([from.refetch(), ...(sided ? [to.refetch()] : [])]),
  }
}

interface Parts {
  readonly keys: readonly string[]
  readonly from: Series | undefined
  readonly to: Series | undefined
  readonly answers: readonly (Answer | undefined)[]
}

/** The same by application: the keys with the most bytes at either end, then each direction of just these. */
function useParts(look: Look, enabled: boolean): Parts {
  const sided = look.entity.kind.sides !== null
  const field = partsOf(look)
  const table = useTable({ ...look.either, by: [field], metrics: ['bytes'], limit: NAMED + 1, order: '-bytes' }, look.mark, enabled)
  const keys = (table.data?.rows ?? [])
    .map(row => textOf(row[field]))
    .filter(key => key !== '' && keysTerm(field, [key]) !== null)
    .slice(0, NAMED)
  const term = keysTerm(field, keys)
  const asked = { by: [field], metrics: ['bytes'], limit: NAMED, granularity: look.granularity, order: '-bytes' }
  const narrowed = (question: Look['from']): Look['from'] => (term === null ? question : look.narrowed(question, term))
  const from = useSeries({ ...narrowed(look.from), ...asked }, look.mark, enabled && term !== null)
  const to = useSeries({ ...narrowed(look.to), ...asked }, look.mark, enabled && term !== null && sided)
  return { keys, from: from.data, to: sided ? to.data : from.data, answers: [table.data, from.data, sided ? to.data : undefined] }
}

function layersOf(rates: Rates, parts: Parts | null, times: readonly number[], look: Look): readonly TwoWayLayer[] {
  const up = ratesOf(rates.to, times, () => true)
  const down = ratesOf(rates.from, times, () => true)
  const whole: TwoWayLayer = { key: '', name: '', colors: ['var(--data-in)', 'var(--data-out)'], up, down }
  if (parts === null || parts.from === undefined || parts.to === undefined) return [whole]
  const field = partsOf(look)
  const named = parts.keys.map((key, index): TwoWayLayer => {
    const color = colorToken(index)
    const is = (cells: Series['series'][number]['key']): boolean => textOf(cells[field]) === key
    return {
      key,
      name: labelOf(field === 'app' ? 'app' : 'country', key),
      colors: [color, color],
      up: ratesOf(parts.to, times, is),
      down: ratesOf(parts.from, times, is),
    }
  })
  const rest = (all: readonly (number | null)[], of: (layer: TwoWayLayer) => readonly (number | null)[]): readonly (number | null)[] =>
    all.map((value, index) =>
      value === null
        ? null
        : Math.max(
            0,
            named.reduce((left, layer) => left - (of(layer)[index] ?? 0), value),
          ),
    )
  const other = colorToken(null)
  return [...named, { key: '\u0000other', name: shared.other, colors: [other, other], up: rest(up, layer => layer.up), down: rest(down, layer => layer.down) }]
}

const meanOf = (values: readonly (number | null)[]): number => {
  const known = values.filter((value): value is number => value !== null)
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

export function RatePanel({ look, rates, children }: { readonly look: Look; readonly rates: Rates; readonly children?: ReactElement | null }): ReactElement {
  const { scope } = look
  const layered = scope.layers === 'parts'
  const parts = useParts(look, layered)
  const sided = look.entity.kind.sides !== null
  const { from, to, answeredAt } = rates
  const times = useMemo(() => [...new Set([...(from?.times ?? []), ...(to?.times ?? [])])].toSorted((a, b) => a - b), [from, to])
  const layers = layersOf(rates, layered ? parts : null, times, look)
  const range = drawnRange(from, look.range, answeredAt)
  const taking = useChartRange()
  const granularity = from?.granularity ?? look.granularity
  const names = sided ? ([words.in, words.out] as const) : ([words.rate.toLowerCase(), null] as const)
  const busy = from === undefined || to === undefined
  const asTable = scope.chart === 'table'
  const label = `${words.rate}, ${rangeName(scope, Date.now())}`
  const up = ratesOf(to, times, () => true)
  const down = ratesOf(from, times, () => true)
  // One layer has no name: the layers of its parts are still asked for.
  const key =
    layers.length > 1
      ? layers.map(layer => ({ key: layer.key, color: layer.colors[0], name: layer.name, value: meanOf(layer.up) + (sided ? meanOf(layer.down) : 0) }))
      : [
          { key: 'up', color: 'var(--data-in)', name: sided ? words.in : words.meanShort, value: meanOf(up) },
          ...(sided ? [{ key: 'down', color: 'var(--data-out)', name: words.out, value: meanOf(down) }] : []),
        ]
  const what = partsOf(look) === 'app' ? words.app.toLowerCase() : words.country.toLowerCase()
  return (
    <Panel
      title={words.rate}
      width={8}
      first
      busy={busy}
      className={styles.rate}
      beside={
        <ul className={styles.key} title={words.mean}>
          {key.map(each => (
            <li key={each.key}>
              <Swatch color={each.color} />
              {each.name}
              {!busy && (
                <span className="t3">
                  <Figure of={bitRate(each.value)} />
                </span>
              )}
            </li>
          ))}
        </ul>
      }
      tools={
        <ChartTools>
          <Button
            tight
            icon="window"
            aria-pressed={layered}
            aria-label={words.byParts(what)}
            onClick={() => changeScope({ layers: layered ? 'none' : 'parts' }, { replace: true })}
          />
        </ChartTools>
      }
    >
      {asTable ? (
        <ValueTable label={label} times={times} columns={columnsOf(up, sided ? down : null, names)} {...range} granularity={granularity} />
      ) : (
        <TwoWayChart {...taking} {...range} label={busy ? shared.loading : label} times={times} layers={layers} names={names} granularity={granularity} />
      )}
      {children}
    </Panel>
  )
}

/** Both directions as columns of a table, after their sum. */
function columnsOf(
  up: readonly (number | null)[],
  down: readonly (number | null)[] | null,
  [upName, downName]: readonly [string, string | null],
): readonly ValueColumn[] {
  const total = { name: shared.chart.total, values: up.map((value, index) => (value === null || down === null ? value : value + (down[index] ?? 0))) }
  return [total, { name: upName, values: up }, ...(down === null || downName === null ? [] : [{ name: downName, values: down }])]
}
