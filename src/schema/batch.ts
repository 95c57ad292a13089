/**
 * A FlowBatch: up to 65,536 rows as columns (DESIGN §4: columns, never objects, on the hot path).
 *
 * Invariants:
 * - A column exists once something needs it; beyond `rows` every existing column is zero, so a decoder writes only what it
 *   has, and a row without a column's value holds its zero.
 * - Column memory is shared between threads and kept when the batch is reused. Whoever resets a batch owns it alone.
 * - Batches of family 4 hold addresses in 4 bytes a row, those of family 6 in 16. A row without any address belongs in a
 *   family 6 batch, where zero is `::`, "no address".
 * - Values of a datagram (exporter, time of reception) and texts are 16-bit codes into the batch's dictionary; code 0 is the
 *   absent value.
 */
import { STORED_COLUMNS, type Column, type ColumnName } from './columns.ts'
import { layoutOf, type Layout } from './kinds.ts'

export const MAX_ROWS = 65_536
/** Room for codes in a dictionary; a batch whose dictionary is fuller than this is sealed before more rows come. */
export const MAX_CODES = 65_535

export type ColumnArray = Uint8Array | Uint16Array | Uint32Array | Float32Array
export type DictionaryValue = string | number | bigint

/** Index of each stored column in a batch, by name. */
export const COLUMN_INDEX: Readonly<Record<string, number>> = Object.fromEntries(STORED_COLUMNS.map((column, index) => [column.name, index]))

/** Index in a batch of a stored column; throws for a name that is not stored. */
export function indexOf(name: ColumnName): number {
  const index = COLUMN_INDEX[name]
  if (index === undefined) throw new Error(`column ${name} is not stored`)
  return index
}

/** The same for all rows of a datagram, so they cost a code a row. */
const CODED: Readonly<Record<string, Layout>> = {
  received_at: { array: 'u16', per: 1, native: 'LowCardinality(Int64)', dictionary: 'int64' },
  exporter: { array: 'u16', per: 1, native: 'LowCardinality(IPv6)', dictionary: 'ip' },
}

/** How a column lies in a batch of this family. */
export function columnLayout(column: Column, family: 4 | 6): Layout {
  const coded = CODED[column.name]
  if (coded !== undefined) return coded
  if (column.kind === 'ip' && family === 4) return { array: 'u32', per: 1, native: 'IPv4' }
  return layoutOf(column.kind)
}

const LAYOUTS = {
  4: STORED_COLUMNS.map(column => columnLayout(column, 4)),
  6: STORED_COLUMNS.map(column => columnLayout(column, 6)),
} as const

/** Layouts of all stored columns by index. */
export const layoutsOf = (family: 4 | 6): readonly Layout[] => LAYOUTS[family]

const BYTES = { u8: 1, u16: 2, u32: 4, f32: 4 } as const

/** Bytes a row of this layout. */
export const widthOf = (layout: Layout): number => BYTES[layout.array] * layout.per

function view(layout: Layout, memory: SharedArrayBuffer): ColumnArray {
  const length = MAX_ROWS * layout.per
  switch (layout.array) {
    case 'u8':
      return new Uint8Array(memory, 0, length)
    case 'u16':
      return new Uint16Array(memory, 0, length)
    case 'u32':
      return new Uint32Array(memory, 0, length)
    case 'f32':
      return new Float32Array(memory, 0, length)
  }
}

/** The rows of a stored column in memory shared between threads. */
export function columnView(index: number, family: 4 | 6, memory: SharedArrayBuffer): ColumnArray {
  const layout = LAYOUTS[family][index]
  if (layout === undefined) throw new RangeError(`no stored column ${index}`)
  return view(layout, memory)
}

/** What the writer needs of a finished batch; plain data that crosses threads without a copy of the columns. */
export interface SealedBatch {
  readonly id: number
  readonly family: 4 | 6
  readonly rows: number
  /** Indexes of the columns that exist, in the order of the schema. */
  readonly present: readonly number[]
  readonly memory: readonly SharedArrayBuffer[]
  /** By position in `present`: the values behind the codes, without the absent one; null for plain columns. */
  readonly dictionaries: readonly (readonly DictionaryValue[] | null)[]
  /** Milliseconds since 1970 by our clock. */
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
}

/** The distinct values of one column of one batch. */
export class Dictionary {
  readonly values: DictionaryValue[] = []
  readonly #codes = new Map<DictionaryValue, number>()
  /** How many values can be found by `code`. */
  #indexed = 0

