/**
 * NetFlow v1, v5 and v7: a header, then records whose layout everyone knows, compiled like any other template
 * (Cisco, NetFlow Export Datagram Format).
 *
 * Header: 0 version · 2 count · 4 sysUptime ms · 8 unix seconds · 12 nanoseconds, then v5 and v7: 16 sequence (flows before this
 * datagram), then v5: 20 engine type · 21 engine id · 22 sampling: 2 bits mode, 14 bits interval; v7: 4 reserved bytes.
 */
import { STANDARD_MAPPING } from './registry/mapping.ts'
import { makeTemplate, shapeOf } from './templates/shapes.ts'
import type { Field, Template } from './types.ts'

export interface FixedFormat {
  readonly protocol: 'netflow1' | 'netflow5' | 'netflow7'
  readonly headerBytes: number
  readonly recordBytes: number
  readonly template: Template
}

type Layout = readonly (readonly [element: number, length: number])[]

const PADDING = 210

// Source, destination, next hop, interfaces, packets, octets, first, last, ports: the same in all three.
const COMMON: Layout = [
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
]

const V1: Layout = [...COMMON, [PADDING, 2], [4, 1], [5, 1], [6, 1], [PADDING, 11]]

// TCP flags, protocol, ToS, AS numbers, masks.
const V5: Layout = [...COMMON, [PADDING, 1], [6, 1], [4, 1], [5, 1], [16, 2], [17, 2], [9, 1], [13, 1], [PADDING, 2]]

// The last four bytes are the router a bypassed switch stands for; it is no field of the flow.
const V7: Layout = [...V5, [PADDING, 4]]

function format(protocol: FixedFormat['protocol'], version: number, headerBytes: number, layout: Layout): FixedFormat {
  const fields: Field[] = layout.map(([element, length]) => ({ element, length }))
  const shape = shapeOf({ protocol: 'netflow9', fields, scopes: 0, options: false }, STANDARD_MAPPING)
  if (shape === null) throw new Error(`the layout of ${protocol} is no template`)
  return { protocol, headerBytes, recordBytes: shape.minLength, template: makeTemplate(version, shape, 0) }
}

/** Formats by version: records of 52, 48 and 52 bytes. */
export const FIXED: Readonly<Record<1 | 5 | 7, FixedFormat>> = {
  1: format('netflow1', 1, 16, V1),
  5: format('netflow5', 5, 24, V5),
  7: format('netflow7', 7, 24, V7),
}
