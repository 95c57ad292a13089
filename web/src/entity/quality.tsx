import type { ReactElement } from 'react'
import { Link } from '../address/link.tsx'
import { useTables } from '../api/queries.ts'
import { filterAt } from './place.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { count, duration, significant, whole, type Measure } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { RuledTable } from '../ui/table.tsx'
import { words as shared } from '../words.ts'
import { columnByName } from '../../../src/schema/index.ts'
import { measuredOf, numberOf, type Cells } from '../api/cells.ts'
import type { Look } from './look.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

interface Line {
  readonly name: string
  /** The metric that tells how many flows were measured. */
  readonly counted: string
  readonly values: readonly (readonly [label: string, metric: string])[]
  readonly format: (value: number) => Measure
}

const label = (column: string): string => columnByName(column)?.label ?? column
const plain = (unit: string) => (value: number) => ({ value: significant(value), unit })
const time = (column: string): Line => ({
  name: label(column),
  counted: `count_${column}`,
  values: [
    [words.p50, `p50_${column}`],
    [words.p95Short, `p95_${column}`],
    [words.p99, `p99_${column}`],
  ],
  format: duration,
})
const share = (column: string): Line => ({ name: label(column), counted: `count_${column}`, values: [[words.share, `${column}_percent`]], format: plain('%') })

const GROUPS: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
  { title: words.groups.times, lines: ['rtt', 'rtt_client', 'rtt_server', 'app_latency', 'response_time', 'transaction_time'].map(time) },
  {
    title: words.groups.tcp,
    lines: [
      ...['retransmitted', 'out_of_order', 'lost'].map(share),
      { name: words.resets, counted: '', values: [[words.flows, 'rst_flows']], format: value => ({ value: whole(value), unit: '' }) },
      {
        name: words.handshakes,
        counted: '',
        values: [
          [words.flows, 'handshake_failures_estimate'],
          [words.share, 'handshake_failures_percent_estimate'],
        ],
        format: value => ({ value: significant(value), unit: '' }),
      },
    ],
  },
  {
    title: words.groups.calls,
    lines: [
      {
        name: label('mos'),
        counted: 'count_mos',
        values: [
          [words.average, 'avg_mos'],
          [words.p50, 'p50_mos'],
          [words.worst, 'p5_mos'],
        ],
        format: plain(''),
      },
      {
        name: label('r_factor'),
        counted: 'count_r_factor',
        values: [
          [words.average, 'avg_r_factor'],
          [words.p50, 'p50_r_factor'],
          [words.worst, 'p5_r_factor'],
        ],
        format: plain(''),
      },
      time('jitter'),
      {
        name: label('loss'),
        counted: 'count_loss',
        values: [
          [words.average, 'avg_loss'],
          [words.p95Short, 'p95_loss'],
          [words.p99, 'p99_loss'],
        ],
        format: plain('%'),
      },
    ],
  },
]

/** A question takes twelve figures at most: lines go into as few questions as that allows. */
const MOST_METRICS = 12

const metricsOf = (line: Line): readonly string[] => [...(line.counted === '' ? [] : [line.counted]), ...line.values.map(([, metric]) => metric)]

function questionsOf(lines: readonly Line[]): readonly (readonly string[])[] {
  const questions: string[][] = []
  for (const line of lines) {
    const metrics = metricsOf(line)
    const last = questions.at(-1)
    if (last !== undefined && last.length + metrics.length <= MOST_METRICS) last.push(...metrics)
    else questions.push([...metrics])
  }
  return questions
}

const QUESTIONS = questionsOf(GROUPS.flatMap(group => group.lines))

function Row({ line, row }: { readonly line: Line; readonly row: Cells | null }): ReactElement {
  const measured = row === null ? null : line.counted === '' ? null : numberOf(row[line.counted])
  return (
    <tr>
      <th scope="row">{line.name}</th>
      <td className="num t3">{measured === null ? '' : measured === 0 ? shared.none : <Figure of={count(measured)} />}</td>
      {[0, 1, 2].map(index => {
        const [name, metric] = line.values[index] ?? []
        if (name === undefined || metric === undefined) return <td key={index} />
        const value = row === null ? null : measuredOf(row[metric])
        const unit = metric.includes('percent') ? '%' : undefined
        return (
          <td key={index} className="num">
            <span className={`t3 small ${styles.of}`}>{name}</span>
            {row === null ? (
              <span className="sk" style={{ width: '48px', display: 'inline-block' }} />
            ) : value === null || measured === 0 ? (
              <span className="t3" title={shared.notMeasured}>
                {shared.none}
              </span>
            ) : (
              <Figure of={unit === undefined ? line.format(value) : { value: significant(value), unit }} />
            )}
          </td>
        )
      })}
    </tr>
  )
}

/** What exporters measured of the entity's flows; each figure beside the number of flows behind it. */
export function QualityTab({ look }: { readonly look: Look }): ReactElement {
  const answers = useTables(
    QUESTIONS.map(metrics => ({ ...look.either, by: [], metrics, order: `-${metrics[0] ?? ''}` })),
    look.mark,
  )
  const error = answers.find(answer => answer.error !== null)?.error ?? null
  const row: Cells | null = answers.every(answer => answer.data !== undefined) ? Object.assign({}, ...answers.map(answer => answer.data?.rows[0])) : null
  return (
    <>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all(answers.map(answer => answer.refetch()))} />}
      <div aria-busy={row === null}>
        {GROUPS.map(group => (
          <section key={group.title} className={styles.group} aria-label={group.title}>
            <RuledTable label={group.title} className={styles.measures}>
              <thead>
                <tr>
                  <th scope="col">{group.title}</th>
                  <th scope="col" className="num">
                    {words.measured}
                  </th>
                  <th scope="col" colSpan={3}>
                    <span className="vh">{words.value}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {group.lines.map(line => (
                  <Row key={line.name} line={line} row={row} />
                ))}
              </tbody>
            </RuledTable>
          </section>
        ))}
      </div>
      <p className={styles.foot}>
        <Link className={buttonClass('line')} to="/quality/latency" change={{ filter: filterAt(look.entity.path, look.scope.filter) }}>
          {words.latencyPage}
        </Link>
      </p>
      <AnswerFooter answers={answers.flatMap(answer => answer.data ?? [])} />
    </>
  )
}
