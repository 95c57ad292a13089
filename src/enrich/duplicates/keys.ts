/** What tells flows apart wherever they are seen: ends, ports and protocol of each row of a sealed batch, as 48 bits of hash. */
import { columnView, indexOf, type ColumnArray, type ColumnName, type SealedBatch } from '../../schema/index.ts'

/** Rows that are worked on at a time: what they need of the table stays in the nearest caches meanwhile. */
export const CHUNK = 512

const ICMP = 1
const ICMP6 = 58
const MAPPED_WORD = 0xffff_0000

/** A column of a sealed batch; undefined where it has none. */
export function columnIn({ present, memory, family }: SealedBatch, name: ColumnName): ColumnArray | undefined {
  const index = indexOf(name)
  const shared = memory[present.indexOf(index)]
  return shared === undefined ? undefined : columnView(index, family, shared)
}

/** The values behind the codes of a column; the absent one first. */
export function valuesIn({ present, dictionaries }: SealedBatch, name: ColumnName): readonly (string | number | bigint)[] {
  return ['', ...(dictionaries[present.indexOf(indexOf(name))] ?? [])]
}

// Stand for columns that a batch has not, so that every loop reads arrays of one type.
const NOTHING_8 = new Uint8Array(65_536)
const NOTHING_16 = new Uint16Array(65_536)
const NOTHING_32 = new Uint32Array(2 * 65_536)

/** A column by its width, zeros where the batch has none. */
export function octetsIn(batch: SealedBatch, name: ColumnName): Uint8Array {
  const column = columnIn(batch, name)
  return column instanceof Uint8Array ? column : NOTHING_8
}
export function shortsIn(batch: SealedBatch, name: ColumnName): Uint16Array {
  const column = columnIn(batch, name)
  return column instanceof Uint16Array ? column : NOTHING_16
}
export function wordsIn(batch: SealedBatch, name: ColumnName): Uint32Array {
  const column = columnIn(batch, name)
  return column instanceof Uint32Array ? column : NOTHING_32
}

/** The words of an address lie in the order of the wire. */
const swap = (word: number): number => ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0

const mixA = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e37_79b1)
  return mixed ^ (mixed >>> 15)
}
const mixB = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0xc2b2_ae35)
  return mixed ^ (mixed >>> 13)
}

/** The columns a key is made of. */
export interface KeyColumns {
  readonly src: Uint32Array
  readonly dst: Uint32Array
  readonly srcPort: Uint16Array
  readonly dstPort: Uint16Array
  readonly proto: Uint8Array
}

/** Addresses as one word of each part of the key: those of IPv4 as they are, whatever rows they lie in, others folded. */
const foldedA = { src: new Uint32Array(CHUNK), dst: new Uint32Array(CHUNK) }
const foldedB = { src: new Uint32Array(CHUNK), dst: new Uint32Array(CHUNK) }

function fold(addresses: Uint32Array, from: number, rows: number, outA: Uint32Array, outB: Uint32Array): void {
  for (let row = 0; row < rows; row++) {
    const at = (from + row) * 4
    const first = addresses[at]!
    const second = addresses[at + 1]!
    const third = addresses[at + 2]!
    const last = swap(addresses[at + 3]!)
    if (first === 0 && second === 0 && (third === MAPPED_WORD || third === 0)) {
      outA[row] = outB[row] = last
      continue
    }
    outA[row] = mixA(mixA(mixA(first, second), third), last)
    outB[row] = mixB(mixB(mixB(second, last), first), third)
  }
}

/** Keys of a batch's rows, chunk by chunk. */
export interface KeyReader {
  /** Reads the keys of up to `CHUNK` rows: 32 bits, and 16 more; both 0 for a row without addresses. */
  read(from: number, rows: number, a: Int32Array, b: Uint16Array): void
}

