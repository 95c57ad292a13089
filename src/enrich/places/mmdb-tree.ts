/** The search tree of a database in MaxMind's format: a bit of the address a node, the leaves in the order of addresses. */

export interface Metadata {
  readonly databaseType: string
  readonly builtMs: number
  readonly ipVersion: 4 | 6
  readonly nodeCount: number
  readonly recordSize: 24 | 28 | 32
}

/** A leaf: first and last address as words, the most significant first (reused between calls), and where its data stand. */
export type OnLeaf = (first: Uint32Array, last: Uint32Array, offset: number) => void

/** Between the tree and the data stand this many zeros. */
const SEPARATOR = 16

/** Bytes of the tree. */
export const treeBytes = ({ nodeCount, recordSize }: Metadata): number => (nodeCount * recordSize) / 4

/** Where the data begin. */
export const dataStart = (metadata: Metadata): number => treeBytes(metadata) + SEPARATOR

function recordReader(bytes: Buffer, { recordSize }: Metadata): (node: number, side: 0 | 1) => number {
  switch (recordSize) {
    case 24:
      return (node, side) => bytes.readUIntBE(node * 6 + side * 3, 3)
    // The byte in the middle holds the upper four bits of both.
    case 28:
      return (node, side) => {
        const middle = bytes[node * 7 + 3] ?? 0
        return side === 0 ? ((middle & 0xf0) << 20) + bytes.readUIntBE(node * 7, 3) : ((middle & 15) << 24) + bytes.readUIntBE(node * 7 + 4, 3)
      }
    case 32:
      return (node, side) => bytes.readUInt32BE(node * 8 + side * 4)
  }
}

/**
 * Goes through the leaves of one family. What the tree of IPv6 repeats of IPv4 (6to4, Teredo, mapped addresses) are branches that lead
 * to the same node; they are passed over. Throws RangeError for a tree that leads into itself or out of the file.
 */
export function walkTree(bytes: Buffer, metadata: Metadata, family: 4 | 6, onLeaf: OnLeaf): void {
  const { nodeCount, ipVersion } = metadata
  if (family === 6 && ipVersion === 4) return
  const record = recordReader(bytes, metadata)
  const words = family === 4 ? 1 : 4
  const bits = words * 32
  const first = new Uint32Array(words)
  const last = new Uint32Array(words)
  let visited = 0

  /** The node or leaf at which IPv4 begins: 96 zeros down a tree of IPv6. */
  let v4 = 0
  if (ipVersion === 6) for (let depth = 0; depth < 96 && v4 < nodeCount; depth++) v4 = record(v4, 0)

  function leaf(offset: number, depth: number): void {
    for (let word = 0; word < words; word++) {
      const behind = Math.min(32, Math.max(0, (word + 1) * 32 - depth))
      last[word] = (first[word] ?? 0) | (behind === 32 ? 0xffff_ffff : 2 ** behind - 1)
    }
    onLeaf(first, last, offset)
  }

  function visit(place: number, depth: number): void {
    if (place === nodeCount || (family === 6 && place === v4)) return
    if (place > nodeCount) return leaf(place - nodeCount - SEPARATOR, depth)
    if (depth === bits) throw new RangeError('the tree is deeper than an address')
    if (++visited > nodeCount) throw new RangeError('the tree leads into itself')
    const word = depth >>> 5
    const bit = 2 ** (31 - (depth & 31))
    visit(record(place, 0), depth + 1)
    first[word] = (first[word] ?? 0) + bit
    visit(record(place, 1), depth + 1)
    first[word] = (first[word] ?? 0) - bit
  }
  visit(family === 4 ? v4 : 0, 0)
}
