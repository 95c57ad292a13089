/**
 * Which rules a row can be of, by its ports and addresses: most rows are of none, and then no rule is asked. A rule that has a
 * term on ports or addresses which must hold is only asked for rows with such a port or such upper 16 bits of an IPv4 address.
 */
import { compileToPredicate, type Filter, type SetItem, type Test } from '../filter/index.ts'
import { MAPPED } from '../schema/index.ts'

/** Rules of a word of the masks. */
export const WORD = 32
const ENTRIES = 65_536

export interface RuleIndex {
  /** Words of a row's mask; bit n of word w stands for rule 32 w + n. */
  readonly words: number
  /** By port, `words` to each: rules of which a row with this port on either side may be. */
  readonly ports: Uint32Array
  /** By upper half of an IPv4 address, likewise. */
  readonly addresses: Uint32Array
}

const PORTS = ['port', 'src_port', 'dst_port']
const ADDRESSES = ['ip', 'src', 'dst']

/** A part of the filter that must hold and is made of tests of these fields only, none of them negated. */
function needed(filter: Filter, fields: readonly string[]): Filter | undefined {
  const isMadeOf = (node: Filter): boolean =>
    node.kind === 'Or'
      ? node.items.every(isMadeOf)
      : node.kind === 'Test' && fields.includes(node.field) && node.value.kind !== 'Column' && node.value.kind !== 'List'
  return filter.kind === 'And' ? filter.items.find(isMadeOf) : isMadeOf(filter) ? filter : undefined
}

/** Whether each port fits the part: asked as if both ports of a row were the same. */
function fittingPorts(part: Filter): (port: number) => boolean {
  const data = Uint16Array.from({ length: ENTRIES }, (_, port) => port)
  const column = { type: 'UInt16', data }
  return compileToPredicate(part, { now: 0 }).bind({
    rows: ENTRIES,
    columns: new Map([
      ['src_port', column],
      ['dst_port', column],
    ]),
  })
}

function spanOf(item: SetItem): readonly [first: bigint, last: bigint] | undefined {
  if (item.kind === 'Ip') return [item.value, item.value]
  if (item.kind === 'Net') return [item.value, item.value + (1n << BigInt(128 - item.length)) - 1n]
  if (item.kind === 'Range' && item.low.kind === 'Ip' && item.high.kind === 'Ip') return [item.low.value, item.high.value]
  return undefined
}

const testsOf = (part: Filter): readonly Test[] => (part.kind === 'Or' ? part.items.flatMap(testsOf) : part.kind === 'Test' ? [part] : [])

/** Whether an IPv4 address with this upper half can fit the part. */
function fittingAddresses(part: Filter): (upper: number) => boolean {
  const fits = new Uint8Array(ENTRIES)
  for (const { value } of testsOf(part)) {
    for (const item of value.kind === 'Values' ? value.items : [value]) {
      const span = item.kind === 'True' || item.kind === 'Column' ? undefined : spanOf(item)
      if (span === undefined) return () => true
      const upper = (address: bigint): number => Number((address - MAPPED) >> 16n)
      const [first, last] = span.map(upper) as [number, number]
      if (last >= 0 && first < ENTRIES) fits.fill(1, Math.max(0, first), Math.min(ENTRIES, last + 1))
    }
  }
  return upper => fits[upper] === 1
}

/** The index of the rules with these filters. */
export function indexRules(filters: readonly Filter[]): RuleIndex {
  const words = Math.ceil(filters.length / WORD)
  const ports = new Uint32Array(ENTRIES * words)
  const addresses = new Uint32Array(ENTRIES * words)
  for (const [rule, filter] of filters.entries()) {
    for (const [table, fields, fitting] of [
      [ports, PORTS, fittingPorts],
      [addresses, ADDRESSES, fittingAddresses],
    ] as const) {
      const part = needed(filter, fields)
      const fits = part === undefined ? () => true : fitting(part)
      for (let entry = 0; entry < ENTRIES; entry++) if (fits(entry)) table[entry * words + (rule >>> 5)]! |= 1 << (rule & 31)
    }
  }
  return { words, ports, addresses }
}
