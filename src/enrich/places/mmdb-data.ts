/**
 * The data section of a database in MaxMind's format (MaxMind DB File Format Specification 2.0): values one after the other, maps and
 * arrays nested, pointers to what stands elsewhere. Only what is asked for is made into values; a City database has eight languages
 * of everything.
 */

/** What is wanted of a map, by key; `true` is the whole value. */
export type Wanted = true | { readonly [key: string]: Wanted }
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value } | undefined

const TYPE = {
  pointer: 1,
  string: 2,
  double: 3,
  bytes: 4,
  uint16: 5,
  uint32: 6,
  map: 7,
  int32: 8,
  uint64: 9,
  uint128: 10,
  array: 11,
  boolean: 14,
  float: 15,
} as const
/** Deeper nesting is a file that points at itself. */
const DEEPEST = 32

/** Reads values; offsets count from `base`. The function it gives throws RangeError where the data end too early or make no sense. */
export function createDataReader(bytes: Buffer, base: number): (offset: number, wanted: Wanted) => Value {
  let at = 0
  let depth = 0
  const keys = new Map<number, string>()

  function need(size: number): number {
    const from = at
    at += size
    if (at > bytes.length) throw new RangeError('the data end too early')
    return from
  }
  function unsigned(size: number): number {
    let value = 0
    for (let from = need(size); from < at; from++) value = value * 256 + (bytes[from] ?? 0)
    return value
  }

  /** Where a pointer leads, from its control byte (§ "Pointer"). */
  function target(control: number): number {
    const size = (control >> 3) & 3
    const high = control & 7
    switch (size) {
      case 0:
        return base + high * 0x100 + unsigned(1)
      case 1:
        return base + high * 0x1_0000 + unsigned(2) + 2048
      case 2:
        return base + high * 0x100_0000 + unsigned(3) + 526_336
      default:
        return base + unsigned(4)
    }
  }

  function sizeOf(control: number): number {
    const low = control & 31
    if (low < 29) return low
    return low === 29 ? 29 + unsigned(1) : low === 30 ? 285 + unsigned(2) : 65_821 + unsigned(3)
  }

  /** A key; they are few, most of them behind pointers. */
  function key(): string {
    const control = bytes[need(1)] ?? 0
    if (control >> 5 === TYPE.pointer) {
      const place = target(control)
      const known = keys.get(place)
      if (known !== undefined) return known
      const after = at
      at = place
      const made = key()
      keys.set(place, made)
      at = after
      return made
    }
    if (control >> 5 !== TYPE.string) throw new RangeError('a key is no text')
    const size = sizeOf(control)
    const from = need(size)
    return bytes.toString('latin1', from, from + size)
  }

  function map(size: number, wanted: Wanted | undefined): Value {
    const made: Record<string, Value> = {}
    for (let entry = 0; entry < size; entry++) {
      const name = key()
      const value = read(wanted === true ? true : wanted?.[name])
      if (value !== undefined) made[name] = value
    }
    return wanted === undefined ? undefined : made
  }

  function array(size: number, wanted: Wanted | undefined): Value {
    const made: Value[] = []
    for (let entry = 0; entry < size; entry++) {
      const value = read(wanted === true ? true : undefined)
      if (value !== undefined) made.push(value)
    }
    return wanted === undefined ? undefined : made
  }

  function nested(control: number, wanted: Wanted | undefined): Value {
    if (control >> 5 === TYPE.pointer) {
      const place = target(control)
      if (wanted === undefined) return undefined
      const after = at
      at = place
      const value = read(wanted)
      at = after
      return value
    }
    const type = control >> 5 === 0 ? 7 + unsigned(1) : control >> 5
    const size = sizeOf(control)
    switch (type) {
      case TYPE.map:
        return map(size, wanted)
      case TYPE.array:
        return array(size, wanted)
      case TYPE.boolean:
        return wanted === undefined ? undefined : size !== 0
      case TYPE.string: {
        const from = need(size)
        return wanted === undefined ? undefined : bytes.toString('utf8', from, from + size)
      }
      case TYPE.double: {
        const from = need(8)
        return wanted === undefined ? undefined : bytes.readDoubleBE(from)
      }
      case TYPE.float: {
        const from = need(4)
        return wanted === undefined ? undefined : bytes.readFloatBE(from)
      }
      case TYPE.int32:
        return unsigned(size) | 0
      case TYPE.bytes:
        need(size)
        return undefined
      case TYPE.uint16:
      case TYPE.uint32:
      case TYPE.uint64:
      case TYPE.uint128:
        // Beyond 2^53 no figure of ours lies.
        return unsigned(size)
      default:
        throw new RangeError(`there is no type ${type}`)
    }
  }

  function read(wanted: Wanted | undefined): Value {
    if (++depth > DEEPEST) throw new RangeError('the data point at themselves')
    const value = nested(bytes[need(1)] ?? 0, wanted)
    depth--
    return value
  }

  return (offset, wanted) => {
    at = base + offset
    depth = 0
    return read(wanted)
  }
}
