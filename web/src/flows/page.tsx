/** Raw flows of a range: a histogram, a table that is drawn where it is seen, and one flow with all its fields beside it. */
import { useCallback, useMemo, useRef, useState, type ReactElement } from 'react'
import { COLUMNS } from '../../../src/schema/index.ts'
import { changeScope, tailOf, usePlace } from '../address/location.ts'
import { exactRange, isRelative, resolveRange } from '../address/time.ts'
import { apiAddress, queryString } from '../api/client.ts'
import { useFlows, useSeries } from '../api/queries.ts'
import type { FlowRow } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { filterAt, within } from '../entity/place.ts'
import { Credits } from '../shell/credits.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { Icon } from '../ui/icon.tsx'
import { Dialog, Menu, Panel } from '../ui/overlay.tsx'
import { clockSeconds, join, shortCount, whole } from '../ui/format.ts'
import { useNarrow } from '../ui/narrow.ts'
import { words } from '../words.ts'
import shell from '../shell/shell.module.css'
import controls from '../ui/controls.module.css'
import { Chooser } from './chooser.tsx'
import { askedColumns, csvColumns, duplicateText, shownColumns } from './columns.ts'
import { FlowDrawer } from './drawer.tsx'
import { Histogram } from './histogram.tsx'
import { FlowList } from './list.tsx'
import { FlowTable } from './table.tsx'
import styles from './flows.module.css'

const CHOOSER_WIDTH = 520
const DENSITIES = ['compact', 'normal', 'loose'] as const

function Tools({ columns, csv }: { readonly columns: readonly string[]; readonly csv: string }): ReactElement {
  const { scope } = usePlace()
  const [open, setOpen] = useState<'columns' | 'density' | null>(null)
  const columnsButton = useRef<HTMLButtonElement>(null)
  const densityButton = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setOpen(null), [])
  const shown = shownColumns(columns).length
  return (
    <div className={shell.tools}>
      <Button className="wide" aria-pressed={scope.asSent} title={words.overview.asSentTitle} onClick={() => changeScope({ asSent: !scope.asSent })}>
        {words.flows.asSent}
      </Button>
      <span className="wide">
        <button
          ref={columnsButton}
          type="button"
          className={buttonClass()}
          aria-haspopup="dialog"
          aria-expanded={open === 'columns'}
          onClick={() => setOpen(open === 'columns' ? null : 'columns')}
        >
          <Icon name="columns" small />
          {words.flows.columns} <span className="t3">{words.flows.of(shown, COLUMNS.length)}</span>
        </button>
      </span>
      <span className="wide">
        <button
          ref={densityButton}
          type="button"
          className={buttonClass('plain', { icon: true })}
          aria-haspopup="menu"
          aria-expanded={open === 'density'}
          aria-label={words.flows.density}
          title={words.flows.density}
          onClick={() => setOpen(open === 'density' ? null : 'density')}
        >
          <Icon name="rows" small />
        </button>
      </span>
      <a className={`${buttonClass()} wide`} href={csv} download title={words.flows.csvTitle}>
        <Icon name="down" small />
        {words.flows.csv}
      </a>
      {open === 'columns' && columnsButton.current !== null && (
        <Panel anchor={columnsButton.current} label={words.flows.columnsTitle} end width={CHOOSER_WIDTH} onClose={close}>
          <Chooser columns={columns} />
        </Panel>
      )}
      {open === 'density' && densityButton.current !== null && (
        <Menu
          anchor={densityButton.current}
          label={words.flows.density}
          end
          onClose={close}
          groups={[
            DENSITIES.map(density => ({
              label: words.flows.dense[density],
              checked: density === scope.density,
              onSelect: () => changeScope({ density }, { replace: true }),
            })),
          ]}
        />
      )}
    </div>
  )
}

interface FlowsProps {
  /** The page the list stands on; a flow of it is open below this path. */
  readonly base?: string
  /** The list is a part of a page that has a heading of its own. */
  readonly embedded?: boolean
}

