import type { ReactElement, ReactNode } from 'react'
import { style } from './style.ts'
import styles from './table.module.css'

interface RuledTableProps {
  readonly label: string
  readonly busy?: boolean
  /** Stands in a panel, whose margin it keeps and which scrolls. */
  readonly inset?: boolean
  readonly className?: string | undefined
  /** Head, body and foot. */
  readonly children: ReactNode
}

/** A table with the lines of the house. Over the full width it scrolls by itself, by the keyboard too. */
export function RuledTable({ label, busy = false, inset = false, className = '', children }: RuledTableProps): ReactElement {
  const table = (
    <table className={`${styles.table} ${className}`} data-inset={inset ? '' : undefined} aria-busy={busy}>
      <caption className="vh">{label}</caption>
      {children}
    </table>
  )
  return inset ? (
    table
  ) : (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      {table}
    </div>
  )
}

const WIDTHS = [70, 62, 55, 48, 41, 34] as const

/** Rows of a table that are asked for. */
export function SkeletonRows({ columns }: { readonly columns: number }): readonly ReactElement[] {
  return WIDTHS.map(width => (
    <tr key={width}>
      <td colSpan={columns}>
        <span className="sk" style={style({ width: `${width}%` })} />
      </td>
    </tr>
  ))
}
