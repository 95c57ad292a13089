/** Reads the words right of a field by the field's kind (FILTER §2, Literals). */
import {
  COUNTRIES,
  PROTOCOLS,
  SERVICES,
  isCountry,
  isV4,
  namedValues,
  protocolNumber,
  readAddress,
  servicePort,
  valueNamed,
  type Kind,
} from '../schema/index.ts'
import { looksLikeAddress, printNetwork, readNetwork, readShortNetwork } from './networks.ts'
import { fault, meant, type Fault, type NoteCode, type Span } from './errors.ts'
import type { Field } from './fields.ts'
import { readFlags, readMac, readMacStart, readQuantity, wholeOf } from './numbers.ts'
import { readDuration, readNow, readTime } from './times.ts'
import { flags, ip, mac, net, now, num, range, real, text, time, type Net, type Range, type Scalar } from './tree.ts'

export interface Literals {
  /** Zone of times without one, an IANA name. */
  readonly zone: string
  readonly note: (code: NoteCode, at: Span, message: string) => void
}

/** A word where a value stands. */
export interface ValueToken extends Span {
  readonly text: string
  readonly quoted: boolean
}

export type Literal = Scalar | Net | Range

const LARGEST: Partial<Record<Kind, bigint>> = {
  port: 65_535n,
  octet: 255n,
  proto: 255n,
  id: 0xffff_ffffn,
  as: 0xffff_ffffn,
  count: 2n ** 64n - 1n,
  bits: 2n ** 64n - 1n,
  rate: 2n ** 64n - 1n,
  duration: 2n ** 64n - 1n,
}

/** No share, no score is near it; it keeps what is printed short. */
const LARGEST_REAL = 1e15

function bounded(kind: Kind, value: bigint, at: Span): Scalar {
  const largest = LARGEST[kind] ?? 0n
  if (value > largest) throw fault('NUMBER', at, `out of range: at most ${largest}`)
  return num(value)
}

/** How a unit changes the number, by what may follow it; undefined for a foreign unit. */
function unitFactor(field: Field, unit: string): bigint | undefined {
  const quantity = field.kind === 'bits' ? 'bit/s' : field.kind === 'rate' ? 'packets/s' : field.columns[0].unit
  switch (quantity) {
    case 'bytes':
      return unit === '' || unit === 'B' ? 1n : undefined
    case 'bit/s':
      // Here alone the case of a letter tells bits from bytes.
      if (unit === '' || /^bits?\/s$/i.test(unit) || /^b(\/|[pP])[sS]$/.test(unit)) return 1n
      return /^bytes?\/s$/i.test(unit) || /^B(\/|[pP])[sS]$/.test(unit) ? 8n : undefined
    case 'packets/s':
      return unit === '' || /^(\/s|p\/s|pps)$/i.test(unit) ? 1n : undefined
    default:
      return unit === '' ? 1n : undefined
  }
}

const UNIT_HINTS: Readonly<Record<string, string>> = {
  bytes: 'bytes: 10MB, 10M, 10MiB',
  'bit/s': 'bits a second: 10Mbit/s, 1MB/s',
  'packets/s': 'packets a second: 5k/s',
}

function quantity(field: Field, token: ValueToken, source: string): Scalar | undefined {
  if (!/^\d/.test(source)) return undefined
  const read = readQuantity(source)
  if (read === undefined) throw fault('NUMBER', token, `malformed number ${source}`)
  const factor = unitFactor(field, read.unit)
  if (factor === undefined) {
    const unit = field.kind === 'bits' ? 'bit/s' : field.kind === 'rate' ? 'packets/s' : (field.columns[0].unit ?? '')
    const hint = UNIT_HINTS[unit]
    throw fault('UNIT', token, `${read.unit} is no unit of ${field.name}`, { fix: hint === undefined ? 'a number without unit' : hint })
  }
  const whole = wholeOf({ ...read, value: read.value * factor })
  if (whole === undefined) throw fault('NUMBER', token, `${source} is not whole`)
  return bounded(field.kind, whole, token)
}

function plainNumber(field: Field, token: ValueToken, source: string): Scalar | undefined {
  if (field.kind === 'as') {
    const found = /^(?:as)?(\d{1,20})(?:\.(\d{1,20}))?$/i.exec(source)
    if (found === null) return undefined
    const [high, low] = [BigInt(found[1] ?? 0), found[2] === undefined ? undefined : BigInt(found[2])]
    if (low === undefined) return bounded('as', high, token)
    if (high > 65_535n || low > 65_535n) throw fault('NUMBER', token, 'both halves of an AS number are at most 65535')
    return num((high << 16n) | low)
  }
  const read = readQuantity(source)
  // An id may have a name that begins with a digit, such as 10GE1/0/1.
  if (read === undefined || read.unit !== '') {
    if (field.companion === undefined && /^\d/.test(source)) throw fault('NUMBER', token, `malformed number ${source}`)
    return undefined
  }
  const whole = wholeOf(read)
  if (whole === undefined) throw fault('NUMBER', token, `${source} is not whole`)
  return bounded(field.kind, whole, token)
}

