import type { ReactElement, ReactNode } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { Icon } from '../ui/icon.tsx'
import { Panel, type PanelPlace } from '../ui/panel.tsx'
import styles from './exporters.module.css'

interface PartProps extends PanelPlace {
  readonly title: string
  /** Grey beside the heading. */
  readonly sub?: ReactNode
  readonly children: ReactNode
}

/** A part of the page of an exporter. What is too wide scrolls in it, by the keyboard too. */
export function Part({ title, sub, children, ...place }: PartProps): ReactElement {
  return (
    <Panel {...place} title={title} beside={sub !== undefined && <span className="small t3">{sub}</span>}>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={title}>
        {children}
      </div>
    </Panel>
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
