/** The traffic of an entity by something else, as a table: each row names it, leads to its page and to its flows. */
import { useRef, useState, type CSSProperties, type ReactElement, type ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import { changeScope } from '../address/location.ts'
import { TOPS, type Scope } from '../address/scope.ts'
import { conditionText, including, readFilter, type Condition } from '../filter/language.ts'
import { PageLink, ValueButton } from '../filter/value.tsx'
import { buttonClass } from '../ui/button.tsx'
import { join, percent, shortCount, volume } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Icon } from '../ui/icon.tsx'
import { Figure } from '../ui/measure.tsx'
import { Menu } from '../ui/overlay.tsx'
import { words as shared } from '../words.ts'
import ranking from '../rankings/rankings.module.css'
import { numberOf, type Cells } from './cells.ts'
import type { Look } from './look.ts'
import { tabPath } from './place.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

const SKELETON = [70, 62, 55, 48, 41, 34] as const
const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties

export interface BreakdownRow {
  readonly key: string
  readonly name: string
  /** Grey behind the name. */
  readonly detail: string
  /** Null where it is not known and nothing can be asked of it. */
  readonly condition: Condition | null
  readonly extra: readonly ReactNode[]
  readonly figures: Cells
}

interface BreakdownProps {
  readonly look: Look
  readonly title: string
  readonly note?: string
  /** Head of the first column, and of those between name and figures. */
  readonly one: string
  readonly heads?: readonly string[]
  /** Null while they are asked for. */
  readonly rows: readonly BreakdownRow[] | null
  readonly totals: Readonly<Record<string, number>>
  readonly other?: Readonly<Record<string, number>> | undefined
  readonly tools?: ReactNode
}

/** How many rows the tables of a tab have; kept in the address. */
export function TopButton({ scope, label }: { readonly scope: Scope; readonly label: string }): ReactElement {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button ref={anchor} type="button" className={buttonClass('line')} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        {words.hosts.top(Number(scope.top))}
        <Icon name="chevron" small />
      </button>
      {open && anchor.current !== null && (
        <Menu
          anchor={anchor.current}
          label={label}
          end
          onClose={() => setOpen(false)}
          groups={[TOPS.map(top => ({ label: words.hosts.top(Number(top)), checked: top === scope.top, onSelect: () => changeScope({ top }) }))]}
        />
      )}
    </>
  )
}

const isHost = ({ field }: Condition): boolean => field === 'src' || field === 'dst' || field === 'ip'

/** The scope's own filter with the condition; null where that cannot be said. */
function flowsFilter(filter: string, condition: Condition): string | null {
  return readFilter(filter).ok && readFilter(conditionText(condition)).ok ? including(filter, condition) : null
}

function FigureCells({
  figures,
  total,
  first,
  flows,
}: {
  readonly figures: Cells
  readonly total: number
  readonly first: number
  readonly flows?: ReactNode
}): ReactElement {
  const bytes = numberOf(figures['bytes'])
  return (
    <>
      <td className="num">
        <Figure of={volume(bytes)} />
      </td>
      <td className={`num ${ranking.roomy}`}>
        <Figure of={shortCount(numberOf(figures['packets']))} />
      </td>
      <td className="num">{flows ?? <Figure of={shortCount(numberOf(figures['flows']))} />}</td>
      <td className="num t3">{total === 0 ? shared.none : <Figure of={percent(bytes / total)} />}</td>
      <td className={ranking.share}>
        {first > 0 && <span className={ranking.bar} style={style({ '--c': 'var(--data-quiet)', '--w': `${(bytes / first) * 100}%` })} />}
      </td>
    </>
  )
}

