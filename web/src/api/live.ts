/**
 * The one push stream of a page. In: `/live`, one event a second. Out: the last second, the state of the stream, and the last
 * ten minutes for whoever draws them. A hidden tab closes its stream and opens it again when seen, so that many open tabs do
 * not use up the six connections a browser grants a host. Pausing is the reader's matter: the stream goes on.
 */
import { apiAddress, queryString, request } from './client.ts'
import type { LiveSecond } from './types.ts'

export type LiveState = 'connecting' | 'live' | 'stale'

export interface LiveView {
  readonly state: LiveState
  readonly last: LiveSecond | null
  /** When the last second came, by the browser's clock. */
  readonly seenAt: number
  /** Grows when the stream starts anew: what was drawn from it has a gap. */
  readonly run: number
}

export interface Live {
  readonly subscribe: (listener: () => void) => () => void
  readonly view: () => LiveView
  /** Called with each second as it comes, outside of any render. */
  readonly onSecond: (listener: (second: LiveSecond) => void) => () => void
  /** The seconds of this run, oldest first, ten minutes at most. */
  readonly recent: () => readonly LiveSecond[]
  /** The filter of the figures; null where it cannot be read, and then nothing is streamed rather than everything. */
  readonly setFilter: (filter: string | null) => void
  readonly start: () => void
  readonly stop: () => void
}

const KEPT_SECONDS = 600
const STALE_AFTER_MS = 4000
const RETRY_MS = 3000

function readSecond(text: string): LiveSecond | null {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('books' in value)) return null
  return value as LiveSecond
}

/** Creates the stream; inert until `start`. */
export function createLive(): Live {
  const listeners = new Set<() => void>()
  const secondListeners = new Set<(second: LiveSecond) => void>()
  let view: LiveView = { state: 'connecting', last: null, seenAt: 0, run: 0 }
  let kept: LiveSecond[] = []
  let filter: string | null = ''
  let source: EventSource | null = null
  let watch = 0
  let retry = 0
  let started = false
  let opened = false

  const set = (change: Partial<LiveView>): void => {
    view = { ...view, ...change }
    for (const listener of listeners) listener()
  }

  const take = (event: MessageEvent<string>): void => {
    const second = readSecond(event.data)
    if (second === null) return
    kept.push(second)
    if (kept.length > KEPT_SECONDS) kept = kept.slice(-KEPT_SECONDS)
    for (const listener of secondListeners) listener(second)
    set({ state: 'live', last: second, seenAt: Date.now() })
  }

  const close = (): void => {
    source?.close()
    source = null
    window.clearInterval(watch)
    window.clearTimeout(retry)
  }

  const open = (): void => {
    close()
    if (!started || filter === null || document.visibilityState === 'hidden') return
    // What was drawn from an earlier stream has a gap now: history is asked anew.
    if (opened) set({ run: view.run + 1 })
    opened = true
    kept = []
    source = new EventSource(apiAddress(`/live${queryString({ filter })}`))
    source.addEventListener('live', take)
    source.addEventListener('error', () => {
      // The browser tries again by itself unless the answer was no stream at all.
      if (source?.readyState !== EventSource.CLOSED) return
      set({ state: 'stale' })
      // A stream does not tell why it was refused; a request does, and finds an ended session.
      request('/me').catch((cause: unknown) => console.info('the stream is refused', cause))
      retry = window.setTimeout(open, RETRY_MS)
    })
    const openedAt = Date.now()
    watch = window.setInterval(() => {
      const since = Date.now() - Math.max(view.seenAt, openedAt)
      if (since > STALE_AFTER_MS) set({ state: 'stale' })
    }, 1000)
  }

  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden') close()
    else open()
  }

  return {
    subscribe: listener => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    view: () => view,
    onSecond: listener => {
      secondListeners.add(listener)
      return () => void secondListeners.delete(listener)
    },
    recent: () => kept,
    setFilter: next => {
      if (next === filter) return
      filter = next
      if (started) {
        set({ state: 'connecting', last: view.last })
        open()
      }
    },
    start: () => {
      if (started) return
      started = true
      document.addEventListener('visibilitychange', onVisibility)
      open()
    },
    stop: () => {
      started = false
      document.removeEventListener('visibilitychange', onVisibility)
      close()
    },
  }
}
