/** What is written for an entity: its name, and what identifies it where the name does not. */
import { serviceName } from '../../../src/schema/index.ts'
import { keyLabel, shownKey, type ShownKey } from '../rankings/key.ts'
import type { EntityKind } from './kinds.ts'
import { words } from './words.ts'

const STYLES = { as: 'as', country: 'country', category: 'category' } as const

/** The words of a value of a kind; `name` is what the network calls it, where it does. */
export function shownOf(id: EntityKind['id'], value: string, name = ''): ShownKey {
  switch (id) {
    case 'as':
    case 'country':
    case 'category':
      return shownKey(STYLES[id], value, name)
    case 'port': {
      const service = serviceName(Number(value))
      return { text: `${words.port} ${value}`, detail: service ?? '' }
    }
    case 'host':
      return name === '' || name === value ? { text: value, detail: '' } : { text: name, detail: value }
    case 'app':
    case 'network':
      return { text: value === '' ? words.unknown : value, detail: '' }
    default:
      return id satisfies never
  }
}

export const labelOf = (id: EntityKind['id'], value: string, name = ''): string => keyLabel(shownOf(id, value, name))
