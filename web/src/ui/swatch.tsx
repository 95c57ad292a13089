import type { ReactElement } from 'react'
import { style } from './style.ts'
import styles from './swatch.module.css'

/** The colour of a series, beside its name. */
export function Swatch({ color }: { readonly color: string }): ReactElement {
  return <span className={styles.swatch} style={style({ '--c': color })} />
}
