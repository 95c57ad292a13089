/** The hosts that were active in the range: how much each had, since when, and where it is. */
import { useState, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { changeScope, useScope } from '../address/location.ts'
import { RANKS, type Scope } from '../address/scope.ts'
import { askedOf } from '../api/counting.ts'
import { useTable } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { ValueButton } from '../filter/value.tsx'
import { useSight } from '../api/sight.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { AsOf } from '../shell/as-of.tsx'
import { CountingBadge } from '../shell/counting.tsx'
import { rangeName } from '../shell/range.ts'
import { TopPick } from '../shell/top-pick.tsx'
import { Failure } from '../ui/failure.tsx'
import { bitRate, clock, clockSeconds, day, exactTime, sameDay, shortCount, volume, type Measure } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import { RuledTable, SkeletonRows } from '../ui/table.tsx'
import { words as shared } from '../words.ts'
import shell from '../shell/shell.module.css'
import ruled from '../ui/table.module.css'
import { NameLink } from './breakdown.tsx'
import { measuredOf, numberOf, textOf } from '../api/cells.ts'
import { shownOf } from './names.ts'
import { pageOf, within } from './place.ts'
import { Slow } from './slow.tsx'
import { words } from './words.ts'
import styles from './entity.module.css'

const FORMATS: Readonly<Record<Scope['rank'], (value: number) => Measure>> = { bytes: volume, packets: shortCount, flows: shortCount }
const HEADS = { bytes: words.bytes, packets: words.packets, flows: words.flows } satisfies Record<Scope['rank'], string>

interface Known {
  readonly first: number | null
  readonly last: number | null
  readonly country: string
  readonly as: string
  readonly asName: string
}

/** What single flows tell of hosts, from both ends: a host that only receives is no source. */
function knownOf(tables: readonly (readonly [side: 'src' | 'dst', table: Table | undefined])[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>()
  for (const [side, table] of tables) {
    for (const cells of table?.rows ?? []) {
      const host = textOf(cells[side])
      const before = known.get(host)
      const [first, last] = [measuredOf(cells['first_seen']), measuredOf(cells['last_seen'])]
      const told = (stem: string, earlier: string | undefined): string =>
        earlier === undefined || earlier === '' || earlier === '0' ? textOf(cells[`${side}_${stem}`]) : earlier
      known.set(host, {
        first: first === null ? (before?.first ?? null) : Math.min(first, before?.first ?? first),
        last: last === null ? (before?.last ?? null) : Math.max(last, before?.last ?? last),
        country: told('country', before?.country),
        as: told('as', before?.as),
        asName: told('as_name', before?.asName),
      })
    }
  }
  return known
}

function Seen({ at }: { readonly at: number | null | undefined }): ReactElement {
  if (at === null || at === undefined) return <span className="t3">{shared.none}</span>
  return <span title={exactTime(at)}>{sameDay(at, Date.now()) ? clockSeconds(at) : `${day(at)} ${clock(at)}`}</span>
}

/** First and last seen, country and AS of the hosts of the table, asked of single flows once the ranking is there. */
function useKnown(scope: Scope, question: { readonly from: string; readonly to: string }, hosts: readonly string[], mark: number) {
  const asked = (side: 'src' | 'dst') => ({
    ...question,
    ...askedOf({ ...scope, filter: within(`${side} in (${hosts.join(', ')})`, scope.filter) }),
    by: [side, `${side}_country`, `${side}_as`, `${side}_as_name`],
    metrics: ['bytes', 'first_seen', 'last_seen'],
    order: '-bytes',
    limit: hosts.length * 3 + 1,
  })
  const source = useTable(asked('src'), mark, hosts.length > 0)
  const destination = useTable(asked('dst'), mark, hosts.length > 0)
  return { source, destination }
}

export function HostsPage(): ReactElement {
  const [scope] = useScope()
  const sight = useSight(scope)
  const [again, setAgain] = useState(0)
  const mark = sight.mark * 1000 + again
  const table = useTable(
    { ...sight.words, ...askedOf(scope), by: ['host'], metrics: ['bytes', 'packets', 'flows', 'bps'], limit: Number(scope.top), order: `-${scope.rank}` },
    mark,
    true,
  )
  const rows = table.data?.rows ?? null
  const hosts = (rows ?? []).map(row => textOf(row['host']))
  const { source, destination } = useKnown(scope, sight.words, hosts, mark)
  const known = knownOf([
    ['src', source.data],
    ['dst', destination.data],
  ])
  const late = source.data === undefined || destination.data === undefined
  const label = words.hosts.label(scope.rank)
  const error = table.error ?? source.error ?? destination.error
  const wait = <span className="sk" style={{ width: '56px' }} />
  return (
    <>
      <div className={shell.head}>
        <h1>{words.hosts.title}</h1>
        <span className={`${shell.sub} wide ell`}>
          {words.hosts.sub} · {rangeName(scope, Date.now())}
        </span>
        <CountingBadge answered={table.data?.duplicates} />
        <div className={shell.tools}>
          <Slow onRetry={() => setAgain(again + 1)} />
          <TopPick scope={scope} />
          <AsOf className="wide" at={table.dataUpdatedAt} onAsk={() => setAgain(again + 1)} />
        </div>
      </div>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all([table.refetch(), source.refetch(), destination.refetch()])} />}
      {rows?.length === 0 ? (
        <div className={shell.blank}>
          <h2>{words.hosts.nothing}</h2>
          <p>{words.hosts.nothingHelp}</p>
        </div>
      ) : (
        (rows !== null || error === null) && (
          <RuledTable label={label} busy={rows === null} className={styles.hosts}>
            <thead>
              <tr>
                <th scope="col">{words.hosts.host}</th>
                <th scope="col" className={ruled.extra}>
                  {words.country}
                </th>
                <th scope="col" className={ruled.extra}>
                  {words.as}
                </th>
                <th scope="col" className={`num ${ruled.extra}`}>
                  {words.firstSeen}
                </th>
                <th scope="col" className={`num ${ruled.roomy}`}>
                  {words.lastSeen}
                </th>
                <th scope="col" className="num">
                  {words.hosts.rate}
                </th>
                {RANKS.map(rank => (
                  <th
                    key={rank}
                    scope="col"
                    className={`num ${rank === 'packets' ? ruled.roomy : ''}`}
                    aria-sort={rank === scope.rank ? 'descending' : undefined}
                  >
                    <button type="button" aria-label={words.hosts.sortBy(HEADS[rank].toLowerCase())} onClick={() => changeScope({ rank })}>
                      {HEADS[rank]}
                      {rank === scope.rank && ' ▾'}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows === null && <SkeletonRows columns={9} />}
              {rows?.map(row => {
                const host = textOf(row['host'])
                const of = known.get(host)
                const to = pageOf({ field: 'ip', value: host })
                return (
                  <tr key={host}>
                    <th scope="row" title={host}>
                      <span className={ruled.name}>
                        {to === null ? (
                          <span className="ell">{host}</span>
                        ) : (
                          <Link className={`ell ${styles.host}`} to={to}>
                            <HostName address={host} />
                          </Link>
                        )}
                        <span className={styles.menu}>
                          <ValueButton condition={{ field: 'ip', value: host }} label={host}>
                            <span className="vh">{words.hosts.menu(host)}</span>
                            <Icon name="filter" small />
                          </ValueButton>
                        </span>
                      </span>
                    </th>
                    <td className={ruled.extra}>
                      {of === undefined && late ? (
                        wait
                      ) : (
                        <NameLink to={pageOf({ field: 'country', value: of?.country ?? '' })}>
                          {of === undefined || of.country === '' ? '' : shownOf('country', of.country).text}
                        </NameLink>
                      )}
                    </td>
                    <td className={ruled.extra}>
                      {of === undefined && late ? (
                        wait
                      ) : (
                        <NameLink to={pageOf({ field: 'as', value: of?.as ?? '' })}>
                          {of === undefined || of.as === '' || of.as === '0' ? '' : of.asName === '' ? `AS${of.as}` : of.asName}
                        </NameLink>
                      )}
                    </td>
                    <td className={`num ${ruled.extra}`}>{of === undefined && late ? wait : <Seen at={of?.first} />}</td>
                    <td className={`num ${ruled.roomy}`}>{of === undefined && late ? wait : <Seen at={of?.last} />}</td>
                    <td className="num">
                      <Figure of={bitRate(numberOf(row['bps']))} />
                    </td>
                    {RANKS.map(rank => (
                      <td key={rank} className={`num ${rank === 'packets' ? ruled.roomy : ''}`}>
                        <Figure of={FORMATS[rank](numberOf(row[rank]))} />
                      </td>
                    ))}
                  </tr>
                )
              })}
            </tbody>
          </RuledTable>
        )
      )}
      <AnswerFooter answers={[table.data, source.data, destination.data].filter(answer => answer !== undefined)}>
        <span className="wide">{words.hosts.find}</span>
      </AnswerFooter>
    </>
  )
}
