/** The overview: what the network does now, or did in a range. Figures, throughput over time, ranked lists; the scope holds for all. */
import { useEffect, useMemo, useState, type ReactElement } from 'react'
import { askedOf, countingOf, type Asked } from '../api/counting.ts'
import { useExporters, useInterfaces, useStats, useTable } from '../api/queries.ts'
import { useLive } from '../api/session.tsx'
import { secondMs, useSight, type Sight } from '../api/sight.ts'
import { useScope } from '../address/location.ts'
import type { LiveSecond, Stats } from '../api/types.ts'
import type { Stack } from '../chart/timeline.ts'
import { Failure } from '../ui/failure.tsx'
import { Note } from '../ui/button.tsx'
import { bitRate, clock, count, exactTime, join, longTime, rate, shortCount, volume, whole } from '../ui/format.ts'
import { words } from '../words.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { rangeName } from '../shell/range.ts'
import shell from '../shell/shell.module.css'
import { useThroughput, type Throughput } from './throughput-data.ts'
import { Figures, type Headline } from '../ui/figures.tsx'
import { sparkOf } from '../api/history.ts'
import { ASKED_LISTS, LISTS, askedRows, interfaceRows, liveRows, tableRows, type ListSpec } from './lists.ts'
import { PipelineSection } from './pipeline.tsx'
import { QualitySections } from './quality.tsx'
import { AllLink } from '../traffic/all-link.tsx'
import { Ranked, type RankedRow } from '../traffic/ranked.tsx'
import { ThroughputPanel } from './throughput.tsx'
import { useSparks, type Sparks } from './sparks.ts'
import styles from './overview.module.css'

const LIMIT = 7
/** Where lists stand, line by line; what is last takes what is left of its line. */
const PLACES = [styles.a, styles.b, styles.c] as const
const REST = [styles.abc, styles.bc, styles.c] as const

function lossOf(second: LiveSecond): Headline {
  const { received, kernel_dropped: kernel, dropped, rows } = second.books
  const datagrams = received + kernel
  // Datagrams lost before they were read, and rows lost after: two different things, the worse is the figure.
  const share = Math.max(datagrams === 0 ? 0 : kernel / datagrams, rows === 0 ? 0 : dropped / rows)
  const lost = dropped > 0 ? `${whole(dropped)} of ${join(shortCount(rows))} rows` : words.overview.datagrams(whole(kernel), join(shortCount(datagrams)))
  return { name: words.overview.loss, value: { value: (share * 100).toFixed(2), unit: '%' }, detail: lost, ...(share > 0 ? { tone: 'critical' as const } : {}) }
}

function liveFigures(second: LiveSecond, throughput: Throughput, sparks: Sparks): readonly Headline[] {
  const { stack, total } = throughput
  const peak = stack !== null && stack.peak > 0 ? words.overview.peak(join(bitRate(stack.peak)), clock(stack.peakAt)) : ''
  return [
    { name: words.overview.throughput, value: bitRate(second.bps), detail: peak, spark: sparkOf(total, 'bytes') },
    {
      name: words.overview.packets,
      value: rate(second.pps),
      detail: second.pps === 0 ? '' : words.overview.perPacket(join(volume(second.bps / 8 / second.pps))),
      spark: sparkOf(total, 'packets'),
    },
    { name: words.overview.flows, value: rate(second.fps), detail: words.overview.exporters(second.exporters.length), spark: sparkOf(total, 'flows') },
    { name: words.overview.activeHosts, value: count(second.active_hosts), detail: words.overview.lastMinute, spark: sparks.hosts },
    { name: words.overview.activeFlows, value: count(second.active_flows), detail: words.overview.lastMinute, spark: sparks.flows },
    lossOf(second),
  ]
}

function rangeFigures(stats: Stats | undefined, stack: Stack | null, total: Throughput['total']): readonly Headline[] {
  const totals = stats?.totals
  const rates = stats?.rates
  const peak = stack !== null && stack.peak > 0 ? words.overview.peak(join(bitRate(stack.peak)), clock(stack.peakAt)) : words.overview.average
  return [
    { name: words.overview.throughput, value: rates === undefined ? null : bitRate(rates.bps), detail: peak, spark: sparkOf(total, 'bytes') },
    {
      name: words.overview.packets,
      value: rates === undefined ? null : rate(rates.pps),
      detail: totals === undefined || totals.packets === 0 ? words.overview.average : words.overview.perPacket(join(volume(totals.bytes / totals.packets))),
      spark: sparkOf(total, 'packets'),
    },
    {
      name: words.overview.flows,
      value: rates === undefined ? null : rate(rates.fps),
      detail: totals === undefined ? words.overview.average : `${join(count(totals.flows))} ${words.overview.total}`,
      spark: sparkOf(total, 'flows'),
    },
    { name: words.overview.hosts, value: totals === undefined ? null : count(totals.hosts), detail: words.overview.total },
    { name: words.overview.volume, value: totals === undefined ? null : volume(totals.bytes), detail: words.overview.total },
    { name: words.overview.totalPackets, value: totals === undefined ? null : shortCount(totals.packets), detail: words.overview.total },
  ]
}

