import type { CSSProperties } from 'react'

/** Inline style with custom properties, which React's own type does not know: `style({ '--c': 'var(--data-1)' })`. */
export const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

/** A share of a box, 0 to 1, as a length of it. */
export const share = (of: number): string => `${(of * 100).toFixed(3)}%`
