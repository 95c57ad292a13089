/** Small pieces the pages of exporters share. */
import type { ReactElement, ReactNode } from 'react'
import { Badge } from '../ui/button.tsx'
import { clock, day, exactTime, sameDay, significant, span } from '../ui/format.ts'
import type { ExporterDetail, ExporterState, ExporterSummary, Sampling } from './answers.ts'
import { protocolName, words } from './words.ts'

/** Below this a difference of clocks is the way of the datagram and the smoothing, not the clock. */
const RIGHT_MS = 1000
/** From here on times in charts are visibly wrong; advice is given from a minute on. */
const FAR_MS = 10_000

/** Group and site of the configuration, as one line; empty where it has none. */
export const placeText = ({ group, site }: Pick<ExporterSummary, 'group' | 'site'>): string => [group, site].filter(text => text !== '').join(' · ')

/** How long ago, with the exact time in the tooltip. */
export function Ago({ at, now }: { readonly at: number; readonly now: number }): ReactElement {
  const passed = Math.max(0, now - at)
  return <span title={exactTime(at)}>{words.ago(passed < 10_000 ? `${(passed / 1000).toFixed(1)} s` : span(passed))}</span>
}

/** A day, or a time of today. */
export function When({ at, now }: { readonly at: number; readonly now: number }): ReactElement {
  return <span title={exactTime(at)}>{sameDay(at, now) ? clock(at) : `${day(at)}, ${clock(at)}`}</span>
}

/** Our clock minus the exporter's, in words: what is behind sends times that lie in our past. */
export function Skew({ ms }: { readonly ms: number }): ReactElement {
  const far = Math.abs(ms)
  if (far < RIGHT_MS) return <span className="t2">{words.exact}</span>
  const text = far < 60_000 ? `${significant(far / 1000)} s` : span(far)
  return <span className={far >= FAR_MS ? 'warning' : ''}>{ms > 0 ? words.behind(text) : words.ahead(text)}</span>
}

/** `1:1000 options`, or that nothing told it. */
export function SamplingRate({ of }: { readonly of: Sampling | null }): ReactElement {
  if (of === null) return <span className="t3">{words.samplingUnknown}</span>
  return (
    <>
      1:{of.rate} <span className="t3">{words.sources[of.source] ?? of.source}</span>
    </>
  )
}

export function StateBadge({ state, children }: { readonly state: ExporterState; readonly children?: ReactNode }): ReactElement {
  const tone = state === 'ok' ? 'ok' : state === 'attention' ? 'warning' : 'plain'
  const icon = state === 'ok' ? 'ok' : state === 'attention' ? 'warning' : 'info'
  return (
    <Badge tone={tone} icon={icon} {...(state === 'unknown' ? { title: words.unknownTitle } : {})}>
      {children ?? words.states[state]}
    </Badge>
  )
}

/** Names of protocols and the transports they come by; UDP goes without saying. */
export function protocolText(protocols: readonly string[], transports: readonly string[]): string {
  const others = transports.filter(transport => transport !== 'udp')
  const names = protocols.map(protocolName).join(', ')
  return others.length === 0 ? names : words.over(names, transports.map(transport => transport.toUpperCase()).join(', '))
}

/** Whether each record tells its own rate. */
export const inRecords = (detail: ExporterDetail): boolean => detail.domain_details.some(({ samplers }) => samplers.some(({ rate }) => rate === null))

/** Whether some of its flows count as 1:1 because nothing told their rate. */
export const samplingUnknown = (detail: ExporterDetail): boolean => detail.advice.some(({ code }) => code === 'sampling_unknown')
