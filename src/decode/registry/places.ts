/** Where exporters stand and what their interfaces are, as the configuration says: checked, merged, and made ready to be asked. */
import { closest } from '../../schema/index.ts'
import type { InterfaceNames, InterfacePlace, Places } from '../types.ts'
import { createPattern, groupsIn, patternMistake } from './patterns.ts'
import { prefixMistake, readPrefix } from './prefixes.ts'

export const BOUNDARIES = ['external', 'internal'] as const
type Boundary = (typeof BOUNDARIES)[number]

/** An interface in an entry of the section `exporters`. */
export interface InterfaceSetting {
  /** SNMP index. */
  readonly index: number
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** bit/s, or `100M`, `10G`. */
  readonly speed?: number | string | undefined
  readonly boundary?: Boundary | undefined
  readonly connectivity?: string | undefined
  readonly provider?: string | undefined
}

/** What an entry of the section `exporters` says of the place of an exporter. */
export interface PlaceSettings {
  readonly name?: string | undefined
  readonly group?: string | undefined
  readonly role?: string | undefined
  readonly site?: string | undefined
  readonly region?: string | undefined
  readonly tenant?: string | undefined
  readonly interfaces?: readonly InterfaceSetting[] | undefined
}

/** An entry of the section `interfaceRules`. */
export interface InterfaceRule {
  readonly match?: readonly string[] | undefined
  readonly group?: string | undefined
  /** Regular expressions. */
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly boundary?: Boundary | undefined
  readonly connectivity?: string | undefined
  readonly provider?: string | undefined
}

type Mistake = { readonly path: readonly (string | number)[]; readonly message: string }

/** Values that groups of the expressions may fill, by key or by a group of that name. */
const FILLED = ['connectivity', 'provider'] as const
const REFERENCE = /\$(?:<(\w*)>|(\d))/g
const LABELS = ['name', 'group', 'role', 'site', 'region', 'tenant'] as const

/** Two settings for one interface in an entry. */
export function interfaceMistakes(interfaces: readonly InterfaceSetting[] = []): readonly Mistake[] {
  const seen = new Map<number, number>()
  return interfaces.flatMap(({ index }, at) => {
    const first = seen.get(index)
    if (first === undefined) {
      seen.set(index, at)
      return []
    }
    return [{ path: [at, 'index'], message: `interface ${index} stands in interfaces.${first} already; put both into one` }]
  })
}

function referenceMistakes(key: string, text: string, groups: readonly string[]): readonly Mistake[] {
  return [...text.matchAll(REFERENCE)].flatMap(([whole, name]) => {
    if (name === undefined) return [{ path: [key], message: `groups are told by name: write $<provider> for ${whole}, and (?<provider>…) in the expression` }]
    if (groups.includes(name)) return []
    const meant = closest(name, groups)
    return [
      {
        path: [key],
        message: `no expression of this rule has a group ${name}; ${meant === undefined ? `write (?<${name}>…) in it` : `did you mean ${meant}?`}`,
      },
    ]
  })
}

/** What is wrong with a rule. `groups` are the groups of exporters that there are. */
function oneRule(rule: InterfaceRule, groups: readonly string[]): readonly Mistake[] {
  const mistakes: Mistake[] = (rule.match ?? []).flatMap((text, at) =>
    readPrefix(text) === null ? [{ path: ['match', at], message: prefixMistake(text) }] : [],
  )
  if (rule.group !== undefined && !groups.includes(rule.group)) {
    const meant = closest(rule.group, groups)
    mistakes.push({
      path: ['group'],
      message: `no entry of exporters has the group ${rule.group}; ${meant === undefined ? 'give one that group, or use match' : `did you mean ${meant}?`}`,
    })
  }
  const named: string[] = []
  for (const key of ['name', 'description'] as const) {
    const pattern = rule[key]
    if (pattern === undefined) continue
    const message = patternMistake(pattern)
    if (message !== null) mistakes.push({ path: [key], message })
    else named.push(...groupsIn(pattern))
  }
  // An expression with a mistake has no groups yet; what hangs on them is told when it is mended.
  if (mistakes.length > 0) return mistakes
  for (const key of FILLED) if (rule[key] !== undefined) mistakes.push(...referenceMistakes(key, rule[key], named))
  if (rule.boundary === undefined && FILLED.every(key => rule[key] === undefined && !named.includes(key)))
    mistakes.push({ path: [], message: 'the rule gives nothing; add boundary, connectivity or provider' })
  return mistakes
}

/** Everything that is wrong with the rules, by rule. */
export function interfaceRuleMistakes(rules: readonly InterfaceRule[], entries: readonly PlaceSettings[]): readonly Mistake[] {
  const groups = [...new Set(entries.flatMap(({ group }) => group ?? []))]
  return rules.flatMap((rule, at) => oneRule(rule, groups).map(({ path, message }) => ({ path: [at, ...path], message })))
}

