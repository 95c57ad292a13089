/** The interval a person drags over a plot, shared by all charts of time: a drag sets the range, a click takes one bucket. */
import { useCallback, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react'

export interface BrushState {
  /** Shares of the width, 0 to 1, left before right. */
  readonly low: number
  readonly high: number
}

export interface Brush {
  readonly brush: BrushState | null
  readonly handlers: {
    readonly onPointerDown: (event: ReactPointerEvent<HTMLElement>) => void
    readonly onPointerMove: (event: ReactPointerEvent<HTMLElement>) => void
    readonly onPointerUp: (event: ReactPointerEvent<HTMLElement>) => void
    readonly onPointerCancel: () => void
  }
}

const LEAST_PX = 5

interface BrushOptions {
  readonly onRange: (low: number, high: number) => void
  readonly onClick: (at: number) => void
}

/** Tells shares of the plot's width; what they mean in time is the chart's to say. */
export function useBrush({ onRange, onClick }: BrushOptions): Brush {
  const start = useRef<number | null>(null)
  const [brush, setBrush] = useState<BrushState | null>(null)

  const share = (event: ReactPointerEvent<HTMLElement>): number => {
    const box = event.currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const interval = (a: number, b: number): BrushState => ({ low: Math.min(a, b), high: Math.max(a, b) })

  const onPointerDown = useCallback((event: ReactPointerEvent<HTMLElement>) => {
    if (event.button !== 0 || event.pointerType === 'touch') return
    start.current = share(event)
    event.currentTarget.setPointerCapture(event.pointerId)
  }, [])
  const onPointerMove = useCallback((event: ReactPointerEvent<HTMLElement>) => {
    if (start.current !== null) setBrush(interval(start.current, share(event)))
  }, [])
  const onPointerUp = useCallback(
    (event: ReactPointerEvent<HTMLElement>) => {
      if (start.current === null) return
      const { low, high } = interval(start.current, share(event))
      start.current = null
      setBrush(null)
      const width = event.currentTarget.getBoundingClientRect().width
      if ((high - low) * width >= LEAST_PX) onRange(low, high)
      else if (event.detail < 2) onClick(high)
    },
    [onRange, onClick],
  )
  const onPointerCancel = useCallback(() => {
    start.current = null
    setBrush(null)
  }, [])
  return { brush, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel } }
}
