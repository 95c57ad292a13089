/** A cursor and a selection in two directions: time along, bands up. The frame of the chart keeps the time, this the band. */
import { useRef, useState, type PointerEvent } from 'react'

/** A rectangle of a plot in shares of it: from the left, and from the top. */
export interface Rectangle {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Shorter than this is a click. */
const LEAST_PX = 5

const clamp = (of: number): number => Math.min(1, Math.max(0, of))

function pointOf(event: PointerEvent<HTMLElement>): Point {
  const box = event.currentTarget.getBoundingClientRect()
  return { x: clamp((event.clientX - box.left) / box.width), y: clamp((event.clientY - box.top) / box.height) }
}

const around = (a: Point, b: Point): Rectangle => ({
  left: Math.min(a.x, b.x),
  right: Math.max(a.x, b.x),
  top: Math.min(a.y, b.y),
  bottom: Math.max(a.y, b.y),
})

interface CellOptions {
  readonly rows: number
  /** A rectangle that was dragged, or the point of a click. */
  readonly onTake: (rectangle: Rectangle) => void
}

/** The row under the pointer, counted from the bottom, and handlers for the layer over the plot. Touch reads; it drags the page. */
export function useCell({ rows, onTake }: CellOptions) {
  const [row, setRow] = useState<number | null>(null)
  const [drag, setDrag] = useState<Rectangle | null>(null)
  const start = useRef<Point | null>(null)
  const end = (): void => {
    start.current = null
    setDrag(null)
  }
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      // The frame would take it for an interval of time.
      event.stopPropagation()
      if (event.button !== 0 || event.pointerType === 'touch') return
      start.current = pointOf(event)
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const point = pointOf(event)
      setRow(Math.min(rows - 1, Math.max(0, Math.floor((1 - point.y) * rows))))
      if (start.current !== null) setDrag(around(start.current, point))
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      event.stopPropagation()
      if (start.current === null) return
      const taken = around(start.current, pointOf(event))
      const { width, height } = event.currentTarget.getBoundingClientRect()
      const dragged = (taken.right - taken.left) * width >= LEAST_PX || (taken.bottom - taken.top) * height >= LEAST_PX
      end()
      // The second click of two zooms out.
      if (dragged || event.detail < 2) onTake(taken)
    },
    onPointerCancel: end,
  }
  return { row, setRow, drag, handlers }
}
