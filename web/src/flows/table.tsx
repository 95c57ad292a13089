import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react'
import type { Column } from '../../../src/schema/index.ts'
import { Link } from '../address/link.tsx'
import { changeScope, go, useHref } from '../address/location.ts'
import type { Scope } from '../address/scope.ts'
import type { FlowRow } from '../api/types.ts'
import { ValueButton } from '../filter/value.tsx'
import { Icon } from '../ui/icon.tsx'
import { style } from '../ui/style.ts'
import { words } from '../words.ts'
import { FlowValue, plainValue, wasMeasured } from './cell.tsx'
import { conditionOf, duplicateText, isNumeric, leastWidth, widthOf } from './columns.ts'
import styles from './flows.module.css'

const ROW_PX = { compact: 24, normal: 28, loose: 36 } as const
const AHEAD = 60

interface TableProps {
  /** The page the table stands on; a flow is open below this path. */
  readonly base: string
  readonly columns: readonly Column[]
  readonly rows: readonly FlowRow[]
  readonly scope: Scope
  readonly total: number
  readonly openId: string | null
  readonly onMore: () => void
}

function SortHead({ column, order }: { readonly column: Column; readonly order: string }): ReactElement {
  const name = order.replace(/^-/, '')
  const current = name === column.name
  const falling = order.startsWith('-')
  // Numbers and times are wanted from the top, names from the start of the alphabet; a second click turns it round.
  const first = isNumeric(column) || column.kind === 'time' ? `-${column.name}` : column.name
  const next = current ? (falling ? column.name : `-${column.name}`) : first
  return (
    <th
      scope="col"
      className={isNumeric(column) ? 'num' : undefined}
      aria-sort={current ? (falling ? 'descending' : 'ascending') : undefined}
      title={column.doc}
    >
      <button type="button" aria-label={words.flows.sortBy(column.label)} onClick={() => changeScope({ order: next })}>
        {column.label}
        {current && (falling ? ' ▾' : ' ▴')}
      </button>
    </th>
  )
}

interface RowProps {
  readonly base: string
  readonly columns: readonly Column[]
  readonly row: FlowRow
  readonly index: number
  readonly asSent: boolean
  readonly selected: boolean
  readonly active: number | null
}

function FlowCell({
  base,
  column,
  row,
  asSent,
  active,
  ports,
}: {
  readonly base: string
  readonly column: Column
  readonly row: FlowRow
  readonly asSent: boolean
  readonly active: boolean
  readonly ports: boolean
}): ReactElement {
  const value = <FlowValue column={column} row={row} asSent={asSent} ports={ports} />
  const condition = conditionOf(column, row)
  const tabIndex = active ? 0 : -1
  const duplicate = column.kind === 'time' ? duplicateText(row) : null
  if (column.kind === 'time')
    return (
      <Link to={`${base}/${row.id}`} className={`${styles.cell} ${styles.time}`} tabIndex={tabIndex} onClick={event => event.stopPropagation()}>
        {value}
        {duplicate !== null && (
          <span className={styles.again} title={duplicate}>
            <Icon name="copy" small />
            <span className="vh">{words.counting.duplicate}</span>
          </span>
        )}
      </Link>
    )
  if (condition === null || !wasMeasured(column, row))
    return (
      <span className={styles.cell} tabIndex={tabIndex}>
        {value}
      </span>
    )
  const unknown = (column.name === 'bytes' || column.name === 'packets') && row['sampling_rate'] === 0
  return (
    <>
      {unknown && (
        <span className={styles.badge} title={words.flow.samplingUnknown}>
          <Icon name="warning" small />
        </span>
      )}
      <ValueButton
        condition={condition}
        label={plainValue(column, row)}
        detail={column.label}
        className={styles.cell}
        tabIndex={tabIndex}
        extra={[{ label: words.value.flow, icon: 'open', hint: 'o', onSelect: () => openFlow(base, row.id) }]}
      >
        {value}
      </ValueButton>
    </>
  )
}

const openFlow = (base: string, id: string): void => changeScope({}, { path: `${base}/${id}` })

