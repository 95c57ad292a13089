/** TCP health, latency and calls: what exporters measured, of how many flows, over time, and who is worst. Which page it is says the path. */
import { useCallback, useState, type ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import type { MeasuredTime, Scope } from '../address/scope.ts'
import { countingOf } from '../api/counting.ts'
import type { Series } from '../api/types.ts'
import { granularityFor } from '../chart/granularity.ts'
import { within } from '../entity/place.ts'
import { useSight } from '../api/sight.ts'
import { Figures } from '../ui/figures.tsx'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { AsOf } from '../shell/as-of.tsx'
import { CountingBadge } from '../shell/counting.tsx'
import { rangeName } from '../shell/range.ts'
import { buttonClass } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { duration, join, shortCount, significant } from '../ui/format.ts'
import shell from '../shell/shell.module.css'
import { useGroups, useScores, useTrend, useWorstFlows } from './answers.ts'
import { Charts, type Drawn } from './charts.tsx'
import { FLOW_COLUMNS, Scores, WorstFlows, estimatedScores } from './flows.tsx'
import { Heat } from './heat.tsx'
import { Pick } from '../ui/pick.tsx'
import { COLUMNS_OF } from './rows.ts'
import { fillersOf } from './sources.ts'
import { MEASURED_TIMES, TCP, VOIP, latencySpec, type Headline, type QualitySpec, type Shown } from './specs.ts'
import { GroupTable, whyEmpty } from './table.tsx'
import { words } from './words.ts'
import styles from './quality.module.css'

type Totals = Series['totals']

const TRIPS = MEASURED_TIMES.filter(time => time.startsWith('rtt'))

/** The time of the address, else the one of these that most flows were measured for. */
function measureOf(scope: Scope, times: readonly MeasuredTime[], totals: Totals | undefined): MeasuredTime {
  const named = times.find(time => time === scope.measure)
  if (named !== undefined) return named
  const count = (time: MeasuredTime): number => totals?.[`count_${time}`] ?? 0
  // Round trips before the rest: of those the whole path first, where any flow tells it.
  const trips = TRIPS.filter(time => count(time) > 0)
  return trips.toSorted((a, b) => count(b) - count(a))[0] ?? times.toSorted((a, b) => count(b) - count(a))[0] ?? 'rtt'
}

function figureItem(figure: Headline, totals: Totals | undefined, approximate: boolean) {
  const value = totals?.[figure.metric]
  const measured = totals?.[figure.counted] ?? 0
  const all = join(shortCount(totals?.['flows'] ?? 0))
  const name = approximate ? words.mark(figure.label) : figure.label
  if (totals === undefined) return { name, value: null, detail: '' }
  if (value === undefined) return { name, value: null, detail: <span title={whyEmpty(figure)}>{words.noneOf(all)}</span> }
  const [p95, p99] = (figure.tail ?? []).map(metric => join(figure.format(totals[metric] ?? 0)))
  const of = words.ofFlows(join(shortCount(measured)), all)
  return {
    name,
    value: figure.format(value),
    detail: (
      <span title={`${figure.title} ${of}`}>
        {p95 !== undefined && p99 !== undefined && <span>{words.tail(p95, p99)}</span>}
        {of}
      </span>
    ),
  }
}

/** Nothing of the page was measured: who would tell it, and what to configure there. */
function Empty({ spec, flows }: { readonly spec: QualitySpec; readonly flows: number }): ReactElement {
  const vendors = [...new Set(spec.figures.flatMap(figure => figure.columns).flatMap(fillersOf))].toSorted((a, b) => a.localeCompare(b))
  return (
    <div className={`${shell.blank} ${styles.empty}`}>
      <h2>{words.nothing[spec.id]}</h2>
      <p>{words.nothingHelp[spec.id](vendors)}</p>
      {flows === 0 && spec.id !== 'voip' && <p>{words.noFlowsHelp}</p>}
      <p>
        <a className={buttonClass('line')} href="/docs/how-to/exporters#what-measures-quality">
          {words.howTo}
        </a>{' '}
        <a className={buttonClass()} href="/docs/explanation/quality">
          {words.meaning}
        </a>
      </p>
    </div>
  )
}

/** Whether the address may name the figure that is ranked; its own one else: of times the p95, of the rest the first that was measured. */
function rankedOf(spec: QualitySpec, scope: Scope, totals: Totals | undefined): Shown {
  const named = spec.columns.find(column => column.metric === scope.worst)
  const measured = spec.columns.filter(column => totals?.[column.metric] !== undefined)
  const own = (spec.id === 'latency' ? spec.columns[1] : (measured[0] ?? spec.columns[0])) ?? spec.columns[0]
  const chosen = named ?? own
  if (chosen === undefined) throw new Error('a page of quality has no column')
  return chosen
}

function QualityView({ of }: { readonly of: 'latency' | 'tcp' | 'voip' }): ReactElement {
  const [scope] = useScope()
  const sight = useSight(scope)
  const [asked, setAsked] = useState(0)
  const mark = sight.mark * 1000 + asked
  const question = { ...sight.words, filter: scope.filter, ...countingOf(scope) }
  const granularity = granularityFor(sight.range.to - sight.range.from)
  const trend = useTrend(`/${of}`, question, granularity, mark)
  const totals = trend.data?.totals
  const times = of === 'tcp' ? TRIPS : MEASURED_TIMES
  const measure = measureOf(scope, times, totals)
  const spec = of === 'tcp' ? TCP : of === 'voip' ? VOIP : latencySpec(measure)
  const ranked = rankedOf(spec, scope, totals)
  const measured = totals !== undefined && spec.figures.some(figure => totals[figure.metric] !== undefined)
  // Times are told of measured flows alone, so no others need to be read; shares of TCP each have their own flows.
  const groupFilter = spec.id === 'latency' ? within(spec.measured(ranked), scope.filter) : scope.filter
  const groups = useGroups(
    spec.url,
    { ...question, filter: groupFilter },
    { by: COLUMNS_OF[scope.by], metrics: ['flows', ...spec.columns.flatMap(column => [column.metric, column.counted])], metric: ranked.counted },
    mark,
    measured,
  )
  const { condition, order, columns } = spec.flows(ranked)
  const flowFilter = within(condition, scope.filter)
  const flows = useWorstFlows(
    { ...question, filter: flowFilter, order, columns: [...new Set([...FLOW_COLUMNS, ...columns])].toSorted().join(',') },
    mark,
    measured,
  )
  const scores = useScores(question, mark, of === 'voip' && measured)
  const estimated = estimatedScores(scores.data)
  const approximate = useCallback(
    (shown: Shown) => shown.estimate === true || (estimated !== '' && shown.columns.some(name => name === 'mos' || name === 'r_factor')),
    [estimated],
  )
  const error = trend.error ?? groups.error ?? flows.error
  const answers = [trend.data, groups.data].filter(answer => answer !== undefined)
  const format = (metric: string) => (value: number) => {
    const shown = spec.columns.find(column => column.metric === metric)
    return shown === undefined ? significant(value) : join(shown.format(value))
  }
  const pick = (
    <Pick label={words.measureLabel} options={times} value={measure} nameOf={time => words.times[time]} onPick={time => changeScope({ measure: time })} />
  )
  const below = (drawn: Drawn): ReactElement => (
    <Heat
      question={{ ...question, filter: of === 'tcp' ? within('proto = tcp', scope.filter) : scope.filter }}
      measure={measure}
      flows={totals?.['flows']}
      granularity={granularity}
      mark={mark}
      drawn={drawn}
      tools={of === 'tcp' ? pick : null}
    />
  )
  return (
    <>
      <div className={shell.head}>
        <h1>{spec.title}</h1>
        <span className={`${shell.sub} wide ell`}>{rangeName(scope, Date.now())}</span>
        <CountingBadge answered={trend.data?.duplicates} />
        <div className={`${shell.tools} ${styles.actions}`}>
          <a className={`${buttonClass()} wide`} href="/docs/explanation/quality">
            {words.meaning}
          </a>
          <AsOf className="wide" at={trend.dataUpdatedAt} onAsk={() => setAsked(asked + 1)} />
        </div>
      </div>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all([trend.refetch(), groups.refetch(), flows.refetch()])} />}
      <div className={styles.figures}>
        <Figures label={words.figures} items={spec.figures.map(figure => figureItem(figure, totals, approximate(figure)))} />
      </div>
      {totals !== undefined && !measured ? (
        <Empty spec={spec} flows={totals['flows'] ?? 0} />
      ) : (
        (totals !== undefined || error === null) && (
          <>
            <Charts
              charts={spec.charts}
              series={trend.data}
              range={sight.range}
              answeredAt={trend.dataUpdatedAt}
              tools={of === 'latency' ? pick : null}
              {...(of === 'voip' ? {} : { below })}
            />
            <GroupTable
              scope={scope}
              table={groups.data}
              columns={spec.columns}
              ranked={ranked}
              condition={spec.measured(ranked)}
              withFlows={spec.id !== 'latency'}
              approximate={approximate}
            />
            {scores.data !== undefined && (
              <Scores table={scores.data} formats={{ mos: format('avg_mos'), jitter: value => join(duration(value)), loss: format('avg_loss') }} />
            )}
            <WorstFlows
              page={flows.data}
              columns={columns}
              change={{
                filter: flowFilter,
                order,
                columns: ['start_at', 'src', 'dst', 'app', 'bytes', ...columns.filter(name => name !== 'bytes'), 'exporter', 'in_if'],
              }}
            />
          </>
        )
      )}
      <AnswerFooter answers={answers} series={trend.data} />
    </>
  )
}

/** The page of a path that is one of quality. */
export function QualityPage({ path }: { readonly path: string }): ReactElement | null {
  const of = (['latency', 'tcp', 'voip'] as const).find(name => path === `/quality/${name}`)
  return of === undefined ? null : <QualityView of={of} />
}
