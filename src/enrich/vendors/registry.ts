/**
 * Who makes what a hardware address belongs to: the registry of the IEEE (MA-L, MA-M and MA-S: blocks of 24, 28 and 36 bits), as
 * the package oui-data has it. A small table in shared memory: made once, read by every receiving thread.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Blocks as breakpoints over the upper 36 bits of an address: block `i` begins at `starts[i]` and ends where the next begins. */
export interface Vendors {
  readonly starts: Float64Array
  /** Number of the vendor in `names`; 0 is nobody. */
  readonly values: Uint32Array
  /** By number; the first is empty, the last three are LOCAL, MULTICAST and BROADCAST. */
  readonly names: readonly string[]
}

/** What stands for a vendor where an address is no maker's: made up by its owner, of a group, of all. */
export const LOCAL = 'locally administered'
export const MULTICAST = 'multicast'
export const BROADCAST = 'broadcast'

/** Holder of the blocks that are given away in parts; a part nobody has is nobody's. */
const IN_PARTS = 'IEEE Registration Authority'
const DIGITS = 9

interface Block {
  readonly start: number
  /** The first address behind it. */
  readonly end: number
  readonly vendor: number
}

function blockOf(prefix: string, vendor: number): Block {
  const size = 16 ** (DIGITS - prefix.length)
  const start = Number.parseInt(prefix, 16) * size
  return { start, end: start + size, vendor }
}

/** The table of blocks by their leading hexadecimal digits (6, 7 or 9) and the name of whom they belong to; the smallest block of an address holds. */
export function makeVendors(registry: Iterable<readonly [prefix: string, name: string]>): Vendors {
  const numbers = new Map<string, number>([
    ['', 0],
    [IN_PARTS, 0],
  ])
  const names: string[] = ['']
  const blocks = [...registry]
    .filter(([prefix]) => /^(?:[0-9A-F]{6,7}|[0-9A-F]{9})$/i.test(prefix))
    .map(([prefix, name]) => {
      const vendor = numbers.get(name) ?? names.push(name) - 1
      numbers.set(name, vendor)
      return blockOf(prefix, vendor)
    })
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
  const starts: number[] = [0]
  const values: number[] = [0]
  const put = (start: number, value: number): void => {
    if (starts.at(-1) === start) values[values.length - 1] = value
    else {
      starts.push(start)
      values.push(value)
    }
  }
  const open: Block[] = []
  const closeBefore = (start: number): void => {
    for (let top = open.at(-1); top !== undefined && top.end <= start; top = open.at(-1)) {
      open.pop()
      put(top.end, open.at(-1)?.vendor ?? 0)
    }
  }
  for (const block of blocks) {
    closeBefore(block.start)
    put(block.start, block.vendor)
    open.push(block)
  }
  closeBefore(Infinity)
  const shared = { starts: new Float64Array(new SharedArrayBuffer(starts.length * 8)), values: new Uint32Array(new SharedArrayBuffer(values.length * 4)) }
  shared.starts.set(starts)
  shared.values.set(values)
  return { ...shared, names: [...names, LOCAL, MULTICAST, BROADCAST] }
}

/** The registry that comes with FlowLens. Reading it takes about a tenth of a second. */
export function readVendors(): Vendors {
  const text = readFileSync(createRequire(import.meta.url).resolve('oui-data'), 'utf8')
  const entries = Object.entries(JSON.parse(text) as Readonly<Record<string, string>>)
  // An entry is the name and the postal address of its holder, a line each.
  return makeVendors(entries.map(([prefix, holder]) => [prefix, (holder.split('\n', 1)[0] ?? '').trim()]))
}

/** The number of the vendor of an address, given as its upper 16 and lower 32 bits. The registry goes before the bit of local addresses, which some old blocks have set. */
export function vendorOf({ starts, values, names }: Vendors, high: number, low: number): number {
  if ((high & 0x0100) !== 0) return high === 0xffff && low === 0xffff_ffff ? names.length - 1 : names.length - 2
  const address = high * 0x10_0000 + (low >>> 12)
  let first = 0
  let last = starts.length - 1
  while (first < last) {
    const middle = (first + last + 1) >>> 1
    if (starts[middle]! <= address) first = middle
    else last = middle - 1
  }
  const found = values[first]!
  return found === 0 && (high & 0x0200) !== 0 ? names.length - 3 : found
}
