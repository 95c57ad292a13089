import type { ReactElement } from 'react'
import type { LiveSecond } from '../api/types.ts'
import { count, shortCount, span, type Measure } from '../ui/format.ts'
import { Figure } from '../ui/measure.tsx'
import { Panel } from '../ui/panel.tsx'
import { words } from '../words.ts'
import panel from '../ui/panel.module.css'

function Line({ name, value, bad = '' }: { readonly name: string; readonly value: Measure | null; readonly bad?: '' | 'warning' | 'critical' }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd className={bad}>{value === null ? words.none : <Figure of={value} />}</dd>
    </>
  )
}

/** The way of a flow in six lines: what came, what was refused or lost, what waits, and how old the newest figure is. */
export function PipelineSection({ second }: { readonly second: LiveSecond | null }): ReactElement {
  const books = second?.books
  const counted = (value: number | undefined): Measure | null => (value === undefined ? null : shortCount(value))
  const age = second?.age_ms
  return (
    <Panel plain title={words.overview.pipeline}>
      <dl className={panel.pairs}>
        <Line
          name={words.overview.received}
          value={second === null ? null : { value: count(second.datagrams).value, unit: `${count(second.datagrams).unit} dgram/s`.trim() }}
        />
        <Line name={words.overview.rejected} value={counted(books?.rejected)} bad={(books?.rejected ?? 0) > 0 ? 'warning' : ''} />
        <Line name={words.overview.kernel} value={counted(books?.kernel_dropped)} bad={(books?.kernel_dropped ?? 0) > 0 ? 'warning' : ''} />
        <Line name={words.overview.dropped} value={counted(books?.dropped)} bad={(books?.dropped ?? 0) > 0 ? 'critical' : ''} />
        <Line name={words.overview.waiting} value={books === undefined ? null : count(books.waiting)} />
        <Line
          name={words.overview.age}
          value={age === null || age === undefined ? null : age < 10_000 ? { value: (age / 1000).toFixed(1), unit: 's' } : { value: span(age), unit: '' }}
        />
      </dl>
    </Panel>
  )
}
