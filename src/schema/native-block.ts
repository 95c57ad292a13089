/**
 * The ClickHouse Native block: the payload of a spool frame, the body of an insert, and what `live` reads.
 *
 * Block = columns (varint) · rows (varint) · per column: name · type (strings with varint length) · data. Numbers are
 * little-endian. LowCardinality data = version 1 (u64) · flags and index width (u64: 0 = u8, 1 = u16, | 0x200 has keys |
 * 0x400 updates) · number of keys (u64) · keys · rows (u64) · indexes. Key 0 is the type's default.
 * Source: ClickHouse, `SerializationLowCardinality`, `NativeWriter`; checked against the engine in `store`.
 */
import { STORED_COLUMNS } from './columns.ts'
import { MAX_ROWS, layoutsOf, widthOf, indexOf, type DictionaryValue, type SealedBatch } from './batch.ts'
import type { Layout } from './kinds.ts'

const utf8 = new TextEncoder()

/** Grows as needed; the few bytes between the columns' own memory. */
class Writer {
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  length = 0

  #room(count: number): void {
    if (this.length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + count))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  varint(value: number): void {
    this.#room(5)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.#bytes[this.length++] = rest
  }

  string(text: string): void {
    const bytes = utf8.encode(text)
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  bytes(bytes: Uint8Array): void {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  u64(value: number | bigint): void {
    this.#room(8)
    this.#view.setBigInt64(this.length, BigInt(value), true)
    this.length += 8
  }

  /** An IPv6 address, as a 128-bit integer, in network order. */
  ip(value: bigint): void {
    this.#room(16)
    this.#view.setBigUint64(this.length, value >> 64n, false)
    this.#view.setBigUint64(this.length + 8, value & 0xffff_ffff_ffff_ffffn, false)
    this.length += 16
  }

  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.length)
    this.length = 0
    return taken
  }
}

const HAS_KEYS = 0x600
const BATCH = indexOf('batch')
const ROW = indexOf('row')
const ROW_NUMBERS = Uint16Array.from({ length: MAX_ROWS }, (_, row) => row)
const ONES = new Uint8Array(MAX_ROWS).fill(1)

function writeKeys(out: Writer, layout: Layout, values: readonly DictionaryValue[]): void {
  for (const value of values) {
    if (layout.dictionary === 'text') out.string(String(value))
    else if (layout.dictionary === 'ip') out.ip(BigInt(value))
    else out.u64(BigInt(value))
  }
}

const ABSENT: Readonly<Record<NonNullable<Layout['dictionary']>, DictionaryValue>> = { text: '', ip: 0n, int64: 0 }

/**
 * The block of a batch as pieces to be written one after the other; large pieces are views of the batch's own memory, so the
 * batch must not be reset before they are written. `firstSeq` is the sequence number of its first row, stored in `batch`.
 */
export function encodeBlock(sealed: SealedBatch, firstSeq: number): Uint8Array[] {
  const { rows, family, present } = sealed
  const layouts = layoutsOf(family)
  const out = new Writer()
  const pieces: Uint8Array[] = []
  const column = (index: number, type: string): void => {
    out.string(STORED_COLUMNS[index]?.name ?? '')
    out.string(type)
  }
  const data = (bytes: Uint8Array): void => {
    pieces.push(out.take(), bytes)
  }

  out.varint(present.length + 2)
  out.varint(rows)
  for (let at = 0; at < present.length; at++) {
    const index = present[at] as number
    const layout = layouts[index] as Layout
    const memory = sealed.memory[at] as SharedArrayBuffer
    column(index, layout.native)
    if (layout.dictionary !== undefined) {
      const values = sealed.dictionaries[at] ?? []
      out.u64(1)
      out.u64(HAS_KEYS | 1)
      out.u64(values.length + 1)
      writeKeys(out, layout, [ABSENT[layout.dictionary]])
      writeKeys(out, layout, values)
      out.u64(rows)
    }
    data(new Uint8Array(memory, 0, rows * widthOf(layout)))
  }
  column(BATCH, 'LowCardinality(UInt64)')
  out.u64(1)
  out.u64(HAS_KEYS)
  out.u64(2)
  out.u64(0)
  out.u64(firstSeq)
  out.u64(rows)
  data(ONES.subarray(0, rows))
  column(ROW, 'UInt16')
  data(new Uint8Array(ROW_NUMBERS.buffer, 0, rows * 2))
  return pieces
}

