/** The first tab of an entity: its rate, its sums, who and what is behind them, and where it was seen. */
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import { useTable } from '../api/queries.ts'
import type { Answer, Series, Table } from '../api/types.ts'
import { rateAt } from '../api/history.ts'
import { AllLink } from '../traffic/all-link.tsx'
import { Ranked, type RankedRow } from '../traffic/ranked.tsx'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { rangeName } from '../shell/range.ts'
import { PRESETS } from '../address/time.ts'
import { Failure } from '../ui/failure.tsx'
import { bitRate, count, duration, join, shortCount, significant, span, volume, whole, type Measure } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Panel } from '../ui/panel.tsx'
import { protocolText } from '../flows/columns.ts'
import { serviceName } from '../../../src/schema/index.ts'
import { measuredOf, numberOf, textOf, type Cells } from '../api/cells.ts'
import { HeatPanel } from './heat.tsx'
import type { Tab } from './kinds.ts'
import type { Look } from './look.ts'
import { shownOf } from './names.ts'
import { tabPath } from './place.ts'
import { RatePanel, useRates } from './rate.tsx'
import { words } from './words.ts'
import panel from '../ui/panel.module.css'
import styles from './entity.module.css'

const LIMIT = 6
const LIST = { metrics: ['bytes'], order: '-bytes', limit: LIMIT } as const

/** The 95th percentile of the buckets' rates, by nearest rank. */
function p95Of(series: Series | undefined): number | null {
  const values = (series?.series[0]?.values['bytes'] ?? []).flatMap(
    (_, index) => rateAt(series?.series[0]?.values ?? {}, index, series?.granularity ?? 1) ?? [],
  )
  if (values.length === 0) return null
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? null
}

function Line({
  name,
  title,
  value,
  children,
}: {
  readonly name: string
  readonly title?: string
  readonly value?: Measure | null
  readonly children?: ReactNode
}): ReactElement {
  return (
    <>
      <dt title={title}>{name}</dt>
      <dd>{children ?? (value === null || value === undefined ? <span className="t3">—</span> : <Figure of={value} />)}</dd>
    </>
  )
}

/** Sums of the range, and what was measured of quality. */
function SumPanel({ look, row, rates }: { readonly look: Look; readonly row: Cells | null; readonly rates: ReturnType<typeof useRates> }): ReactElement {
  const { kind } = look.entity
  const sided = kind.sides !== null
  const bytesOf = (series: Series | undefined): Measure | null => {
    const values = series?.series[0]?.values['bytes']
    return series === undefined ? null : volume((values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0))
  }
  const host = kind.id === 'host'
  const measured = numberOf(row?.['count_rtt'])
  const known = PRESETS.some(({ words: preset }) => preset.from === look.scope.from && preset.to === look.scope.to)
  const [p50, p95] = [measuredOf(row?.['p50_rtt']), measuredOf(row?.['p95_rtt'])]
  const retransmitted = measuredOf(row?.['retransmitted_percent'])
  const resets = measuredOf(row?.['rst_flows'])
  const rate = (series: Series | undefined): Measure | null => {
    const value = p95Of(series)
    return value === null ? null : bitRate(value)
  }
  const stepTitle = words.p95Title(span(look.granularity))
  return (
    <Panel width={4} title={known ? words.sum(rangeName(look.scope, Date.now())) : words.sumExact}>
      <dl className={panel.pairs}>
        <Line name={words.sentOf[kind.id]} value={bytesOf(rates.from)} />
        {sided && <Line name={words.receivedOf[kind.id]} value={bytesOf(rates.to)} />}
        <Line name={words.flows} value={row === null ? null : count(numberOf(row['flows']))} />
        <Line name={host ? words.peers : words.addresses} value={row === null ? null : count(Math.max(0, numberOf(row['hosts']) - (host ? 1 : 0)))} />
        <Line name={words.p95(sided ? 'Out' : words.rate)} title={stepTitle} value={rate(rates.from)} />
        {sided && <Line name={words.p95('In')} title={stepTitle} value={rate(rates.to)} />}
      </dl>
      <h3 className={`h2 ${styles.sub}`}>
        <Link className={styles.to} to={tabPath(look.entity, 'quality')}>
          {words.quality}
        </Link>{' '}
        {measured > 0 && <span className="t3 small">{words.qualityOf(join(shortCount(measured)))}</span>}
      </h3>
      {row !== null && measured === 0 && retransmitted === null && resets === null ? (
        <p className="t3 small">{words.notMeasured}</p>
      ) : (
        <dl className={panel.pairs}>
          <Line name={words.roundTrip}>
            {p50 === null || p95 === null ? (
              <span className="t3">—</span>
            ) : (
              <>
                <Figure of={duration(p50)} />, <Figure of={duration(p95)} />
              </>
            )}
          </Line>
          <Line name={words.retransmitted} value={retransmitted === null ? null : { value: significant(retransmitted), unit: '%' }} />
          <Line name={words.resets} value={resets === null ? null : { value: whole(resets), unit: '' }} />
        </dl>
      )}
    </Panel>
  )
}

