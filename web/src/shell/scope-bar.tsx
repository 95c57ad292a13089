import { useRef, useState, type ReactElement, type ReactNode, type RefObject } from 'react'
import { changeScope, usePlace, useScope } from '../address/location.ts'
import { isRelative, shiftRange, type RangeWords } from '../address/time.ts'
import { useLive, useUser } from '../api/session.tsx'
import { entityAt } from '../entity/place.ts'
import { FilterBar, type FilterBarHandle } from '../filter/filter-bar.tsx'
import { countTerms } from '../filter/language.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, Panel } from '../ui/overlay.tsx'
import { Icon } from '../ui/icon.tsx'
import { setTheme, useTheme } from '../ui/theme.ts'
import { span } from '../ui/format.ts'
import { words } from '../words.ts'
import { AccountMenu } from './account.tsx'
import { rangeName } from './range.ts'
import { TimePicker } from './time-picker.tsx'
import styles from './shell.module.css'

const PICKER_WIDTH = 480

/** Live, Paused or Stale; a click changes between the first two. */
function LiveButton(): ReactElement {
  const [scope] = useScope()
  const { state, seenAt } = useLive()
  const relative = isRelative(scope)
  const paused = !scope.live || !relative
  const shown = paused ? 'paused' : state
  const name = shown === 'stale' && seenAt > 0 ? `${words.scope.stale} ${span(Date.now() - seenAt)}` : words.scope[shown]
  const action = paused ? words.scope.resume : words.scope.pause
  const title = relative ? action : words.scope.past
  return (
    <button
      type="button"
      className={styles.live}
      data-state={shown}
      title={title}
      aria-label={words.scope.stateLabel(name, action)}
      onClick={() => toggleLive(scope)}
    >
      {name}
    </button>
  )
}

/** Pauses a moving range, or makes a standing one move: one that ended in the past becomes the last hour. */
export function toggleLive(scope: { readonly live: boolean; readonly from: string; readonly to: string }): void {
  if (isRelative(scope)) changeScope({ live: !scope.live })
  else changeScope({ live: true, from: 'now-1h', to: 'now' })
}

export interface BarActions {
  readonly onShortcuts: () => void
  readonly onMenu: () => void
  readonly onSignedOut: () => void
}

interface ScopeBarProps extends BarActions {
  readonly filterRef: RefObject<FilterBarHandle | null>
  readonly timeRef: RefObject<HTMLButtonElement | null>
  readonly onSearch: () => void
}

function TimeControl({ timeRef }: { readonly timeRef: RefObject<HTMLButtonElement | null> }): ReactElement {
  const [scope] = useScope()
  const [open, setOpen] = useState(false)
  const choose = (range: RangeWords): void => {
    setOpen(false)
    changeScope({ ...range, live: true })
  }
  return (
    <div className={styles.time} role="group" aria-label={words.scope.time}>
      <button
        type="button"
        className={styles.arrow}
        aria-label={words.scope.back}
        title={words.scope.back}
        onClick={() => changeScope(shiftRange(scope, -1, Date.now()))}
      >
        <Icon name="left" small />
      </button>
      <button type="button" ref={timeRef} className={styles.mid} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="clock" small />
        {rangeName(scope, Date.now())}
        <Icon name="chevron" small />
      </button>
      <button
        type="button"
        className={styles.arrow}
        aria-label={words.scope.forward}
        title={words.scope.forward}
        disabled={isRelative(scope)}
        onClick={() => changeScope(shiftRange(scope, 1, Date.now()))}
      >
        <Icon name="right" small />
      </button>
      {open && timeRef.current !== null && (
        <Panel anchor={timeRef.current} label={words.scope.time} end width={PICKER_WIDTH} onClose={() => setOpen(false)}>
          <TimePicker scope={scope} onChoose={choose} />
        </Panel>
      )}
    </div>
  )
}

/** The scope bar: filter, time, live; the same on every page of traffic. On a phone filter and time are behind one button. */
export function ScopeBar({ filterRef, timeRef, onSearch, onShortcuts, onMenu, onSignedOut }: ScopeBarProps): ReactElement {
  const { path, scope } = usePlace()
  const locked = entityAt(path)?.term
  const [sheet, setSheet] = useState(false)
  const terms = countTerms(scope.filter)
  return (
    <header className={styles.scope} aria-label={words.scope.label}>
      <Button icon="menu" className={`phone ${styles.touch}`} aria-label={words.rail.menu} onClick={onMenu} />
      <div className="wide grow">
        <FilterBar handle={filterRef} />
      </div>
      <div className="wide">
        <TimeControl timeRef={timeRef} />
      </div>
      <button type="button" className={`phone ${styles.scopebtn}`} aria-haspopup="dialog" onClick={() => setSheet(true)}>
        <Icon name="filter" small />
        <b>{rangeName(scope, Date.now())}</b>
        <span className="t3 ell">{[locked, terms > 0 && words.scope.terms(terms)].filter(Boolean).join(' + ') || words.scope.all}</span>
        <Icon name="chevron" small />
      </button>
      <LiveButton />
      <span className={`${styles.sep} wide`} />
      <Button icon="search" className="wide" aria-label={words.scope.search} onClick={onSearch} />
      <span className="wide">
        <ThemeButton />
      </span>
      <AccountButton onShortcuts={onShortcuts} onSignedOut={onSignedOut} />
      {sheet && (
        <Dialog title={words.scope.scope} onClose={() => setSheet(false)}>
          <div className={styles.stack}>
            <FilterBar handle={null} stacked />
            <TimePicker
              scope={scope}
              onChoose={range => {
                setSheet(false)
                changeScope({ ...range, live: true })
              }}
            />
          </div>
        </Dialog>
      )}
    </header>
  )
}

function ThemeButton(): ReactElement {
  const theme = useTheme()
  const dark = theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
  return (
    <Button
      icon="theme"
      aria-label={`${words.theme.label}: ${dark ? words.theme.light : words.theme.dark}`}
      onClick={() => setTheme(dark ? 'light' : 'dark')}
    />
  )
}

/** The bar of a page that looks at no traffic: it has no scope. */
export function PlainBar({ onShortcuts, onMenu, onSignedOut, children }: BarActions & { readonly children?: ReactNode }): ReactElement {
  return (
    <header className={styles.scope}>
      <Button icon="menu" className={`phone ${styles.touch}`} aria-label={words.rail.menu} onClick={onMenu} />
      {children}
      <span className="grow" />
      <ThemeButton />
      <AccountButton onShortcuts={onShortcuts} onSignedOut={onSignedOut} />
    </header>
  )
}

/** The user's menu; also where a page has no scope. */
export function AccountButton({ onShortcuts, onSignedOut }: { readonly onShortcuts: () => void; readonly onSignedOut: () => void }): ReactElement {
  const user = useUser()
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={`${initials(user.name)}: ${words.scope.account(user.name)}`}
        title={user.name}
        onClick={() => setOpen(!open)}
      >
        <span className={styles.avatar} aria-hidden="true">
          {initials(user.name)}
        </span>
      </button>
      {open && anchor.current !== null && (
        <AccountMenu anchor={anchor.current} onClose={() => setOpen(false)} onShortcuts={onShortcuts} onSignedOut={onSignedOut} />
      )}
    </>
  )
}

function initials(name: string): string {
  const parts = name.split(/[\s._-]+/).filter(Boolean)
  const letters = parts.length > 1 ? `${parts[0]?.[0] ?? ''}${parts[1]?.[0] ?? ''}` : name.slice(0, 2)
  return letters.toUpperCase()
}