/** Drawn again only when something of its own changes: a scroll moves hundreds of rows past. */
const FlowTableRow = memo(function FlowTableRow({ base, columns, row, index, asSent, selected, active }: RowProps): ReactElement {
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-row={index}
      data-again={duplicateText(row) === null ? undefined : ''}
      onClick={() => openFlow(base, row.id)}
    >
      {columns.map((column, at) => (
        <td key={column.name} className={isNumeric(column) ? 'num' : undefined}>
          <FlowCell
            base={base}
            column={column}
            row={row}
            asSent={asSent}
            active={active === at}
            ports={!columns.some(other => other.name === `${column.name}_port`)}
          />
        </td>
      ))}
    </tr>
  )
})

interface Place {
  readonly row: number
  readonly column: number
}

/** Raw flows, drawn where they are seen only. A grid: one cell is in the tab order, the arrow keys move it. */
export function FlowTable({ base, columns, rows, scope, total, openId, onMore }: TableProps): ReactElement {
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<Place>({ row: 0, column: 0 })
  const lastKey = useRef('')
  const href = useHref()
  const size = ROW_PX[scope.density]
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => size, overscan: 10 })
  const items = virtual.getVirtualItems()
  const first = items[0]
  const last = items.at(-1)
  const lastIndex = last?.index ?? 0
  useEffect(() => {
    if (lastIndex >= rows.length - AHEAD) onMore()
  }, [lastIndex, rows.length, onMore])
  useEffect(() => virtual.measure(), [virtual, size])

  const moveTo = (place: Place): void => {
    const row = Math.min(rows.length - 1, Math.max(0, place.row))
    const column = Math.min(columns.length - 1, Math.max(0, place.column))
    setActive({ row, column })
    virtual.scrollToIndex(row, { align: 'auto' })
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${row}"] td:nth-child(${column + 1}) .${styles.cell}`)?.focus({ preventScroll: true }),
    )
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { row, column } = active
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? size) / size) - 2)
    const moves: Readonly<Record<string, Place>> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + 1 },
      ArrowLeft: { row, column: column - 1 },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: event.ctrlKey ? 0 : row, column: 0 },
      End: { row: event.ctrlKey ? rows.length - 1 : row, column: columns.length - 1 },
    }
    const move = moves[event.key]
    const current = rows[row]
    if (move !== undefined) {
      event.preventDefault()
      moveTo(move)
    } else if (event.key === 'o' && lastKey.current !== 'g' && current !== undefined) {
      event.preventDefault()
      go(href(`${base}/${current.id}`))
    }
    lastKey.current = event.key
  }
  const top = first?.start ?? 0
  const bottom = virtual.getTotalSize() - (last?.end ?? 0)
  // One cell is always in the tab order: the active one, or the first that is drawn.
  const tabRow = items.some(item => item.index === active.row) ? active.row : (first?.index ?? 0)
  return (
    <div ref={scroller} className={styles.scroller} style={style({ '--row-h': `${size}px` })} onKeyDown={onKeyDown} tabIndex={rows.length === 0 ? 0 : -1}>
      <table
        className={styles.table}
        style={style({ minWidth: `${leastWidth(columns)}px` })}
        role="grid"
        aria-rowcount={total + 1}
        aria-label={words.flows.tableLabel(scope.order.replace(/^-/, ''))}
      >
        <colgroup>
          {columns.map(column => (
            <col key={column.name} style={widthOf(column) === 0 ? {} : { width: `${widthOf(column)}px` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <SortHead key={column.name} column={column} order={scope.order} />
            ))}
          </tr>
        </thead>
        <tbody>
          {top > 0 && (
            <tr aria-hidden="true">
              <td className={styles.gap} style={style({ height: `${top}px` })} colSpan={columns.length} />
            </tr>
          )}
          {items.map(item => {
            const row = rows[item.index]
            return row === undefined ? null : (
              <FlowTableRow
                key={row.id}
                base={base}
                columns={columns}
                row={row}
                index={item.index}
                asSent={scope.asSent}
                selected={row.id === openId}
                active={item.index === tabRow ? active.column : null}
              />
            )
          })}
          {bottom > 0 && (
            <tr aria-hidden="true">
              <td className={styles.gap} style={style({ height: `${bottom}px` })} colSpan={columns.length} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}
