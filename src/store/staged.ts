/** What a stage file holds: Native blocks laid end to end, each with its own set of columns. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { FlowLensError } from '../schema/index.ts'

const WIDTHS: Readonly<Record<string, number>> = { UInt8: 1, UInt16: 2, UInt32: 4, UInt64: 8, Int64: 8, Float32: 4, IPv4: 4, IPv6: 16 }
const WINDOW_BYTES = 65_536

/** Reads a file through a window, so that columns can be skipped without being read. */
class Skimmer {
  at = 0
  readonly #file: number
  readonly #size: number
  readonly #window = Buffer.alloc(WINDOW_BYTES)
  #start = 0
  #length = 0

  constructor(file: number, size: number) {
    this.#file = file
    this.#size = size
  }

  get done(): boolean {
    return this.at >= this.#size
  }

  byte(): number {
    if (this.at < this.#start || this.at >= this.#start + this.#length) {
      this.#start = this.at
      this.#length = readSync(this.#file, this.#window, 0, WINDOW_BYTES, this.at)
      if (this.#length === 0) throw new RangeError(`it ends at ${this.at}`)
    }
    return this.#window[this.at++ - this.#start] ?? 0
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw new RangeError('a length is too long')
  }

  u64(): number {
    let value = 0
    for (let index = 0; index < 8; index++) value += this.byte() * 2 ** (8 * index)
    return value
  }

  text(): string {
    const length = this.varint()
    if (length > 1024) throw new RangeError('a name is too long')
    let text = ''
    for (let index = 0; index < length; index++) text += String.fromCharCode(this.byte())
    return text
  }

  skip(bytes: number): void {
    this.at += bytes
    if (this.at > this.#size) throw new RangeError(`it ends within a column`)
  }
}

function skipCoded(file: Skimmer, inner: string): void {
  file.u64()
  const flags = file.u64()
  const keys = file.u64()
  if (inner === 'String') for (let key = 0; key < keys; key++) file.skip(file.varint())
  else file.skip(keys * (WIDTHS[inner] ?? 0))
  file.skip(file.u64() * ((flags & 0xff) === 0 ? 1 : 2))
}

/** Names of the columns that any block of the file holds. Throws FL_STORE_INSERT for a file that is not made of our blocks. */
export function stagedColumns(path: string): ReadonlySet<string> {
  const file = openSync(path, 'r')
  try {
    const skimmer = new Skimmer(file, fstatSync(file).size)
    const names = new Set<string>()
    while (!skimmer.done) {
      const columns = skimmer.varint()
      const rows = skimmer.varint()
      for (let index = 0; index < columns; index++) {
        names.add(skimmer.text())
        const type = skimmer.text()
        const inner = /^LowCardinality\((\w+)\)$/.exec(type)?.[1]
        const width = WIDTHS[type]
        if (inner !== undefined) skipCoded(skimmer, inner)
        else if (width !== undefined) skimmer.skip(rows * width)
        else throw new RangeError(`type ${type} is not one of ours`)
      }
    }
    return names
  } catch (thrown) {
    throw new FlowLensError('FL_STORE_INSERT', `the stage file cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`, { cause: thrown })
  } finally {
    closeSync(file)
  }
}
