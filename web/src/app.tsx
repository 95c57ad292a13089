import { Component, Suspense, lazy, useCallback, useEffect, useMemo, useRef, useState, type ErrorInfo, type ReactElement, type ReactNode } from 'react'
import { ApiError, onSignedOut, request } from './api/client.ts'
import { UserContext, useLive, useStream } from './api/session.tsx'
import { changeScope, go, tailOf, useHref, usePlace, useScope } from './address/location.ts'
import { isRelative, shiftRange, widenRange } from './address/time.ts'
import type { Me } from './api/types.ts'
import { entityAt, filterAt } from './entity/place.ts'
import { ValueMenus } from './filter/value.tsx'
import { readFilter } from './filter/language.ts'
import type { FilterBarHandle } from './filter/filter-bar.tsx'
import { LoginPage } from './login/page.tsx'
import { OverviewPage } from './overview/page.tsx'
import { useKeys } from './shell/keyboard.ts'
import { pageAt } from './shell/pages.ts'
import { Rail } from './shell/rail.tsx'
import { Search } from './shell/search.tsx'
import { PlainBar, ScopeBar, toggleLive } from './shell/scope-bar.tsx'
import { Shortcuts } from './shell/shortcuts.tsx'
import { useWaiting } from './welcome/waiting.ts'
import { Button, buttonClass } from './ui/button.tsx'
import { Failure } from './ui/failure.tsx'
import { Dialog, Toaster, toast } from './ui/overlay.tsx'
import { Link } from './address/link.tsx'
import { words } from './words.ts'
import styles from './shell/shell.module.css'

const FlowsPage = lazy(() => import('./flows/page.tsx').then(module => ({ default: module.FlowsPage })))
const ExportersPage = lazy(() => import('./exporters/page.tsx').then(module => ({ default: module.ExportersPage })))
const ExporterPage = lazy(() => import('./exporters/exporter.tsx').then(module => ({ default: module.ExporterPage })))
const RankingPage = lazy(() => import('./rankings/page.tsx').then(module => ({ default: module.RankingPage })))
const QualityPage = lazy(() => import('./quality/page.tsx').then(module => ({ default: module.QualityPage })))
const EntityPage = lazy(() => import('./entity/page.tsx').then(module => ({ default: module.EntityPage })))
const HostsPage = lazy(() => import('./entity/hosts.tsx').then(module => ({ default: module.HostsPage })))
const AccessPage = lazy(() => import('./access/page.tsx').then(module => ({ default: module.AccessPage })))
const WelcomePage = lazy(() => import('./welcome/page.tsx').then(module => ({ default: module.WelcomePage })))

/** Catches what no page caught: the page says so instead of going blank. */
class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error('a page failed', error, info.componentStack)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    return (
      <div className={styles.blank} role="alert">
        <h2>{words.failure.crashed}</h2>
        <p>{words.failure.crashedHelp}</p>
        <p className="mono small">{error.message}</p>
        <p>
          <Button look="line" onClick={() => window.location.reload()}>
            {words.failure.reload}
          </Button>
        </p>
      </div>
    )
  }
}

function NotFound(): ReactElement {
  return (
    <div className={styles.blank}>
      <h2>{words.failure.notFound}</h2>
      <p>
        <Link className={buttonClass('line')} to="/">
          {words.failure.toOverview}
        </Link>
      </p>
    </div>
  )
}

/** The page of a path; titles are the page's, so that tabs and history can be told apart. */
function Page({ path }: { readonly path: string }): ReactElement {
  if (path === '/') return <OverviewPage />
  if (path === '/flows' || path.startsWith('/flows/')) return <FlowsPage />
  if (path === '/hosts') return <HostsPage />
  const entity = entityAt(path)
  if (entity !== undefined) return <EntityPage key={entity.path} entity={entity} />
  if (path === '/exporters') return <ExportersPage />
  if (path.startsWith('/exporters/')) return <ExporterPage key={path} address={tailOf(path, '/exporters/')} />
  if (path.startsWith('/top/') && pageAt(path)?.path === path) return <RankingPage key={path} path={path} />
  if (path.startsWith('/quality/') && pageAt(path)?.path === path) return <QualityPage key={path} path={path} />
  if (path === '/settings/access') return <AccessPage />
  return <NotFound />
}

type Floating = 'search' | 'shortcuts' | 'menu' | null

