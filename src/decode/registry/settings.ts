/** What the configuration says of exporters: checked, merged by address, and turned into their settings. */
import { STORED_COLUMNS, closest, type Column, type ElementRef } from '../../schema/index.ts'
import { STANDARD_SETTINGS } from '../exporters.ts'
import type { ExporterSettings } from '../types.ts'
import { elementOfV9, elementKey, type ElementKey } from './elements.ts'
import { describeElement, elementText, type ElementType } from './facts.ts'
import { product, readDecimal, readFormula } from './formula.ts'
import { COLLECTED, STANDARD_MAPPING, columnOf, elementsOf, isNumber, isText, mappingWith, unitFactor, type FieldRule } from './mapping.ts'
import { createRuleBook, interfaceMistakes, interfaceRuleMistakes, mergePlaces, type InterfaceRule, type PlaceSettings } from './places.ts'
import { prefixMistake, readPrefix } from './prefixes.ts'
import { PROFILES, type Profile, type ProfileName } from './profiles.ts'

/** Units of time as the configuration writes them, in the registry's words. */
const UNITS = { s: 'seconds', ms: 'milliseconds', us: 'microseconds', ns: 'nanoseconds' } as const
export const FIELD_UNITS = ['s', 'ms', 'us', 'ns'] as const

/** Types a field of the configuration may have: those that a column can hold. */
export const FIELD_TYPES = [
  'unsigned8',
  'unsigned16',
  'unsigned32',
  'unsigned64',
  'signed8',
  'signed16',
  'signed32',
  'signed64',
  'float32',
  'float64',
  'boolean',
  'string',
  'ipv4Address',
  'ipv6Address',
  'macAddress',
] as const satisfies readonly ElementType[]

/** A field of the section `exporters`: an element, and the column it fills. */
export interface FieldSetting {
  /** `8`, `9/1234` or `v9:34000`. */
  readonly element: string
  readonly column: string
  readonly type?: (typeof FIELD_TYPES)[number] | undefined
  readonly unit?: (typeof FIELD_UNITS)[number] | undefined
  readonly scale?: number | undefined
  readonly sentinel?: number | undefined
}

/** An entry of the section `exporters`. */
export interface ExporterRule extends PlaceSettings {
  /** Addresses and prefixes. */
  readonly match: readonly string[]
  readonly profiles: readonly ProfileName[]
  readonly fields: readonly FieldSetting[]
  readonly postCounters?: ExporterSettings['postCounters'] | undefined
  readonly relay?: boolean | undefined
  readonly templates?: 'learn' | 'pin' | undefined
  readonly datagramsPerSecond?: number | undefined
  readonly samplingRate?: number | undefined
  readonly samplingRateDefault?: number | undefined
  readonly duplicates?: ExporterSettings['duplicates'] | undefined
}

/** The sections of the configuration that say something of exporters. */
export interface ExporterRules {
  readonly exporters?: readonly ExporterRule[]
  readonly interfaceRules?: readonly InterfaceRule[]
}