export function Breakdown({ look, title, note, one, heads = [], rows, totals, other, tools }: BreakdownProps): ReactElement {
  const total = totals['bytes'] ?? 0
  const first = Math.max(numberOf(rows?.[0]?.figures['bytes']), other?.['bytes'] ?? 0)
  const blanks = heads.map(head => <td key={head} className={styles.extra} />)
  return (
    <section className={styles.breakdown} aria-label={title}>
      <header>
        <h2 className="h2">{title}</h2>
        {note !== undefined && <span className="t3 small">{note}</span>}
        {tools !== undefined && <div className={styles.tools}>{tools}</div>}
      </header>
      <div className={ranking.scroll} tabIndex={0} role="region" aria-label={title}>
        <table className={ranking.table} aria-busy={rows === null}>
          <caption className="vh">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{one}</th>
              {heads.map(head => (
                <th key={head} scope="col" className={styles.extra}>
                  {head}
                </th>
              ))}
              <th scope="col" className="num" aria-sort="descending">
                <span className={ranking.sorted}>{words.bytes} ▾</span>
              </th>
              <th scope="col" className={`num ${ranking.roomy}`}>
                {words.packets}
              </th>
              <th scope="col" className="num">
                {words.flows}
              </th>
              <th scope="col" className="num">
                {words.share}
              </th>
              <th scope="col" className={ranking.share}>
                <span className="vh">{words.bar}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows === null &&
              SKELETON.map(width => (
                <tr key={width}>
                  <td colSpan={6 + heads.length}>
                    <span className="sk" style={style({ width: `${width}%` })} />
                  </td>
                </tr>
              ))}
            {rows?.length === 0 && (
              <tr>
                <td className="t3" colSpan={6 + heads.length}>
                  {shared.overview.nothing}
                </td>
              </tr>
            )}
            {rows?.map(row => {
              const filter = row.condition === null ? null : flowsFilter(look.scope.filter, row.condition)
              const flows = join(shortCount(numberOf(row.figures['flows'])))
              return (
                <tr key={row.key}>
                  <th scope="row" title={[row.name, row.detail].filter(Boolean).join(' ')}>
                    <span className={ranking.name}>
                      {filter === null || row.condition === null ? (
                        <span className="ell">{row.name}</span>
                      ) : (
                        <ValueButton condition={row.condition} label={row.name} detail={row.detail === '' ? row.condition.field : row.detail} className="ell">
                          {isHost(row.condition) ? <HostName address={row.name} /> : row.name}
                        </ValueButton>
                      )}
                      {row.detail !== '' && <span className="t3">{row.detail}</span>}
                      {filter !== null && row.condition !== null && <PageLink condition={row.condition} label={row.name} />}
                    </span>
                  </th>
                  {row.extra.map((cell, index) => (
                    <td key={heads[index]} className={styles.extra}>
                      {cell}
                    </td>
                  ))}
                  <FigureCells
                    figures={row.figures}
                    total={total}
                    first={first}
                    flows={
                      filter === null ? undefined : (
                        <Link
                          className={`link ${ranking.flows}`}
                          to={tabPath(look.entity, 'flows')}
                          change={{ filter }}
                          aria-label={words.countOf(row.name, flows)}
                        >
                          {flows}
                        </Link>
                      )
                    }
                  />
                </tr>
              )
            })}
            {rows !== null && (other?.['bytes'] ?? 0) + (other?.['flows'] ?? 0) > 0 && other !== undefined && (
              <tr>
                <th scope="row" className="t2">
                  {shared.other}
                </th>
                {blanks}
                <FigureCells figures={other} total={total} first={first} />
              </tr>
            )}
          </tbody>
          {rows !== null && rows.length > 0 && (
            <tfoot>
              <tr>
                <th scope="row">{words.total}</th>
                {blanks}
                <FigureCells figures={totals} total={total} first={0} />
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </section>
  )
}

/** A name that leads to the page of what it is; a dash where it is not known. */
export function NameLink({ to, children, detail = '' }: { readonly to: string | null; readonly children: string; readonly detail?: string }): ReactElement {
  if (children === '')
    return (
      <span className="t3" title={words.unknown}>
        {shared.none}
      </span>
    )
  return (
    <>
      {to === null ? (
        children
      ) : (
        <Link className={styles.to} to={to} title={[children, detail].filter(Boolean).join(' ')}>
          {children}
        </Link>
      )}
      {detail !== '' && <span className={`t3 ${styles.more}`}> {detail}</span>}
    </>
  )
}
