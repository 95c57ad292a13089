import type { ReactElement } from 'react'
import { Button } from '../ui/button.tsx'
import { clockSeconds } from '../ui/format.ts'
import { words } from '../words.ts'

/** When the page was answered, milliseconds since 1970; asks again. Nothing before the first answer. */
export function AsOf({ at, onAsk, className }: { readonly at: number; readonly onAsk: () => void; readonly className?: string }): ReactElement | null {
  if (at === 0) return null
  return (
    <Button className={className} title={words.askAgain} onClick={onAsk}>
      {words.asOf(clockSeconds(at))}
    </Button>
  )
}
