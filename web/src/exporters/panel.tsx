import { useId, type ReactElement, type ReactNode } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { Icon } from '../ui/icon.tsx'
import styles from './exporters.module.css'

interface PanelProps {
  readonly title: string
  /** Columns of twelve it is wide on a desktop. */
  readonly width: 4 | 6 | 8 | 12
  /** Grey beside the heading. */
  readonly sub?: ReactNode
  /** Begins a line of the sheet. */
  readonly first?: boolean
  readonly children: ReactNode
}

/** A part of the sheet with its heading. What is too wide scrolls in it, by the keyboard too. */
export function Panel({ title, width, sub, first = false, children }: PanelProps): ReactElement {
  const id = useId()
  return (
    <section className={styles.panel} data-width={width} data-first={first ? '' : undefined} aria-labelledby={id}>
      <header>
        <h2 className="h2" id={id}>
          {title}
        </h2>
        {sub !== undefined && <span className="small t3">{sub}</span>}
      </header>
      <div className={styles.scroll} tabIndex={0} role="region" aria-labelledby={id}>
        {children}
      </div>
    </section>
  )
}

/** Whether something stands open, by its name in the address, and a way to change it. */
export function useOpen(name: string): readonly [boolean, () => void] {
  const [{ open }] = useScope()
  const isOpen = open.includes(name)
  const toggle = (): void => changeScope({ open: isOpen ? open.filter(each => each !== name) : [...open, name] }, { replace: true })
  return [isOpen, toggle]
}

/** A button that opens what is below its row. */
export function Opener({
  open,
  onToggle,
  label,
  children,
}: {
  readonly open: boolean
  readonly onToggle: () => void
  readonly label: string
  readonly children: ReactNode
}): ReactElement {
  return (
    <button type="button" className={styles.opener} aria-expanded={open} aria-label={label} onClick={onToggle}>
      <Icon name={open ? 'chevron' : 'right'} small />
      {children}
    </button>
  )
}
