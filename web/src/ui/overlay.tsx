/** What floats: menus, panels under a button, dialogs, the sheet of a phone. Each takes focus, closes by Escape, and gives focus back. */
import { useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { words } from '../words.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import styles from './overlay.module.css'

const MARGIN = 8

interface FloatingProps {
  readonly anchor: HTMLElement
  readonly onClose: () => void
  readonly className: string | undefined
  readonly role: 'menu' | 'dialog'
  readonly label: string
  /** Aligns the right edges instead of the left ones. */
  readonly end?: boolean
  readonly width?: number
  readonly onKeyDown?: (event: KeyboardEvent<HTMLDivElement>) => void
  readonly children: ReactNode
}

function Floating({ anchor, onClose, className, role, label, end = false, width, onKeyDown, children }: FloatingProps): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<CSSProperties>({ opacity: 0, left: 0, top: 0 })

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const from = anchor.getBoundingClientRect()
    const { offsetWidth, offsetHeight } = element
    const wished = end ? from.right - offsetWidth : from.left
    const left = Math.max(MARGIN, Math.min(wished, window.innerWidth - offsetWidth - MARGIN))
    const below = from.bottom + 1
    const top =
      below + offsetHeight + MARGIN <= window.innerHeight
        ? below
        : Math.max(MARGIN, Math.min(from.top - offsetHeight - 1, window.innerHeight - offsetHeight - MARGIN))
    setPlace({ left, top })
    const first = element.querySelector<HTMLElement>('[data-first], [role^=menuitem], input, button, a')
    first?.focus({ preventScroll: true })
  }, [anchor, end])

  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      const target = event.target
      if (target instanceof Node && !box.current?.contains(target) && !anchor.contains(target)) onClose()
    }
    const moved = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target)) return
      onClose()
    }
    document.addEventListener('pointerdown', outside, true)
    window.addEventListener('resize', onClose)
    window.addEventListener('scroll', moved, true)
    return () => {
      document.removeEventListener('pointerdown', outside, true)
      window.removeEventListener('resize', onClose)
      window.removeEventListener('scroll', moved, true)
      if (document.activeElement === document.body || document.activeElement === null) anchor.focus({ preventScroll: true })
    }
  }, [anchor, onClose])

  const keys = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
      anchor.focus({ preventScroll: true })
      return
    }
    onKeyDown?.(event)
  }
  const style: CSSProperties = width === undefined ? place : { ...place, width: `min(${width}px, calc(100vw - 16px))` }
  return createPortal(
    <div ref={box} className={className} role={role} aria-label={label} style={style} onKeyDown={keys}>
      {children}
    </div>,
    document.body,
  )
}

export interface MenuItem {
  readonly label: string
  readonly icon?: IconName
  readonly hint?: string
  readonly checked?: boolean
  readonly href?: string
  readonly onSelect?: () => void
}

interface MenuProps {
  readonly anchor: HTMLElement
  readonly label: string
  readonly onClose: () => void
  readonly caption?: ReactNode
  /** Groups of items, a rule between them. */
  readonly groups: readonly (readonly MenuItem[])[]
  readonly end?: boolean
}

