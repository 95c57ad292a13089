/** Options data put to use: sampling rates and interface names (PROTOCOLS §8, §9). */
import { IE, elementKey } from '../registry/elements.ts'
import { SCOPE_SPACE } from '../templates/templates.ts'
import { readText } from '../compile/text.ts'
import { VARIABLE, type Domain, type Exporter, type Template } from '../types.ts'

const SCOPE_INTERFACE = elementKey(SCOPE_SPACE, 2)

interface Values {
  readonly numbers: Map<number, number>
  readonly texts: Map<number, string>
}

const TEXTS: ReadonlySet<number> = new Set([IE.interfaceName, IE.interfaceDescription, IE.samplerName])
/** Most interfaces remembered of one exporter. */
const MAX_INTERFACES = 65_536
const MAX_SAMPLERS = 4096

function readNumber(view: DataView, at: number, length: number): number {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + view.getUint8(at + index)
  return value
}

/** Reads one record; gives where the next begins, or -1 when it does not fit. */
function readRecord(view: DataView, start: number, end: number, template: Template, values: Values): number {
  let at = start
  for (const { element, length: declared } of template.definition.fields) {
    let length = declared
    if (declared === VARIABLE) {
      if (at + 1 > end) return -1
      length = view.getUint8(at++)
      if (length === 255) {
        if (at + 2 > end) return -1
        length = view.getUint16(at)
        at += 2
      }
    }
    if (at + length > end) return -1
    if (TEXTS.has(element)) values.texts.set(element, readText(view, at, length))
    else if (element === IE.samplingProbability && length === 8) values.numbers.set(element, view.getFloat64(at))
    else if (element === IE.samplingProbability && length === 4) values.numbers.set(element, view.getFloat32(at))
    else if (length <= 8) values.numbers.set(element, readNumber(view, at, length))
    at += length
  }
  return at
}

/** The rate a record of options tells, 0 when it tells none. */
function rateOf({ numbers }: Values): number {
  const packetInterval = numbers.get(IE.samplingPacketInterval)
  for (const [interval, space] of [
    [packetInterval, numbers.get(IE.samplingPacketSpace)],
    [numbers.get(IE.samplingTimeInterval), numbers.get(IE.samplingTimeSpace)],
  ]) {
    if (interval !== undefined && interval > 0 && space !== undefined) return Math.round((interval + space) / interval)
  }
  const size = numbers.get(IE.samplingSize)
  const population = numbers.get(IE.samplingPopulation)
  if (size !== undefined && size > 0 && population !== undefined) return Math.round(population / size)
  const probability = numbers.get(IE.samplingProbability)
  if (probability !== undefined && probability > 0 && probability <= 1) return Math.round(1 / probability)
  return numbers.get(IE.samplerRandomInterval) || numbers.get(IE.samplingInterval) || packetInterval || 0
}

function apply(exporter: Exporter, domain: Domain, values: Values): void {
  const { numbers, texts } = values
  const rate = rateOf(values)
  if (rate > 0 && rate <= 0xffff_ffff) {
    const sampler = numbers.get(IE.samplerId) ?? numbers.get(IE.selectorId)
    if (sampler !== undefined && (domain.samplers.has(sampler) || domain.samplers.size < MAX_SAMPLERS)) domain.samplers.set(sampler, { rate, name: texts.get(IE.samplerName) ?? '', source: 'options' })
    // Where a record of flows names no sampler, the last one told of its domain holds.
    domain.sampling = { rate, source: 'options' }
  }
  const name = texts.get(IE.interfaceName) ?? ''
  const description = texts.get(IE.interfaceDescription) ?? ''
  const index = numbers.get(IE.ingressInterface) ?? numbers.get(IE.egressInterface) ?? numbers.get(SCOPE_INTERFACE)
  if ((name !== '' || description !== '') && index !== undefined && (exporter.interfaces.has(index) || exporter.interfaces.size < MAX_INTERFACES)) {
    const known = exporter.interfaces.get(index)
    if (known?.name !== name || known.description !== description) {
      exporter.interfaces.set(index, { name, description })
      exporter.codes[4].interfaces.clear()
      exporter.codes[6].interfaces.clear()
    }
  }
}

/** Reads the options records in `[start, end)` and applies them. Gives how many there were, and whether the last did not fit. */
export function applyOptions(
  view: DataView,
  start: number,
  end: number,
  exporter: Exporter,
  domain: Domain,
  template: Template,
): { readonly records: number; readonly broken: boolean } {
  let at = start
  let records = 0
  while (at + template.minLength <= end) {
    const values: Values = { numbers: new Map(), texts: new Map() }
    const next = readRecord(view, at, end, template, values)
    if (next < 0) return { records, broken: true }
    apply(exporter, domain, values)
    records++
    at = next
  }
  return { records, broken: false }
}
