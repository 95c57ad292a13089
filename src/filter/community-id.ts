/**
 * Community ID, version 1, seed 0: the name Zeek, Suricata, Arkime, Elastic and others give the two directions of a connection, so
 * that one is found in the other (github.com/corelight/community-id-spec). As SQL over stored columns, and over a block in memory.
 *
 * SHA-1 of seed, both addresses, protocol, a zero byte and, for the protocols below, both ports; the smaller end first. ICMP has its type for
 * a source port and for a destination port the type that answers it, or the code where none does: then the ends keep their order.
 */
import { MAPPED, columnByName, type Block } from '../schema/index.ts'
import { addressWord, storedNumbers } from './block-values.ts'

/** Stored columns an id is made of. */
export const COMMUNITY_ID_COLUMNS = ['src', 'dst', 'src_port', 'dst_port', 'proto', 'icmp_type', 'icmp_code'] as const

const ICMP = 1
const ICMP6 = 58
const WITH_PORTS: readonly number[] = [6, 17, 132]

/** Types that answer each other, as the reference implementation has them: router advertisements of IPv4 (9) answer, but are not answered. */
const ANSWERS: readonly (readonly [type: number, answer: number])[] = [
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [10, 9],
  [17, 18],
  [18, 17],
]
const ANSWERS6: readonly (readonly [type: number, answer: number])[] = [
  [128, 129],
  [129, 128],
  [133, 134],
  [134, 133],
  [135, 136],
  [136, 135],
  [130, 131],
  [131, 130],
  [139, 140],
  [140, 139],
  [144, 145],
  [145, 144],
]

/** SQL that gives the answering type, or -1. */
const answerSql = (answers: typeof ANSWERS): string =>
  `transform(toInt16(icmp_type), [${answers.map(([type]) => type).join(', ')}], [${answers.map(([, answer]) => answer).join(', ')}], -1)`

function communityIdSql(): string {
  const answer = `multiIf(proto = ${ICMP}, ${answerSql(ANSWERS)}, proto = ${ICMP6}, ${answerSql(ANSWERS6)}, -1)`
  const isIcmp = `proto IN (${ICMP}, ${ICMP6})`
  const hasPorts = `proto IN (${WITH_PORTS.join(', ')})`
  const from = `multiIf(${hasPorts}, src_port, ${isIcmp}, toUInt16(icmp_type), toUInt16(0))`
  const to = `multiIf(${hasPorts}, dst_port, ${isIcmp}, if(${answer} < 0, toUInt16(icmp_code), toUInt16(${answer})), toUInt16(0))`
  const swapped = `((dst, ${to}) < (src, ${from}) AND NOT (${isIcmp} AND ${answer} < 0))`
  // Cut, not cast to a text: a cast drops zeros at the end.
  const bytes = (column: string): string =>
    `substring(reinterpretAsFixedString(${column}), if(${column} BETWEEN toIPv6('::ffff:0.0.0.0') AND toIPv6('::ffff:255.255.255.255'), 13, 1))`
  const both = (one: string, other: string): string => `if(${swapped}, concat(${other}, ${one}), concat(${one}, ${other}))`
  const port = (value: string): string => `char(intDiv(${value}, 256), modulo(${value}, 256))`
  const ports = `if(${hasPorts} OR ${isIcmp}, ${both(port(from), port(to))}, '')`
  const message = `concat(char(0, 0), ${both(bytes('src'), bytes('dst'))}, char(proto, 0), ${ports})`
  return `if(src = toIPv6('::') AND dst = toIPv6('::'), '', concat('1:', base64Encode(SHA1(${message}))))`
}

/** SQL of the id of a row of the flows table; empty for flows without addresses. */
export const COMMUNITY_ID_SQL = communityIdSql()

// One message at a time: at most 40 bytes, so padding and length fit into one block of SHA-1.
const message = new DataView(new ArrayBuffer(64))
const schedule = new Uint32Array(80)

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

