/** One exporter: what it sends, what is wrong with it and what to configure, down to each field of each template. */
import { useState, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { useScope } from '../address/location.ts'
import { ApiError } from '../api/client.ts'
import { useLive } from '../api/session.tsx'
import { conditionText } from '../filter/language.ts'
import { useSight } from '../api/sight.ts'
import { AsOf } from '../shell/as-of.tsx'
import { Fact, Facts, Identity } from '../shell/identity.tsx'
import { Badge, buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { bitRate, count, exactTime, longTime, rate, whole } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import shell from '../shell/shell.module.css'
import controls from '../ui/controls.module.css'
import { useExporter, useExporterList, type Advice, type ExporterDetail } from './answers.ts'
import { DataSources, Options, Rejected, Samplers, Sequence } from './health.tsx'
import { Interfaces } from './interfaces.tsx'
import { Ago, SamplingRate, Skew, StateBadge, When, placeText, protocolText, inRecords, samplingUnknown } from './parts.tsx'
import { Changes, Templates } from './templates.tsx'
import { Unknown } from './unknown.tsx'
import { words } from './words.ts'
import panel from '../ui/panel.module.css'
import styles from './exporters.module.css'

const TONES = { error: 'critical', warning: 'warning', info: 'notice' } as const
const ICONS = { error: 'critical', warning: 'warning', info: 'info' } as const

/** What is seen and what to configure, the worst first. */
function AdviceList({ advice }: { readonly advice: readonly Advice[] }): ReactElement {
  return (
    <section className={styles.said} aria-label={words.adviceLabel}>
      {advice.length === 0 && (
        <p className={styles.fine}>
          <span className="ok">
            <Icon name="ok" />
          </span>
          {words.fine}
        </p>
      )}
      {advice.map(one => (
        <div key={one.code} className={`${controls.note} ${styles.advice}`} data-tone={TONES[one.severity]}>
          <Icon name={ICONS[one.severity]} />
          <p>
            <span className="vh">{words.severity[one.severity]}: </span>
            <b>{one.message}</b> {one.remedy}
          </p>
          <span className={`mono small t3 ${styles.code}`}>{one.code}</span>
        </div>
      ))}
    </section>
  )
}

interface Traffic {
  readonly bps: number
  readonly fps: number
}

function settingsText({ profiles, fields, pinned, relay }: ExporterDetail['settings']): string {
  return [profiles.length > 0 && words.profiles(profiles.join(', ')), fields > 0 && words.ownFields(fields), pinned && words.pinned, relay && words.relay]
    .filter(Boolean)
    .join(', ')
}

function ExporterFacts({ detail, traffic }: { readonly detail: ExporterDetail; readonly traffic: Traffic | null }): ReactElement {
  const restarts = detail.domain_details.reduce((sum, domain) => sum + domain.restarts, 0)
  const unknown = detail.unknown_elements.filter(({ kind }) => kind === 'unknown').length
  const settings = settingsText(detail.settings)
  return (
    <Facts>
      <Fact name={words.sends}>{protocolText(detail.protocols, detail.transports)}</Fact>
      {detail.source !== null && <Fact name={words.through}>{detail.source}</Fact>}
      {traffic !== null && (
        <Fact name={words.rate}>
          <Figure of={bitRate(traffic.bps)} />, <Figure of={{ ...rate(traffic.fps), unit: `${rate(traffic.fps).unit.replace('/s', '')} flows/s`.trim() }} />
        </Fact>
      )}
      <Fact name={words.sampling}>{detail.sampling === null && inRecords(detail) ? words.eachRecord : <SamplingRate of={detail.sampling} />}</Fact>
      <Fact name={words.lastDatagram}>
        <Ago at={detail.last_seen} now={detail.at} />
      </Fact>
      <Fact name={words.firstSeen}>
        <When at={detail.first_seen} now={detail.at} />
      </Fact>
      <Fact name={words.datagrams} title={words.since(exactTime(detail.first_seen))}>
        <Figure of={count(detail.datagrams)} />
      </Fact>
      <Fact name={words.rows}>
        <Figure of={count(detail.rows)} />
      </Fact>
      <Fact name={words.loss} title={words.lossTitle}>
        <span className={detail.sequence_missing > 0 ? 'warning' : ''}>{whole(detail.sequence_missing)}</span>
      </Fact>
      <Fact name={words.clock}>
        <Skew ms={detail.skew_ms} />
      </Fact>
      <Fact name={words.domains}>{detail.domain_details.map(domain => domain.id).join(', ')}</Fact>
      <Fact name={words.restarts}>{restarts}</Fact>
      <Fact name={words.elements}>{unknown === 0 ? words.allKnown : <span className="warning">{words.unknownCount(String(unknown))}</span>}</Fact>
      {settings !== '' && <Fact name={words.settings}>{settings}</Fact>}
    </Facts>
  )
}

function Missing({ address }: { readonly address: string }): ReactElement {
  const flows = conditionText({ field: 'exporter', value: address })
  return (
    <div className={shell.blank}>
      <h2>{words.notFound}</h2>
      <p>
        {words.notFoundHelp}{' '}
        <Link className="link" to="/flows" change={{ filter: flows }}>
          {words.itsFlows}
        </Link>
      </p>
      <p>
        <Link className={buttonClass('line')} to="/exporters">
          {words.back}
        </Link>
      </p>
    </div>
  )
}

export function ExporterPage({ address }: { readonly address: string }): ReactElement {
  const [scope] = useScope()
  const sight = useSight(scope)
  const { last } = useLive()
  const [asked, setAsked] = useState(0)
  const mark = sight.mark * 1000 + asked
  const { data, error, refetch } = useExporter(address, mark)
  const item = last?.exporters.find(each => each.key === (data?.address ?? address))
  const live = sight.moving && item !== undefined
  const list = useExporterList({ ...sight.words, filter: scope.filter }, mark)
  const told = list.data?.rows.find(row => row.exporter === (data?.address ?? address))
  const traffic = live ? { bps: item.bps, fps: item.fps ?? told?.fps ?? 0 } : (told ?? null)
  const name = [data?.name, item?.name].find(each => each !== undefined && each !== '' && each !== address) ?? null
  const place = data === undefined ? '' : placeText(data)
  const missing = error instanceof ApiError && error.status === 404
  return (
    <>
      <Identity
        list="/exporters"
        kind={words.title}
        name={name ?? address}
        id={name === null ? '' : address}
        tools={
          <>
            <AsOf at={data?.at ?? 0} onAsk={() => setAsked(asked + 1)} />
            <a className={buttonClass('line')} href="/docs/how-to/exporters">
              {words.howTo}
            </a>
            <Link className={buttonClass('line')} to="/flows" change={{ filter: conditionText({ field: 'exporter', value: address }) }}>
              {words.itsFlows}
            </Link>
          </>
        }
      >
        {place !== '' && <span className="t3">{place}</span>}
        {data !== undefined && <StateBadge state={data.state} />}
        {data !== undefined && samplingUnknown(data) && (
          <Badge tone="warning" icon="warning">
            {words.samplingBadge}
          </Badge>
        )}
      </Identity>
      {missing ? <Missing address={address} /> : error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && (
        <div className={shell.blank} aria-busy="true">
          <span className="sk" style={{ width: '40%' }} />
        </div>
      )}
      {data !== undefined && !missing && (
        <>
          <ExporterFacts detail={data} traffic={traffic} />
          <AdviceList advice={data.advice} />
          <div className={`${panel.sheet} ${styles.sheet}`}>
            <Templates detail={data} />
            <Samplers detail={data} />
            <Sequence detail={data} />
            <Rejected detail={data} />
            <Unknown detail={data} />
            <Options detail={data} />
            <DataSources detail={data} />
            <Changes detail={data} />
            <Interfaces detail={data} range={sight.words} rangeMs={sight.range} mark={mark} />
          </div>
          <footer className={controls.foot}>
            <span>{words.since(longTime(data.first_seen))}</span>
            {data.notes.map(note => (
              <span key={note} className="warning">
                {note}
              </span>
            ))}
          </footer>
        </>
      )}
    </>
  )
}
