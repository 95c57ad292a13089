/** What tells flows apart wherever they are seen: ends, ports and protocol of each row of a sealed batch, as 48 bits of hash. */
import { columnView, indexOf, type ColumnArray, type ColumnName, type SealedBatch } from '../../schema/index.ts'

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
  readonly family: 4 | 6
  readonly src: ColumnArray | undefined
  readonly dst: ColumnArray | undefined
  readonly srcPort: ColumnArray | undefined
  readonly dstPort: ColumnArray | undefined
  readonly proto: ColumnArray | undefined
}

export const keyColumns = (batch: SealedBatch): KeyColumns => ({
  family: batch.family,
  src: columnIn(batch, 'src'),
  dst: columnIn(batch, 'dst'),
  srcPort: columnIn(batch, 'src_port'),
  dstPort: columnIn(batch, 'dst_port'),
  proto: columnIn(batch, 'proto'),
})

/** The same after translation: what was not translated stays as it is. Null where the batch has no translation. */
export function translatedColumns(batch: SealedBatch): KeyColumns | null {
  const [src, dst] = [columnIn(batch, 'nat_src'), columnIn(batch, 'nat_dst')]
  if (src === undefined && dst === undefined) return null
  return { family: batch.family, src, dst, srcPort: columnIn(batch, 'nat_src_port'), dstPort: columnIn(batch, 'nat_dst_port'), proto: columnIn(batch, 'proto') }
}

/** The hash of one row, in two parts: 32 bits, and 16 more that tell those apart. */
export interface Key {
  a: number
  b: number
}

// One address, folded into a word of each part.
const end: Key = { a: 0, b: 0 }

function readEnd(family: 4 | 6, addresses: ColumnArray | undefined, row: number): void {
  if (addresses === undefined) {
    end.a = end.b = 0
    return
  }
  if (family === 4) {
    end.a = end.b = addresses[row]!
    return
  }
  const at = row * 4
  const [first, second, third, last] = [addresses[at]!, addresses[at + 1]!, addresses[at + 2]!, swap(addresses[at + 3]!)]
  // IPv4 in a batch of wide rows has the key it has in a narrow one.
  if (first === 0 && second === 0 && (third === MAPPED_WORD || third === 0)) {
    end.a = end.b = last
    return
  }
  end.a = mixA(mixA(mixA(first, second), third), last)
  end.b = mixB(mixB(mixB(second, last), first), third)
}

const isNothing = (): boolean => end.a === 0 && end.b === 0

/**
 * Reads the key of a row into `key`. `realm` keeps the same addresses of different networks apart. With `instead`, addresses and ports
 * that stand there are taken before those of the row. False where the row has no address at all.
 */
export function readKey(key: Key, columns: KeyColumns, row: number, realm: number, instead?: KeyColumns): boolean {
  const { family, src, dst, srcPort, dstPort, proto } = columns
  const protocol = proto === undefined ? 0 : proto[row]!
  let a = mixA(realm, protocol)
  let b = mixB(realm ^ 0x5bd1_e995, protocol)
  let ends = 0
  for (const side of [0, 1] as const) {
    if (instead !== undefined) readEnd(family, side === 0 ? instead.src : instead.dst, row)
    if (instead === undefined || isNothing()) readEnd(family, side === 0 ? src : dst, row)
    if (!isNothing()) ends++
    a = mixA(a, end.a)
    b = mixB(b, end.b)
  }
  if (ends === 0) return false
  if (protocol !== ICMP && protocol !== ICMP6) {
    const from = portOf(srcPort, instead?.srcPort, row)
    const to = portOf(dstPort, instead?.dstPort, row)
    a = mixA(a, from * 65_536 + to)
    b = mixB(b, to * 65_536 + from)
  }
  key.a = (Math.imul(a ^ (a >>> 16), 0x85eb_ca6b) ^ (a >>> 13)) >>> 0
  key.b = (Math.imul(b ^ (b >>> 16), 0x27d4_eb2f) >>> 16) & 0xffff
  return true
}

function portOf(ports: ColumnArray | undefined, instead: ColumnArray | undefined, row: number): number {
  const translated = instead === undefined ? 0 : instead[row]!
  if (translated !== 0) return translated
  return ports === undefined ? 0 : ports[row]!
}
