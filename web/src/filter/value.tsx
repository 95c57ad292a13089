import { createContext, useCallback, useContext, useMemo, useState, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import { changeScope, go, useHref, usePlace } from '../address/location.ts'
import { filterAt, pageOf } from '../entity/place.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu, toast, type MenuItem } from '../ui/overlay.tsx'
import { copyText } from '../ui/copy.ts'
import { words } from '../words.ts'
import { excluding, including, onlyThis, type Condition } from './language.ts'
import styles from './filter.module.css'

interface Opened {
  readonly anchor: HTMLElement
  readonly condition: Condition
  readonly label: string
  readonly detail: string | undefined
  readonly extra: readonly MenuItem[]
}

interface ValueMenuContext {
  readonly open: (opened: Opened) => void
  readonly anchor: HTMLElement | null
}

const Context = createContext<ValueMenuContext>({ open: () => undefined, anchor: null })

/** Applies a changed filter, or says why it cannot be. */
function apply(change: (filter: string) => string, filter: string, path?: string): void {
  try {
    changeScope({ filter: change(filter) }, path === undefined ? {} : { path })
  } catch (cause) {
    toast(cause instanceof Error ? cause.message : String(cause), true)
  }
}

/** Offers the menu of a value to everything below: include, exclude, only this, copy, its flows. */
export function ValueMenus({ children }: { readonly children: ReactNode }): ReactElement {
  const [opened, setOpened] = useState<Opened | null>(null)
  const { path, scope } = usePlace()
  const close = useCallback(() => setOpened(null), [])
  const context = useMemo(() => ({ open: setOpened, anchor: opened?.anchor ?? null }), [opened])
  const { filter } = scope
  const href = useHref()
  const page = opened === null ? null : pageOf(opened.condition)
  return (
    <Context.Provider value={context}>
      {children}
      {opened !== null && (
        <Menu
          anchor={opened.anchor}
          label={opened.label}
          onClose={close}
          caption={
            <>
              <b>{opened.label}</b>
              {opened.detail ?? opened.condition.field}
            </>
          }
          groups={[
            [
              { label: words.value.include, icon: 'plus', hint: '⏎', onSelect: () => apply(text => including(text, opened.condition), filter) },
              { label: words.value.exclude, icon: 'minus', hint: words.value.shift, onSelect: () => apply(text => excluding(text, opened.condition), filter) },
              { label: words.value.only, icon: 'only', onSelect: () => apply(() => onlyThis(opened.condition), filter) },
            ],
            [
              ...opened.extra,
              ...(page === null || page === path
                ? []
                : [
                    {
                      label: words.value.page,
                      icon: opened.condition.field === 'exporter' ? ('devices' as const) : ('right' as const),
                      onSelect: () => go(href(page)),
                    },
                  ]),
              ...(path.startsWith('/flows')
                ? []
                : [
                    {
                      label: words.value.flows,
                      icon: 'open' as const,
                      onSelect: () => apply(text => including(text, opened.condition), filterAt(path, filter), '/flows'),
                    },
                  ]),
              { label: words.value.copy, icon: 'copy', onSelect: () => void copyText(opened.label) },
            ],
          ]}
        />
      )}
    </Context.Provider>
  )
}

interface ValueButtonProps {
  readonly condition: Condition
  readonly label: string
  readonly detail?: string | undefined
  readonly extra?: readonly MenuItem[]
  readonly className?: string | undefined
  readonly tabIndex?: number
  readonly children: ReactNode
}

/** The way to the page of a value, beside its button; nothing where it has none or is shown already. */
export function PageLink({ condition, label }: { readonly condition: Condition; readonly label: string }): ReactElement | null {
  const { path } = usePlace()
  const to = pageOf(condition)
  if (to === null || to === path) return null
  return (
    <Link className={styles.page} to={to} aria-label={words.value.pageOf(label)} title={words.value.page}>
      <Icon name="right" small />
    </Link>
  )
}

const NONE: readonly MenuItem[] = []

/** A value one can filter by: a click opens its menu, Shift and a click excludes it at once. */
export function ValueButton({ condition, label, detail, extra = NONE, className, tabIndex, children }: ValueButtonProps): ReactElement {
  const menus = useContext(Context)
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const onClick = (event: MouseEvent<HTMLButtonElement>): void => {
    event.stopPropagation()
    if (event.shiftKey) {
      const filter = new URLSearchParams(window.location.search).get('filter') ?? ''
      apply(text => excluding(text, condition), filter)
      return
    }
    setAnchor(event.currentTarget)
    menus.open({ anchor: event.currentTarget, condition, label, detail, extra })
  }
  const expanded = anchor !== null && menus.anchor === anchor
  return (
    <button type="button" className={className} aria-haspopup="menu" aria-expanded={expanded} tabIndex={tabIndex} onClick={onClick}>
      {children}
    </button>
  )
}