const rowsOf = (table: Table | undefined, row: (cells: Cells) => Omit<RankedRow, 'value' | 'share'> | null): readonly RankedRow[] | null =>
  table?.rows.flatMap(cells => {
    const shown = row(cells)
    const [bytes, all] = [numberOf(cells['bytes']), table.totals['bytes'] ?? 0]
    return shown === null ? [] : [{ ...shown, value: bytes, share: all > 0 ? Math.min(1, bytes / all) : null }]
  }) ?? null

function usePeers(look: Look): Table | undefined {
  return useTable({ ...look.either, ...LIST, by: ['host', 'country'], limit: LIMIT + 1 }, look.mark, true).data
}

export function TrafficTab({ look, sums }: { readonly look: Look; readonly sums: Table | undefined }): ReactElement {
  const { kind, value } = look.entity
  const rates = useRates(look)
  const peers = usePeers(look)
  const isApp = kind.id === 'app'
  const parts = useTable({ ...look.either, ...LIST, by: [isApp ? 'country' : 'app'] }, look.mark, true)
  const ports = useTable({ ...look.narrowed(look.from, 'src_port > 0 and src_port <= @dst_port'), ...LIST, by: ['src_port', 'proto'] }, look.mark, true)
  const seen = useTable({ ...look.either, ...LIST, by: ['exporter', 'exporter_name', 'in_if', 'in_if_name'] }, look.mark, true)
  const peerRows = rowsOf(peers, cells => {
    const key = textOf(cells['host'])
    const country = textOf(cells['country'])
    return kind.id === 'host' && key === value
      ? null
      : { key, name: key, ...(country === '' ? {} : { detail: country }), condition: { field: 'ip', value: key } }
  })
  const partRows = rowsOf(parts.data, cells => {
    const [id, field] = isApp ? (['country', 'country'] as const) : (['app', 'app'] as const)
    const key = textOf(cells[field])
    const shown = shownOf(id, key)
    return { key, name: shown.text, ...(shown.detail === '' ? {} : { detail: shown.detail }), condition: { field, value: key } }
  })
  const portRows = rowsOf(ports.data, cells => {
    const [port, proto] = [textOf(cells['src_port']), protocolText(cells['proto'])]
    const service = serviceName(Number(port))
    return {
      key: `${port}/${proto}`,
      name: `${port}/${proto}`,
      ...(service === undefined ? {} : { detail: service }),
      condition: { field: 'port', value: port, and: { field: 'proto', value: proto } },
    }
  })
  const seenRows = rowsOf(seen.data, cells => {
    const [exporter, name, index, port] = ['exporter', 'exporter_name', 'in_if', 'in_if_name'].map(column => textOf(cells[column]))
    return {
      key: `${exporter} ${index}`,
      name: port === undefined || port === '' ? words.anyInterface(index ?? '') : port,
      detail: name === undefined || name === '' ? (exporter ?? '') : name,
      id: `${exporter} if ${index}`,
      condition: { field: 'exporter', value: exporter ?? '', and: { field: 'in_if', value: index ?? '' } },
    }
  })
  const peersTitle = kind.id === 'host' ? words.topPeers : words.topHosts
  const answers = [sums, rates.from, kind.sides === null ? undefined : rates.to, peers, parts.data, ports.data, seen.data].filter(
    (answer): answer is Table | Series => answer !== undefined,
  )
  const error = rates.error ?? parts.error ?? ports.error ?? seen.error
  const all = (tab: Tab, what: string): ReactElement => (
    <AllLink to={tabPath(look.entity, tab)} label={words.allOf(what)}>
      {words.all}
    </AllLink>
  )
  const list = { format: volume, limit: LIMIT, measure: words.bytes }
  return (
    <>
      {error !== null && <Failure error={error} onRetry={rates.retry} />}
      <div className={panel.sheet}>
        <RatePanel look={look} rates={rates} />
        <SumPanel look={look} row={sums?.rows[0] ?? null} rates={rates} />
        <Ranked {...list} width={4} first title={peersTitle} rows={peerRows} tools={all('peers', peersTitle)} />
        <Ranked {...list} width={4} title={isApp ? words.countries : words.apps} rows={partRows} {...(isApp ? {} : { tools: all('apps', words.apps) })} />
        <Ranked
          {...list}
          width={4}
          title={kind.sides === null ? words.servicePorts : words.serves}
          rows={portRows}
          {...(kind.hides.includes('ports') ? {} : { tools: all('ports', words.serves) })}
        />
        <HeatPanel look={look} ready={rates.from !== undefined} />
        <Ranked {...list} width={4} title={words.exporters} rows={seenRows} />
      </div>
      <AnswerFooter answers={answers satisfies readonly Answer[]} series={rates.from} />
    </>
  )
}