const POWERS: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** bit/s of `10G` or a number; 0 where nothing is said. */
function readSpeed(speed: number | string | undefined): number {
  if (typeof speed !== 'string') return speed ?? 0
  const power = POWERS[speed.slice(-1).toUpperCase()]
  return Math.round(power === undefined ? Number(speed) : Number(speed.slice(0, -1)) * power)
}

type Found = Pick<InterfacePlace, 'boundary' | 'connectivity' | 'provider'>
type ReadyRule = (name: string, description: string) => Found | null

/** A rule with its expressions compiled. */
function makeRule(rule: InterfaceRule): ReadyRule {
  const nameGroups = rule.name === undefined ? null : createPattern(rule.name)
  const descriptionGroups = rule.description === undefined ? null : createPattern(rule.description)
  return (name, description) => {
    const byName = nameGroups === null ? {} : nameGroups(name)
    if (byName === null) return null
    const byDescription = descriptionGroups === null ? {} : descriptionGroups(description)
    if (byDescription === null) return null
    const value = (key: (typeof FILLED)[number]): string => {
      const groups = { ...byName, ...byDescription }
      const text = rule[key]
      return (text === undefined ? (groups[key] ?? '') : text.replaceAll(REFERENCE, (_, group: string) => groups[group] ?? '')).trim()
    }
    return { boundary: rule.boundary ?? '', connectivity: value('connectivity'), provider: value('provider') }
  }
}

/** What rules an exporter is under; the same for all exporters of one group and the same prefixes. */
export interface RuleBook {
  /** Indexes of the rules that hold for an exporter. */
  rulesOf(address: bigint, group: string): readonly number[]
  /** Those rules as one: the first that matches. */
  ruleFor(indexes: readonly number[]): ReadyRule
}

export function createRuleBook(rules: readonly InterfaceRule[]): RuleBook {
  const prefixes = rules.map(({ match }) => match?.flatMap(text => readPrefix(text) ?? []) ?? null)
  const ready = rules.map(makeRule)
  return {
    rulesOf: (address, group) =>
      rules.flatMap((rule, index) => {
        const near = prefixes[index]
        const holds = (near == null || near.some(({ value, shift }) => address >> shift === value)) && (rule.group === undefined || rule.group === group)
        return holds ? [index] : []
      }),
    ruleFor(indexes) {
      const chosen = indexes.flatMap(index => ready[index] ?? [])
      return (name, description) => {
        for (const rule of chosen) {
          const found = rule(name, description)
          if (found !== null) return found
        }
        return null
      }
    },
  }
}

/** The interface that stands for the device itself in sFlow (sFlow v5, `input`/`output`); no rule is for it. */
const DEVICE = 0x3fff_ffff

/** A key's values of several interfaces with one index, the last that says it. */
function mergeInterfaces(all: readonly InterfaceSetting[]): ReadonlyMap<number, InterfaceSetting> {
  const merged = new Map<number, InterfaceSetting>()
  for (const one of all) {
    const said = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined))
    merged.set(one.index, { ...merged.get(one.index), ...said, index: one.index })
  }
  return merged
}

/**
 * What entries say of an exporter, the least specific first, and what rule its interfaces are under. Null where nothing is said: then
 * nothing is done for its rows.
 */
export function mergePlaces(entries: readonly PlaceSettings[], rule: ReadyRule | null): Places | null {
  const label = (key: (typeof LABELS)[number]): string => entries.findLast(entry => entry[key] !== undefined)?.[key] ?? ''
  const [name, group, role, site, region, tenant] = [label('name'), label('group'), label('role'), label('site'), label('region'), label('tenant')]
  const interfaces = mergeInterfaces(entries.flatMap(entry => entry.interfaces ?? []))
  const hasInterfaces = interfaces.size > 0 || rule !== null
  if (!hasInterfaces && LABELS.every(key => label(key) === '')) return null

  function make(said: InterfaceSetting | undefined, told: InterfaceNames | undefined): InterfacePlace | null {
    const found = rule?.(said?.name ?? told?.name ?? '', said?.description ?? told?.description ?? '') ?? null
    if (said === undefined && found === null) return null
    return {
      name: said?.name ?? '',
      speed: readSpeed(said?.speed),
      boundary: said?.boundary ?? found?.boundary ?? '',
      connectivity: said?.connectivity ?? found?.connectivity ?? '',
      provider: said?.provider ?? found?.provider ?? '',
    }
  }
  // Interfaces that options do not tell are all alike but for those of the configuration: nothing grows with made-up indexes.
  const nameless = make(undefined, undefined)
  const untold = new Map([...interfaces].map(([index, said]) => [index, make(said, undefined)]))

  function placeOf(index: number, told: InterfaceNames | undefined): InterfacePlace | null {
    if (index === 0 || index === DEVICE) return null
    if (told === undefined) return untold.get(index) ?? nameless
    return make(interfaces.get(index), told)
  }
  return { name, group, role, site, region, tenant, placeOf: hasInterfaces ? placeOf : null }
}
