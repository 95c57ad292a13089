import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import styles from './ranked.module.css'

/** The way from a short list to the page that has all of it; `label` says of what where its words do not. */
export function AllLink({ to, label, children }: { readonly to: string; readonly label?: string; readonly children: ReactNode }): ReactElement {
  return (
    <Link className={`link small ${styles.all}`} to={to} aria-label={label}>
      {children}
    </Link>
  )
}
