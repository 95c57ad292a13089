/**
 * Options data put to use (PROTOCOLS §8, §9): samplers, names of interfaces, VRFs, applications and elements, figures of the exporting
 * process, flow keys of templates, properties that records share. Nothing of it becomes a row.
 */
import type { Domain, Exporter, Template } from '../types.ts'
import { learnCommon } from './common.ts'
import { learnSampler } from './samplers.ts'
import { keepStatistics } from './statistics.ts'
import { learnNames } from './tables.ts'
import { readValues, type Values } from './values.ts'

const TEMPLATE_ID = 145
const FLOW_KEYS = 173

/** Which fields of a template are its flow keys (RFC 7012 §5.1, flowKeyIndicator). */
function keepFlowKeys(domain: Domain, values: Values): void {
  const id = values.number(TEMPLATE_ID)
  const keys = values.big(FLOW_KEYS)
  const template = id === undefined ? undefined : domain.templates.get(id)
  if (template !== undefined && keys !== undefined) template.flowKeys = keys
}

function apply(exporter: Exporter, domain: Domain, values: Values): void {
  const sampler = learnSampler(domain, values)
  const names = learnNames(exporter, values)
  if (sampler || names) exporter.changes++
  keepStatistics(domain, values)
  keepFlowKeys(domain, values)
}

export interface OptionsRead {
  readonly records: number
  /** Whether the last did not fit. */
  readonly broken: boolean
  /** Whether there were more than might be read. */
  readonly over: boolean
}

/** Reads the options records in `[start, end)`, at most so many, and applies them. */
export function applyOptions(view: DataView, start: number, end: number, exporter: Exporter, domain: Domain, template: Template, most: number): OptionsRead {
  let at = start
  let records = 0
  while (at + template.minLength <= end && records < most) {
    const read = readValues(view, at, end, template.definition)
    if (read === null) return { records, broken: true, over: false }
    apply(exporter, domain, read.values)
    learnCommon(view, at, read.next, exporter, domain, template, read.values)
    records++
    at = read.next
  }
  return { records, broken: false, over: at + template.minLength <= end }
}
