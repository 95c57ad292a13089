/** Elements that describe the export itself, or repeat what other columns say: nobody misses their values. */
import type { ElementKey } from './elements.ts'

/** By their IANA numbers. */
const STRUCTURAL = new Set<ElementKey>([
  60, // ipVersion: the addresses say it
  130,
  131,
  211,
  212,
  213,
  214,
  215,
  216,
  217, // exporter and collector: addresses, interface, version, transport, ports
  137,
  138,
  141,
  143,
  144,
  145,
  149, // ids of properties, observation point, line card, processes, template, domain
  173, // flowKeyIndicator
  210, // paddingOctets
  301,
  304, // id and algorithm of a selection
  303,
  346, // the element and enterprise a type record is about (RFC 5610)
])

/** Whether an element says nothing of the flow that a column could hold. */
export const isStructural = (key: ElementKey): boolean => STRUCTURAL.has(key)
