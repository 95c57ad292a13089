import { createContext, useCallback, useContext, useMemo, useState, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import { changeScope, go, useHref, usePlace } from '../address/location.ts'
import { Menu, toast, type MenuItem } from '../ui/overlay.tsx'
import { copyText } from '../ui/copy.ts'
import { words } from '../words.ts'
import { excluding, including, onlyThis, type Condition } from './language.ts'

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

/** The page of what a condition names, where it has one. */
const pageOfValue = ({ field, value }: Condition): string | null => (field === 'exporter' && value !== '' ? `/exporters/${encodeURIComponent(value)}` : null)

/** Offers the menu of a value to everything below: include, exclude, only this, copy, its flows. */
export function ValueMenus({ children }: { readonly children: ReactNode }): ReactElement {
  const [opened, setOpened] = useState<Opened | null>(null)
  const { path, scope } = usePlace()
  const close = useCallback(() => setOpened(null), [])
  const context = useMemo(() => ({ open: setOpened, anchor: opened?.anchor ?? null }), [opened])
  const { filter } = scope
  const href = useHref()
  const pageOf = opened === null ? null : pageOfValue(opened.condition)
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
              ...(pageOf === null || pageOf === path ? [] : [{ label: words.value.exporter, icon: 'devices' as const, onSelect: () => go(href(pageOf)) }]),
              ...(path.startsWith('/flows')
                ? []
                : [{ label: words.value.flows, icon: 'open' as const, onSelect: () => apply(text => including(text, opened.condition), filter, '/flows') }]),
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
