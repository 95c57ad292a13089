/** Figures an exporting process tells of itself (RFC 7011 §4): kept to be shown, never added to traffic. */
import type { ElementKey } from '../registry/elements.ts'
import type { Domain } from '../types.ts'
import type { Values } from './values.ts'

/** Elements of the statistics and timeouts of exporters, by their names in the IANA registry. */
const FIGURES: ReadonlyMap<ElementKey, string> = new Map([
  [36, 'flowActiveTimeout'],
  [37, 'flowIdleTimeout'],
  [40, 'exportedOctetTotalCount'],
  [41, 'exportedMessageTotalCount'],
  [42, 'exportedFlowRecordTotalCount'],
  [163, 'observedFlowTotalCount'],
  [164, 'ignoredPacketTotalCount'],
  [165, 'ignoredOctetTotalCount'],
  [166, 'notSentFlowTotalCount'],
  [167, 'notSentPacketTotalCount'],
  [168, 'notSentOctetTotalCount'],
])

/** Keeps the figures of a record of options. */
export function keepStatistics(domain: Domain, values: Values): void {
  for (const [element, name] of FIGURES) {
    const value = values.number(element)
    if (value !== undefined) domain.statistics.set(name, value)
  }
}