/** A column of a parsed block: numbers as they lie, or codes and the values behind them. */
export interface BlockColumn {
  readonly type: string
  /** The numbers of the column (low half first for 64 bits), or the codes of a dictionary column. */
  readonly data: Uint8Array | Uint16Array | Uint32Array | Float32Array
  /** Values behind the codes; value 0 is the absent one. Addresses are 128-bit integers. */
  readonly values?: readonly DictionaryValue[]
}

export interface Block {
  readonly rows: number
  readonly columns: ReadonlyMap<string, BlockColumn>
}

class Reader {
  at = 0
  readonly #bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#view.getUint8(this.at++)
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw new RangeError('varint is too long')
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) throw new RangeError(`block ends early: ${length} bytes wanted at ${this.at}`)
    const bytes = this.#bytes.subarray(this.at, this.at + length)
    this.at += length
    return bytes
  }

  string(): string {
    return new TextDecoder().decode(this.take(this.varint()))
  }

  u64(): bigint {
    const value = this.#view.getBigUint64(this.at, true)
    this.at += 8
    return value
  }

  i64(): number {
    const value = this.#view.getBigInt64(this.at, true)
    this.at += 8
    return Number(value)
  }

  ip(): bigint {
    const value = (this.#view.getBigUint64(this.at) << 64n) | this.#view.getBigUint64(this.at + 8)
    this.at += 16
    return value
  }
}

type Numbers = readonly [array: 'u8' | 'u16' | 'u32' | 'f32', per: number]
const NUMBERS: Readonly<Record<string, Numbers>> = {
  UInt8: ['u8', 1],
  UInt16: ['u16', 1],
  UInt32: ['u32', 1],
  IPv4: ['u32', 1],
  Float32: ['f32', 1],
  UInt64: ['u32', 2],
  Int64: ['u32', 2],
  IPv6: ['u32', 4],
}

/** Copies, because a column's data starts at any byte and typed arrays want their own alignment. */
function numbers(reader: Reader, [array, per]: Numbers, rows: number): BlockColumn['data'] {
  const size = array === 'u8' ? 1 : array === 'u16' ? 2 : 4
  const { buffer } = new Uint8Array(reader.take(rows * per * size))
  switch (array) {
    case 'u8':
      return new Uint8Array(buffer)
    case 'u16':
      return new Uint16Array(buffer)
    case 'u32':
      return new Uint32Array(buffer)
    case 'f32':
      return new Float32Array(buffer)
  }
}

function coded(reader: Reader, inner: string, rows: number): BlockColumn {
  reader.u64()
  const width = Number(reader.u64() & 0xffn)
  const keys = Number(reader.u64())
  const values: DictionaryValue[] = []
  for (let key = 0; key < keys; key++) {
    if (inner === 'String') values.push(reader.string())
    else if (inner === 'IPv6') values.push(reader.ip())
    else values.push(reader.i64())
  }
  reader.u64()
  return { type: `LowCardinality(${inner})`, data: numbers(reader, [width === 0 ? 'u8' : 'u16', 1], rows), values }
}

/**
 * Reads a block as `encodeBlock` writes it. `wanted` limits the columns that are copied out. Throws `RangeError` when the
 * bytes are no such block.
 */
export function parseBlock(bytes: Uint8Array, wanted?: ReadonlySet<string>): Block {
  const reader = new Reader(bytes)
  const count = reader.varint()
  const rows = reader.varint()
  const columns = new Map<string, BlockColumn>()
  for (let index = 0; index < count; index++) {
    const name = reader.string()
    const type = reader.string()
    const inner = /^LowCardinality\((\w+)\)$/.exec(type)?.[1]
    if (inner !== undefined) {
      const column = coded(reader, inner, rows)
      if (wanted === undefined || wanted.has(name)) columns.set(name, column)
      continue
    }
    const shape = NUMBERS[type]
    if (shape === undefined) throw new RangeError(`column ${name}: type ${type} is not one of ours`)
    if (wanted === undefined || wanted.has(name)) columns.set(name, { type, data: numbers(reader, shape, rows) })
    else reader.take(rows * shape[1] * (shape[0] === 'u8' ? 1 : shape[0] === 'u16' ? 2 : 4))
  }
  return { rows, columns }
}
