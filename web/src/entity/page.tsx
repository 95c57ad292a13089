/**
 * The page of one entity: one template for every kind. In: the entity of the address. Out: what is known of it, and tabs that each
 * ask the Query model within its term. Nothing here is of one kind but what its value in `kinds.ts` says.
 */
import { Suspense, lazy, useLayoutEffect, useRef, useState, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { useHostName } from '../api/names.ts'
import { useTable } from '../api/queries.ts'
import { useLive } from '../api/session.tsx'
import type { Table } from '../api/types.ts'
import { AsOf } from '../shell/as-of.tsx'
import { CountingBadge } from '../shell/counting.tsx'
import { Identity } from '../shell/identity.tsx'
import { SamplingBadge } from '../shell/sampling-badge.tsx'
import { Badge, buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { join, shortCount } from '../ui/format.ts'
import { words as shared } from '../words.ts'
import shell from '../shell/shell.module.css'
import { numberOf, type Cells } from '../api/cells.ts'
import { KnownFacts, useFacts } from './facts.tsx'
import { TABS, type Tab } from './kinds.ts'
import { useLook, type Look } from './look.ts'
import { shownOf } from './names.ts'
import { tabPath, type Entity } from './place.ts'
import { Slow } from './slow.tsx'
import { TrafficTab } from './traffic.tsx'
import { words } from './words.ts'
import styles from './entity.module.css'

const PeersTab = lazy(() => import('./peers.tsx').then(module => ({ default: module.PeersTab })))
const AppsTab = lazy(() => import('./apps.tsx').then(module => ({ default: module.AppsTab })))
const PortsTab = lazy(() => import('./ports.tsx').then(module => ({ default: module.PortsTab })))
const QualityTab = lazy(() => import('./quality.tsx').then(module => ({ default: module.QualityTab })))
const ConversationsTab = lazy(() => import('./conversations.tsx').then(module => ({ default: module.ConversationsTab })))
const FlowsPage = lazy(() => import('../flows/page.tsx').then(module => ({ default: module.FlowsPage })))

const SUMS = ['bytes', 'packets', 'flows', 'hosts', 'count_rtt', 'p50_rtt', 'p95_rtt', 'count_retransmitted', 'retransmitted_percent', 'rst_flows'] as const

/** The tabs as links: each has an address, so that Back, a new tab and a bookmark do what they do elsewhere. */
function Tabs({ look, sums, name }: { readonly look: Look; readonly sums: Cells | null; readonly name: string }): ReactElement {
  const { entity } = look
  const counts: Readonly<Partial<Record<Tab, number>>> =
    sums === null ? {} : { flows: numberOf(sums['flows']), ...(entity.kind.id === 'host' ? { peers: Math.max(0, numberOf(sums['hosts']) - 1) } : {}) }
  // On a phone not all tabs are in sight; the current one is.
  const bar = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const current = bar.current?.querySelector<HTMLElement>('[aria-current]')
    if (bar.current !== null && current !== null && current !== undefined) bar.current.scrollLeft = current.offsetLeft - bar.current.clientWidth / 2
  }, [entity.tab])
  return (
    <nav ref={bar} className={styles.tabs} aria-label={words.tabsLabel(name)}>
      {TABS.filter(tab => !entity.kind.hides.includes(tab)).map(tab => {
        const count = counts[tab]
        return (
          <Link key={tab} to={tabPath(entity, tab)} aria-current={tab === entity.tab ? 'page' : undefined}>
            {words.tabs[tab]}
            {count !== undefined && <span className={styles.n}>{join(shortCount(count))}</span>}
          </Link>
        )
      })}
    </nav>
  )
}

function Nothing({ look, name }: { readonly look: Look; readonly name: string }): ReactElement {
  const { kind } = look.entity
  const filtered = look.scope.filter.trim() !== ''
  return (
    <div className={shell.blank}>
      <h2>{words.none.title(name)}</h2>
      <p>{filtered ? words.none.filtered : words.none.plain}</p>
      <p className={styles.ways}>
        {filtered && (
          <Link className={buttonClass('line')} to={look.entity.path} change={{ filter: '' }}>
            {words.none.unfilter}
          </Link>
        )}
        {look.scope.from !== 'now-7d' && (
          <Link className={buttonClass('line')} to={look.entity.path} change={{ from: 'now-7d', to: 'now' }}>
            {words.none.week}
          </Link>
        )}
        <Link className={buttonClass('line')} to={kind.list}>
          {words.none.list(kind.many)}
        </Link>
        <Link className={buttonClass('line')} to="/exporters">
          {words.none.exporters}
        </Link>
      </p>
    </div>
  )
}

interface TabProps {
  readonly look: Look
  readonly sums: Table | undefined
}

function TabOf({ look, sums }: TabProps): ReactElement {
  switch (look.entity.tab) {
    case 'traffic':
      return <TrafficTab look={look} sums={sums} />
    case 'peers':
      return <PeersTab look={look} />
    case 'apps':
      return <AppsTab look={look} />
    case 'ports':
      return <PortsTab look={look} />
    case 'conversations':
      return <ConversationsTab look={look} />
    case 'flows':
      return <FlowsPage base={tabPath(look.entity, 'flows')} embedded />
    case 'quality':
      return <QualityTab look={look} />
    default:
      return look.entity.tab satisfies never
  }
}

export function EntityPage({ entity }: { readonly entity: Entity }): ReactElement {
  const [asked, setAsked] = useState(0)
  const look = useLook(entity, asked)
  const { kind, value } = entity
  const { last, state } = useLive()
  const sums = useTable({ ...look.either, by: [], metrics: SUMS, order: '-bytes' }, look.mark, true)
  const facts = useFacts(look)
  const row = sums.data?.rows[0] ?? null
  const named = useHostName(kind.id === 'host' ? value : '')
  const shown = shownOf(kind.id, value, facts.name === '' ? named : facts.name)
  const empty = row !== null && !sums.isPlaceholderData && numberOf(row['flows']) === 0 && numberOf(row['bytes']) === 0
  const active = look.moving && state === 'live' && (last?.active_flows ?? 0) > 0
  return (
    <>
      <Identity
        list={kind.list}
        kind={kind.many}
        name={shown.text}
        id={shown.detail}
        tools={
          <>
            <Slow onRetry={() => setAsked(asked + 1)} />
            <AsOf at={sums.dataUpdatedAt} onAsk={() => setAsked(asked + 1)} />
          </>
        }
      >
        {active && (
          <Badge tone="ok" icon="ok" title={words.activeTitle}>
            {words.active}
          </Badge>
        )}
        <SamplingBadge unknown={sums.data?.unknown_sampling_flows ?? 0} />
        <CountingBadge answered={sums.data?.duplicates} />
      </Identity>
      <KnownFacts facts={facts} />
      <Tabs look={look} sums={row} name={shown.text} />
      {sums.error !== null && entity.tab !== 'flows' && <Failure error={sums.error} onRetry={() => void sums.refetch()} />}
      {sums.error !== null && sums.data === undefined && entity.tab !== 'flows' ? null : empty ? (
        <Nothing look={look} name={shown.text} />
      ) : (
        <Suspense
          fallback={
            <div className={shell.blank} aria-busy="true">
              <span className="vh">{shared.loading}</span>
            </div>
          }
        >
          <TabOf look={look} sums={sums.data} />
        </Suspense>
      )}
    </>
  )
}
