import { textOf } from '../api/cells.ts'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import type { FlowRow } from '../api/types.ts'
import { volume } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { words } from '../words.ts'
import { duplicateText, factorOf } from './columns.ts'
import styles from './flows.module.css'

const ROW_PX = 57
const AHEAD = 30

const named = (row: FlowRow, side: 'src' | 'dst'): string => textOf(row[`${side}_name`]) || textOf(row[side])
const port = (row: FlowRow, side: 'src' | 'dst'): string =>
  row[`${side}_port`] === 0 || row[`${side}_port`] === undefined ? '' : `:${textOf(row[`${side}_port`])}`

/** Flows on a phone: two lines each, a tap opens the flow. */
export function FlowList({
  base,
  rows,
  asSent,
  onMore,
}: {
  readonly base: string
  readonly rows: readonly FlowRow[]
  readonly asSent: boolean
  readonly onMore: () => void
}): ReactElement {
  const list = useRef<HTMLUListElement>(null)
  const virtual = useWindowVirtualizer({ count: rows.length, estimateSize: () => ROW_PX, overscan: 8, scrollMargin: list.current?.offsetTop ?? 0 })
  const items = virtual.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (lastIndex >= rows.length - AHEAD) onMore()
  }, [lastIndex, rows.length, onMore])
  return (
    <ul ref={list} className={styles.list} aria-label={words.rail.flows} style={{ height: `${virtual.getTotalSize()}px` }}>
      {items.map(item => {
        const row = rows[item.index]
        if (row === undefined) return null
        const bytes = Number(row['bytes_as_sent'] ?? 0) * (asSent ? 1 : factorOf(row))
        return (
          <li key={row.id}>
            <Link to={`${base}/${row.id}`} style={{ top: `${item.start - virtual.options.scrollMargin}px`, height: `${ROW_PX}px` }}>
              <span className="ell">
                <b>{named(row, 'src')}</b>
                <span className="t3">{port(row, 'src')}</span>
              </span>
              <span className="num">
                <Figure of={volume(bytes)} />
              </span>
              <span className="ell t2">
                → {named(row, 'dst')}
                <span className="t3">{port(row, 'dst')}</span>
              </span>
              <span className="num t3 ell">
                {duplicateText(row) === null ? '' : `${words.counting.duplicate} · `}
                {textOf(row['app'])}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
