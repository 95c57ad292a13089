/** How a key of a ranking is printed. In: a cell of an answer. Out: text for the page, and the value a filter names it by. */
import { isCountry, serviceName, valueName } from '../../../src/schema/index.ts'
import type { Cell } from '../api/types.ts'
import type { KeyStyle } from './rankings.ts'
import { words } from './words.ts'

/** The key as one text; empty where it is not known. AS 0 stands for no AS (RFC 7607). */
export function keyText(style: KeyStyle, cell: Cell | undefined): string {
  const text = cell === null || cell === undefined ? '' : String(cell)
  return style === 'as' && text === '0' ? '' : text
}

/** The value a filter names a key by: traffic without an AS has AS 0, without a text the empty one. */
export const filterValue = (style: KeyStyle, key: string): string => (style === 'as' && key === '' ? '0' : key)

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** Categories that are abbreviations keep their own way of writing; all others get a capital. */
const WRITTEN: Readonly<Record<string, string>> = { voip: 'VoIP', cdn: 'CDN', vpn: 'VPN', dns: 'DNS', iot: 'IoT', p2p: 'P2P' }

export interface ShownKey {
  readonly text: string
  /** Drawn in grey behind the text; empty where the text says all. */
  readonly detail: string
}

/** The words of a key. `name` is what the network calls it, empty where nobody told. */
export function shownKey(style: KeyStyle, key: string, name = ''): ShownKey {
  if (key === '') return { text: words.unknown, detail: '' }
  switch (style) {
    case 'as':
      return name === '' ? { text: `AS${key}`, detail: '' } : { text: name, detail: `AS${key}` }
    case 'country': {
      // Whatever is no code is shown as it came: the browser refuses to name it.
      const country = isCountry(key) ? regions.of(key) : undefined
      return country === undefined ? { text: key, detail: '' } : { text: country, detail: key }
    }
    case 'category':
      return { text: WRITTEN[key] ?? key.slice(0, 1).toUpperCase() + key.slice(1), detail: '' }
    case 'port': {
      // Flows without ports, such as those of ICMP and GRE, have port 0.
      const service = serviceName(Number(key))
      return service === undefined ? { text: key, detail: '' } : { text: service, detail: key }
    }
    case 'dscp': {
      const name = valueName('dscp', Number(key))
      return name === undefined ? { text: key, detail: '' } : { text: name.toUpperCase(), detail: key }
    }
    case 'text':
      return { text: key, detail: '' }
    default:
      return style satisfies never
  }
}

/** The same on one line, where there is no grey. */
export const keyLabel = ({ text, detail }: ShownKey): string => (detail === '' ? text : `${text} ${detail}`)
