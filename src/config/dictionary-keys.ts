/** Which columns a dictionary of enrich.dictionaries may look up. */
import { COLUMNS, closest, type Column, type Kind } from '../schema/index.ts'

const KINDS: ReadonlySet<Kind> = new Set<Kind>(['ip', 'mac', 'port', 'proto', 'as', 'id', 'octet', 'flags', 'count', 'text', 'country'])

/** Names of the stored columns that are no time, no figure and none of our own books. */
export const DICTIONARY_KEYS: readonly string[] = (COLUMNS as readonly Column[])
  .filter(({ role, origin, group, kind }) => role === 'dimension' && origin !== 'computed' && group !== 'bookkeeping' && KINDS.has(kind))
  .map(({ name }) => name)

/** The refusal of a column that is none of them. */
export function noKey(name: string): string {
  const meant = closest(name, DICTIONARY_KEYS)
  const hint = meant === undefined ? 'a key is a stored column that is no time and no figure, such as src, in_if or vlan' : `did you mean ${meant}?`
  return `${name} is no column to look up; ${hint}`
}
