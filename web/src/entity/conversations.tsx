import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { apiAddress, queryString, request } from '../api/client.ts'
import { protocolText } from '../flows/columns.ts'
import { PageLink, ValueButton } from '../filter/value.tsx'
import { CountingLine } from '../shell/counting.tsx'
import { Credits } from '../shell/credits.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { clockSeconds, duration, exactTime, join, shortCount, volume, whole } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import { RuledTable, SkeletonRows } from '../ui/table.tsx'
import { serviceName } from '../../../src/schema/index.ts'
import { words as shared } from '../words.ts'
import controls from '../ui/controls.module.css'
import ruled from '../ui/table.module.css'
import type { Look } from './look.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

/** As `/conversations` tells one. */
interface Conversation {
  readonly client: string
  readonly client_port: number
  readonly server: string
  readonly server_port: number
  readonly proto: number
  readonly app: string
  readonly started: string
  readonly duration: number
  readonly state: string
  readonly client_by: string
  readonly request_bytes: number | string
  readonly response_bytes: number | string
  readonly response_time: number | null
  readonly response_time_estimate: number | null
}

interface ConversationsPage {
  readonly rows: readonly Conversation[]
  readonly next: string | null
  readonly total: number
  readonly duplicates: string
  readonly complete: boolean
  readonly notes: readonly string[]
  readonly rows_read: number
  readonly took_ms: number
}

const PAGE = 50

function Address({ address, detail, title }: { readonly address: string; readonly detail: string; readonly title: string }): ReactElement {
  const condition = { field: 'ip', value: address }
  return (
    <span className={ruled.name} title={title}>
      <ValueButton condition={condition} label={address} className="ell">
        <HostName address={address} />
      </ValueButton>
      <span className={`t3 ${styles.port}`}>{detail}</span>
      <PageLink condition={condition} label={address} />
    </span>
  )
}

/** What an exporter measured, or else what its times suggest, marked as such. */
function ResponseTime({ of }: { readonly of: Conversation }): ReactElement {
  if (of.response_time !== null) return <Figure of={duration(of.response_time)} />
  if (of.response_time_estimate === null)
    return (
      <span className="t3" title={shared.notMeasured}>
        {shared.none}
      </span>
    )
  return (
    <span title={words.conversation.estimate}>
      ≈ <Figure of={duration(of.response_time_estimate)} />
    </span>
  )
}

function Row({ row }: { readonly row: Conversation }): ReactElement {
  const at = Date.parse(row.started)
  const proto = protocolText(row.proto)
  const service = serviceName(row.server_port)
  return (
    <tr>
      <td>
        <Address
          address={row.client}
          detail={row.client_port === 0 ? '' : `:${row.client_port}`}
          title={words.conversation.by[row.client_by] ?? row.client_by}
        />
      </td>
      <td>
        <Address
          address={row.server}
          detail={row.server_port === 0 ? proto : `:${row.server_port}/${proto}`}
          title={[`${row.server} ${row.server_port}/${proto}`, service].filter(Boolean).join(' · ')}
        />
      </td>
      <td className={ruled.extra}>
        {row.app === '' ? (
          <span className="t3">{shared.none}</span>
        ) : (
          <span className={ruled.name}>
            <ValueButton condition={{ field: 'app', value: row.app }} label={row.app} className="ell">
              {row.app}
            </ValueButton>
          </span>
        )}
      </td>
      <td className={ruled.roomy} title={exactTime(at)}>
        {clockSeconds(at)}
      </td>
      <td className={`num ${ruled.roomy}`}>
        <Figure of={duration(row.duration)} />
      </td>
      <td className="num">
        <Figure of={volume(Number(row.request_bytes))} />
      </td>
      <td className="num">
        <Figure of={volume(Number(row.response_bytes))} />
      </td>
      <td className={`num ${ruled.roomy}`}>
        <ResponseTime of={row} />
      </td>
      <td className={ruled.extra}>
        <span className={row.state === 'refused' || row.state === 'no answer' ? 'warning' : 't2'}>{row.state}</span>
      </td>
    </tr>
  )
}

/** Flows of both directions as one: who asked whom, how much went each way, how it went. */
export function ConversationsTab({ look }: { readonly look: Look }): ReactElement {
  const { from, to, filter, duplicates } = look.either
  const question = { from, to, filter, ...(duplicates === undefined ? {} : { duplicates: duplicates === 'once' ? 'once' : 'hops' }) }
  const pages = useInfiniteQuery({
    queryKey: ['conversations', question, look.mark],
    queryFn: ({ pageParam, signal }) => request<ConversationsPage>(`/conversations${queryString({ ...question, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next ?? undefined,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
  const rows = pages.data?.pages.flatMap(page => page.rows) ?? null
  const first = pages.data?.pages[0]
  const last = pages.data?.pages.at(-1)
  const title = words.tabs.conversations
  const csv = apiAddress(`/conversations${queryString({ ...question, format: 'csv' })}`)
  const { conversation } = words
  return (
    <>
      {pages.error !== null && <Failure error={pages.error} onRetry={() => void pages.refetch()} />}
      <section className={styles.breakdown} aria-label={title}>
        <header>
          <h2 className="h2">{title}</h2>
          {first !== undefined && rows !== null && (
            <span className="t3 small">
              {conversation.of(whole(rows.length), whole(first.total))}, {conversation.order}
            </span>
          )}
          <div className={styles.tools}>
            <a className={`${buttonClass()} wide`} href={csv} download title={conversation.csvTitle}>
              <Icon name="down" small />
              {shared.csv}
            </a>
          </div>
        </header>
        <RuledTable label={title} busy={rows === null} className={styles.conversations}>
          <thead>
            <tr>
              <th scope="col">{conversation.client}</th>
              <th scope="col">{conversation.server}</th>
              <th scope="col" className={ruled.extra}>
                {words.app}
              </th>
              <th scope="col" className={ruled.roomy}>
                {conversation.started}
              </th>
              <th scope="col" className={`num ${ruled.roomy}`}>
                {conversation.duration}
              </th>
              <th scope="col" className="num">
                {conversation.asked}
              </th>
              <th scope="col" className="num">
                {conversation.answered}
              </th>
              <th scope="col" className={`num ${ruled.roomy}`}>
                {conversation.time}
              </th>
              <th scope="col" className={ruled.extra}>
                {conversation.state}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows === null && <SkeletonRows columns={9} />}
            {rows?.length === 0 && (
              <tr>
                <td className="t3" colSpan={9}>
                  {conversation.nothing}
                </td>
              </tr>
            )}
            {rows?.map((row, index) => (
              <Row key={index} row={row} />
            ))}
          </tbody>
        </RuledTable>
        {pages.hasNextPage && (
          <p className={styles.foot}>
            <Button look="line" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {conversation.more(String(PAGE))}
            </Button>
          </p>
        )}
      </section>
      {last !== undefined && (
        <footer className={controls.foot}>
          <span>{shared.footer.from['raw']}</span>
          <span>{shared.footer.read(join(shortCount(last.rows_read)))}</span>
          <span>{Math.round(last.took_ms)} ms</span>
          {last.complete ? <span>{shared.footer.complete}</span> : <span className="warning">{last.notes.join(' ') || shared.footer.incomplete}</span>}
          {last.complete && last.notes.length > 0 && <span>{last.notes.join(' ')}</span>}
          <CountingLine answered={last.duplicates} />
          <Credits />
          <span className="wide">{conversation.note}</span>
        </footer>
      )}
    </>
  )
}