/** SHA-1 (RFC 3174) of the first `length` bytes of `message`, at most 55, as base64. */
function digest(length: number): string {
  message.setUint8(length, 0x80)
  for (let at = length + 1; at < 62; at++) message.setUint8(at, 0)
  message.setUint16(62, length * 8)
  for (let at = 0; at < 16; at++) schedule[at] = message.getUint32(at * 4)
  for (let at = 16; at < 80; at++) schedule[at] = rotated(schedule[at - 3]! ^ schedule[at - 8]! ^ schedule[at - 14]! ^ schedule[at - 16]!, 1)
  const first = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0] as const
  let [a, b, c, d, e]: [number, number, number, number, number] = [...first]
  for (let at = 0; at < 80; at++) {
    const [mixed, constant] =
      at < 20
        ? [(b & c) | (~b & d), 0x5a82_7999]
        : at < 40
          ? [b ^ c ^ d, 0x6ed9_eba1]
          : at < 60
            ? [(b & c) | (b & d) | (c & d), 0x8f1b_bcdc]
            : [b ^ c ^ d, 0xca62_c1d6]
    const next = (rotated(a, 5) + mixed + e + constant + schedule[at]!) | 0
    ;[e, d, c, b, a] = [d, c, rotated(b, 30), a, next]
  }
  const words = [a, b, c, d, e].map((word, index) => (word + first[index]!) >>> 0)
  return btoa(words.flatMap(word => [24, 16, 8, 0].map(shift => String.fromCharCode((word >>> shift) & 255))).join(''))
}

type Words = readonly [number, number, number, number]

const MAPPED_WORD = Number(MAPPED >> 32n)
const isMapped = ([a, b, c]: Words): boolean => a === 0 && b === 0 && c === MAPPED_WORD

function put(at: number, address: Words): number {
  const words = isMapped(address) ? address.slice(3) : address
  words.forEach((word, index) => message.setUint32(at + index * 4, word))
  return at + words.length * 4
}

/** A flow as far as its id goes; addresses as four words, the most significant first. */
export interface Ends {
  readonly src: Words
  readonly dst: Words
  readonly proto: number
  readonly srcPort: number
  readonly dstPort: number
  readonly icmpType: number
  readonly icmpCode: number
}

function isBefore(one: Words, other: Words): number {
  for (let at = 0; at < 4; at++) if (one[at] !== other[at]) return one[at]! - other[at]!
  return 0
}

/** The id of a flow; empty where it has no addresses. */
export function communityId({ src, dst, proto, srcPort, dstPort, icmpType, icmpCode }: Ends): string {
  if (src.every(word => word === 0) && dst.every(word => word === 0)) return ''
  const answers = proto === ICMP ? ANSWERS : proto === ICMP6 ? ANSWERS6 : undefined
  const answer = answers?.find(([type]) => type === icmpType)?.[1]
  const hasPorts = WITH_PORTS.includes(proto)
  const from = hasPorts ? srcPort : answers === undefined ? 0 : icmpType
  const to = hasPorts ? dstPort : answers === undefined ? 0 : (answer ?? icmpCode)
  const order = isBefore(src, dst)
  const swapped = (order > 0 || (order === 0 && from > to)) && (answers === undefined || answer !== undefined)
  message.setUint16(0, 0)
  let at = put(put(2, swapped ? dst : src), swapped ? src : dst)
  message.setUint8(at++, proto)
  message.setUint8(at++, 0)
  if (hasPorts || answers !== undefined) {
    message.setUint16(at, swapped ? to : from)
    message.setUint16(at + 2, swapped ? from : to)
    at += 4
  }
  return `1:${digest(at)}`
}

/** The ids of a block's rows. */
export function communityIdsOf(block: Block): (row: number) => string {
  const address = (name: string): ((row: number) => Words) => {
    const column = columnByName(name)
    const word = column === undefined ? null : addressWord(block, column)
    return word === null ? () => [0, 0, 0, 0] : row => [word(row, 0), word(row, 1), word(row, 2), word(row, 3)]
  }
  const number = (name: string): ((row: number) => number) => storedNumbers(block, name) ?? (() => 0)
  const [src, dst] = [address('src'), address('dst')]
  const [srcPort, dstPort, proto, icmpType, icmpCode] = [number('src_port'), number('dst_port'), number('proto'), number('icmp_type'), number('icmp_code')]
  return row =>
    communityId({
      src: src(row),
      dst: dst(row),
      proto: proto(row),
      srcPort: srcPort(row),
      dstPort: dstPort(row),
      icmpType: icmpType(row),
      icmpCode: icmpCode(row),
    })
}
