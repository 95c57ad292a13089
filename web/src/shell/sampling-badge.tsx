import type { ReactElement, ReactNode } from 'react'
import { useScope } from '../address/location.ts'
import { Badge } from '../ui/button.tsx'
import { words } from '../words.ts'

interface SamplingBadgeProps {
  /** Flows whose rate nothing told: they count as they are. */
  readonly unknown: number
  /** What is said of the rates that are known. */
  readonly children?: ReactNode
}

/** Whether figures are scaled up by the sampling, are as they were sent, or are too low because a rate is not known. */
export function SamplingBadge({ unknown, children }: SamplingBadgeProps): ReactElement {
  const [{ asSent }] = useScope()
  if (asSent) return <Badge title={words.overview.asSentTitle}>{words.overview.asSent}</Badge>
  return (
    <>
      {children}
      {unknown > 0 && (
        <Badge tone="warning" icon="warning" title={words.overview.unknownSamplingTitle(String(unknown))}>
          {words.overview.unknownSampling}
        </Badge>
      )}
    </>
  )
}