/** `realms` keep the same addresses of different networks apart, by the code of their exporter's tenant. */
function createReader({ src, dst, srcPort, dstPort, proto }: KeyColumns, family: 4 | 6, tenants: Uint16Array, realms: Uint32Array): KeyReader {
  return {
    read(from, rows, outA, outB) {
      if (family === 6) {
        fold(src, from, rows, foldedA.src, foldedB.src)
        fold(dst, from, rows, foldedA.dst, foldedB.dst)
      }
      // Folded addresses begin with the chunk.
      const first = family === 4 ? from : 0
      const [srcA, dstA, srcB, dstB] = family === 4 ? [src, dst, src, dst] : [foldedA.src, foldedA.dst, foldedB.src, foldedB.dst]
      for (let at = 0; at < rows; at++) {
        const row = from + at
        const protocol = proto[row]!
        const realm = realms[tenants[row]!]!
        const ported = protocol !== ICMP && protocol !== ICMP6
        const ports = ported ? (srcPort[row]! << 16) | dstPort[row]! : 0
        const left = srcA[first + at]!
        const right = dstA[first + at]!
        if (left === 0 && right === 0) {
          outA[at] = outB[at] = 0
          continue
        }
        let a = mixA(mixA(mixA(realm ^ protocol, left), right), ports)
        a = Math.imul(a ^ (a >>> 16), 0x85eb_ca6b)
        outA[at] = a ^ (a >>> 13)
        let b = mixB(mixB(mixB(realm ^ (protocol << 8), srcB[first + at]!), ports), dstB[first + at]!)
        b = Math.imul(b ^ (b >>> 16), 0x27d4_eb2f)
        outB[at] = b >>> 16
      }
    },
  }
}

/** The codes of tenants, and what keeps each apart. */
export function realmsIn(batch: SealedBatch): readonly [tenants: Uint16Array, realms: Uint32Array] {
  const realms = valuesIn(batch, 'exporter_tenant').map(value =>
    [...String(value)].reduce((hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x0100_0193), 0),
  )
  return [shortsIn(batch, 'exporter_tenant'), Uint32Array.from(realms)]
}

const columnsIn = (batch: SealedBatch): KeyColumns => ({
  src: wordsIn(batch, 'src'),
  dst: wordsIn(batch, 'dst'),
  srcPort: shortsIn(batch, 'src_port'),
  dstPort: shortsIn(batch, 'dst_port'),
  proto: octetsIn(batch, 'proto'),
})

/** The keys of the rows as they were sent. */
export const keysOf = (batch: SealedBatch): KeyReader => createReader(columnsIn(batch), batch.family, ...realmsIn(batch))

/** Names of a flow and of its way back, before and after a translation. */
export interface Translated {
  readonly after: KeyReader
  readonly back: KeyReader
  readonly backAfter: KeyReader
}

const reversed = ({ src, dst, srcPort, dstPort, proto }: KeyColumns): KeyColumns => ({ src: dst, dst: src, srcPort: dstPort, dstPort: srcPort, proto })

/** The keys after translation, what was not translated as it was sent. Null where the batch has no translation. */
export function translatedKeysOf(batch: SealedBatch): Translated | null {
  if (columnIn(batch, 'nat_src') === undefined && columnIn(batch, 'nat_dst') === undefined) return null
  const sent = columnsIn(batch)
  const { rows, family } = batch
  const per = family === 4 ? 1 : 4
  const instead = <T extends Uint32Array | Uint16Array>(given: T, translated: T, words: number): T => {
    const made = given.slice(0, rows * words) as T
    for (let row = 0; row < rows; row++) {
      let some = 0
      for (let word = 0; word < words; word++) some |= translated[row * words + word]!
      if (some !== 0) for (let word = 0; word < words; word++) made[row * words + word] = translated[row * words + word]!
    }
    return made
  }
  const columns: KeyColumns = {
    src: instead(sent.src, wordsIn(batch, 'nat_src'), per),
    dst: instead(sent.dst, wordsIn(batch, 'nat_dst'), per),
    srcPort: instead(sent.srcPort, shortsIn(batch, 'nat_src_port'), 1),
    dstPort: instead(sent.dstPort, shortsIn(batch, 'nat_dst_port'), 1),
    proto: sent.proto,
  }
  const reader = (of: KeyColumns): KeyReader => createReader(of, family, ...realmsIn(batch))
  return { after: reader(columns), back: reader(reversed(sent)), backAfter: reader(reversed(columns)) }
}
