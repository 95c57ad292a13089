import { useState, type CSSProperties, type ReactElement } from 'react'
import { changeScope } from '../address/location.ts'
import type { Scope } from '../address/scope.ts'
import { exactRange, widenRange, type RangeMs } from '../address/time.ts'
import { colorToken } from '../chart/palette.ts'
import { StackedChart } from '../chart/stacked.tsx'
import { OTHER, type Layer, type Stack } from '../chart/timeline.ts'
import { ValueTable } from '../chart/value-table.tsx'
import { ValueButton } from '../filter/value.tsx'
import { Badge, Button } from '../ui/button.tsx'
import { bitRate, percent } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { words } from '../words.ts'
import { CountingBadge } from '../shell/counting.tsx'
import { rangeName } from '../shell/range.ts'
import styles from './overview.module.css'

interface ThroughputProps {
  readonly scope: Scope
  readonly stack: Stack | null
  readonly range: RangeMs
  readonly granularity: number
  readonly liveGranularity: number
  readonly moving: boolean
  readonly sampling: string
  readonly unknownSampling: number
  /** How flows counted, as the answer says. */
  readonly counted: string | undefined
  readonly onHold: (held: boolean) => void
}

const nameOf = (key: string): string => (key === OTHER ? words.other : key)
const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

function meanOf(layer: Layer): number {
  const known = layer.own.filter((value): value is number => value !== null)
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The key beside the chart: each application with its rate of now, or its mean over a range that stands still. */
function KeyTable({ stack, moving }: { readonly stack: Stack; readonly moving: boolean }): ReactElement {
  const values = stack.layers.map(layer => (moving ? (layer.own.at(-1) ?? 0) : meanOf(layer)))
  const total = values.reduce((sum, value) => sum + value, 0)
  return (
    <table className={`${styles.rank} ${styles.key}`}>
      <caption className="vh">{words.overview.byApplication}</caption>
      <colgroup>
        <col />
        <col className={styles.wval} />
        <col className={styles.wpct} />
      </colgroup>
      <thead className="vh">
        <tr>
          <th scope="col">{words.overview.application}</th>
          <th scope="col">{words.overview.rate}</th>
          <th scope="col">{words.overview.share}</th>
        </tr>
      </thead>
      <tbody>
        {stack.layers.map((layer, index) => {
          const value = values[index] ?? 0
          const other = layer.key === OTHER
          return (
            <tr key={layer.key}>
              <td className={styles.name} title={other ? words.other : layer.key}>
                <span className={styles.sw} style={style({ '--c': colorToken(other ? null : index) })} />
                {other ? (
                  <span className="t2">{words.other}</span>
                ) : (
                  <ValueButton condition={{ field: 'app', value: layer.key }} label={layer.key} className="ell">
                    {layer.key}
                  </ValueButton>
                )}
              </td>
              <td className={styles.val}>
                <Figure of={bitRate(value)} />
              </td>
              <td className={styles.pct}>{total === 0 ? '' : <Figure of={percent(value / total)} />}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** What a chart draws while its figures are asked for. */
export const NOTHING: Stack = { times: [], layers: [], peak: 0, peakAt: 0 }

/** The shape of the key while it is asked for. */
function KeySkeleton(): ReactElement {
  return (
    <div aria-hidden="true">
      {[70, 62, 55, 48, 41, 34, 27].map(width => (
        <div key={width} className={styles.keysk}>
          <span className="sk" style={style({ width: `${width}%` })} />
        </div>
      ))}
    </div>
  )
}

/** The panel of the throughput: chart and key, or the same as a table. */
export function ThroughputPanel(props: ThroughputProps): ReactElement {
  const { scope, stack, range, granularity, liveGranularity, moving, sampling, unknownSampling, counted, onHold } = props
  const [label] = useState(words.overview.byApplication)
  const asTable = scope.chart === 'table'
  const onRange = (from: number, to: number): void => changeScope(exactRange({ from: Math.round(from), to: Math.round(to) }))
  const onZoomOut = (): void => changeScope(widenRange(scope, Date.now()))
  return (
    <section className={`${styles.panel} ${styles.thr}`}>
      <header>
        <h2 className="h2">{label}</h2>
        {scope.asSent ? (
          <Badge title={words.overview.asSentTitle}>{words.overview.asSent}</Badge>
        ) : (
          sampling !== '' && <Badge title={words.overview.sampledTitle}>{words.overview.sampled(sampling)}</Badge>
        )}
        <CountingBadge answered={counted} />
        {unknownSampling > 0 && (
          <Badge tone="warning" icon="warning" title={words.overview.unknownSamplingTitle(String(unknownSampling))}>
            {words.overview.unknownSampling}
          </Badge>
        )}
        <div className={styles.tools}>
          <Button tight icon="zoom" aria-label={words.chart.zoomOut} onClick={onZoomOut} />
          <Button
            tight
            icon={asTable ? 'chart' : 'table'}
            aria-label={asTable ? words.chart.asChart : words.chart.asTable}
            onClick={() => changeScope({ chart: asTable ? 'stacked' : 'table' }, { replace: true })}
          />
        </div>
      </header>
      {stack === null ? (
        <div className={styles.inner} aria-busy="true">
          <StackedChart
            stack={NOTHING}
            from={range.from}
            to={range.to}
            granularity={granularity}
            liveGranularity={liveGranularity}
            nameOf={nameOf}
            label={words.loading}
            onRange={onRange}
            onZoomOut={onZoomOut}
            onHold={onHold}
          />
          <KeySkeleton />
        </div>
      ) : asTable ? (
        <ValueTable stack={stack} range={range} granularity={granularity} label={label} nameOf={nameOf} />
      ) : (
        <div className={styles.inner}>
          <StackedChart
            stack={stack}
            from={range.from}
            to={range.to}
            granularity={granularity}
            liveGranularity={liveGranularity}
            nameOf={nameOf}
            label={`${label}, ${rangeName(scope, Date.now())}`}
            onRange={onRange}
            onZoomOut={onZoomOut}
            onHold={onHold}
          />
          <KeyTable stack={stack} moving={moving} />
        </div>
      )}
    </section>
  )
}