function realNumber(field: Field, token: ValueToken, source: string): Scalar | undefined {
  if (!/^-?\d/.test(source)) return undefined
  // Only degrees are below zero.
  const negative = source.startsWith('-')
  const read = readQuantity(negative ? source.slice(1) : source)
  if (read === undefined) throw fault('NUMBER', token, `malformed number ${source}`)
  if (negative && field.columns[0].role === 'metric') throw fault('NUMBER', token, `${field.name} is never below 0`)
  if (read.unit !== '' && !(read.unit === '%' && field.columns[0].unit === '%')) throw fault('UNIT', token, `${read.unit} is no unit of ${field.name}`)
  const value = Number(`${read.value}e-${String(read.divisor).length - 1}`)
  if (value > LARGEST_REAL) throw fault('NUMBER', token, `out of range: at most ${LARGEST_REAL}`)
  return real(negative && value !== 0 ? -value : value)
}

function durationOf(token: ValueToken, source: string): Scalar | undefined {
  if (!/^\d/.test(source)) return undefined
  const read = readDuration(source)
  if (read !== undefined) return bounded('duration', read, token)
  throw fault('UNIT', token, 'a duration needs a unit: us ms s m h d, and is a whole number of us', /^\d+$/.test(source) ? { fix: `${source}ms?` } : {})
}

function timeOf(literals: Literals, token: ValueToken, source: string): Scalar | undefined {
  if (/^now\b/i.test(source)) {
    const offset = readNow(source)
    if (offset === undefined) throw fault('TIME', token, 'no such time', { fix: 'write it like now-1h' })
    return now(offset)
  }
  const ms = readTime(source, literals.zone)
  if (ms !== undefined) return time(ms)
  if (/^\d/.test(source)) throw fault('TIME', token, 'no such time', { fix: 'write it like 2026-01-31T14:00 or now-1h' })
  return undefined
}

/** One value that is no range and no network; undefined when the word is no literal of the kind at all. */
function scalar(literals: Literals, field: Field, token: ValueToken, source: string): Scalar | undefined {
  switch (field.kind) {
    case 'text':
      return text(source)
    case 'count':
    case 'bits':
    case 'rate':
      return quantity(field, token, source)
    case 'port': {
      const named = servicePort(source)
      return named === undefined ? plainNumber(field, token, source) : num(BigInt(named))
    }
    case 'proto': {
      const named = protocolNumber(source)
      return named === undefined ? plainNumber(field, token, source) : num(BigInt(named))
    }
    case 'octet': {
      const named = valueNamed(field.columns[0].name, source)
      return named === undefined || named.low !== named.high ? plainNumber(field, token, source) : num(BigInt(named.low))
    }
    case 'as':
    case 'id':
      return plainNumber(field, token, source)
    case 'real':
      return realNumber(field, token, source)
    case 'duration':
      return durationOf(token, source)
    case 'time':
      return timeOf(literals, token, source)
    case 'ip': {
      const address = readAddress(source)
      return address === undefined ? undefined : ip(address)
    }
    case 'mac': {
      const address = readMac(source)
      return address === undefined ? undefined : mac(address)
    }
    case 'flags': {
      const bits = readFlags(source)
      return bits === undefined ? undefined : flags(bits)
    }
    case 'country':
      return source === '' || isCountry(source.toUpperCase()) ? text(source.toUpperCase()) : undefined
    case 'bool':
      return undefined
    default:
      return field.kind satisfies never
  }
}

const DASHED = new Set<Kind>(['port', 'octet', 'id', 'as', 'proto', 'count', 'bits', 'rate', 'real'])
const DOTTED = new Set<Kind>([...DASHED, 'ip', 'mac', 'duration', 'time'])

/** The two ends of a word that is a range. */
function ends(kind: Kind, source: string): readonly [string, string] | undefined {
  const dots = source.indexOf('..')
  if (dots !== -1 && DOTTED.has(kind)) return [source.slice(0, dots), source.slice(dots + 2)]
  if (DASHED.has(kind)) {
    const found = /^((?:as)?\d[^-]*)-((?:as)?\d[^-]*)$/i.exec(source)
    if (found !== null && servicePort(source) === undefined && protocolNumber(source) === undefined) return [found[1] ?? '', found[2] ?? '']
  }
  if (kind === 'ip') {
    const dash = source.indexOf('-')
    if (dash !== -1) return [source.slice(0, dash), source.slice(dash + 1)]
  }
  return undefined
}

const sizeOf = (value: Scalar): bigint | number | undefined => {
  switch (value.kind) {
    case 'Num':
    case 'Ip':
    case 'Real':
    case 'Mac':
      return value.value
    case 'Time':
      return value.ms
    case 'Now':
    case 'Text':
    case 'Flags':
      return undefined
    default:
      return value satisfies never
  }
}