function Console({ onSignOut }: { readonly onSignOut: () => void }): ReactElement {
  const { path, unknown } = usePlace()
  const [scope] = useScope()
  const href = useHref()
  const { last } = useLive()
  // What flows by is told of the same traffic as the rest of the page.
  useStream(useMemo(() => (readFilter(scope.filter).ok ? filterAt(path, scope.filter) : null), [path, scope.filter]))
  const [floating, setFloating] = useState<Floating>(null)
  const filterRef = useRef<FilterBarHandle>(null)
  const timeRef = useRef<HTMLButtonElement>(null)
  const close = useCallback(() => setFloating(null), [])
  const waiting = useWaiting(last)
  const welcome = waiting && path === '/'

  useKeys({
    '/': () => setFloating('search'),
    '?': () => setFloating('shortcuts'),
    f: () => filterRef.current?.focus(),
    t: () => timeRef.current?.click(),
    l: () => toggleLive(scope),
    '[': () => changeScope(shiftRange(scope, -1, Date.now())),
    ']': () => {
      if (!isRelative(scope)) changeScope(shiftRange(scope, 1, Date.now()))
    },
    z: () => changeScope(widenRange(scope, Date.now())),
    'g o': () => go(href('/')),
    'g f': () => go(href('/flows')),
    'g h': () => go(href('/hosts')),
    'g d': () => go(href('/exporters')),
  })
  useEffect(() => {
    const entity = entityAt(path)
    const page = entity?.kind.many ?? pageAt(path)?.label ?? words.failure.notFound
    const one = entity?.label ?? tailOf(path, /^\/(?:flows|exporters)\//.exec(path)?.[0] ?? path)
    document.title = words.title(welcome ? words.welcome.page : one === '' ? page : `${page} · ${one}`)
  }, [path, welcome])
  const strange = unknown.map(([name]) => name).join(', ')
  useEffect(() => {
    if (strange !== '') toast(words.unknownKeys(strange))
  }, [strange])

  const bar = {
    filterRef,
    timeRef,
    onSearch: () => setFloating('search'),
    onShortcuts: () => setFloating('shortcuts'),
    onMenu: () => setFloating('menu'),
    onSignedOut: onSignOut,
  }
  return (
    <ValueMenus>
      <a className={styles.skip} href="#main">
        {words.skip}
      </a>
      <div className={styles.shell}>
        <Rail />
        <div className={styles.page}>
          {!welcome && (path.startsWith('/settings') ? <PlainBar {...bar} /> : <ScopeBar {...bar} />)}
          <main id="main" tabIndex={-1}>
            <Boundary key={path.split('/')[1]}>
              <Suspense
                fallback={
                  <div className={styles.blank} aria-busy="true">
                    <span className="vh">{words.loading}</span>
                  </div>
                }
              >
                {welcome ? <WelcomePage {...bar} /> : <Page path={path} />}
              </Suspense>
            </Boundary>
          </main>
        </div>
      </div>
      {floating === 'search' && <Search onClose={close} />}
      {floating === 'shortcuts' && <Shortcuts onClose={close} />}
      {floating === 'menu' && (
        <Dialog title={words.rail.menu} side onClose={close}>
          <Rail sheet onFollow={close} />
        </Dialog>
      )}
    </ValueMenus>
  )
}

type Session =
  | { readonly state: 'asking' }
  | { readonly state: 'out' }
  | { readonly state: 'in'; readonly me: Me }
  | { readonly state: 'failed'; readonly error: Error }

/** The console: sign-in first, then the shell with the page of the address. */
export function App(): ReactElement {
  const [session, setSession] = useState<Session>({ state: 'asking' })
  const ask = useCallback(() => {
    request<Me>('/me', { open: true }).then(
      me => setSession({ state: 'in', me }),
      (cause: unknown) => {
        const error = cause instanceof Error ? cause : new Error(String(cause))
        setSession(error instanceof ApiError && error.status === 401 ? { state: 'out' } : { state: 'failed', error })
      },
    )
  }, [])
  useEffect(ask, [ask])
  useEffect(() => onSignedOut(() => setSession({ state: 'out' })), [])
  const { path } = usePlace()
  useEffect(() => {
    // /login is only a name for the form; who is signed in has no use for it.
    if (session.state === 'in' && path === '/login') go('/', { replace: true })
  }, [session.state, path])
  return (
    <>
      {session.state === 'failed' && <Failure error={session.error} onRetry={ask} />}
      {session.state === 'out' && <LoginPage onSignedIn={ask} />}
      {session.state === 'in' && (
        <UserContext value={session.me}>
          <Console onSignOut={() => setSession({ state: 'out' })} />
        </UserContext>
      )}
      <Toaster />
    </>
  )
}
