/** Networks as text and as 128-bit numbers, and the stretches of addresses that they and ranges cover. */
import { MAPPED, MAPPED_END, isV4, printAddress, printV4, readV4, readV6 } from '../schema/index.ts'

const LAST = (1n << 128n) - 1n

function readMask(text: string): number | undefined {
  const mask = readV4(text)
  if (mask === undefined) return undefined
  const hosts = ~mask & 0xffff_ffffn
  return (hosts & (hosts + 1n)) === 0n ? 32 - hosts.toString(2).replace(/^0$/, '').length : undefined
}

export interface Network {
  /** As written, host bits and all. */
  readonly value: bigint
  /** In 128 bits. */
  readonly length: number
}

/** A network in CIDR form; of IPv4 also short (`10/8`, `10.1/16`) or with a mask (`10.0.0.0/255.0.0.0`). */
export function readNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  if (slash === -1) return undefined
  const base = text.slice(0, slash)
  const suffix = text.slice(slash + 1)
  if (base.includes(':')) {
    const value = readV6(base)
    if (value === undefined || !/^\d{1,3}$/.test(suffix) || Number(suffix) > 128) return undefined
    return { value, length: Number(suffix) }
  }
  const length = /^\d{1,2}$/.test(suffix) ? Number(suffix) : readMask(suffix)
  const value = readV4(padded(base))
  if (length === undefined || length > 32 || value === undefined) return undefined
  return { value: value | MAPPED, length: length + 96 }
}

const padded = (base: string): string => (/^\d+(\.\d+){0,2}$/.test(base) ? `${base}${'.0'.repeat(3 - (base.split('.').length - 1))}` : base)

/** After the word `net`, one to three octets of IPv4 are the network of that many: `10.1` is 10.1.0.0/16. */
export function readShortNetwork(text: string): Network | undefined {
  if (!/^\d+(\.\d+){0,2}$/.test(text)) return undefined
  const value = readV4(padded(text))
  return value === undefined ? undefined : { value: value | MAPPED, length: 96 + 8 * text.split('.').length }
}

/** Whether a text was meant as an address or network, right or wrong. */
export const looksLikeAddress = (text: string): boolean => text.includes(':') || /^\d+(\.\d+){1,}(\/.*|-.*)?$/.test(text) || /^\d+\/\d+$/.test(text)

/** A network in CIDR form, in the family it belongs to. */
export const printNetwork = (value: bigint, length: number): string =>
  isV4(value) && length >= 96 ? `${printV4(value)}/${length - 96}` : `${printAddress(value)}/${length}`

/** First and last address of a stretch. */
export type Interval = readonly [bigint, bigint]

/** The stretch of a network. */
export const networkInterval = (value: bigint, length: number): Interval => [value, value | ((1n << BigInt(128 - length)) - 1n)]

/**
 * What a stretch means for rows: an IPv4 stretch its IPv4 rows; an IPv6 one never an IPv4 row, so the mapped block is cut
 * out, and never `::`, which is no address (FILTER §3).
 */
export function rowIntervals([low, high]: Interval): Interval[] {
  if (isV4(low) && isV4(high)) return [[low, high]]
  const cuts: Interval[] = []
  const from = low === 0n ? 1n : low
  if (from < MAPPED) cuts.push([from, high < MAPPED ? high : MAPPED - 1n])
  if (high > MAPPED_END) cuts.push([from > MAPPED_END ? from : MAPPED_END + 1n, high > LAST ? LAST : high])
  return cuts.filter(([start, end]) => start <= end)
}

/** Stretches in order, those that touch or overlap joined. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = []
  for (const next of intervals.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const last = merged.at(-1)
    if (last !== undefined && next[0] <= last[1] + 1n) merged[merged.length - 1] = [last[0], next[1] > last[1] ? next[1] : last[1]]
    else merged.push(next)
  }
  return merged
}
