import type { ReactElement } from 'react'
import styles from './chart.module.css'

/** The shape of the last while, without a scale; nothing below five points. */
export function Spark({ values }: { readonly values: readonly (number | null)[] }): ReactElement | null {
  const points = values.filter((value): value is number => value !== null)
  if (points.length < 5) return null
  const low = Math.min(...points)
  const high = Math.max(...points)
  const height = high - low
  const path = points.map((value, index) => {
    const x = (index / (points.length - 1)) * 100
    const y = height === 0 ? 10 : 18.5 - ((value - low) / height) * 17
    return `${index === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`
  })
  return (
    <svg className={styles.spark} viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
      <path d={path.join('')} />
    </svg>
  )
}
