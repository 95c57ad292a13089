import type { ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { usePlace } from '../address/location.ts'
import { useLive } from '../api/session.tsx'
import { count, join, rate, whole } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Icon, Mark, type IconName } from '../ui/icon.tsx'
import { words } from '../words.ts'
import { GROUPS, pageAt } from './pages.ts'
import styles from './shell.module.css'

/** The books at the foot of the rail: whether they close, the rate, and what waits or was lost. */
function BooksLine(): ReactElement {
  const { last, state } = useLive()
  if (last === null) {
    return (
      <div className={styles.books}>
        <span className="t3">
          <Icon name="info" />
        </span>
        <span>{state === 'stale' ? words.scope.stale : words.rail.connecting}</span>
      </div>
    )
  }
  const { books, fps } = last
  if (books.received === 0 && books.rows === 0) {
    return (
      <div className={styles.books}>
        <span className="t3">
          <Icon name="info" />
        </span>
        <span>{words.rail.nothing}</span>
      </div>
    )
  }
  const title = words.rail.booksTitle(whole(books.received), whole(books.rows), whole(books.delivered), whole(books.waiting), whole(books.dropped))
  const lost: readonly [string, number, string] | null =
    books.dropped > 0
      ? [words.rail.dropped, books.dropped, 'critical']
      : books.kernel_dropped > 0
        ? [words.rail.lost, books.kernel_dropped, 'warning']
        : books.waiting > 0
          ? [words.rail.waiting, books.waiting, '']
          : null
  const icon: IconName = books.closed ? 'ok' : 'warning'
  return (
    <div className={styles.books} title={title}>
      <span className={books.closed ? 'ok' : 'warning'}>
        <Icon name={icon} />
      </span>
      <span>{books.closed ? words.rail.booksClose : words.rail.booksOpen}</span>
      <span className={styles.v}>
        <Figure of={rate(fps)} />
      </span>
      <span className={styles.k}>{lost === null ? words.rail.delivered : lost[0]}</span>
      {lost !== null && <span className={`${styles.v} ${lost[2]}`}>{join(count(lost[1]))}</span>}
    </div>
  )
}

/** The rail: the pages that exist, and the books. `sheet` is the rail of a phone. */
export function Rail({ sheet = false, onFollow }: { readonly sheet?: boolean; readonly onFollow?: () => void }): ReactElement {
  const { path } = usePlace()
  const current = pageAt(path)?.path
  return (
    <nav className={styles.rail} aria-label={words.rail.label} data-sheet={sheet ? '' : undefined}>
      <Link className={styles.brand} to="/" aria-label={words.product} {...(onFollow === undefined ? {} : { onClick: onFollow })}>
        <Mark />
        {words.product}
      </Link>
      {GROUPS.map(({ id, label, icon, pages }) => (
        <div key={id}>
          <h2 id={`rail-${id}`}>
            <Icon name={icon} />
            {label}
          </h2>
          <ul aria-labelledby={`rail-${id}`}>
            {pages.map(page => (
              <li key={page.path}>
                {page.served ? (
                  <a href={page.path} title={page.label}>
                    <Icon name={page.icon} />
                    {page.label}
                  </a>
                ) : (
                  <Link
                    to={page.path}
                    title={page.label}
                    aria-current={page.path === current ? 'page' : undefined}
                    {...(onFollow === undefined ? {} : { onClick: onFollow })}
                  >
                    <Icon name={page.icon} />
                    {page.label}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className={styles.foot}>
        <BooksLine />
      </div>
    </nav>
  )
}
