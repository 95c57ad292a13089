import type { ReactElement, ReactNode } from 'react'
import { Spark } from '../chart/spark.tsx'
import type { Measure } from './format.ts'
import { Figure } from './measure.tsx'
import styles from './figures.module.css'

export interface Headline {
  readonly name: string
  readonly value: Measure | null
  readonly detail: ReactNode
  readonly spark?: readonly (number | null)[]
  readonly tone?: 'critical'
}

/** The six headline figures. A figure not yet known keeps its place. */
export function Figures({ label, items }: { readonly label: string; readonly items: readonly Headline[] }): ReactElement {
  return (
    <section aria-label={label}>
      <dl className={styles.figs}>
        {items.map(({ name, value, detail, spark, tone }) => (
          <div key={name} className={styles.fig}>
            <dt>{name}</dt>
            <dd className={`${styles.v} ${tone ?? ''}`}>{value === null ? <span className="t3">—</span> : <Figure of={value} />}</dd>
            <dd className={styles.d}>{detail}</dd>
            {spark !== undefined && (
              <dd className={styles.spark}>
                <Spark values={spark} />
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  )
}
