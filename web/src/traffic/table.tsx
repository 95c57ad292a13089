/** Traffic by something, the most bytes first: each row names it, opens what can be done with it, and leads to its page and its flows. */
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import { narrowing, type Condition } from '../filter/language.ts'
import { PageLink, ValueButton } from '../filter/value.tsx'
import { bitRate, join, percent, shortCount, volume } from '../ui/format.ts'
import { HostName } from '../ui/host-name.tsx'
import { Figure } from '../ui/measure.tsx'
import { style } from '../ui/style.ts'
import { Swatch } from '../ui/swatch.tsx'
import { RuledTable, SkeletonRows } from '../ui/table.tsx'
import { words as shared } from '../words.ts'
import ruled from '../ui/table.module.css'
import type { TrafficFigures } from './figures.ts'
import { words } from './words.ts'
import styles from './table.module.css'

export interface TrafficRow {
  readonly key: string
  readonly name: string
  /** Grey behind the name. */
  readonly detail: string
  /** Null where it is not known and nothing can be asked of it. */
  readonly condition: Condition | null
  readonly figures: TrafficFigures
  /** Cells between name and figures, one for each of `heads`. */
  readonly extra?: readonly ReactNode[]
}

interface TrafficTableProps {
  readonly label: string
  /** Head of the first column, and of those between name and figures. */
  readonly one: string
  readonly heads?: readonly string[]
  /** Null while they are asked for. */
  readonly rows: readonly TrafficRow[] | null
  readonly totals: TrafficFigures
  /** What no row has. */
  readonly other: TrafficFigures
  /** The scope's filter, which a row narrows, and the page its flows are on. */
  readonly filter: string
  readonly flowsAt: string
  /** Colour of a row, by its key, where a chart has them too; null for the rest. */
  readonly colorOf?: (key: string | null) => string
  /** Whether the mean rate has a column. */
  readonly withRate?: boolean
  /** Stands beside another table. */
  readonly half?: boolean
}

/** Hosts are shown by the name DNS has for them. */
const isHost = ({ field }: Condition): boolean => field === 'src' || field === 'dst' || field === 'ip'

function Head({ one, heads, withRate }: Required<Pick<TrafficTableProps, 'one' | 'heads' | 'withRate'>>): ReactElement {
  return (
    <thead>
      <tr>
        <th scope="col">{one}</th>
        {heads.map(head => (
          <th key={head} scope="col" className={ruled.extra}>
            {head}
          </th>
        ))}
        <th scope="col" className="num" aria-sort="descending">
          <span>{words.bytes} ▾</span>
        </th>
        <th scope="col" className={`num ${ruled.roomy} ${styles.half}`}>
          {words.packets}
        </th>
        <th scope="col" className="num">
          {words.flows}
        </th>
        {withRate && (
          <th scope="col" className={`num ${ruled.roomy}`}>
            {words.mean}
          </th>
        )}
        <th scope="col" className={`num ${styles.last}`}>
          {words.share}
        </th>
        <th scope="col" className={`${styles.bars} ${styles.half}`}>
          <span className="vh">{words.bar}</span>
        </th>
      </tr>
    </thead>
  )
}

interface FigureCellsProps {
  readonly of: TrafficFigures
  /** Bytes of all, and of the longest bar. */
  readonly total: number
  readonly first: number
  /** Of the bar; null draws none. */
  readonly color: string | null
  readonly withRate: boolean
  /** Instead of the number of flows. */
  readonly children?: ReactNode
}

