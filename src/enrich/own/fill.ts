/** Looks the rows of a batch up in the operator's dictionaries. */
import { MAPPED, layoutsOf, type ColumnArray, type FlowBatch } from '../../schema/index.ts'
import { valueOfAddress, type OwnDictionary } from './dictionary.ts'

const HIGH = 2 ** 32
/** Addresses whose value is remembered, by dictionary: the longest prefix is searched once for each. */
const REMEMBERED = 16_384
const WORDS = 4

/** The words of an address lie in the order of the wire. */
const swapped = (word: number): bigint => BigInt(((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0)

interface Ready {
  readonly dictionary: OwnDictionary
  /** Codes of the values in the column that is filled, and the batch they hold for. */
  readonly codes: Uint16Array
  readonly codedIn: Uint32Array
  /** Addresses seen lately, four words each, and their values + 1; 0 is an empty slot. */
  readonly seen: Uint32Array
  readonly seenValues: Uint32Array
}

const ready = (dictionary: OwnDictionary): Ready => ({
  dictionary,
  codes: new Uint16Array(dictionary.values.length),
  codedIn: new Uint32Array(dictionary.values.length),
  seen: new Uint32Array(dictionary.networks.length === 0 ? 0 : REMEMBERED * WORDS),
  seenValues: new Uint32Array(dictionary.networks.length === 0 ? 0 : REMEMBERED),
})

function valueOfWords({ dictionary, seen, seenValues }: Ready, a: number, b: number, c: number, d: number, v4: boolean): number {
  const slot = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 1009) ^ d, 0x9e37_79b1) >>> 18
  const at = slot * WORDS
  if (seenValues[slot] !== 0 && seen[at] === a && seen[at + 1] === b && seen[at + 2] === c && seen[at + 3] === d) return seenValues[slot]! - 1
  const address = v4 ? MAPPED | BigInt(d) : (swapped(a) << 96n) | (swapped(b) << 64n) | (swapped(c) << 32n) | swapped(d)
  const value = valueOfAddress(dictionary.networks, address)
  seen.set([a, b, c, d], at)
  seenValues[slot] = value + 1
  return value
}

/** A reader of the value's number of each row; undefined where the batch has no such column. */
function readerOf(one: Ready, batch: FlowBatch): ((row: number) => number) | undefined {
  const { key, numbers, texts, networks } = one.dictionary
  const column = batch.columns[key]
  if (column === undefined) return undefined
  const layout = layoutsOf(batch.family)[key]
  const stored = batch.dictionaries[key]?.values
  if (layout?.dictionary !== undefined && stored !== undefined) {
    const values = [0, ...stored.map(value => (typeof value === 'bigint' ? valueOfAddress(networks, value) : (texts.get(String(value).toLowerCase()) ?? 0)))]
    return row => values[column[row]!] ?? 0
  }
  if (networks.length > 0) {
    if (layout?.per === 1) return row => valueOfWords(one, 0, 0, 0, column[row]!, true)
    return row => valueOfWords(one, column[row * 4]!, column[row * 4 + 1]!, column[row * 4 + 2]!, column[row * 4 + 3]!, false)
  }
  if (layout?.per === 2) return row => numbers.get(column[row * 2 + 1]! * HIGH + column[row * 2]!) ?? 0
  return row => numbers.get(column[row]!) ?? 0
}

export interface OwnDictionaries {
  /** Replaces the dictionaries, from the next batch on. */
  use(dictionaries: readonly OwnDictionary[]): void
  /** Fills what is still empty; of two dictionaries for one column the first that knows the key does. */
  fill(batch: FlowBatch): void
}

export function createOwnDictionaries(): OwnDictionaries {
  let all: readonly Ready[] = []
  let filling = 0

  function fillBy(one: Ready, batch: FlowBatch): void {
    const read = readerOf(one, batch)
    if (read === undefined) return
    filling++
    const { codes, codedIn, dictionary } = one
    let filled: ColumnArray | undefined = batch.columns[dictionary.fill]
    for (let row = 0; row < batch.rows; row++) {
      const value = read(row)
      if (value === 0) continue
      filled ??= batch.need(dictionary.fill)
      if (filled[row] !== 0) continue
      if (codedIn[value] !== filling) {
        codedIn[value] = filling
        codes[value] = batch.code(dictionary.fill, dictionary.values[value]!)
      }
      filled[row] = codes[value]!
    }
  }

  return {
    use: dictionaries => {
      all = dictionaries.map(ready)
      filling = 0
    },
    fill(batch) {
      for (const one of all) fillBy(one, batch)
    },
  }
}
