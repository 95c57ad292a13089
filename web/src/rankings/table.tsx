import { memo, type CSSProperties, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import type { Scope } from '../address/scope.ts'
import type { Table } from '../api/types.ts'
import { colorToken } from '../chart/palette.ts'
import { OTHER } from '../chart/timeline.ts'
import { conditionText, including, readFilter, type Condition } from '../filter/language.ts'
import { PageLink, ValueButton } from '../filter/value.tsx'
import { bitRate, join, percent, shortCount, volume } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { words as shared } from '../words.ts'
import { figuresOf, type RankingRow } from './figures.ts'
import { filterValue, keyLabel, shownKey } from './key.ts'
import { fieldsOf, type Ranking } from './rankings.ts'
import { words } from './words.ts'
import styles from './rankings.module.css'

const style = (properties: Readonly<Record<string, string>>): CSSProperties => properties
const SKELETON = [70, 62, 55, 48, 41, 34] as const
const COLUMNS = 7

/** The filter and the condition both; null where either cannot be read, since then no flow could be told. */
function filterOf(filter: string, condition: Condition): string | null {
  return readFilter(filter).ok && readFilter(conditionText(condition)).ok ? including(filter, condition) : null
}

type Figures = Omit<RankingRow, 'key' | 'name'>

/** The figures of a row; a link to its flows where they can be told. */
function FigureCells({
  figures,
  total,
  first,
  color,
  flows,
}: {
  readonly figures: Figures
  readonly total: number
  /** Bytes of the longest bar. */
  readonly first: number
  readonly color: string | null
  readonly flows?: { readonly filter: string; readonly name: string } | undefined
}): ReactElement {
  const count = shortCount(figures.flows)
  return (
    <>
      <td className="num">
        <Figure of={volume(figures.bytes)} />
      </td>
      <td className={`num ${styles.roomy}`}>
        <Figure of={shortCount(figures.packets)} />
      </td>
      <td className="num">
        {flows === undefined ? (
          <Figure of={count} />
        ) : (
          <Link className={`link ${styles.flows}`} to="/flows" change={{ filter: flows.filter }} aria-label={words.flowsOf(flows.name, join(count))}>
            {join(count)}
          </Link>
        )}
      </td>
      <td className={`num ${styles.roomy}`}>
        <Figure of={bitRate(figures.bps)} />
      </td>
      <td className="num t3">{total === 0 ? shared.none : <Figure of={percent(figures.bytes / total)} />}</td>
      <td className={styles.share}>
        {color !== null && <span className={styles.bar} style={style({ '--c': color, '--w': `${first === 0 ? 0 : (figures.bytes / first) * 100}%` })} />}
      </td>
    </>
  )
}

interface RankingTableProps {
  readonly ranking: Ranking
  readonly table: Table | undefined
  readonly rows: readonly RankingRow[] | null
  /** Keys of the chart in the order of its colours. */
  readonly drawn: readonly string[]
  readonly scope: Scope
  readonly label: string
}

/**
 * The ranking as a table: each key opens what can be done with it, its flows are one click away. It is drawn when its answer or
 * the scope changes, not with each second of the stream: every row reads the filter.
 */
export const RankingTable = memo(function RankingTable({ ranking, table, rows, drawn, scope, label }: RankingTableProps): ReactElement {
  const totals = figuresOf(table?.totals ?? {})
  const other = figuresOf(table?.other ?? {})
  const first = Math.max(rows?.[0]?.bytes ?? 0, other.bytes)
  // Rows of an answer that is older than the switch keep the field they were asked by.
  const field = table?.by[0] ?? fieldsOf(ranking, scope.side)[0]
  const colorOf = (key: string): string => {
    const place = drawn.indexOf(key)
    return colorToken(place === -1 || key === OTHER ? null : place)
  }
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={styles.table} aria-busy={rows === null}>
        <caption className="vh">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{ranking.one}</th>
            <th scope="col" className="num" aria-sort="descending">
              <span className={styles.sorted}>{words.bytes} ▾</span>
            </th>
            <th scope="col" className={`num ${styles.roomy}`}>
              {words.packets}
            </th>
            <th scope="col" className="num">
              {words.flows}
            </th>
            <th scope="col" className={`num ${styles.roomy}`}>
              {words.mean}
            </th>
            <th scope="col" className="num">
              {words.share}
            </th>
            <th scope="col" className={styles.share}>
              <span className="vh">{words.bar}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows === null &&
            SKELETON.map(width => (
              <tr key={width}>
                <td colSpan={COLUMNS}>
                  <span className="sk" style={style({ width: `${width}%` })} />
                </td>
              </tr>
            ))}
          {rows?.map(row => {
            const shown = shownKey(ranking.style, row.key, row.name)
            const condition = { field, value: filterValue(ranking.style, row.key) }
            const filter = filterOf(scope.filter, condition)
            const name = keyLabel(shown)
            return (
              <tr key={row.key}>
                <th scope="row" title={name}>
                  <span className={styles.name}>
                    <span className={styles.sw} style={style({ '--c': colorOf(row.key) })} />
                    {filter === null ? (
                      <span className="ell">{shown.text}</span>
                    ) : (
                      <ValueButton condition={condition} label={shown.text} detail={shown.detail === '' ? field : shown.detail} className="ell">
                        <span className={row.key === '' ? 't2' : undefined}>{shown.text}</span>
                      </ValueButton>
                    )}
                    {shown.detail !== '' && <span className="t3">{shown.detail}</span>}
                    {filter !== null && <PageLink condition={condition} label={name} />}
                  </span>
                </th>
                <FigureCells figures={row} total={totals.bytes} first={first} color={colorOf(row.key)} flows={filter === null ? undefined : { filter, name }} />
              </tr>
            )
          })}
          {rows !== null && other.flows + other.bytes > 0 && (
            <tr>
              <th scope="row">
                <span className={styles.name}>
                  <span className={styles.sw} style={style({ '--c': colorToken(null) })} />
                  <span className="t2">{shared.other}</span>
                </span>
              </th>
              <FigureCells figures={other} total={totals.bytes} first={first} color={colorToken(null)} />
            </tr>
          )}
        </tbody>
        {rows !== null && (
          <tfoot>
            <tr>
              <th scope="row">{words.total}</th>
              <FigureCells figures={totals} total={totals.bytes} first={first} color={null} />
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
})
