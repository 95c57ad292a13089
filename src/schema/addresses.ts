/** Addresses as text and as 128-bit numbers, IPv4 in ::ffff:0:0/96. */

/** First address of the block that maps IPv4. */
export const MAPPED = 0xffff_0000_0000n
/** Last address of that block. */
export const MAPPED_END = 0xffff_ffff_ffffn

/** Whether the number is an IPv4 address in the mapped block. */
export const isV4 = (value: bigint): boolean => value >= MAPPED && value <= MAPPED_END

/** The 32 bits of a dotted IPv4 address without leading zeros, or undefined. */
export function readV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let value = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    value = (value << 8n) | BigInt(part)
  }
  return value
}

function groups(text: string): bigint[] | undefined {
  if (text === '') return []
  const result: bigint[] = []
  for (const part of text.split(':')) {
    if (!/^[0-9a-f]{1,4}$/i.test(part)) return undefined
    result.push(BigInt(`0x${part}`))
  }
  return result
}

/** The 128 bits of an IPv6 address (RFC 4291, no zone), or undefined. */
export function readV6(text: string): bigint | undefined {
  let source = text
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (tail !== null) {
    const v4 = readV4(tail[2] ?? '')
    if (v4 === undefined) return undefined
    source = `${tail[1]}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`
  }
  const halves = source.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] ?? '')
  const rest = halves.length === 2 ? groups(halves[1] ?? '') : []
  if (head === undefined || rest === undefined) return undefined
  const missing = 8 - head.length - rest.length
  // `::` stands for at least one group.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  return [...head, ...Array.from({ length: missing }, () => 0n), ...rest].reduce((value, part) => (value << 16n) | part, 0n)
}

/** An address of either family, or undefined. IPv4 is four decimals without leading zeros; IPv6 follows RFC 4291, without a zone. */
export function readAddress(text: string): bigint | undefined {
  if (text.includes(':')) return readV6(text)
  const v4 = readV4(text)
  return v4 === undefined ? undefined : v4 | MAPPED
}

/** The low 32 bits as a dotted address. */
export function printV4(value: bigint): string {
  const four = Number(value & 0xffff_ffffn)
  return `${four >>> 24}.${(four >>> 16) & 255}.${(four >>> 8) & 255}.${four & 255}`
}

/** An address as RFC 5952 writes it; mapped ones as IPv4. */
export function printAddress(value: bigint): string {
  if (isV4(value)) return printV4(value)
  const parts = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn)
  let best = 0
  let bestLength = 1
  for (let start = 0; start < 8; start++) {
    let length = 0
    while (start + length < 8 && parts[start + length] === 0n) length++
    if (length > bestLength) [best, bestLength] = [start, length]
  }
  const hex = (from: number, to: number): string =>
    parts
      .slice(from, to)
      .map(part => part.toString(16))
      .join(':')
  return bestLength < 2 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`
}

/** A prefix as the addresses it holds; those of IPv4 in 32 bits. */
export interface Prefix {
  readonly v4: boolean
  readonly first: bigint
  readonly last: bigint
}

/** `address/length` or a single address of either family, or undefined. Bits behind the length are ignored. */
export function readPrefix(text: string): Prefix | undefined {
  const [address = '', length, ...rest] = text.split('/')
  const v4 = !address.includes(':')
  const value = v4 ? readV4(address) : readV6(address)
  const most = v4 ? 32 : 128
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  if (value === undefined || rest.length > 0 || !(bits <= most)) return undefined
  const host = (1n << BigInt(most - bits)) - 1n
  const first = value & ~host
  return { v4, first, last: first | host }
}
