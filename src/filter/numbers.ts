/** Numbers with their prefixes and units as text, exact to the digit (FILTER §2, §4). */

const PREFIXES: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 1000n,
  m: 1000n ** 2n,
  g: 1000n ** 3n,
  t: 1000n ** 4n,
  ki: 1024n,
  mi: 1024n ** 2n,
  gi: 1024n ** 3n,
  ti: 1024n ** 4n,
}

export interface Quantity {
  /** The number is `value / divisor`. */
  readonly value: bigint
  readonly divisor: bigint
  /** What follows the number and its prefix, as written. */
  readonly unit: string
}

/** A number such as `42`, `1.5k`, `0x1f` and what follows it; undefined when it does not begin with one. */
export function readQuantity(text: string): Quantity | undefined {
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return { value: BigInt(text), divisor: 1n, unit: '' }
  const found = /^(\d{1,40})(?:\.(\d{1,20}))?([kmgt]i?)?([^\d.].*)?$/iu.exec(text)
  if (found === null) return undefined
  const [, whole = '', fraction = '', prefix = '', unit = ''] = found
  return { value: BigInt(whole + fraction) * (PREFIXES[prefix.toLowerCase()] ?? 1n), divisor: 10n ** BigInt(fraction.length), unit }
}

/** The whole number of a quantity, or undefined when it has a fraction. */
export const wholeOf = ({ value, divisor }: Quantity): bigint | undefined => (value % divisor === 0n ? value / divisor : undefined)

const SHOWN = ['T', 'G', 'M', 'k', 'Ti', 'Gi', 'Mi', 'Ki'] as const

/** A number with the largest decimal prefix that divides it, else the largest binary one, else as it is. */
export function printQuantity(value: bigint): string {
  if (value === 0n) return '0'
  for (const prefix of SHOWN) {
    const size = PREFIXES[prefix.toLowerCase()] ?? 1n
    if (value % size === 0n) return `${value / size}${prefix}`
  }
  return value.toString()
}

/** A real number in decimals, never with an exponent, which a filter has no word for. */
export function printReal(value: number): string {
  if (value < 0) return `-${printReal(-value)}`
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  const [whole = '', fraction = ''] = mantissa.split('.')
  const shift = Number(exponent)
  return shift < 0 ? `0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}` : `${whole}${fraction.padEnd(shift, '0')}`
}

const FLAG_LETTERS = 'FSRPAUEC'

/** Bits of TCP flags: letters (FIN 1 to CWR 128), a number or `none`; undefined for anything else. */
export function readFlags(text: string): number | undefined {
  if (/^none$/i.test(text)) return 0
  if (/^[FSRPAUEC]+$/i.test(text)) return [...text.toUpperCase()].reduce((bits, letter) => bits | (1 << FLAG_LETTERS.indexOf(letter)), 0)
  const quantity = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? readQuantity(text) : undefined
  return quantity === undefined || quantity.value > 65_535n ? undefined : Number(quantity.value)
}

export function printFlags(bits: number): string {
  if (bits === 0) return 'none'
  return bits > 255 ? String(bits) : [...FLAG_LETTERS].filter((_, index) => ((bits >> index) & 1) === 1).join('')
}

/** A hardware address with `:`, `-` or Cisco dots; undefined for anything else. */
export function readMac(text: string): bigint | undefined {
  return /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i.test(text) || /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text)
    ? BigInt(`0x${text.replaceAll(/[:.-]/g, '')}`)
    : undefined
}

/** Leading octets of a hardware address, one to six, and how many; undefined for anything else. */
export function readMacStart(text: string): { value: bigint; octets: number } | undefined {
  const whole = readMac(text)
  if (whole !== undefined) return { value: whole, octets: 6 }
  if (!/^[0-9a-f]{2}([:-])?(?:[0-9a-f]{2}(\1[0-9a-f]{2}){0,3})?[:-]?$/i.test(text)) return undefined
  const digits = text.replaceAll(/[:-]/g, '')
  const octets = digits.length / 2
  return { value: BigInt(`0x${digits}`) << BigInt(8 * (6 - octets)), octets }
}

export const printMac = (value: bigint, octets = 6): string =>
  value
    .toString(16)
    .padStart(12, '0')
    .slice(0, octets * 2)
    .replaceAll(/(..)(?=.)/g, '$1:')
