/** The flows behind the worst figures, each a step from all its fields; and where scores of calls come from. */
import type { ReactElement } from 'react'
import { NOTES, columnByName } from '../../../src/schema/index.ts'
import { Link } from '../address/link.tsx'
import { textOf } from '../api/cells.ts'
import type { Cell, FlowPage, FlowRow, Table } from '../api/types.ts'
import { FlowValue } from '../flows/cell.tsx'
import { clockSeconds, exactTime, join, shortCount } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { RuledTable } from '../ui/table.tsx'
import { words as shared } from '../words.ts'
import { oneDirection, valueOf } from './rows.ts'
import { words } from './words.ts'
import ruled from '../ui/table.module.css'
import styles from './quality.module.css'

const port = (row: FlowRow, side: 'src' | 'dst'): string => (Number(row[`${side}_port`] ?? 0) === 0 ? '' : `:${textOf(row[`${side}_port`])}`)

/** Columns every row of the list has, beside those that say how bad it was. */
export const FLOW_COLUMNS = [
  'start_at',
  'src',
  'src_port',
  'dst',
  'dst_port',
  'app',
  'proto',
  'exporter',
  'exporter_name',
  'in_if',
  'in_if_name',
  'notes',
  'measured',
  'duplicate',
] as const

/** Whether the score of a flow was worked out rather than sent. */
export const workedOut = (notes: Cell | undefined): boolean => (Number(notes ?? 0) & NOTES.mos_estimated) !== 0

function End({ row, side }: { readonly row: FlowRow; readonly side: 'src' | 'dst' }): ReactElement {
  return (
    <>
      {textOf(row[side])}
      <span className="t3">{port(row, side)}</span>
    </>
  )
}

/** Exporter and interface a flow was told by: names where there are any, with the index beside. */
export function ToldBy({ row }: { readonly row: FlowRow }): ReactElement {
  const index = textOf(row['in_if'])
  const name = textOf(row['in_if_name'])
  return (
    <>
      {textOf(row['exporter_name']) || textOf(row['exporter'])}{' '}
      <span className="t3">{name === '' ? (index === '' || index === '0' ? '' : `if ${index}`) : `${name} · ${index}`}</span>
    </>
  )
}

