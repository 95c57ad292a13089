import type { ReactElement } from 'react'
import styles from './login.module.css'

/** Numbers from a fixed seed (mulberry32), so that the picture is the same at every sign-in. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const CENTER = { x: 300, y: 300, r: 132 }
const LINES_IN = 46
const BUNDLES = 10
const LINES_IN_BUNDLE = 4

/** Where a horizontal line meets the left edge of the lens. */
const edge = (y: number): number => CENTER.x - Math.sqrt(Math.max(0, CENTER.r ** 2 - (y - CENTER.y) ** 2))

function incoming(): readonly string[] {
  const random = seeded(11)
  return Array.from({ length: LINES_IN }, (_, index) => {
    const start = 40 + (index / (LINES_IN - 1)) * 520 + (random() - 0.5) * 9
    const sway = (random() - 0.5) * 76
    // They meet the lens at even angles.
    const y = CENTER.y + CENTER.r * Math.sin((index / (LINES_IN - 1) - 0.5) * Math.PI * 0.57)
    return `M-20 ${start.toFixed(1)}C60 ${(start + sway).toFixed(1)} 110 ${(start - sway * 0.6).toFixed(1)} ${edge(y).toFixed(1)} ${y.toFixed(1)}`
  })
}

function outgoing(): readonly { readonly path: string; readonly color: number }[] {
  return Array.from({ length: BUNDLES }, (_, bundle) =>
    Array.from({ length: LINES_IN_BUNDLE }, (_, line) => {
      const from = CENTER.y - 95 + bundle * 19.8 + line * 4.6
      const to = 142 + bundle * 34 + line * 3.2
      return { path: `M${edge(from).toFixed(1)} ${from.toFixed(1)}C310 ${from.toFixed(1)} 370 ${to.toFixed(1)} 550 ${to.toFixed(1)}H680`, color: bundle + 1 }
    }),
  ).flat()
}

/** Traffic from everywhere, sorted by a lens. */
export function Art(): ReactElement {
  return (
    <div className={styles.art}>
      <svg viewBox="0 0 620 600" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        {incoming().map(path => (
          <path key={path} className={styles.in} d={path} />
        ))}
        {outgoing().map(({ path, color }) => (
          <path key={path} className={styles.out} d={path} style={{ stroke: `var(--data-${color})` }} />
        ))}
        <circle className={styles.ring} cx={CENTER.x} cy={CENTER.y} r={CENTER.r} />
      </svg>
    </div>
  )
}
