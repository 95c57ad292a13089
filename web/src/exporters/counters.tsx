import type { ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { Mirrored, type MirroredLine } from '../chart/mirrored.tsx'
import { valueAt } from '../chart/steps.ts'
import { ValueTable, type ValueColumn } from '../chart/value-table.tsx'
import { TableSwitch } from '../shell/chart-tools.tsx'
import { Badge, Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { bitRate, join, shortCount, significant, type Measure } from '../ui/format.ts'
import { words as common } from '../words.ts'
import { useCounters, type Counters } from './answers.ts'
import { shareText } from './health.tsx'
import { words } from './words.ts'
import styles from './exporters.module.css'

/** Percent of the speed of an interface. */
export const ofSpeed = (value: number): Measure => ({ value: significant(value), unit: '%' })

const hasValue = (values: readonly (number | null)[]): boolean => values.some(value => value !== null)
const sum = (value: number | null): string => (value === null ? common.none : join(shortCount(value)))

/** Counters filled, flows dashed over them; flows filled where no counters came. */
function linesOf({ times, counters, flows }: Counters): readonly MirroredLine[] {
  const counted = hasValue(counters.in.bps) || hasValue(counters.out.bps)
  const ofFlows: readonly MirroredLine[] = [
    { name: words.flowsIn, side: 1, dashed: counted, times: flows.times, values: flows.in.bps },
    { name: words.flowsOut, side: -1, dashed: counted, times: flows.times, values: flows.out.bps },
  ]
  return counted
    ? [
        { name: words.in, side: 1, dashed: false, times, values: counters.in.bps },
        { name: words.out, side: -1, dashed: false, times, values: counters.out.bps },
        ...ofFlows,
      ]
    : ofFlows
}

/** The lines as columns of one table: each tells at its own times. */
function tableOf(lines: readonly MirroredLine[], granularity: number): { readonly times: readonly number[]; readonly columns: readonly ValueColumn[] } {
  const times = [...new Set(lines.flatMap(line => line.times))].toSorted((a, b) => a - b)
  return { times, columns: lines.map(line => ({ name: line.name, values: times.map(time => valueAt(line, time, granularity)) })) }
}

/** State, speed and losses, as the counters told them last. */
function Facts({ counters }: { readonly counters: Counters['counters'] }): ReactElement | null {
  const { last, totals, resets } = counters
  if (last === null) return <p className={`small t3 ${styles.noneTold}`}>{words.noCounters}</p>
  const peak = Math.max(0, ...[...counters.in.bps, ...counters.out.bps].flatMap(value => value ?? []))
  return (
    <p className={`small t2 ${styles.told}`}>
      <Badge tone={last.oper_up ? 'ok' : 'warning'} icon={last.oper_up ? 'ok' : 'warning'}>
        {last.oper_up ? words.up : words.down}
      </Badge>
      {last.speed_bps !== null && last.speed_bps > 0 && (
        <>
          <span>{words.speed(join(bitRate(last.speed_bps)))}</span>
          <span>{words.used(shareText(peak / last.speed_bps))}</span>
        </>
      )}
      <span>{words.errors(sum(totals.in.errors), sum(totals.out.errors))}</span>
      <span>{words.discards(sum(totals.in.discards), sum(totals.out.discards))}</span>
      {resets > 0 && <span>{words.resets(resets)}</span>}
    </p>
  )
}

interface InterfaceCountersProps {
  readonly address: string
  readonly index: string
  readonly name: string
  /** Its speed as flows tell it, bit/s; null where they do not. */
  readonly speed: number | null
  readonly range: { readonly from: string; readonly to: string }
  readonly mark: number
}

/** An interface's own counters in and out against its speed, beside what its flows add up to. */
export function InterfaceCounters({ address, index, name, speed: told, range, mark }: InterfaceCountersProps): ReactElement {
  const [scope] = useScope()
  const { data, error, refetch } = useCounters(address, index, range, mark)
  const label = words.countersTitle(name)
  const asTable = scope.chart === 'table'
  const counted = data?.counters.last?.speed_bps ?? null
  const speed = counted !== null && counted > 0 ? counted : told
  const inShare = scope.unit === 'share' && speed !== null
  const rates = data === undefined ? [] : linesOf(data)
  const lines = inShare ? rates.map(line => ({ ...line, values: line.values.map(value => (value === null ? null : (value / speed) * 100)) })) : rates
  const format = inShare ? ofSpeed : bitRate
  return (
    <section className={styles.counters} aria-label={label}>
      <header>
        <h3 className="h2">{label}</h3>
        {speed !== null && (
          <Button
            tight
            look="line"
            aria-pressed={inShare}
            title={words.speed(join(bitRate(speed)))}
            onClick={() => changeScope({ unit: inShare ? 'rate' : 'share' }, { replace: true })}
          >
            {words.ofSpeed}
          </Button>
        )}
        <TableSwitch />
        <Button tight icon="close" aria-label={common.close} onClick={() => changeScope({ interface: '' }, { replace: true })} />
      </header>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Facts counters={data.counters} />}
      {data === undefined ? (
        <div className={styles.plotSpace} aria-busy="true" />
      ) : asTable ? (
        <ValueTable {...tableOf(lines, data.granularity)} {...data.range} label={label} granularity={data.granularity} format={format} />
      ) : (
        <Mirrored
          label={label}
          lines={lines}
          from={data.range.from}
          to={data.range.to}
          granularity={data.granularity}
          limit={inShare ? 100 : speed}
          format={format}
          least={inShare ? 1 : 1000}
        />
      )}
      {!asTable && (
        <ul className={`small t2 ${styles.key}`}>
          {lines.map(line => (
            <li key={line.name} data-side={line.side === 1 ? 'in' : 'out'} data-dashed={line.dashed ? '' : undefined}>
              {line.name}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
