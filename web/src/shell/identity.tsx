/** The head of a page about one thing: what kind it is of, its name, what identifies it, and what is known of it. */
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import shell from './shell.module.css'
import styles from './identity.module.css'

interface IdentityProps {
  /** The page of all of its kind. */
  readonly list: string
  readonly kind: string
  readonly name: string
  /** What identifies it where its name does not; empty where that is the same. */
  readonly id: string
  /** Beside the name: badges. */
  readonly children?: ReactNode
  readonly tools: ReactNode
}

export function Identity({ list, kind, name, id, children, tools }: IdentityProps): ReactElement {
  return (
    <div className={styles.head}>
      <div className={styles.title}>
        <Link className={`link small ${styles.crumb}`} to={list}>
          {kind}
        </Link>
        <div className={styles.name}>
          <h1>{name}</h1>
          {id !== '' && <span className={styles.id}>{id}</span>}
          {children}
        </div>
      </div>
      <div className={shell.tools}>{tools}</div>
    </div>
  )
}

/** Facts in a line, on a phone in two columns; each is a `Fact`. */
export function Facts({ busy = false, children }: { readonly busy?: boolean; readonly children: ReactNode }): ReactElement {
  return (
    <dl className={styles.facts} aria-busy={busy}>
      {children}
    </dl>
  )
}

export function Fact({ name, title, children }: { readonly name: string; readonly title?: string | undefined; readonly children: ReactNode }): ReactElement {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