  /** The code of a value, new or known. Values are strings, milliseconds, or IPv6 addresses as 128-bit integers. */
  code(value: DictionaryValue): number {
    for (; this.#indexed < this.values.length; this.#indexed++) this.#codes.set(this.values[this.#indexed]!, this.#indexed + 1)
    const known = this.#codes.get(value)
    if (known !== undefined) return known
    const code = this.values.push(value)
    this.#codes.set(value, code)
    this.#indexed = code
    return code
  }

  /** The code of a value that the caller knows to be new: it is not looked for, which is most of what a value costs. */
  newCode(value: DictionaryValue): number {
    return this.values.push(value)
  }

  clear(): void {
    this.values.length = 0
    this.#indexed = 0
    this.#codes.clear()
  }
}

export class FlowBatch {
  readonly id: number
  family: 4 | 6
  rows = 0
  /** Columns by index in the schema; undefined where absent. */
  readonly columns: (ColumnArray | undefined)[]
  /** Dictionaries by index in the schema; made with their column. */
  readonly dictionaries: (Dictionary | undefined)[]
  firstReceivedAt = 0
  lastReceivedAt = 0
  /** Counts the uses of this memory: a code remembered elsewhere holds for one use only. */
  use = 1
  /** True once a dictionary has no room for another datagram's values. */
  full = false
  readonly #memory: (SharedArrayBuffer | undefined)[]

  constructor(id: number, family: 4 | 6) {
    this.id = id
    this.family = family
    this.columns = STORED_COLUMNS.map(() => undefined)
    this.dictionaries = STORED_COLUMNS.map(() => undefined)
    this.#memory = STORED_COLUMNS.map(() => undefined)
  }

  /** Gives a column of this batch, making it if need be. */
  need(index: number): ColumnArray {
    const existing = this.columns[index]
    if (existing !== undefined) return existing
    const layout = LAYOUTS[this.family][index]
    if (layout === undefined) throw new RangeError(`no stored column ${index}`)
    // Addresses get room for the wide form, so that a batch can change its family.
    const widest = LAYOUTS[6][index] ?? layout
    const memory = (this.#memory[index] ??= new SharedArrayBuffer(MAX_ROWS * widthOf(widest)))
    const column = view(layout, memory)
    this.columns[index] = column
    if (layout.dictionary !== undefined) this.dictionaries[index] ??= new Dictionary()
    return column
  }

  /** The code of a dictionary column's value in this batch. */
  code(index: number, value: DictionaryValue): number {
    return this.#within(this.#dictionary(index).code(value))
  }

  /** The same for a value that this column of the batch is known not to hold yet. */
  newCode(index: number, value: DictionaryValue): number {
    return this.#within(this.#dictionary(index).newCode(value))
  }

  #dictionary(index: number): Dictionary {
    this.need(index)
    const dictionary = this.dictionaries[index]
    if (dictionary === undefined) throw new TypeError(`column ${index} has no dictionary`)
    return dictionary
  }

  #within(code: number): number {
    if (code >= MAX_CODES) this.full = true
    return code > MAX_CODES ? 0 : code
  }

  /** Values a row of this column. */
  per(index: number): number {
    return LAYOUTS[this.family][index]?.per ?? 1
  }

  /** Bytes of memory this batch keeps. */
  get keptBytes(): number {
    let sum = 0
    for (const memory of this.#memory) sum += memory?.byteLength ?? 0
    return sum
  }

  seal(): SealedBatch {
    const present: number[] = []
    const memory: SharedArrayBuffer[] = []
    const dictionaries: (readonly DictionaryValue[] | null)[] = []
    for (let index = 0; index < this.columns.length; index++) {
      const column = this.columns[index]
      const shared = this.#memory[index]
      if (column === undefined || shared === undefined) continue
      present.push(index)
      memory.push(shared)
      dictionaries.push(this.dictionaries[index]?.values.slice() ?? null)
    }
    const { id, family, rows, firstReceivedAt, lastReceivedAt } = this
    return { id, family, rows, present, memory, dictionaries, firstReceivedAt, lastReceivedAt }
  }

  /** Empties the batch for another use: zeroes what was written and forgets which columns exist. */
  reset(family: 4 | 6): void {
    for (let index = 0; index < this.columns.length; index++) {
      const column = this.columns[index]
      if (column === undefined) continue
      column.fill(0, 0, this.rows * this.per(index))
      this.columns[index] = undefined
      this.dictionaries[index]?.clear()
    }
    this.family = family
    this.rows = 0
    this.use++
    this.full = false
  }
}
