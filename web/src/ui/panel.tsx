import type { HTMLAttributes, ReactElement, ReactNode } from 'react'
import styles from './panel.module.css'

/** Where a panel stands on its sheet. */
export interface PanelPlace {
  /** Columns of twelve it is wide on a desktop. */
  readonly width?: 4 | 6 | 8 | 12
  /** Begins a line of the sheet. */
  readonly first?: boolean
  /** Its lines are those of where it stands. */
  readonly plain?: boolean
  readonly className?: string | undefined
}

interface PanelProps extends PanelPlace, Omit<HTMLAttributes<HTMLElement>, 'title' | 'className'> {
  readonly title: string
  /** Between heading and tools: badges, a key, a grey line. */
  readonly beside?: ReactNode
  readonly tools?: ReactNode
  readonly busy?: boolean
  readonly children: ReactNode
}

/** A part of the sheet with its heading, and its tools at the right. */
export function Panel({
  title,
  beside,
  tools,
  width,
  first = false,
  plain = false,
  busy = false,
  className = '',
  children,
  ...rest
}: PanelProps): ReactElement {
  return (
    <section
      {...rest}
      className={`${styles.panel} ${plain ? '' : styles.ruled} ${className}`}
      data-width={width}
      data-first={first ? '' : undefined}
      aria-busy={busy}
    >
      <header>
        <h2 className="h2">{title}</h2>
        {beside}
        {tools !== undefined && <div className={styles.tools}>{tools}</div>}
      </header>
      {children}
    </section>
  )
}
