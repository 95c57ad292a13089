/** The kinds of a flow's columns: what a value means, and how many bytes it takes in a batch. */

export const KINDS = [
  'time', 'ip', 'mac', 'port', 'proto', 'as', 'id', 'octet', 'flags', 'bool',
  'count', 'duration', 'real', 'text', 'country', 'bits', 'rate',
] as const
export type Kind = (typeof KINDS)[number]

/**
 * How a kind lies in a batch: `array` is the element type, `per` its elements a row, `native` the ClickHouse type of the block
 * on disk (DESIGN §4: the payload is a Native block, so these are the same bytes).
 *
 * 64-bit values are two 32-bit halves, low first: JavaScript writes them without a BigInt per flow. Dictionary kinds hold a
 * 16-bit code a row and the distinct values beside them; code 0 is the absent value. `ip` is 4 bytes a row in a batch of
 * IPv4 rows and 16 in the other (see `batch.ts`).
 */
export interface Layout {
  readonly array: 'u8' | 'u16' | 'u32' | 'f32'
  readonly per: 1 | 2 | 4
  readonly native: string
  readonly dictionary?: 'text' | 'ip' | 'int64'
}

const LAYOUTS: Readonly<Record<Kind, Layout | null>> = {
  time: { array: 'u32', per: 2, native: 'Int64' }, // milliseconds since 1970
  ip: { array: 'u32', per: 4, native: 'IPv6' },
  mac: { array: 'u32', per: 2, native: 'UInt64' },
  port: { array: 'u16', per: 1, native: 'UInt16' },
  proto: { array: 'u8', per: 1, native: 'UInt8' },
  as: { array: 'u32', per: 1, native: 'UInt32' },
  id: { array: 'u32', per: 1, native: 'UInt32' },
  octet: { array: 'u8', per: 1, native: 'UInt8' },
  flags: { array: 'u16', per: 1, native: 'UInt16' },
  bool: { array: 'u8', per: 1, native: 'UInt8' },
  count: { array: 'u32', per: 2, native: 'UInt64' },
  duration: { array: 'u32', per: 1, native: 'UInt32' }, // microseconds
  real: { array: 'f32', per: 1, native: 'Float32' },
  text: { array: 'u16', per: 1, native: 'LowCardinality(String)', dictionary: 'text' },
  country: { array: 'u16', per: 1, native: 'LowCardinality(String)', dictionary: 'text' },
  bits: null, // computed: bits a second
  rate: null, // computed: packets a second
}

/** The layout of a stored kind; throws for a kind that only computed columns have. */
export function layoutOf(kind: Kind): Layout {
  const layout = LAYOUTS[kind]
  if (layout === null) throw new Error(`kind ${kind} is computed, it has no layout`)
  return layout
}