/** A menu under its button: arrow keys move, Enter chooses, a letter jumps. */
export function Menu({ anchor, label, onClose, caption, groups, end = false }: MenuProps): ReactElement {
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^=menuitem]')]
    const at = items.findIndex(item => item === document.activeElement)
    const move = (index: number): void => {
      event.preventDefault()
      items[(index + items.length) % items.length]?.focus()
    }
    if (event.key === 'ArrowDown') move(at + 1)
    else if (event.key === 'ArrowUp') move(at - 1)
    else if (event.key === 'Home') move(0)
    else if (event.key === 'End') move(items.length - 1)
    else if (event.key === 'Tab') onClose()
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const found = items.findIndex((item, index) => index > at && item.textContent?.toLowerCase().startsWith(event.key.toLowerCase()) === true)
      if (found >= 0) move(found)
    }
    event.stopPropagation()
  }
  const choose = (item: MenuItem): void => {
    onClose()
    anchor.focus({ preventScroll: true })
    item.onSelect?.()
  }
  return (
    <Floating anchor={anchor} onClose={onClose} className={styles.menu} role="menu" label={label} end={end} onKeyDown={onKeyDown}>
      {caption !== undefined && (
        <div className={styles.cap} role="presentation">
          {caption}
        </div>
      )}
      {groups
        .filter(group => group.length > 0)
        .map((group, index) => (
          <div key={group[0]?.label} role="group">
            {index > 0 && <div className={styles.sep} role="separator" />}
            {group.map(item => {
              const inner = (
                <>
                  {item.icon !== undefined && <Icon name={item.icon} small />}
                  <span className="ell">{item.label}</span>
                  {item.checked === true && item.hint === undefined && (
                    <span className={styles.hint}>
                      <Icon name="ok" small />
                    </span>
                  )}
                  {item.hint !== undefined && <span className={styles.hint}>{item.hint}</span>}
                </>
              )
              return item.href === undefined ? (
                <button
                  key={item.label}
                  type="button"
                  className={styles.item}
                  role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
                  aria-checked={item.checked}
                  onClick={() => choose(item)}
                >
                  {inner}
                </button>
              ) : (
                <a key={item.label} className={styles.item} role="menuitem" href={item.href} onClick={onClose}>
                  {inner}
                </a>
              )
            })}
          </div>
        ))}
    </Floating>
  )
}

/** A panel with controls of its own under a button. */
export function Panel({
  anchor,
  label,
  onClose,
  end = false,
  width,
  children,
}: {
  readonly anchor: HTMLElement
  readonly label: string
  readonly onClose: () => void
  readonly end?: boolean
  readonly width: number
  readonly children: ReactNode
}): ReactElement {
  return (
    <Floating
      anchor={anchor}
      onClose={onClose}
      className={styles.panel}
      role="dialog"
      label={label}
      end={end}
      width={width}
      onKeyDown={event => event.stopPropagation()}
    >
      {children}
    </Floating>
  )
}

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** The rail of a phone: a sheet at the left edge, without a heading of its own. */
  readonly side?: boolean
  /** The whole screen, with a heading of its own: a flow on a phone. */
  readonly sheet?: boolean
}

/** A modal dialog: the page behind is inert, Escape closes, focus goes back where it was. */
export function Dialog({ title, onClose, children, side = false, sheet = false }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  return createPortal(
    <dialog
      ref={dialog}
      className={sheet ? styles.sheet : side ? styles.side : styles.dialog}
      aria-label={title}
      onCancel={event => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={event => event.stopPropagation()}
      onClick={event => {
        if (event.target === dialog.current) onClose()
      }}
    >
      {!side && !sheet && (
        <header>
          <h2>{title}</h2>
          <Button icon="close" aria-label={words.close} onClick={onClose} />
        </header>
      )}
      {side || sheet ? children : <div className={styles.body}>{children}</div>}
    </dialog>,
    document.body,
  )
}

interface Toast {
  readonly text: string
  readonly error: boolean
}

let tellToast: (toast: Toast) => void = () => undefined

/** Says one thing at the edge of the screen; an error stays until it is closed. */
export function toast(text: string, error = false): void {
  tellToast({ text, error })
}

const TOAST_MS = 6000

export function Toaster(): ReactElement {
  const [current, setCurrent] = useState<Toast | null>(null)
  useEffect(() => {
    tellToast = setCurrent
    return () => {
      tellToast = () => undefined
    }
  }, [])
  useEffect(() => {
    if (current === null || current.error) return undefined
    const timer = window.setTimeout(() => setCurrent(null), TOAST_MS)
    return () => window.clearTimeout(timer)
  }, [current])
  return (
    <div role="status" aria-live="polite">
      {current !== null && (
        <div className={styles.toast}>
          {current.error && (
            <span className="critical">
              <Icon name="critical" />
            </span>
          )}
          <span>{current.text}</span>
          <Button icon="close" tight aria-label={words.close} onClick={() => setCurrent(null)} />
        </div>
      )}
    </div>
  )
}
