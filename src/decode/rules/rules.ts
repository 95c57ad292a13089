/** Rules that look at records after their function wrote them; each template gets those its fields call for. */
import { STORED_COLUMNS, indexOf } from '../../schema/index.ts'
import { IE, elementKey, type ElementKey } from '../registry/elements.ts'
import type { Mapping } from '../registry/mapping.ts'
import type { AfterRecords, Definition } from '../types.ts'
import { COUNTERS } from './counters.ts'
import { keysAmong } from './flow-key.ts'
import { nameInterfaces } from './interfaces.ts'
import { nameApplications, nameVrfs } from './names.ts'
import { countConnections } from './nsel.ts'
import { placeExporter } from './places.ts'
import { placePostCounters } from './post-counters.ts'
import { applySampling } from './sampling.ts'
import { differTotals } from './totals.ts'

const INTERFACES: readonly number[] = [indexOf('in_if'), indexOf('out_if'), indexOf('vlan'), indexOf('post_vlan')]
const VRFS: readonly number[] = [indexOf('in_vrf'), indexOf('out_vrf')]
const APP_ID = indexOf('app_id')
const EVENT = indexOf('firewall_event')

const REVERSE = 29_305
const YAF = 6871
/** Totals since the start of a flow; YAF's are of before RFC 5103. */
const TOTALS: ReadonlySet<ElementKey> = new Set([
  IE.octetTotalCount,
  IE.packetTotalCount,
  elementKey(REVERSE, IE.octetTotalCount),
  elementKey(REVERSE, IE.packetTotalCount),
  elementKey(YAF, 12),
  elementKey(YAF, 13),
])
const STARTS: ReadonlySet<ElementKey> = new Set([
  IE.flowStartSysUpTime,
  IE.flowStartSeconds,
  IE.flowStartMilliseconds,
  IE.flowStartMicroseconds,
  IE.flowStartNanoseconds,
  IE.flowStartDeltaMicroseconds,
])

/** The element that fills each column, the preferred one where the definition has several. */
function fillersOf(definition: Definition, mapping: Mapping): ReadonlyMap<number, ElementKey> {
  const fillers = new Map<number, ElementKey>()
  const ranks = new Map<number, number>()
  for (const { element } of definition.fields.slice(definition.scopes)) {
    const filled = mapping.filledBy.get(element)
    if (filled === undefined || STORED_COLUMNS[filled.column] === undefined || filled.rank >= (ranks.get(filled.column) ?? Number.POSITIVE_INFINITY)) continue
    fillers.set(filled.column, element)
    ranks.set(filled.column, filled.rank)
  }
  return fillers
}

/** Rules of counters that are no plain deltas. */
function counterRules(definition: Definition, fillers: ReadonlyMap<number, ElementKey>): AfterRecords[] {
  const has = (element: ElementKey): boolean => definition.fields.some((field, index) => index >= definition.scopes && field.element === element)
  const delta = has(IE.octetDeltaCount) || has(IE.packetDeltaCount)
  const rules: AfterRecords[] = []
  if (has(IE.postOctetDeltaCount) || has(IE.postPacketDeltaCount)) rules.push(placePostCounters(definition.protocol === 'netflow9' && delta))
  const [bytes, packets] = COUNTERS
  // Palo Alto tells events beside deltas; those are flows like any other.
  if (fillers.has(EVENT) && !delta && (fillers.has(bytes) || fillers.has(packets))) return [...rules, countConnections]
  const counters = COUNTERS.flatMap((column, index) => (TOTALS.has(fillers.get(column) ?? -1) ? [index] : []))
  const keys = keysAmong(new Set(fillers.keys()))
  const withStart = definition.fields.some(field => STARTS.has(field.element))
  if (counters.length > 0 && keys.length > 0) rules.push(differTotals({ counters, keys, withStart }))
  return rules
}

/** The rules for records of this definition, in the order they run. */
export function rulesFor(definition: Definition, mapping: Mapping): readonly AfterRecords[] {
  const fillers = fillersOf(definition, mapping)
  const rules: AfterRecords[] = [applySampling, ...counterRules(definition, fillers)]
  rules.push(placeExporter)
  if (INTERFACES.some(column => fillers.has(column))) rules.push(nameInterfaces)
  if (VRFS.some(column => fillers.has(column))) rules.push(nameVrfs)
  if (fillers.has(APP_ID)) rules.push(nameApplications)
  return rules
}
