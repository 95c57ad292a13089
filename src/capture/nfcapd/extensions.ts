/**
 * What stands in a flow record of nfdump 1.7 (record type 11), and which information element says the same. Numbers lie as the
 * machine that wrote them has them, little-endian; addresses are numbers too (nfdump 1.7, nfxV3.h).
 */

/** `at`, `bytes`: where the value lies in its extension; `element`: `id` of IANA or [enterprise, id]; `length`: bytes sent on. */
export interface Value {
  readonly at: number
  readonly kind: 'number' | 'address6' | 'bytes'
  readonly bytes: number
  readonly element: number | readonly [number, number]
  readonly length: number
}

const CISCO = 9
const number = (at: number, bytes: 1 | 2 | 4 | 8, element: Value['element'], length: number = bytes): Value => ({ at, kind: 'number', bytes, element, length })
const address6 = (at: number, element: number): Value => ({ at, kind: 'address6', bytes: 16, element, length: 16 })

const GENERIC = [
  number(0, 8, 152),
  number(8, 8, 153),
  number(24, 8, 2),
  number(32, 8, 1),
  number(40, 2, 7),
  number(42, 2, 11),
  number(44, 1, 4),
  number(45, 1, 6),
  number(46, 1, 89),
  number(47, 1, 5),
]
const ACL = (at: number, element: number): Value => ({ at, kind: 'bytes', bytes: 12, element: [CISCO, element], length: 12 })

/** Two extensions have had two layouts; the longer ones stand here under numbers of our own. */
const MISC = 4
const LONG_MISC = 1004
const NAT_EVENT = 25
const NAT_EVENT_WITH_VRF = 1025

/** Under which number of EXTENSIONS an extension of this length is described; `bytes` without its own header. */
export function layoutOf(extension: number, bytes: number): number {
  if (extension === MISC && bytes >= 16) return LONG_MISC
  if (extension === NAT_EVENT && bytes >= 24) return NAT_EVENT_WITH_VRF
  return extension
}

const interfaces = [number(0, 4, 10), number(4, 4, 14), number(8, 1, 9), number(9, 1, 13), number(10, 1, 61), number(11, 1, 55)]

/** Extensions by number; those that are missing here are passed over. */
export const EXTENSIONS: Readonly<Record<number, readonly Value[]>> = {
  1: GENERIC,
  2: [number(0, 4, 8), number(4, 4, 12)],
  3: [address6(0, 27), address6(16, 28)],
  [MISC]: interfaces,
  [LONG_MISC]: [...interfaces, number(13, 1, 136)],
  5: [number(0, 8, 3), number(8, 8, 24), number(16, 8, 23)],
  6: [number(0, 4, 58, 2), number(4, 4, 59, 2)],
  7: [number(0, 4, 16), number(4, 4, 17)],
  8: [number(0, 4, 18)],
  9: [address6(0, 63)],
  10: [number(0, 4, 15)],
  11: [address6(0, 62)],
  14: [70, 71, 72, 73, 74, 75, 76, 77, 78, 79].map((element, index) => number(index * 4, 4, element, 3)),
  15: [number(0, 8, 56, 6), number(8, 8, 57, 6), number(16, 8, 80, 6), number(24, 8, 81, 6)],
  16: [number(0, 4, 128), number(4, 4, 129)],
  19: [number(0, 8, 323), number(8, 4, 148), number(12, 2, [CISCO, 234]), number(14, 1, 233)],
  20: [number(0, 4, 225), number(4, 4, 226)],
  21: [address6(0, 281), address6(16, 282)],
  22: [number(0, 2, 227), number(2, 2, 228)],
  23: [ACL(0, 232), ACL(12, 233)],
  24: [{ at: 0, kind: 'bytes', bytes: 65, element: 371, length: 65 }],
  [NAT_EVENT]: [number(0, 8, 323), number(8, 4, 283), number(12, 1, 230)],
  [NAT_EVENT_WITH_VRF]: [number(0, 8, 323), number(8, 4, 235), number(12, 4, 234), number(16, 4, 283), number(20, 1, 230)],
  26: [number(0, 2, 361), number(2, 2, 362), number(4, 2, 363), number(6, 2, 364)],
  27: [{ at: 0, kind: 'bytes', bytes: 4, element: 95, length: 4 }],
  33: [number(0, 8, 138), number(8, 4, 149)],
  36: [number(0, 4, 235), number(4, 4, 234)],
}

/** Extensions that are no values of the flow but name its exporter, and the ones that are looked into. */
export const EXPORTER4 = 12
export const EXPORTER6 = 13
export const IPV6 = 3
export const MPLS = 14
export const GENERIC_ID = 1
/** Where the time of reception lies in extension 1, ms since 1970. */
export const RECEIVED_AT = 16

/** Elements of masks are others for IPv6 (29, 30). */
export const MASKS6: ReadonlyMap<number, number> = new Map([
  [9, 29],
  [13, 30],
])

/** Bytes all values of an extension take up. */
export const sizeOf = (values: readonly Value[]): number => Math.max(...values.map(value => value.at + value.bytes))
