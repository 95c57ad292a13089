/** Every device that sends: what it sends, how its sampling is known, what is lost on the way, and whether somebody should look at it. */
import { useMemo, useState, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { changeScope, useScope } from '../address/location.ts'
import { useSeries } from '../api/queries.ts'
import { useLive } from '../api/session.tsx'
import type { LiveItem, Series } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { Spark } from '../chart/spark.tsx'
import { useSight } from '../api/sight.ts'
import { rangeName } from '../shell/range.ts'
import { AsOf } from '../shell/as-of.tsx'
import { Badge } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { bitRate, count, rate } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import { RuledTable, SkeletonRows } from '../ui/table.tsx'
import shell from '../shell/shell.module.css'
import controls from '../ui/controls.module.css'
import { useExporterList, type ExporterSummary } from './answers.ts'
import { nextOrder, ordered, readOrder, type Order, type Sort } from './order.ts'
import { Ago, SamplingRate, Skew, StateBadge, placeText } from './parts.tsx'
import { protocolName, shortAdvice, words } from './words.ts'
import styles from './exporters.module.css'

/** Trends of so many exporters are asked for, in one question. */
const TRENDS = 50
const CHIPS = 3

function Head({
  order,
  by,
  name,
  title,
  num = false,
  className = '',
}: {
  readonly order: Order
  readonly by: Sort
  readonly name: string
  readonly title?: string
  readonly num?: boolean
  readonly className?: string | undefined
}): ReactElement {
  const sorted = order.by === by
  return (
    <th
      scope="col"
      className={`${num ? 'num' : ''} ${className}`}
      {...(sorted ? { 'aria-sort': order.descending ? ('descending' as const) : ('ascending' as const) } : {})}
    >
      <button type="button" title={title ?? words.sortBy(name)} onClick={() => changeScope({ sort: nextOrder(order, by) }, { replace: true })}>
        {name}
        {sorted && <Icon name={order.descending ? 'chevron' : 'up'} small />}
      </button>
    </th>
  )
}

function Protocols({ row }: { readonly row: ExporterSummary }): ReactElement {
  const others = row.transports.filter(transport => transport !== 'udp')
  return (
    <span className={styles.chips}>
      {row.protocols.slice(0, CHIPS).map(protocol => (
        <Badge key={protocol}>{protocolName(protocol)}</Badge>
      ))}
      {row.protocols.length > CHIPS && <span className="t3">{words.more(row.protocols.length - CHIPS)}</span>}
      {others.length > 0 && <span className="t3 small">{others.join(', ').toUpperCase()}</span>}
    </span>
  )
}

/** Fine, silent, or the worst there is to say, with how much more there is. */
function State({ row }: { readonly row: ExporterSummary }): ReactElement {
  const [worst, ...others] = row.advice
  if (row.state !== 'attention' || worst === undefined) return <StateBadge state={row.state} />
  return (
    <span className={styles.state}>
      <StateBadge state="attention">{shortAdvice(worst)}</StateBadge>
      {others.length > 0 && (
        <span className="t3 small" title={others.map(shortAdvice).join(', ')}>
          {words.more(others.length)}
        </span>
      )}
    </span>
  )
}

interface RowProps {
  readonly row: ExporterSummary
  readonly name: string | undefined
  readonly trend: readonly (number | null)[] | undefined
  readonly now: number
}

function Row({ row, name, trend, now }: RowProps): ReactElement {
  const place = placeText(row)
  return (
    <tr>
      <th scope="row" className={styles.who} title={[name, row.exporter, place].filter(Boolean).join(' · ')}>
        <Link className={styles.open} to={`/exporters/${encodeURIComponent(row.exporter)}`}>
          {name === undefined ? row.exporter : name}
        </Link>
        {name !== undefined && <span className="t3"> {row.exporter}</span>}
        {place !== '' && <span className="t3"> · {place}</span>}
      </th>
      <td>
        <State row={row} />
      </td>
      <td>
        <Protocols row={row} />
      </td>
      <td className={styles.roomy}>
        {row.sampling === null && !row.advice.includes('sampling_unknown') ? <span className="t3">—</span> : <SamplingRate of={row.sampling} />}
      </td>
      <td className="num" data-name={words.rate}>
        <Figure of={bitRate(row.bps)} />
      </td>
      <td className={`${styles.trend} ${styles.wide}`}>{trend !== undefined && <Spark values={trend} />}</td>
      <td className="num" data-name={words.flows}>
        <Figure of={rate(row.fps)} />
      </td>
      <td className="num" data-name={words.loss}>
        <span className={row.sequence_missing > 0 ? 'warning' : 't3'}>
          <Figure of={count(row.sequence_missing)} />
        </span>
      </td>
      <td className={`num ${styles.wide}`}>{row.skew_ms === null ? <span className="t3">—</span> : <Skew ms={row.skew_ms} />}</td>
      <td className={`num t2 ${styles.wide}`}>{row.templates}</td>
      <td className="num t2" data-name={words.seen}>
        {row.last_seen === null ? '—' : <Ago at={row.last_seen} now={now} />}
      </td>
    </tr>
  )
}

/** Rates of the last ten seconds where the stream has them; else the means of the range. */
function withLive(rows: readonly ExporterSummary[], items: ReadonlyMap<string, LiveItem>): readonly ExporterSummary[] {
  return rows.map(row => {
    const item = items.get(row.exporter)
    return item === undefined ? row : { ...row, bps: item.bps, fps: item.fps ?? row.fps }
  })
}

function trendsOf(series: Series | undefined): ReadonlyMap<string, readonly (number | null)[]> {
  return new Map((series?.series ?? []).map(item => [String(item.key['exporter']), item.values['bytes'] ?? []]))
}

export function ExportersPage(): ReactElement {
  const [scope] = useScope()
  const { last } = useLive()
  const sight = useSight(scope)
  const [asked, setAsked] = useState(0)
  const mark = sight.mark * 1000 + asked
  const question = { ...sight.words, filter: scope.filter }
  const list = useExporterList(question, mark)
  const series = useSeries(
    { ...question, by: ['exporter'], metrics: ['bytes'], limit: TRENDS, granularity: granularityFor(sight.range.to - sight.range.from) },
    mark,
  )
  const trends = useMemo(() => trendsOf(series.data), [series.data])
  const items = new Map((sight.moving ? (last?.exporters ?? []) : []).map(item => [item.key, item]))
  const order = readOrder(scope.sort)
  const rows = list.data === undefined ? null : ordered(withLive(list.data.rows, items), order)
  const names = new Map(
    (last?.exporters ?? []).flatMap(item => (item.name === undefined || item.name === '' || item.name === item.key ? [] : [[item.key, item.name]])),
  )
  const at = list.data?.ledger_at ?? null
  const now = at ?? Date.now()
  const attention = rows?.filter(row => row.state === 'attention').length ?? 0
  return (
    <>
      <div className={shell.head}>
        <h1>{words.title}</h1>
        {rows !== null && <span className={shell.sub}>{words.total(String(rows.length))}</span>}
        {attention > 0 && (
          <Badge tone="warning" icon="warning">
            {words.attention(String(attention))}
          </Badge>
        )}
        <span className={`${shell.sub} wide ell`}>{rangeName(scope, Date.now())}</span>
        <div className={shell.tools}>
          <AsOf at={at ?? 0} onAsk={() => setAsked(asked + 1)} />
        </div>
      </div>
      {list.error !== null && <Failure error={list.error} onRetry={() => void list.refetch()} />}
      {rows?.length === 0 ? (
        <div className={shell.blank}>
          <h2>{scope.filter === '' ? words.nobody : words.noneInRange}</h2>
          <p>
            {words.nobodyHelp}{' '}
            <a className="link" href="/docs/how-to/exporters">
              {words.nobodyLink}
            </a>
          </p>
        </div>
      ) : (
        <RuledTable label={words.title} busy={rows === null} className={styles.list}>
          <thead>
            <tr>
              <Head order={order} by="exporter" name={words.exporter} />
              <Head order={order} by="state" name={words.state} />
              <th scope="col">{words.protocol}</th>
              <Head order={order} by="sampling" name={words.sampling} className={styles.roomy} />
              <Head order={order} by="rate" name={words.rate} num />
              <th scope="col" className={styles.wide}>
                {words.trend}
              </th>
              <Head order={order} by="flows" name={words.flows} num />
              <Head order={order} by="missing" name={words.loss} title={words.lossTitle} num />
              <Head order={order} by="clock" name={words.skew} num className={styles.wide} />
              <Head order={order} by="templates" name={words.templates} num className={styles.wide} />
              <Head order={order} by="seen" name={words.seen} num />
            </tr>
          </thead>
          <tbody>
            {rows === null && <SkeletonRows columns={11} />}
            {rows?.map(row => (
              <Row key={row.exporter} row={row} name={row.name === '' ? names.get(row.exporter) : row.name} trend={trends.get(row.exporter)} now={now} />
            ))}
          </tbody>
        </RuledTable>
      )}
      <footer className={controls.foot}>
        <span>{words.lossTitle}</span>
      </footer>
    </>
  )
}
