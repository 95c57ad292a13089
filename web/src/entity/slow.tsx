import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { words as shared } from '../words.ts'

const SLOW_MS = 2000

/** Says after two seconds that answers are still worked on, and lets go of them; what is on the page stays. */
export function Slow({ onRetry }: { readonly onRetry: () => void }): ReactElement | null {
  const client = useQueryClient()
  const waiting = useIsFetching({ predicate: query => query.state.data === undefined }) > 0
  const [state, setState] = useState<'quick' | 'slow' | 'cancelled'>('quick')
  useEffect(() => {
    if (!waiting) {
      setState(before => (before === 'slow' ? 'quick' : before))
      return undefined
    }
    const timer = window.setTimeout(() => setState('slow'), SLOW_MS)
    return () => window.clearTimeout(timer)
  }, [waiting])
  if (state === 'quick') return null
  if (state === 'cancelled')
    return (
      <Button
        look="line"
        onClick={() => {
          setState('quick')
          onRetry()
        }}
      >
        {shared.askAgain}
      </Button>
    )
  return (
    <span role="status">
      <span className="t3">{shared.failure.slow}</span>{' '}
      <Button
        look="line"
        onClick={() => {
          setState('cancelled')
          void client.cancelQueries()
        }}
      >
        {shared.cancel}
      </Button>
    </span>
  )
}
