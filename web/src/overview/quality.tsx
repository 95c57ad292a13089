/** Two sections beside the lists: round trips and the health of TCP, of the flows they were measured in. */
import type { ReactElement } from 'react'
import { askedOf } from '../api/counting.ts'
import { useSeries } from '../api/queries.ts'
import type { Scope } from '../address/scope.ts'
import type { Series } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { curvePath } from '../chart/curve.ts'
import { AllLink } from '../traffic/all-link.tsx'
import { duration, join, shortCount, significant, type Measure } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Panel } from '../ui/panel.tsx'
import { words } from '../words.ts'
import type { Sight } from '../api/sight.ts'
import panel from '../ui/panel.module.css'
import styles from './overview.module.css'

const DAY_MS = 86_400_000
const TRIPS = ['rtt', 'rtt_client', 'rtt_server'] as const
const PERCENTILES = ['p50', 'p95', 'p99'] as const
const TCP = [
  'flows',
  'count_retransmitted',
  'retransmitted_percent',
  'count_out_of_order',
  'out_of_order_percent',
  'flag_flows',
  'rst_flows_percent',
  'handshake_failures_percent_estimate',
] as const
const percent = (value: number): Measure => ({ value: significant(value), unit: '%' })

/** Three lines without a scale: the p99 is told in words above. */
function TripLines({ series, trip }: { readonly series: Series; readonly trip: string }): ReactElement | null {
  const values = PERCENTILES.map(percentile => series.series[0]?.values[`${percentile}_${trip}`] ?? [])
  const high = Math.max(0, ...values.flat().map(value => value ?? 0))
  if (high === 0) return null
  const box = { from: series.range.from, to: series.range.to, granularity: series.granularity, placeOf: (value: number) => value / high }
  return (
    <svg className={styles.trips} viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
      {values.map((line, index) => (
        <path key={PERCENTILES[index]} data-line={PERCENTILES[index]} d={curvePath({ times: series.times, values: line }, box)} />
      ))}
    </svg>
  )
}

function Trips({ series }: { readonly series: Series | undefined }): ReactElement {
  const totals = series?.totals ?? {}
  const count = (trip: string): number => totals[`count_${trip}`] ?? 0
  const trip = TRIPS.toSorted((a, b) => count(b) - count(a))[0] ?? 'rtt'
  const measured = count(trip)
  return (
    <Panel
      plain
      title={words.overview.trips[trip]}
      busy={series === undefined}
      tools={measured > 0 && <span className="small t3">{words.overview.ofFlows(join(shortCount(measured)))}</span>}
    >
      <dl className={styles.three}>
        {PERCENTILES.map(percentile => {
          const value = totals[`${percentile}_${trip}`]
          return (
            <div key={percentile}>
              <dt>{percentile}</dt>
              <dd>{value === undefined ? <span className="t3">{words.none}</span> : <Figure of={duration(value)} />}</dd>
            </div>
          )
        })}
      </dl>
      {series !== undefined && (measured > 0 ? <TripLines series={series} trip={trip} /> : <p className="small t3">{words.overview.noTrips}</p>)}
      <AllLink to="/quality/latency">{words.overview.allLatency}</AllLink>
    </Panel>
  )
}

function Health({ series }: { readonly series: Series | undefined }): ReactElement {
  const totals = series?.totals ?? {}
  const line = (name: string, metric: string, counted: string): ReactElement => {
    const value = totals[metric]
    return (
      <>
        <dt>{name}</dt>
        <dd title={words.overview.ofFlows(join(shortCount(totals[counted] ?? 0)))}>
          {value === undefined ? <span className="t3">{series === undefined ? words.none : words.notMeasured}</span> : <Figure of={percent(value)} />}
        </dd>
      </>
    )
  }
  return (
    <Panel plain title={words.rail.tcp} busy={series === undefined} tools={<AllLink to="/quality/tcp">{words.overview.open}</AllLink>}>
      <dl className={panel.pairs}>
        {line(words.overview.retransmitted, 'retransmitted_percent', 'count_retransmitted')}
        {line(words.overview.outOfOrder, 'out_of_order_percent', 'count_out_of_order')}
        {line(words.overview.resets, 'rst_flows_percent', 'flag_flows')}
        {line(words.overview.handshakes, 'handshake_failures_percent_estimate', 'flag_flows')}
      </dl>
    </Panel>
  )
}

/** Nothing where the range is longer than a day and a filter is set: no sums would tell, so single flows of it would be read for two small figures. */
export function QualitySections({ scope, sight }: { readonly scope: Scope; readonly sight: Sight }): ReactElement | null {
  const width = sight.range.to - sight.range.from
  const isAsked = width <= DAY_MS || scope.filter === ''
  const base = { ...sight.words, ...askedOf(scope), by: [], granularity: granularityFor(width) }
  const trips = useSeries(
    { ...base, metrics: TRIPS.flatMap(trip => [`count_${trip}`, ...PERCENTILES.map(percentile => `${percentile}_${trip}`)]), order: '-count_rtt' },
    sight.mark,
    isAsked,
  )
  const tcp = useSeries({ ...base, metrics: TCP, order: '-flows' }, sight.mark, isAsked)
  if (!isAsked || trips.error !== null || tcp.error !== null) return null
  return (
    <>
      <Trips series={trips.data} />
      <Health series={tcp.data} />
    </>
  )
}
