import type { ReactElement } from 'react'
import type { Scope } from '../address/scope.ts'
import type { RangeMs } from '../address/time.ts'
import { colorToken } from '../chart/palette.ts'
import { StackedChart } from '../chart/stacked.tsx'
import { EMPTY_STACK, OTHER, type Layer, type Stack } from '../chart/timeline.ts'
import { ValueTable, stackColumns } from '../chart/value-table.tsx'
import { ValueButton } from '../filter/value.tsx'
import { Badge } from '../ui/button.tsx'
import { bitRate, percent } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Panel } from '../ui/panel.tsx'
import { style } from '../ui/style.ts'
import { Swatch } from '../ui/swatch.tsx'
import { words } from '../words.ts'
import { ChartTools, useChartRange } from '../shell/chart-tools.tsx'
import { CountingBadge } from '../shell/counting.tsx'
import { rangeName } from '../shell/range.ts'
import { SamplingBadge } from '../shell/sampling-badge.tsx'
import ranked from '../traffic/ranked.module.css'
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

function meanOf(layer: Layer): number {
  const known = layer.own.filter((value): value is number => value !== null)
  return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length
}

/** The key beside the chart: each application with its rate of now, or its mean over a range that stands still. */
function KeyTable({ stack, moving }: { readonly stack: Stack; readonly moving: boolean }): ReactElement {
  const values = stack.layers.map(layer => (moving ? (layer.own.at(-1) ?? 0) : meanOf(layer)))
  const total = values.reduce((sum, value) => sum + value, 0)
  return (
    <table className={`${ranked.rank} ${styles.key}`}>
      <caption className="vh">{words.overview.byApplication}</caption>
      <colgroup>
        <col />
        <col className={ranked.wval} />
        <col className={ranked.wpct} />
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
              <td className={ranked.name} title={other ? words.other : layer.key}>
                <Swatch color={colorToken(other ? null : index)} />
                {other ? (
                  <span className="t2">{words.other}</span>
                ) : (
                  <ValueButton condition={{ field: 'app', value: layer.key }} label={layer.key} className="ell">
                    {layer.key}
                  </ValueButton>
                )}
              </td>
              <td className={ranked.val}>
                <Figure of={bitRate(value)} />
              </td>
              <td className={ranked.pct}>{total === 0 ? '' : <Figure of={percent(value / total)} />}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

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
  const label = words.overview.byApplication
  const asTable = scope.chart === 'table'
  const taking = useChartRange()
  return (
    <Panel
      title={label}
      first
      className={styles.thr}
      beside={
        <>
          <SamplingBadge unknown={unknownSampling}>
            {sampling !== '' && <Badge title={words.overview.sampledTitle}>{words.overview.sampled(sampling)}</Badge>}
          </SamplingBadge>
          <CountingBadge answered={counted} />
        </>
      }
      tools={<ChartTools />}
    >
      {asTable && stack !== null ? (
        <ValueTable times={stack.times} columns={stackColumns(stack, nameOf)} {...range} granularity={granularity} label={label} />
      ) : (
        <div className={styles.inner} aria-busy={stack === null}>
          <StackedChart
            {...taking}
            {...range}
            stack={stack ?? EMPTY_STACK}
            granularity={granularity}
            liveGranularity={liveGranularity}
            nameOf={nameOf}
            label={stack === null ? words.loading : `${label}, ${rangeName(scope, Date.now())}`}
            onHold={onHold}
          />
          {stack === null ? <KeySkeleton /> : <KeyTable stack={stack} moving={moving} />}
        </div>
      )}
    </Panel>
  )
}