/** A mistake in a section: the key from its name on, and what is wrong and helps. */
export interface RuleMistake {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** The element a setting names; null where it is none. */
function readElement(text: string): ElementKey | null {
  const [, type, enterprise = '0', id = ''] = /^(?:v9:(\d{1,5})|(?:(\d{1,10})\/)?(\d{1,5}))$/.exec(text) ?? []
  if (type !== undefined) return Number(type) > 0 && Number(type) < 65_536 ? elementOfV9(Number(type)) : null
  return id !== '' && Number(id) > 0 && Number(id) < 32_768 && Number(enterprise) < 2 ** 32 ? elementKey(Number(enterprise), Number(id)) : null
}

/** Whether a column can hold values of a type. */
function holds(column: Column, type: ElementType): boolean {
  if (column.kind === 'ip') return type === 'ipv4Address' || type === 'ipv6Address'
  if (column.kind === 'mac') return type === 'macAddress'
  if (isText(column)) return type === 'string'
  return /^(?:unsigned(?:8|16|32|64)|signed|float|boolean)/.test(type)
}

const fillable = new Map(STORED_COLUMNS.filter(column => !COLLECTED.has(column.name)).map(column => [column.name, column]))

function columnMistake(name: string): string {
  if (COLLECTED.has(name)) return `${name} is filled by FlowLens itself; choose another column, for example custom_number_1 or custom_text_1`
  const meant = closest(name, [...fillable.keys()])
  return `there is no column ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** What is wrong with a field, as key and message; empty where nothing is. */
function fieldMistakes(field: FieldSetting): readonly (readonly [key: string, message: string])[] {
  const mistakes: (readonly [string, string])[] = []
  const element = readElement(field.element)
  const column = fillable.get(field.column)
  if (element === null) mistakes.push(['element', `${field.element} is no element; write 8, 9/1234 (enterprise/element) or v9:34000 (a type of NetFlow v9)`])
  if (column === undefined) mistakes.push(['column', columnMistake(field.column)])
  if (column === undefined || element === null) return mistakes
  const facts = describeElement(element)
  const type = field.type ?? facts?.type
  if (type !== undefined && !holds(column, type)) {
    const whose = field.type === undefined ? `${elementText(element)} (${facts?.name}) is of type ${type}` : `values of type ${type}`
    const help = field.type === undefined ? '; choose another column, or give the type that the device really sends' : '; choose another column or type'
    mistakes.push([field.type === undefined ? 'column' : 'type', `${whose}, which ${column.name} (${column.kind}) cannot hold${help}`])
  }
  for (const key of ['unit', 'scale', 'sentinel'] as const) {
    if (field[key] !== undefined && !isNumber(column)) mistakes.push([key, `${key} is for numbers; ${column.name} holds none`])
  }
  if (field.unit !== undefined && isNumber(column) && column.unit !== 'µs') mistakes.push(['unit', `unit is for times; ${column.name} holds none. Use scale`])
  if (field.scale !== undefined) {
    const scale = readDecimal(String(field.scale))
    if (scale === null) mistakes.push(['scale', 'a scale is above 0, with at most nine digits before and after the point'])
    else if (product(scale, unitFactor(unitOf(field, element), column)) === null)
      mistakes.push(['scale', 'a scale this large or fine does not fit with the unit'])
  }
  return mistakes
}

const unitOf = ({ unit }: FieldSetting, element: ElementKey): string => (unit === undefined ? (describeElement(element)?.unit ?? '') : UNITS[unit])

/** Everything that is wrong with the sections. */
export function ruleMistakes({ exporters = [], interfaceRules = [] }: ExporterRules): readonly RuleMistake[] {
  const under = (section: string, mistakes: readonly RuleMistake[]): readonly RuleMistake[] =>
    mistakes.map(({ path, message }) => ({ path: [section, ...path], message }))
  return [...under('exporters', entryMistakes(exporters)), ...under('interfaceRules', interfaceRuleMistakes(interfaceRules, exporters))]
}

/** Everything that is wrong with entries of the section `exporters`, by entry. */
function entryMistakes(rules: readonly ExporterRule[]): readonly RuleMistake[] {
  return rules.flatMap(({ match, fields, interfaces }, entry) => {
    const seen = new Map<ElementKey, number>()
    return [
      ...match.flatMap((text, index) => (readPrefix(text) === null ? [{ path: [entry, 'match', index], message: prefixMistake(text) }] : [])),
      ...interfaceMistakes(interfaces).map(({ path, message }) => ({ path: [entry, 'interfaces', ...path], message })),
      ...fields.flatMap((field, index) => {
        const mistakes = fieldMistakes(field).map(([key, message]) => ({ path: [entry, 'fields', index, key], message }))
        const element = readElement(field.element)
        const first = element === null ? undefined : seen.get(element)
        if (element !== null && first === undefined) seen.set(element, index)
        if (first === undefined) return mistakes
        return [
          ...mistakes,
          {
            path: [entry, 'fields', index, 'element'],
            message: `${field.element} has a field already: fields.${first}; an element fills one column, remove one of them`,
          },
        ]
      }),
    ]
  })
}

function ruleOf(field: FieldSetting): FieldRule {
  const { element, column, type, unit, scale, sentinel } = field
  return {
    column,
    // The configuration was checked: what it names is an element.
    from: element as ElementRef,
    type,
    unit: unit === undefined ? undefined : UNITS[unit],
    scale: scale === undefined ? undefined : (readDecimal(String(scale)) ?? undefined),
    sentinel,
  }
}

/** Fields of one after another: a later one takes its elements from earlier ones. */
function joinFields(fields: readonly FieldRule[]): readonly FieldRule[] {
  const owner = new Map<ElementKey, FieldRule>()
  for (const field of fields) for (const element of elementsOf(readFormula(field.from))) owner.set(element, field)
  return fields.filter(field => elementsOf(readFormula(field.from)).some(element => owner.get(element) === field))
}

/** Whether a field says what holds without it: it needs no mapping of its own. */
function isStandard({ column, from, type, unit }: FieldRule): boolean {
  const [element, ...more] = elementsOf(readFormula(from))
  return element !== undefined && more.length === 0 && type === undefined && unit === undefined && columnOf(STANDARD_MAPPING, element) === column
}

const profileOf = new Map<string, Profile>(PROFILES.map(profile => [profile.name, profile]))

/** Entries that hold for an exporter, the least specific first, as one. */
function merge(rules: readonly ExporterRule[], places: ExporterSettings['places']): ExporterSettings {
  const profiles = [...new Set(rules.flatMap(rule => rule.profiles))]
  const known = profiles.flatMap(name => profileOf.get(name) ?? [])
  const own = rules.flatMap(rule => rule.fields)
  const given: readonly FieldRule[] = known.flatMap(profile => profile.fields)
  const fields = joinFields([...given, ...own.map(ruleOf)]).filter(field => !given.includes(field) || !isStandard(field))
  const last = <K extends 'relay' | 'templates' | 'datagramsPerSecond' | 'postCounters' | 'samplingRate' | 'samplingRateDefault' | 'duplicates'>(
    key: K,
  ): ExporterRule[K] => rules.findLast(rule => rule[key] !== undefined)?.[key]
  return {
    mapping: mappingWith(fields),
    postCounters: last('postCounters') ?? known.findLast(profile => profile.postCounters !== undefined)?.postCounters ?? STANDARD_SETTINGS.postCounters,
    relay: last('relay') ?? STANDARD_SETTINGS.relay,
    pinned: last('templates') === 'pin',
    datagramsPerSecond: last('datagramsPerSecond') ?? STANDARD_SETTINGS.datagramsPerSecond,
    samplingRate: last('samplingRate') ?? STANDARD_SETTINGS.samplingRate,
    samplingRateDefault: last('samplingRateDefault') ?? STANDARD_SETTINGS.samplingRateDefault,
    duplicates: last('duplicates') ?? STANDARD_SETTINGS.duplicates,
    profiles,
    fields: own.length,
    places,
  }
}

/**
 * The settings of exporters by address, as the configuration has them. Every entry one of whose prefixes holds the address counts:
 * profiles, fields and interfaces add up, and where two say different things the longer prefix wins, then the later entry. Entries
 * must be without mistakes. Exporters under the same entries and rules share one settings object, and mappings are shared by what they say.
 */
export function settingsFor({ exporters = [], interfaceRules = [] }: ExporterRules): (address: bigint) => ExporterSettings {
  const prefixes = exporters
    .flatMap((rule, entry) => rule.match.flatMap(text => readPrefix(text) ?? []).map(prefix => ({ ...prefix, entry })))
    .toSorted((a, b) => a.length - b.length || a.entry - b.entry)
  const book = createRuleBook(interfaceRules)
  const merged = new Map<string, ExporterSettings>()
  return address => {
    const holding = prefixes.filter(({ value, shift }) => address >> shift === value).map(({ entry }) => entry)
    // An entry with several prefixes around the address counts once, by the longest.
    const entries = [...new Set(holding.toReversed())].toReversed()
    const rules = entries.flatMap(entry => exporters[entry] ?? [])
    const ofInterfaces = book.rulesOf(address, rules.findLast(rule => rule.group !== undefined)?.group ?? '')
    if (rules.length === 0 && ofInterfaces.length === 0) return STANDARD_SETTINGS
    const key = `${entries.join()}/${ofInterfaces.join()}`
    const known = merged.get(key)
    if (known !== undefined) return known
    const settings = merge(rules, mergePlaces(rules, ofInterfaces.length === 0 ? null : book.ruleFor(ofInterfaces)))
    merged.set(key, settings)
    return settings
  }
}