/** Rows of every list, of the stream while it moves, else of one query each. */
function useLists(
  sight: Sight,
  question: Asked,
  second: LiveSecond | null,
  names: Partial<Record<ListSpec['id'], ReadonlyMap<string, string>>>,
): (spec: ListSpec) => readonly RankedRow[] | null {
  const base = { ...sight.words, ...question, metrics: ['bytes'], limit: LIMIT, order: '-bytes' }
  const asked = !sight.moving
  const tables = {
    hosts: useTable({ ...base, by: [LISTS.hosts.by] }, sight.mark, asked).data,
    apps: useTable({ ...base, by: [LISTS.apps.by] }, sight.mark, asked).data,
    categories: useTable({ ...base, by: [LISTS.categories.by] }, sight.mark, asked).data,
    ases: useTable({ ...base, by: [LISTS.ases.by] }, sight.mark, asked).data,
    protocols: useTable({ ...base, by: [LISTS.protocols.by] }, sight.mark, asked).data,
    exporters: useTable({ ...base, by: [LISTS.exporters.by] }, sight.mark, asked).data,
  }
  const width = sight.range.to - sight.range.from
  return spec => {
    if (sight.moving) return second === null ? null : liveRows(spec, second, second.bps, names[spec.id])
    const table = tables[spec.id]
    return table === undefined ? null : tableRows(spec, table, width, names[spec.id])
  }
}

/** Names the configuration gives exporters. */
function useExporterNames(enabled: boolean): ReadonlyMap<string, string> {
  const { data } = useExporters(enabled)
  return useMemo(() => new Map((data ?? []).flatMap(({ exporter, name }) => (name ? [[exporter, name] as const] : []))), [data])
}

/** Names of the AS with the most traffic: the stream tells numbers. */
function useAsNames(sight: Sight, question: Asked): ReadonlyMap<string, string> {
  const { data } = useTable({ ...sight.words, ...question, by: ['as', 'as_name'], metrics: ['bytes'], limit: 50, order: '-bytes' }, sight.mark, true)
  return useMemo(() => new Map((data?.rows ?? []).flatMap(row => (row['as_name'] ? [[String(row['as']), String(row['as_name'])] as const] : []))), [data])
}

/** Rows of a list the stream does not tell; none until they are known. */
function useAskedList(list: (typeof ASKED_LISTS)[keyof typeof ASKED_LISTS], sight: Sight, question: Asked): readonly RankedRow[] {
  const { data } = useTable({ ...sight.words, ...question, by: [list.by], metrics: ['bytes'], limit: LIMIT + 1, order: '-bytes' }, sight.mark, true)
  return data === undefined ? [] : askedRows(list, data, data.range.to - data.range.from)
}

/** Sampling rates in use, most common first: "1:1000, 1:512". */
function useSampling(enabled: boolean): string {
  const { data } = useExporters(enabled)
  const rates = [...new Set((data ?? []).flatMap(exporter => (exporter.sampling && exporter.sampling.rate > 1 ? [exporter.sampling.rate] : [])))]
  return rates.length > 3 ? `1:${Math.min(...rates)} to 1:${Math.max(...rates)}` : rates.map(each => `1:${each}`).join(', ')
}

