/** What may stand at the caret: the parser's own list at once, and the server's with stored values a moment later. */
import { useEffect, useMemo, useState } from 'react'
import type * as Completer from './completer.ts'
import { queryString, request } from '../api/client.ts'
import type { Completion } from '../api/types.ts'

const WAIT_MS = 150

type Complete = typeof Completer.complete

/** Kept once it is loaded, so that the next field has it at once. */
let loaded: Complete | null = null

const NOTHING: Completion & { readonly wants?: undefined } = { start: 0, end: 0, items: [] }

/** The parser's completion; null until it is there. It is asked for with the first field that wants it. */
function useComplete(enabled: boolean): Complete | null {
  const [complete, setComplete] = useState<Complete | null>(() => loaded)
  const missing = enabled && complete === null
  useEffect(() => {
    if (!missing) return
    const load = async (): Promise<void> => {
      loaded = (await import('./completer.ts')).complete
      setComplete(() => loaded)
    }
    load().catch((cause: unknown) => console.info('no completion', cause))
  }, [missing])
  return complete
}

interface Asked {
  readonly text: string
  readonly caret: number
  readonly from: string
  readonly to: string
}

/** Completions for a text and a caret. Stored values are asked for only where the parser wants them; a failure leaves the rest. */
export function useCompletion({ text, caret, from, to }: Asked, enabled: boolean): Completion {
  const [stored, setStored] = useState<{ readonly text: string; readonly caret: number; readonly answer: Completion } | null>(null)
  const complete = useComplete(enabled)
  const local = useMemo(() => (complete === null ? NOTHING : complete(text, caret)), [complete, text, caret])
  const wanted = enabled && local.wants !== undefined
  useEffect(() => {
    if (!wanted) return undefined
    const control = new AbortController()
    const timer = window.setTimeout(() => {
      request<Completion>(`/complete${queryString({ filter: text, caret, from, to })}`, { signal: control.signal }).then(
        answer => setStored({ text, caret, answer }),
        (cause: unknown) => {
          if (!control.signal.aborted) console.info('no stored values', cause)
        },
      )
    }, WAIT_MS)
    return () => {
      window.clearTimeout(timer)
      control.abort()
    }
  }, [wanted, text, caret, from, to])
  return stored !== null && stored.text === text && stored.caret === caret && stored.answer.items.length > 0 ? stored.answer : local
}
