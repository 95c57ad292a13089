/** The traffic of an entity by something else, as a table under its heading. */
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import type { Cells } from '../api/cells.ts'
import { figuresOf } from '../traffic/figures.ts'
import { TrafficTable, type TrafficRow } from '../traffic/table.tsx'
import { words as shared } from '../words.ts'
import type { Look } from './look.ts'
import { tabPath } from './place.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

interface BreakdownProps {
  readonly look: Look
  readonly title: string
  /** Head of the first column, and of those between name and figures. */
  readonly one: string
  readonly heads: readonly string[]
  /** Null while they are asked for. */
  readonly rows: readonly TrafficRow[] | null
  readonly totals: Cells | undefined
  readonly other: Cells | undefined
  readonly tools?: ReactNode
  /** Stands beside another one. */
  readonly half?: boolean
}

export function Breakdown({ look, title, rows, totals, other, tools, ...table }: BreakdownProps): ReactElement {
  return (
    <section className={styles.breakdown} aria-label={title}>
      <header>
        <h2 className="h2">{title}</h2>
        {tools !== undefined && <div className={styles.tools}>{tools}</div>}
      </header>
      <TrafficTable
        {...table}
        label={title}
        rows={rows}
        totals={figuresOf(totals)}
        other={figuresOf(other)}
        filter={look.scope.filter}
        flowsAt={tabPath(look.entity, 'flows')}
      />
    </section>
  )
}

/** A name that leads to the page of what it is; a dash where it is not known. */
export function NameLink({ to, children, detail = '' }: { readonly to: string | null; readonly children: string; readonly detail?: string }): ReactElement {
  if (children === '')
    return (
      <span className="t3" title={words.unknown}>
        {shared.none}
      </span>
    )
  return (
    <>
      {to === null ? (
        children
      ) : (
        <Link className={styles.to} to={to} title={[children, detail].filter(Boolean).join(' ')}>
          {children}
        </Link>
      )}
      {detail !== '' && <span className="t3"> {detail}</span>}
    </>
  )
}