function rangeOf(literals: Literals, field: Field, token: ValueToken, [from, to]: readonly [string, string]): Literal | undefined {
  if (from === '' || to === '') throw fault('RANGE', token, 'a range has two ends', { fix: `use ${field.name} >= … or <= …` })
  const [low, high] = [scalar(literals, field, token, from), scalar(literals, field, token, to)]
  if (low === undefined || high === undefined) return undefined
  if (low.kind === 'Ip' && high.kind === 'Ip' && isV4(low.value) !== isV4(high.value)) throw fault('RANGE', token, 'the ends are of two families')
  const [least, most] = [sizeOf(low), sizeOf(high)]
  if (low.kind === high.kind && least !== undefined && most !== undefined && least > most)
    throw fault('RANGE', token, 'the range descends', { fix: `${to}..${from}` })
  return range(low, high)
}

function networkOf(literals: Literals, token: ValueToken, short: boolean): Net | Scalar | undefined {
  const found = readNetwork(token.text) ?? (short ? readShortNetwork(token.text) : undefined)
  if (found === undefined) return undefined
  const settled = net(found.value, found.length)
  if (settled.value !== found.value)
    literals.note('HOST_BITS', token, `host bits are cleared: ${settled.kind === 'Net' ? printNetwork(settled.value, settled.length) : ''}`)
  return settled
}

/**
 * The literal a word is for a field, or undefined when it is none of the kind. `shortNetwork` after the word `net`, where `10.1`
 * is a network. Throws `Fault` for a literal of the kind that is wrong.
 */
export function readLiteral(literals: Literals, field: Field, token: ValueToken, shortNetwork = false): Literal | undefined {
  if (field.kind === 'text') return text(token.text)
  if (field.companion !== undefined && token.quoted) return undefined
  const named = valueNamed(field.columns[0].name, token.text)
  if (named !== undefined && named.low !== named.high) return range(num(BigInt(named.low)), num(BigInt(named.high)))
  const parts = ends(field.kind, token.text)
  if (parts !== undefined) {
    // A name such as 10GE1/0/1-2 is no range.
    if (field.companion !== undefined && !parts.every(part => /^(as)?[\d.]+([kmgt]i?)?$/i.test(part) || part === '')) return undefined
    const found = rangeOf(literals, field, token, parts)
    if (found !== undefined) return found
  }
  if (field.kind === 'ip') {
    const found = networkOf(literals, token, shortNetwork)
    if (found !== undefined) return found
    const address = scalar(literals, field, token, token.text)
    if (address === undefined && looksLikeAddress(token.text)) throw noLiteral(field, token)
    return address
  }
  return scalar(literals, field, token, token.text)
}

/** Leading octets after `starts with` of a hardware address. */
export function readMacPrefix(field: Field, token: ValueToken): Scalar {
  const found = readMacStart(token.text)
  if (found === undefined) throw noLiteral(field, token)
  return mac(found.value, found.octets)
}

/** The refusal of a word that is no value of the field. */
export function noLiteral(field: Field, token: ValueToken): Fault {
  const word = token.text
  const suggest = (candidates: Iterable<string>): { fix?: string | undefined } => {
    const near = meant(word, candidates)
    return { fix: near === undefined ? undefined : `did you mean ${near}?` }
  }
  switch (field.kind) {
    case 'ip':
      return fault('IP', token, `${word} is no address or network`)
    case 'time':
      return fault('TIME', token, 'no such time', { fix: 'write it like 2026-01-31T14:00 or now-1h' })
    case 'duration':
      return fault('UNIT', token, `${word} is no duration`, { fix: 'write it like 250ms or 1h30m' })
    case 'port':
      return fault('VALUE', token, `no port is named ${word}`, suggest(SERVICES.flatMap(({ name, aliases }) => [name, ...aliases])))
    case 'proto':
      return fault('VALUE', token, `no protocol is named ${word}`, suggest(PROTOCOLS.map(({ name }) => name)))
    case 'country':
      return fault('VALUE', token, `${word} is no code of a country`, suggest(COUNTRIES))
    case 'mac':
      return fault('VALUE', token, `${word} is no hardware address`)
    case 'flags':
      return fault('VALUE', token, `${word} is no set of flags`, { fix: 'letters of FSRPAUEC, a number, or none' })
    case 'bool':
      return fault('VALUE', token, `${word} is neither true nor false`, suggest(['true', 'false']))
    case 'octet': {
      const known = namedValues(field.columns[0].name).flatMap(({ name, aliases }) => [name, ...aliases])
      if (known.length > 0) return fault('VALUE', token, `no value of ${field.name} is named ${word}`, suggest(known))
      return fault('NUMBER', token, `${word} is no number`)
    }
    case 'id':
    case 'as':
    case 'count':
    case 'bits':
    case 'rate':
    case 'real':
      return fault('NUMBER', token, `${word} is no number`)
    case 'text':
      return fault('VALUE', token, `${word} is no text`)
    default:
      return field.kind satisfies never
  }
}