export function OverviewPage(): ReactElement {
  const [scope] = useScope()
  const { last } = useLive()
  const sight = useSight(scope)
  const [held, setHeld] = useState(false)
  const throughput = useThroughput(scope, sight, held)
  const stats = useStats({ ...sight.words, filter: scope.filter, ...countingOf(scope) }, sight.mark, !sight.moving)
  const lists = useLists(sight, askedOf(scope), last, { ases: useAsNames(sight, askedOf(scope)), exporters: useExporterNames(last !== null) })
  const pastInterfaces = useInterfaces({ ...sight.words, filter: scope.filter, limit: LIMIT }, sight.mark, !sight.moving)
  const countries = useAskedList(ASKED_LISTS.countries, sight, askedOf(scope))
  const networks = useAskedList(ASKED_LISTS.networks, sight, askedOf(scope))
  const sampling = useSampling(last !== null)
  const sparks = useSparks()
  const { moving } = sight
  useEffect(() => {
    if (!moving) setHeld(false)
  }, [moving])

  const now = last === null ? Date.now() : secondMs(last)
  const figures = moving
    ? last === null
      ? rangeFigures(undefined, null, undefined)
      : liveFigures(last, throughput, sparks)
    : rangeFigures(stats.data, throughput.stack, throughput.total)
  const ases = lists(LISTS.ases)
  const hasAs = ases !== null && ases.some(row => row.condition !== null)
  const interfaces = interfaceRows((moving ? last?.interfaces : pastInterfaces.data?.rows) ?? [])
  // The other lists tell of now while the range moves.
  const mean = moving && <span className="small t3 ell">{words.overview.mean(rangeName(scope, Date.now()))}</span>
  const panels: readonly {
    readonly title: string
    readonly rows: readonly RankedRow[] | null
    readonly beside?: ReactElement | false
    readonly tools?: ReactElement
  }[] = [
    { title: words.overview.topHosts, rows: lists(LISTS.hosts), tools: <AllLink to="/hosts">{words.overview.allHosts}</AllLink> },
    { title: words.overview.topApplications, rows: lists(LISTS.apps), tools: <AllLink to="/top/applications">{words.overview.allApplications}</AllLink> },
    ...(hasAs ? [{ title: words.overview.topAs, rows: ases, tools: <AllLink to="/top/as">{words.overview.allAs}</AllLink> }] : []),
    { title: words.overview.topCategories, rows: lists(LISTS.categories), tools: <AllLink to="/top/categories">{words.overview.allCategories}</AllLink> },
    ...(countries.length === 0
      ? []
      : [{ title: words.overview.topCountries, rows: countries, beside: mean, tools: <AllLink to="/top/countries">{words.overview.allCountries}</AllLink> }]),
    ...(networks.length === 0
      ? []
      : [{ title: words.overview.topNetworks, rows: networks, beside: mean, tools: <AllLink to="/top/networks">{words.overview.allNetworks}</AllLink> }]),
  ]
  const answer = throughput.total
  const nothing = scope.filter !== '' && throughput.stack !== null && throughput.stack.peak === 0 && (last === null || !moving || last.bps === 0)
  const error = throughput.error ?? stats.error
  return (
    <>
      <div className={shell.head}>
        <h1>{words.rail.overview}</h1>
        <span className={`${shell.sub} ell`} title={exactTime(now)}>
          {moving ? <span className="wide">{longTime(now)}</span> : rangeName(scope, Date.now())}
        </span>
      </div>
      {error !== null && <Failure error={error} />}
      {nothing && (
        <Note>
          <p>
            <b>{words.overview.noneOfFilter}</b> {words.overview.noneOfFilterHelp}
          </p>
        </Note>
      )}
      <Figures label={moving ? words.overview.now : words.overview.inRange} items={figures} />
      <div className={styles.sheet}>
        <ThroughputPanel
          scope={scope}
          stack={throughput.stack}
          range={throughput.range}
          granularity={throughput.granularity}
          liveGranularity={throughput.liveGranularity}
          moving={moving}
          sampling={sampling}
          unknownSampling={moving ? (last?.unknown_sampling_flows ?? 0) : (answer?.unknown_sampling_flows ?? 0)}
          counted={answer?.duplicates}
          onHold={setHeld}
        />
        <aside className={styles.side} aria-label={words.overview.aside}>
          <QualitySections scope={scope} sight={sight} />
          <PipelineSection second={last} />
          <Ranked
            plain
            title={words.overview.exportersTitle}
            rows={lists(LISTS.exporters)}
            format={bitRate}
            limit={6}
            tools={<AllLink to="/exporters">{words.overview.allExporters}</AllLink>}
          />
          <Ranked plain title={words.overview.protocols} rows={lists(LISTS.protocols)} format={bitRate} limit={6} />
        </aside>
        {panels.map((panel, index) => (
          <Ranked key={panel.title} first={index % PLACES.length === 0} className={PLACES[index % PLACES.length]} format={bitRate} limit={LIMIT} {...panel} />
        ))}
        {interfaces.length > 0 && (
          <Ranked
            first={panels.length % PLACES.length === 0}
            className={REST[panels.length % PLACES.length]}
            title={words.overview.topInterfaces}
            rows={interfaces}
            format={bitRate}
            limit={LIMIT}
          />
        )}
      </div>
      {answer !== undefined && (
        <AnswerFooter answers={[answer]} series={answer} live={moving}>
          <span className="wide" style={{ marginLeft: 'auto' }}>
            {words.overview.spread}
          </span>
        </AnswerFooter>
      )}
    </>
  )
}
