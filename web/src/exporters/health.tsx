/** Small panels of an exporter: samplers, sequence, what was rejected, what options told. */
import type { ReactElement, ReactNode } from 'react'
import { count, percent, whole, join } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import { RuledTable } from '../ui/table.tsx'
import type { Domain, ExporterDetail, Sampler, Source } from './answers.ts'
import { Part } from './part.tsx'
import { samplingUnknown } from './parts.tsx'
import { plain, protocolName, words } from './words.ts'
import styles from './exporters.module.css'

const domainName = (domain: Domain, many: boolean): string => (many ? `${protocolName(domain.protocol)}, ${words.ofDomain(String(domain.id))}` : '')

function SamplerLine({ sampler, domain }: { readonly sampler: Sampler; readonly domain: string }): ReactElement {
  const name = sampler.id === null ? words.wholeDomain : `${words.sampler} ${sampler.id}`
  return (
    <li>
      <span className="ok">
        <Icon name="ok" small />
      </span>
      <span className="ell">
        {name}
        <span className="t3"> {[sampler.name, domain].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="t3">{words.sources[sampler.source] ?? plain(sampler.source)}</span>
      <span className={styles.rate}>{sampler.rate === null ? <span className="t3">{words.eachRecord}</span> : `1:${sampler.rate}`}</span>
    </li>
  )
}

/** Samplers of every domain, each with its rate and what told it. */
export function Samplers({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  const domains = detail.domain_details
  const lines = domains.flatMap(domain => domain.samplers.map(sampler => ({ domain, sampler })))
  return (
    <Part title={words.samplers} width={4}>
      <ol className={styles.lines}>
        {lines.map(({ domain, sampler }, index) => (
          <SamplerLine key={index} sampler={sampler} domain={domainName(domain, domains.length > 1)} />
        ))}
        {lines.length === 0 && detail.sampling !== null && (
          <SamplerLine sampler={{ id: null, name: null, rate: detail.sampling.rate, source: detail.sampling.source }} domain="" />
        )}
        {(samplingUnknown(detail) || (lines.length === 0 && detail.sampling === null)) && (
          <li>
            <span className="warning">
              <Icon name="warning" small />
            </span>
            <span>{lines.length === 0 ? words.unknownRate : words.unknownElsewhere}</span>
            <span />
            <span className={styles.rate}>1:1</span>
          </li>
        )}
      </ol>
      <p className={`small t3 ${styles.below}`}>{words.firstWins}</p>
    </Part>
  )
}

function Cell({ value, bad = false }: { readonly value: number; readonly bad?: boolean }): ReactElement {
  return (
    <td className={`num ${value === 0 ? 't3' : bad ? 'warning' : ''}`}>
      <Figure of={count(value)} />
    </td>
  )
}

/** What the sequence numbers of each domain say. */
export function Sequence({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  return (
    <Part title={words.sequence} width={8} first sub={words.sequenceSub(whole(detail.sequence_missing))}>
      <RuledTable inset label={words.sequence}>
        <thead>
          <tr>
            <th scope="col">{words.domain}</th>
            {[words.missing, words.duplicate, words.reordered, words.reset, words.restarts].map(name => (
              <th key={name} scope="col" className="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {detail.domain_details.map(domain => (
            <tr key={`${domain.protocol} ${domain.transport} ${domain.id}`}>
              <td>
                {protocolName(domain.protocol)} {domain.id} <span className="t3">{words.units[domain.sequence_unit]}</span>
              </td>
              <Cell value={domain.sequence.missing} bad />
              <Cell value={domain.sequence.duplicate} bad />
              <Cell value={domain.sequence.reordered} />
              <Cell value={domain.sequence.reset} />
              <Cell value={domain.restarts} />
            </tr>
          ))}
        </tbody>
      </RuledTable>
    </Part>
  )
}

function Pairs({ label, rows }: { readonly label: string; readonly rows: readonly (readonly [ReactNode, ReactNode])[] }): ReactElement {
  return (
    <RuledTable inset label={label}>
      <tbody>
        {rows.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td className="num">{value}</td>
          </tr>
        ))}
      </tbody>
    </RuledTable>
  )
}

/** What was refused, by reason: datagrams and sets, and lists in records. */
export function Rejected({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  const lists = Object.entries(detail.lists).flatMap(([reason, value]) => (reason === 'read' ? [] : [[words.list(plain(reason)), value] as const]))
  const reasons = [...Object.entries(detail.rejected), ...lists].filter(([, value]) => value > 0).toSorted(([, a], [, b]) => b - a)
  const total = reasons.reduce((sum, [, value]) => sum + value, 0)
  return (
    <Part title={words.rejected} width={4} {...(total > 0 ? { sub: whole(total) } : {})}>
      {reasons.length === 0 ? (
        <p className="t3">{words.rejectedNone}</p>
      ) : (
        <Pairs
          label={words.rejected}
          rows={reasons.map(([reason, value]) => [<span title={reason}>{plain(reason)}</span>, <span className="warning">{whole(value)}</span>])}
        />
      )}
    </Part>
  )
}

/** Statistics are numbers of the exporter's own; a timeout is in seconds by its element. */
const statistic = (name: string, value: number): string => (name.endsWith('Timeout') ? `${value} s` : whole(value))

/** Tables and statistics its options told. */
export function Options({ detail }: { readonly detail: ExporterDetail }): ReactElement {
  const tables = [
    [words.tables.interfaces, detail.interfaces.length],
    [words.tables.samplers, detail.names.samplers],
    [words.tables.vrfs, detail.names.vrfs],
    [words.tables.applications, detail.names.applications],
    [words.tables.elements, detail.names.elements],
  ] as const
  const told = tables.filter(([, entries]) => entries > 0).map(([name, entries]) => [name, whole(entries)] as const)
  const many = detail.domain_details.length > 1
  const statistics = detail.domain_details.flatMap(domain =>
    Object.entries(domain.statistics).map(
      ([name, value]) =>
        [
          <>
            {name} <span className="t3">{domainName(domain, many)}</span>
          </>,
          statistic(name, value),
        ] as const,
    ),
  )
  return (
    <Part title={words.options} width={4}>
      {told.length + statistics.length === 0 ? <p className="t3">{words.optionsNone}</p> : <Pairs label={words.options} rows={[...told, ...statistics]} />}
    </Part>
  )
}

function SourceLine({ source }: { readonly source: Source }): ReactElement {
  return (
    <tr>
      <td>{source.id}</td>
      <td className="num">1:{source.rate}</td>
      <td className="num">{source.effective_rate === null ? '—' : `1:${Math.round(source.effective_rate)}`}</td>
      <Cell value={source.dropped} bad />
      <Cell value={source.missing} bad />
    </tr>
  )
}

/** Data sources of an sFlow agent: each samples and loses by itself. */
export function DataSources({ detail }: { readonly detail: ExporterDetail }): ReactElement | null {
  const sources = detail.domain_details.flatMap(domain => domain.sources.map(source => ({ domain, source })))
  if (sources.length === 0) return null
  return (
    <Part title={words.dataSources} width={8} sub={String(sources.length)}>
      <RuledTable inset label={words.dataSources}>
        <thead>
          <tr>
            <th scope="col">{words.source}</th>
            {[words.asked, words.effective, words.dropped, words.missing].map(name => (
              <th key={name} scope="col" className="num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sources.map(({ domain, source }) => (
            <SourceLine key={`${domain.id} ${source.id}`} source={source} />
          ))}
        </tbody>
      </RuledTable>
    </Part>
  )
}

/** A share in words: 12.4 %. */
export const shareText = (share: number): string => join(percent(share))
