/** Prefixes that exporters are named by in the configuration. */
import { isV4, readAddress } from '../../schema/index.ts'

export interface Prefix {
  /** Address shifted right until only the prefix is left. */
  readonly value: bigint
  readonly shift: bigint
  readonly length: number
}

/** `10.0.0.0/8`, `2001:db8::/32`, or an address; lengths count in IPv6, where IPv4 has 96 bits before it. Null where it is none. */
export function readPrefix(text: string): Prefix | null {
  const [address = '', bits, ...more] = text.split('/')
  const value = readAddress(address)
  if (value === undefined || more.length > 0) return null
  const most = isV4(value) && !address.includes(':') ? 32 : 128
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most)) return null
  const length = 128 - most + (bits === undefined ? most : Number(bits))
  const shift = BigInt(128 - length)
  return { value: value >> shift, shift, length }
}

/** What to write instead of a text that is no prefix. */
export const prefixMistake = (text: string): string => `${text} is no address or prefix; write 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32`
