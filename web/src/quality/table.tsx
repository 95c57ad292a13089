/** Who is worst: figures by host, application, AS, interface or country, of those with enough measured flows. */
import { memo, type ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { changeScope } from '../address/location.ts'
import { GROUPINGS, LEASTS, type Scope } from '../address/scope.ts'
import type { Table } from '../api/types.ts'
import { within } from '../entity/place.ts'
import { narrowing } from '../filter/language.ts'
import { ValueButton } from '../filter/value.tsx'
import { Button } from '../ui/button.tsx'
import { join, shortCount, whole } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { style } from '../ui/style.ts'
import { RuledTable, SkeletonRows } from '../ui/table.tsx'
import { words as shared } from '../words.ts'
import { MOST_KEYS } from './answers.ts'
import { Pick, Segments } from '../ui/pick.tsx'
import { worstOf, type QualityRow } from './rows.ts'
import { fillersOf } from './sources.ts'
import type { Shown } from './specs.ts'
import { words } from './words.ts'
import ruled from '../ui/table.module.css'
import styles from './quality.module.css'

const SHOWN = 50

/** Why a column has no figure in any row. */
export function whyEmpty(shown: Shown): string {
  if (shown.metric === 'rst_flows_percent') return words.emptyFlags(shown.label)
  if (shown.metric === 'handshake_failures_percent_estimate') return words.emptyHandshakes(shown.label)
  return words.emptyColumn(shown.label, [...new Set(shown.columns.flatMap(fillersOf))])
}

function Row({
  row,
  columns,
  ranked,
  worst,
  filter,
  approximate,
  withFlows,
}: {
  readonly row: QualityRow
  readonly columns: readonly Shown[]
  readonly ranked: Shown
  /** The largest figure of the ranked column: its bar is full. */
  readonly worst: number
  /** The measured flows of the row; null where no filter can tell them. */
  readonly filter: string | null
  readonly approximate: (shown: Shown) => boolean
  readonly withFlows: boolean
}): ReactElement {
  const measured = join(shortCount(row.measured))
  return (
    <tr>
      <th scope="row" title={row.detail === '' ? row.text : `${row.text} · ${row.detail}`}>
        <span className={ruled.name}>
          {filter === null ? (
            <span className="ell">{row.text}</span>
          ) : (
            <ValueButton condition={row.condition} label={row.text} detail={row.detail === '' ? row.condition.field : row.detail} className="ell">
              {row.text}
            </ValueButton>
          )}
          {row.detail !== '' && <span className={`t3 ${styles.detail}`}>{row.detail}</span>}
        </span>
      </th>
      {columns.map(column => {
        const value = row.values[column.metric] ?? null
        const sorted = column.metric === ranked.metric
        return (
          <td
            key={column.metric}
            className={`num ${sorted ? styles.ranked : ruled.roomy}`}
            style={sorted && column.worst === 'high' && value !== null && worst > 0 ? style({ '--w': `${Math.min(100, (value / worst) * 100)}%` }) : undefined}
          >
            {value === null ? (
              <span className="t3" title={words.unmeasured}>
                {shared.none}
              </span>
            ) : (
              <>
                {approximate(column) && <span className="t3">≈&nbsp;</span>}
                <Figure of={column.format(value)} />
              </>
            )}
          </td>
        )
      })}
      <td className="num">
        {filter === null ? (
          measured
        ) : (
          <Link className={`link ${ruled.flows}`} to="/flows" change={{ filter }} aria-label={words.flowsOf(row.text, measured)}>
            {measured}
          </Link>
        )}
      </td>
      {withFlows && (
        <td className={`num ${ruled.roomy}`}>
          <Figure of={shortCount(row.flows)} />
        </td>
      )}
    </tr>
  )
}

interface GroupTableProps {
  readonly scope: Scope
  readonly table: Table | undefined
  readonly columns: readonly Shown[]
  readonly ranked: Shown
  /** Which flows the ranked figure is about. */
  readonly condition: string
  /** Whether rows tell all their flows beside the measured ones. */
  readonly withFlows: boolean
  /** Whether a figure is worked out, in part at least. */
  readonly approximate: (shown: Shown) => boolean
}

/** The table with what it is told by, the column it ranks by, and the flows a row needs. */
export const GroupTable = memo(function GroupTable({ scope, table, columns, ranked, condition, withFlows, approximate }: GroupTableProps): ReactElement {
  const least = Number(scope.least)
  const by = words.plural[scope.by]
  const found = table === undefined ? null : worstOf(table, scope.by, columns, ranked, least)
  const rows = found?.rows.slice(0, SHOWN) ?? null
  const worst = Math.max(0, ...(rows ?? []).map(row => row.values[ranked.metric] ?? 0))
  const empty =
    table === undefined ? [] : columns.filter(column => table.rows.every(cells => cells[column.metric] === null || cells[column.metric] === undefined))
  const label = words.worstOf(ranked.label, words.groupings[scope.by])
  return (
    <section className={styles.group} aria-label={words.worstTitle(by)}>
      <header>
        <h2 className="h2">{words.worstTitle(by)}</h2>
        <Segments
          label={words.by}
          options={GROUPINGS}
          value={scope.by}
          nameOf={grouping => words.groupings[grouping]}
          onPick={grouping => changeScope({ by: grouping })}
        />
        <Pick
          label={words.leastLabel}
          options={LEASTS.toSorted((a, b) => Number(a) - Number(b))}
          value={scope.least}
          nameOf={words.least}
          onPick={chosen => changeScope({ least: chosen })}
        />
      </header>
      {found !== null && found.rows.length === 0 ? (
        <p className={styles.few}>
          {found.measured === 0 ? words.noRows : words.tooFew(by, scope.least)}{' '}
          {found.measured > 0 && (
            <Button look="line" tight onClick={() => changeScope({ least: '1' })}>
              {words.showAny}
            </Button>
          )}
        </p>
      ) : (
        <RuledTable label={label} busy={rows === null} className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{words.groupings[scope.by]}</th>
              {columns.map(column => {
                const sorted = column.metric === ranked.metric
                return (
                  <th
                    key={column.metric}
                    scope="col"
                    className={`num ${sorted ? '' : ruled.roomy}`}
                    aria-sort={sorted ? (column.worst === 'high' ? 'descending' : 'ascending') : undefined}
                    title={empty.includes(column) ? whyEmpty(column) : column.title}
                  >
                    <button type="button" aria-label={words.sortBy(column.label)} onClick={() => changeScope({ worst: column.metric })}>
                      {column.label}
                      {sorted && (column.worst === 'high' ? ' ▾' : ' ▴')}
                    </button>
                  </th>
                )
              })}
              <th scope="col" className="num" title={words.measuredTitle}>
                {words.measured}
              </th>
              {withFlows && (
                <th scope="col" className={`num ${ruled.roomy}`}>
                  {words.flows}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows === null && <SkeletonRows columns={columns.length + 3} />}
            {rows?.map(row => (
              <Row
                key={row.id}
                row={row}
                columns={columns}
                ranked={ranked}
                worst={worst}
                filter={narrowing(within(condition, scope.filter), row.condition)}
                withFlows={withFlows}
                approximate={approximate}
              />
            ))}
          </tbody>
        </RuledTable>
      )}
      {found !== null && (
        <p className={`small t3 ${styles.under}`}>
          {rows !== null && rows.length > 0 && <span>{words.shown(whole(rows.length), whole(found.rows.length), by)}</span>}
          {found.measured >= MOST_KEYS && <span>{words.cut(whole(MOST_KEYS), by)}</span>}
          {empty.map(column => (
            <span key={column.metric}>{whyEmpty(column)}</span>
          ))}
        </p>
      )}
    </section>
  )
})