/** A few of the worst flows. */
export function WorstFlows({
  page,
  columns,
  change,
}: {
  readonly page: FlowPage | undefined
  readonly columns: readonly string[]
  readonly change: { readonly filter: string; readonly order: string; readonly columns: readonly string[] }
}): ReactElement {
  const rows = page === undefined ? [] : oneDirection(page.rows, columns[0] ?? '')
  const shown = columns.flatMap(name => (name === 'notes' ? [] : (columnByName(name) ?? [])))
  return (
    <section className={styles.group} aria-label={words.worstFlows}>
      <header>
        <h2 className="h2">{words.worstFlows}</h2>
        <Link className="link small" to="/flows" change={change}>
          {words.allFlows}
        </Link>
      </header>
      {page?.rows.length === 0 ? (
        <p className={styles.few}>{words.noFlows}</p>
      ) : (
        <RuledTable label={words.worstFlows} busy={page === undefined} className={styles.worst}>
          <thead>
            <tr>
              <th scope="col">{words.start}</th>
              <th scope="col">{words.from}</th>
              <th scope="col">{words.to}</th>
              <th scope="col" className={ruled.roomy}>
                {words.application}
              </th>
              {shown.map((column, index) => (
                <th
                  key={column.name}
                  scope="col"
                  className={column.kind === 'text' || column.kind === 'flags' ? ruled.roomy : `num ${index === 0 ? '' : ruled.roomy}`}
                  title={column.doc}
                >
                  {column.label}
                </th>
              ))}
              <th scope="col" className={ruled.roomy}>
                {words.toldBy}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(row => {
              const at = Date.parse(textOf(row['start_at']))
              return (
                <tr key={row.id}>
                  <td>
                    <Link
                      className={`link ${ruled.flows}`}
                      to={`/flows/${row.id}`}
                      change={change}
                      title={exactTime(at)}
                      aria-label={`${words.openFlow(textOf(row['src']), textOf(row['dst']))}, ${clockSeconds(at)}`}
                    >
                      {clockSeconds(at)}
                    </Link>
                  </td>
                  <td>
                    <End row={row} side="src" />
                  </td>
                  <td>
                    <End row={row} side="dst" />
                  </td>
                  <td className={ruled.roomy}>{textOf(row['app']) || <span className="t3">{shared.none}</span>}</td>
                  {shown.map((column, index) => {
                    const estimated = (column.name === 'mos' || column.name === 'r_factor') && workedOut(row['notes'])
                    const plain = column.kind === 'text' || column.kind === 'flags'
                    return (
                      <td
                        key={column.name}
                        className={plain ? ruled.roomy : `num ${index === 0 ? '' : ruled.roomy}`}
                        title={estimated ? words.workedOutTitle : undefined}
                      >
                        {estimated && <span className="t3">≈&nbsp;</span>}
                        <FlowValue column={column} row={row} />
                      </td>
                    )
                  })}
                  <td className={ruled.roomy}>
                    <ToldBy row={row} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </RuledTable>
      )}
    </section>
  )
}

interface Score {
  readonly id: string
  readonly codec: string
  readonly estimated: boolean
  readonly scored: number
  readonly mos: number | null
  readonly jitter: number | null
  readonly loss: number | null
}

function scoresOf(table: Table): readonly Score[] {
  return table.rows
    .map(cells => ({
      id: `${textOf(cells['codec'])} ${textOf(cells['notes'])}`,
      codec: textOf(cells['codec']),
      estimated: workedOut(cells['notes']),
      scored: valueOf(cells, 'count_mos') ?? 0,
      mos: valueOf(cells, 'avg_mos'),
      jitter: valueOf(cells, 'p95_jitter'),
      loss: valueOf(cells, 'avg_loss'),
    }))
    .filter(score => score.scored > 0)
}

/** Scores by codec: how many, sent or worked out, and the terms beside them. */
export function Scores({
  table,
  formats,
}: {
  readonly table: Table
  readonly formats: { readonly mos: (value: number) => string; readonly jitter: (value: number) => string; readonly loss: (value: number) => string }
}): ReactElement | null {
  const scores = scoresOf(table)
  if (scores.length === 0) return null
  const cell = (value: number | null, format: (value: number) => string): ReactElement | string =>
    value === null ? <span className="t3">{shared.none}</span> : format(value)
  return (
    <section className={styles.group} aria-label={words.scores}>
      <header>
        <h2 className="h2">{words.scores}</h2>
        <span className="small t3">
          {words.scoresHelp}{' '}
          <a className="link" href="/docs/explanation/quality#calls">
            {words.scoresLink}
          </a>
        </span>
      </header>
      <RuledTable label={words.scores} className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{words.codec}</th>
            <th scope="col">{words.scored}</th>
            <th scope="col" className="num">
              {words.mos}
            </th>
            <th scope="col" className={`num ${ruled.roomy}`}>
              {words.jitter} {words.p95}
            </th>
            <th scope="col" className={`num ${ruled.roomy}`}>
              {words.loss} {words.mean}
            </th>
            <th scope="col" className="num">
              {words.flows}
            </th>
          </tr>
        </thead>
        <tbody>
          {scores.map(score => (
            <tr key={score.id}>
              <th scope="row">{score.codec === '' ? <span className="t2">{words.codecUnknown}</span> : score.codec}</th>
              <td className="t2" title={score.estimated ? words.workedOutTitle : undefined}>
                {score.estimated ? words.workedOut : words.sent}
              </td>
              <td className="num">
                {score.estimated && <span className="t3">≈&nbsp;</span>}
                {cell(score.mos, formats.mos)}
              </td>
              <td className={`num ${ruled.roomy}`}>{cell(score.jitter, formats.jitter)}</td>
              <td className={`num ${ruled.roomy}`}>{cell(score.loss, formats.loss)}</td>
              <td className="num">
                <Figure of={shortCount(score.scored)} />
              </td>
            </tr>
          ))}
        </tbody>
      </RuledTable>
    </section>
  )
}

/** How many of the scores were worked out, as text; empty where none was. */
export function estimatedScores(table: Table | undefined): string {
  const count = table === undefined ? 0 : scoresOf(table).reduce((sum, score) => sum + (score.estimated ? score.scored : 0), 0)
  return count === 0 ? '' : join(shortCount(count))
}
