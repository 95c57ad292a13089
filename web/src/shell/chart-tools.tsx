/** What a chart of time does to the scope: it takes an interval, zooms out, and turns into a table. */
import type { ReactElement, ReactNode } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { exactRange, widenRange } from '../address/time.ts'
import type { TimePlot } from '../chart/plot.tsx'
import { Button } from '../ui/button.tsx'
import { words } from '../words.ts'

/** An interval of a chart becomes the range of the whole console. */
export function useChartRange(): Required<Pick<TimePlot, 'onRange' | 'onZoomOut'>> {
  const [scope] = useScope()
  return {
    onRange: (from, to) => changeScope(exactRange({ from: Math.round(from), to: Math.round(to) })),
    onZoomOut: () => changeScope(widenRange(scope, Date.now())),
  }
}

/** Shows charts as tables and back. `of` names the chart where a page has several. */
export function TableSwitch({ of }: { readonly of?: string }): ReactElement {
  const [{ chart }] = useScope()
  const asTable = chart === 'table'
  const label = asTable ? words.chart.asChart : words.chart.asTable
  return (
    <Button
      tight
      icon={asTable ? 'chart' : 'table'}
      aria-label={of === undefined ? label : `${label}: ${of}`}
      onClick={() => changeScope({ chart: asTable ? 'stacked' : 'table' }, { replace: true })}
    />
  )
}

/** The tools every chart has; what is its own stands between. */
export function ChartTools({ of, children }: { readonly of?: string; readonly children?: ReactNode }): ReactElement {
  const { onZoomOut } = useChartRange()
  return (
    <>
      <Button tight icon="zoom" aria-label={words.chart.zoomOut} onClick={onZoomOut} />
      {children}
      <TableSwitch {...(of === undefined ? {} : { of })} />
    </>
  )
}
