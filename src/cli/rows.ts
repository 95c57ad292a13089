/** Rows of a batch as JSON text, a line each. */
import { printAddress, STORED_COLUMNS, layoutsOf, MEASURED_GROUPS, type Column, type DictionaryValue, type SealedBatch } from '../schema/index.ts'

type Read = (row: number) => string | number | null

/** An address as text; null for `::`, no address. */
const ipText = (value: bigint): string | null => (value === 0n ? null : printAddress(value))

const macText = (low: number, high: number): string =>
  [high >>> 8, high & 255, low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255].map(byte => byte.toString(16).padStart(2, '0')).join(':')

function textOf(column: Column, value: DictionaryValue | undefined): string | null {
  if (value === undefined) return null
  if (column.kind === 'time') return new Date(Number(value)).toISOString()
  if (column.kind === 'ip') return ipText(BigInt(value))
  return String(value)
}

function reader(sealed: SealedBatch, at: number): { name: string; read: Read } {
  const index = sealed.present[at] as number
  const column = STORED_COLUMNS[index] as Column
  const layout = layoutsOf(sealed.family)[index]
  const memory = sealed.memory[at] as SharedArrayBuffer
  const dictionary = sealed.dictionaries[at]
  if (dictionary != null) {
    const codes = new Uint16Array(memory)
    const texts = dictionary.map(value => textOf(column, value))
    return { name: column.name, read: row => texts[(codes[row] ?? 0) - 1] ?? null }
  }
  const words = new Uint32Array(memory)
  const wide = (row: number): bigint => (BigInt(words[row * 2 + 1] ?? 0) << 32n) | BigInt(words[row * 2] ?? 0)
  const v6 = new DataView(memory)
  switch (column.kind) {
    case 'time':
      return { name: column.name, read: row => new Date(Number(wide(row))).toISOString() }
    case 'mac':
      return { name: column.name, read: row => (wide(row) === 0n ? null : macText(words[row * 2] ?? 0, words[row * 2 + 1] ?? 0)) }
    case 'ip':
      return sealed.family === 4
        ? {
            name: column.name,
            read: row => (words[row] === 0 && column.name !== 'src' && column.name !== 'dst' ? null : ipText((0xffffn << 32n) | BigInt(words[row] ?? 0))),
          }
        : { name: column.name, read: row => ipText((v6.getBigUint64(row * 16) << 64n) | v6.getBigUint64(row * 16 + 8)) }
    case 'count':
      return { name: column.name, read: row => (words[row * 2 + 1] !== 0 && (words[row * 2 + 1] ?? 0) > 0x1f_ffff ? String(wide(row)) : Number(wide(row))) }
    case 'real': {
      const reals = new Float32Array(memory)
      return { name: column.name, read: row => reals[row] ?? 0 }
    }
    default: {
      const values = layout?.array === 'u8' ? new Uint8Array(memory) : layout?.array === 'u16' ? new Uint16Array(memory) : words
      return { name: column.name, read: row => values[row] ?? 0 }
    }
  }
}

/**
 * The rows of a batch, one JSON object each. Absent columns are left out, texts and addresses that are empty too; a quality
 * value that was not measured is null, never 0. Counts above 2^53 are strings.
 */
export function* rowsOf(sealed: SealedBatch): Generator<string> {
  const readers = sealed.present.map((_, at) => reader(sealed, at))
  const measured = readers.find(({ name }) => name === 'measured')
  const guards = new Map(
    STORED_COLUMNS.flatMap(column => (column.measured === undefined ? [] : [[column.name, 1 << MEASURED_GROUPS.indexOf(column.measured)] as const])),
  )
  for (let row = 0; row < sealed.rows; row++) {
    const bits = Number(measured?.read(row) ?? 0)
    const out: Record<string, string | number | null> = {}
    for (const { name, read } of readers) {
      const guard = guards.get(name)
      const value = guard !== undefined && (bits & guard) === 0 ? null : read(row)
      if (value !== null || guard !== undefined) out[name] = value
    }
    yield JSON.stringify(out)
  }
}