/** Flows of the scope; on the page of an entity those of the entity. */
export function FlowsPage({ base = '/flows', embedded = false }: FlowsProps): ReactElement {
  const { path, scope } = usePlace()
  const narrow = useNarrow(1023)
  const [mark, setMark] = useState(0)
  const { from, to, order, asSent, columns: names } = scope
  const filter = useMemo(() => filterAt(path, scope.filter), [path, scope.filter])
  // The range stands still while the table is read: pages follow one another, and no row moves under the pointer.
  const range = useMemo(() => ({ mark, ...resolveRange({ from, to }, Date.now()) }), [from, to, mark])
  const exact = useMemo(() => exactRange(range), [range])
  const columns = useMemo(() => shownColumns(names), [names])
  const sorted = order.replace(/^-/, '')
  const asked = useMemo(() => ({ ...exact, filter, columns: askedColumns(columns), order }), [exact, filter, columns, order])
  const flows = useFlows(asked, mark)
  const histogram = useSeries({ ...exact, filter, by: [], metrics: ['flows'], granularity: granularityFor(range.to - range.from), duplicates: 'all' }, mark)

  const rows = useMemo<readonly FlowRow[]>(() => flows.data?.pages.flatMap(page => page.rows) ?? [], [flows.data])
  const first = flows.data?.pages[0]
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = flows
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const openId = path.startsWith(`${base}/`) ? tailOf(path, `${base}/`) : null
  const openAt = openId === null ? -1 : rows.findIndex(row => row.id === openId)
  const total = first?.total
  const listsDuplicates = rows.some(row => duplicateText(row) !== null)
  const totalText = total === undefined ? '' : total.more ? words.flows.moreThan(whole(total.flows)) : whole(total.flows)
  const csv = apiAddress(`/flows${queryString({ ...exact, filter, order, format: 'csv', columns: csvColumns(columns) })}`)
  const drawer =
    openId === null ? null : (
      <FlowDrawer key={openId} base={base} id={openId} previous={rows[openAt - 1]?.id ?? null} next={openAt < 0 ? null : (rows[openAt + 1]?.id ?? null)} />
    )
  return (
    <div className={styles.wrap} data-open={drawer !== null && !narrow ? '' : undefined} data-embedded={embedded ? '' : undefined}>
      <div className={styles.main}>
        <div className={`${shell.head} ${styles.head}`}>
          {embedded ? <h2 className="h2">{words.rail.flows}</h2> : <h1>{words.rail.flows}</h1>}
          <span className={`${shell.sub} ell`}>
            {total !== undefined && (
              <>
                <span style={{ color: 'var(--text)' }}>{totalText}</span> {words.flows.inRange} {sorted}
              </>
            )}
          </span>
          {isRelative(scope) && total !== undefined && (
            <Button tight className="wide" title={words.flows.refresh} onClick={() => setMark(mark + 1)}>
              {words.flows.asOf(clockSeconds(range.to))}
            </Button>
          )}
          <Tools columns={names} csv={csv} />
        </div>
        {flows.error !== null && <Failure error={flows.error} onRetry={() => void flows.refetch()} />}
        <Histogram series={histogram.data} range={range} />
        {first !== undefined && rows.length === 0 ? (
          <div className={styles.none}>
            <b>{words.flows.nothing}</b>
            {words.flows.nothingHelp} {first.complete ? '' : words.flows.retention}
          </div>
        ) : narrow ? (
          <FlowList base={base} rows={rows} asSent={asSent} onMore={more} />
        ) : (
          <FlowTable
            key={`${order} ${filter} ${from} ${to}`}
            base={base}
            columns={columns}
            rows={rows}
            scope={scope}
            total={total?.flows ?? rows.length}
            openId={openId}
            onMore={more}
          />
        )}
        {first !== undefined && (
          <footer className={`${controls.foot} ${styles.pad}`}>
            <span>{words.footer.from[first.answered_from] ?? first.answered_from}</span>
            {first.rows_read !== undefined && <span>{words.footer.read(join(shortCount(first.rows_read)))}</span>}
            {first.took_ms !== undefined && <span>{Math.round(first.took_ms)} ms</span>}
            <span className="wide">
              {words.flows.rows('1', whole(rows.length))} of {totalText}
            </span>
            {isFetchingNextPage && <span>{words.flows.loadingMore}</span>}
            {listsDuplicates && (
              <span>
                {words.counting.rows} ·{' '}
                <button type="button" className={`link ${styles.hide}`} onClick={() => changeScope({ filter: within('not duplicate', scope.filter) })}>
                  {words.counting.hide}
                </button>
              </span>
            )}
            {!first.complete && <span className="warning">{first.notes.join(' ') || words.footer.incomplete}</span>}
            <span className="wide" style={{ marginLeft: 'auto' }}>
              {words.flows.keysHint}
            </span>
            <Credits />
          </footer>
        )}
      </div>
      {drawer !== null &&
        (narrow ? (
          <Dialog title={words.flow.label} sheet onClose={() => changeScope({}, { path: base })}>
            {drawer}
          </Dialog>
        ) : (
          drawer
        ))}
    </div>
  )
}
