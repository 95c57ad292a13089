import { useRef, useState, type ReactElement } from 'react'
import { buttonClass } from './button.tsx'
import { Icon } from './icon.tsx'
import { Menu } from './overlay.tsx'
import styles from './controls.module.css'

interface PickProps<T extends string> {
  readonly label: string
  readonly options: readonly T[]
  readonly value: T
  readonly nameOf: (option: T) => string
  readonly onPick: (option: T) => void
}

/** One of a few, behind a button that says which. */
export function Pick<T extends string>({ label, options, value, nameOf, onPick }: PickProps<T>): ReactElement {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={buttonClass('line')}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`${label}: ${nameOf(value)}`}
        onClick={() => setOpen(!open)}
      >
        {nameOf(value)}
        <Icon name="chevron" small />
      </button>
      {open && anchor.current !== null && (
        <Menu
          anchor={anchor.current}
          label={label}
          end
          onClose={() => setOpen(false)}
          groups={[options.map(option => ({ label: nameOf(option), checked: option === value, onSelect: () => onPick(option) }))]}
        />
      )}
    </>
  )
}

/** One of a few, all in sight. */
export function Segments<T extends string>({ label, options, value, nameOf, onPick }: PickProps<T>): ReactElement {
  return (
    <div className={styles.segments} role="group" aria-label={label}>
      {options.map(option => (
        <button key={option} type="button" aria-pressed={option === value} onClick={() => onPick(option)}>
          {nameOf(option)}
        </button>
      ))}
    </div>
  )
}
