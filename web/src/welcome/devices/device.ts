/** What is said of a device that exports, and how its configuration is filled in. */

/** One protocol a device sends, with what to type for it. */
export interface Way {
  /** The protocol, and the model or release where they differ. */
  readonly name: string
  /** Where FlowLens listens by default: 2055 takes NetFlow and IPFIX, 4739 is IPFIX, 6343 sFlow. */
  readonly port: 2055 | 4739 | 6343
  /** `{host}`, `{port}` and `{rate}` are filled in; lines that begin with `#`, `!` or `//` are remarks. */
  readonly text: string
  /** Shows on the device that it sends. */
  readonly check?: string
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly models: string
  /** The one to take first stands first. */
  readonly ways: readonly [Way, ...Way[]]
  /** Versions, limits, what its figures mean: whole sentences of Markdown. */
  readonly notes: readonly string[]
}

export interface Part {
  readonly text: string
  readonly kind: 'plain' | 'remark' | 'filled'
}

export interface Values {
  readonly host: string
  readonly rate: string
}

/** Whether the rate can be chosen. */
export const isSampled = (way: Way): boolean => way.text.includes('{rate}')

/** The text of a way in parts: remarks, what was filled in, and the rest. */
export function partsOf(way: Way, values: Values): readonly Part[] {
  const filled: Readonly<Record<string, string>> = { '{host}': values.host, '{port}': String(way.port), '{rate}': values.rate }
  return way.text.split('\n').flatMap((line, index): readonly Part[] => {
    const end = index === 0 ? '' : '\n'
    if (/^\s*(#|!|\/\/)/.test(line)) return [{ text: `${end}${line}`, kind: 'remark' }]
    const parts = line
      .split(/(\{host\}|\{port\}|\{rate\})/)
      .map((text): Part => (filled[text] === undefined ? { text, kind: 'plain' } : { text: filled[text], kind: 'filled' }))
    return [{ text: end, kind: 'plain' }, ...parts]
  })
}

/** The text of a way, filled in. */
export const filledText = (way: Way, values: Values): string =>
  partsOf(way, values)
    .map(part => part.text)
    .join('')