function FigureCells({ of, total, first, color, withRate, children }: FigureCellsProps): ReactElement {
  return (
    <>
      <td className="num">
        <Figure of={volume(of.bytes)} />
      </td>
      <td className={`num ${ruled.roomy} ${styles.half}`}>
        <Figure of={shortCount(of.packets)} />
      </td>
      <td className="num">{children || <Figure of={shortCount(of.flows)} />}</td>
      {withRate && (
        <td className={`num ${ruled.roomy}`}>
          <Figure of={bitRate(of.bps)} />
        </td>
      )}
      <td className={`num t3 ${styles.last}`}>{total === 0 ? shared.none : <Figure of={percent(of.bytes / total)} />}</td>
      <td className={`${styles.bars} ${styles.half}`}>
        {color !== null && first > 0 && <span className={styles.bar} style={style({ '--c': color, '--w': `${(of.bytes / first) * 100}%` })} />}
      </td>
    </>
  )
}

export function TrafficTable(props: TrafficTableProps): ReactElement {
  const { label, one, heads = [], rows, totals, other, filter, flowsAt, colorOf, withRate = false, half = false } = props
  const first = Math.max(rows?.[0]?.figures.bytes ?? 0, other.bytes)
  const columns = (withRate ? 7 : 6) + heads.length
  const blanks = heads.map(head => <td key={head} className={ruled.extra} />)
  const shown = { total: totals.bytes, first, withRate }
  const barOf = (key: string | null): string => colorOf?.(key) ?? 'var(--data-quiet)'
  return (
    <RuledTable label={label} busy={rows === null} className={half ? styles.halved : ''}>
      <Head one={one} heads={heads} withRate={withRate} />
      <tbody>
        {rows === null && <SkeletonRows columns={columns} />}
        {rows?.length === 0 && (
          <tr>
            <td className="t3" colSpan={columns}>
              {shared.overview.nothing}
            </td>
          </tr>
        )}
        {rows?.map(row => {
          const flows = row.condition === null ? null : narrowing(filter, row.condition)
          const count = join(shortCount(row.figures.flows))
          const label = [row.name, row.detail].filter(Boolean).join(' ')
          return (
            <tr key={row.key}>
              <th scope="row" title={label}>
                <Name row={row} label={label} color={colorOf?.(row.key)} known={flows !== null} />
              </th>
              {row.extra?.map((cell, index) => (
                <td key={heads[index]} className={ruled.extra}>
                  {cell}
                </td>
              ))}
              <FigureCells {...shown} of={row.figures} color={barOf(row.key)}>
                {flows !== null && (
                  <Link className={`link ${ruled.flows}`} to={flowsAt} change={{ filter: flows }} aria-label={words.flowsOf(label, count)}>
                    {count}
                  </Link>
                )}
              </FigureCells>
            </tr>
          )
        })}
        {rows !== null && other.bytes + other.flows > 0 && (
          <tr>
            <th scope="row">
              <span className={ruled.name}>
                {colorOf !== undefined && <Swatch color={colorOf(null)} />}
                <span className="t2">{shared.other}</span>
              </span>
            </th>
            {blanks}
            <FigureCells {...shown} of={other} color={barOf(null)} />
          </tr>
        )}
      </tbody>
      {rows !== null && rows.length > 0 && (
        <tfoot>
          <tr>
            <th scope="row">{words.total}</th>
            {blanks}
            <FigureCells {...shown} of={totals} color={null} />
          </tr>
        </tfoot>
      )}
    </RuledTable>
  )
}

interface NameProps {
  readonly row: TrafficRow
  readonly label: string
  readonly color: string | undefined
  /** Whether its flows can be told. */
  readonly known: boolean
}

function Name({ row: { name, detail, condition }, label, color, known }: NameProps): ReactElement {
  return (
    <span className={ruled.name}>
      {color !== undefined && <Swatch color={color} />}
      {!known || condition === null ? (
        <span className="ell">{name}</span>
      ) : (
        <ValueButton condition={condition} label={name} detail={detail === '' ? condition.field : detail} className="ell">
          {isHost(condition) ? <HostName address={name} /> : name}
        </ValueButton>
      )}
      {detail !== '' && <span className="t3">{detail}</span>}
      {known && condition !== null && <PageLink condition={condition} label={label} />}
    </span>
  )
}
