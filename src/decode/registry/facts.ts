/** What the element registry knows of an element: its name, type, unit and the value that means "not available". */
import { elementKey, type ElementKey } from './elements.ts'
import { ELEMENTS } from './elements.generated.ts'

/** Abstract data types of RFC 7012 §3.1; `unsigned256` and the lists of RFC 6313 are no values of a column. */
export const ELEMENT_TYPES = [
  'octetArray',
  'unsigned8',
  'unsigned16',
  'unsigned32',
  'unsigned64',
  'unsigned256',
  'signed8',
  'signed16',
  'signed32',
  'signed64',
  'float32',
  'float64',
  'boolean',
  'macAddress',
  'string',
  'dateTimeSeconds',
  'dateTimeMilliseconds',
  'dateTimeMicroseconds',
  'dateTimeNanoseconds',
  'ipv4Address',
  'ipv6Address',
  'basicList',
  'subTemplateList',
  'subTemplateMultiList',
] as const
export type ElementType = (typeof ELEMENT_TYPES)[number]

export interface ElementFacts {
  readonly name: string
  readonly type: ElementType
  /** In the words of the IANA registry: octets, packets, milliseconds …; empty where it has none or nobody knows. */
  readonly unit: string
  /** identifier, quantity, deltaCounter, totalCounter, flags, list …; empty is default. */
  readonly semantics: string
  /** The value that stands for "not available"; null where there is none. */
  readonly sentinel: number | null
}

/** Enterprise of RFC 5103: its element n is the reverse of IANA's element n. */
const REVERSE = 29_305
/** YAF's elements from 16,384 on are the reverse of those below (PROTOCOLS §5). */
const YAF = 6871
const YAF_REVERSE = 16_384

const isType = (text: string): text is ElementType => (ELEMENT_TYPES as readonly string[]).includes(text)

const facts = new Map<ElementKey, ElementFacts>(
  ELEMENTS.trim()
    .split('\n')
    .map(line => {
      const [enterprise, id, name = '', type = '', unit = '', semantics = '', sentinel = ''] = line.split(',')
      if (!isType(type)) throw new Error(`elements.tsv: ${name} is of no known type: ${type}`)
      return [elementKey(Number(enterprise), Number(id)), { name, type, unit, semantics, sentinel: sentinel === '' ? null : Number(sentinel) }]
    }),
)

/** Name, type, unit and sentinel of an element; null where nobody here knows it. */
export function describeElement(key: ElementKey): ElementFacts | null {
  const known = facts.get(key)
  if (known !== undefined) return known
  const enterprise = Math.floor(key / 65_536)
  const id = key % 65_536
  const forward = enterprise === REVERSE ? facts.get(id) : enterprise === YAF && id >= YAF_REVERSE ? facts.get(elementKey(YAF, id - YAF_REVERSE)) : undefined
  if (forward === undefined) return null
  return { ...forward, name: `reverse${forward.name.charAt(0).toUpperCase()}${forward.name.slice(1)}` }
}

/** An element as people write it: `8`, `9/1232`, and `v9:51108` for a type that NetFlow v9 alone can carry. */
export function elementText(key: ElementKey): string {
  const enterprise = Math.floor(key / 65_536)
  if (enterprise > 0) return `${enterprise}/${key % 65_536}`
  return key < 32_768 ? String(key) : `v9:${key}`
}

/** Every element of the registry. */
export const knownElements = (): Iterable<ElementKey> => facts.keys()
