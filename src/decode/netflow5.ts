/**
 * NetFlow v5: a header of 24 bytes and up to 30 records of 48 (Cisco, NetFlow Export Datagram Format).
 *
 * Header: 0 version 5 · 2 count · 4 sysUptime ms · 8 unix seconds · 12 nanoseconds · 16 sequence (flows before this datagram)
 * · 20 engine type · 21 engine id · 22 sampling: 2 bits mode, 14 bits interval.
 * A record is a template everyone knows, so it is compiled like any other.
 */
import { makeTemplate } from './templates.ts'
import type { Field, Template } from './types.ts'

export const V5_HEADER_BYTES = 24
export const V5_RECORD_BYTES = 48

const PADDING = 210
const FIELDS: readonly (readonly [element: number, length: number])[] = [
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
  [PADDING, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [PADDING, 2],
]

function make(): Template {
  const fields: Field[] = FIELDS.map(([element, length]) => ({ element, length }))
  const template = makeTemplate(5, { protocol: 'netflow9', fields, scopes: 0, options: false }, 0)
  if (template === null) throw new Error('the layout of NetFlow v5 is no template')
  return template
}

/** The template of a NetFlow v5 record. */
export const V5_TEMPLATE: Template = make()
