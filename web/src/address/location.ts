/** The address bar as a store: who reads it is told of each change, Back and Forward included. */
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { readScope, scopeAt, writeScope, type ReadScope, type Scope } from './scope.ts'

const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', tell)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', tell)
  }
}

const here = (): string => `${window.location.pathname}${window.location.search}`

/** Goes to an address of the console. `replace` leaves no step for Back. */
export function go(address: string, options: { readonly replace?: boolean } = {}): void {
  if (address === here()) return
  if (options.replace === true) window.history.replaceState(null, '', address)
  else window.history.pushState(null, '', address)
  tell()
}

export interface Place extends ReadScope {
  readonly path: string
}

function readPlace(): Place {
  return { path: window.location.pathname, ...readScope(window.location.search) }
}

/** Path and scope of now, drawn again when they change. */
export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, here)
  // `address` is what changed: the place is read anew from it.
  return useMemo(() => (address === '' ? readPlace() : readPlace()), [address])
}

/** What follows a prefix in a path, decoded; as it stands where it is no valid encoding. */
export function tailOf(path: string, prefix: string): string {
  const tail = path.slice(prefix.length)
  try {
    return decodeURIComponent(tail)
  } catch (cause) {
    if (cause instanceof URIError) return tail
    throw cause
  }
}

export type ChangeScope = (change: Partial<Scope>, options?: { readonly replace?: boolean; readonly path?: string }) => void

/** Changes part of the scope, as a step that Back undoes. */
export function changeScope(change: Partial<Scope>, options: { readonly replace?: boolean; readonly path?: string } = {}): void {
  const { path, scope, unknown } = readPlace()
  const to = options.path ?? path
  go(`${to}${writeScope({ ...scopeAt(to, scope), ...change }, unknown)}`, options)
}

export function useScope(): readonly [Scope, ChangeScope] {
  const { scope } = usePlace()
  return [scope, changeScope]
}

/** The address of a page under the scope of now. */
export function useHref(): (path: string, change?: Partial<Scope>) => string {
  const { scope, unknown } = usePlace()
  return useCallback((path, change = {}) => `${path}${writeScope({ ...scopeAt(path, scope), ...change }, unknown)}`, [scope, unknown])
}
