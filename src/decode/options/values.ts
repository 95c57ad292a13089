/** The values of one record of options, read by element; and where a field of any record lies. */
import { readText } from '../compile/text.ts'
import type { ElementKey } from '../registry/elements.ts'
import { VARIABLE, type Definition } from '../types.ts'

interface Place {
  readonly at: number
  readonly length: number
}

/** Where a field's bytes lie that begins at `at`: behind its length where that varies (RFC 7011 §7). Null when it does not fit. */
function placeOf(view: DataView, at: number, end: number, declared: number): Place | null {
  let length = declared
  let from = at
  if (declared === VARIABLE) {
    if (from + 1 > end) return null
    length = view.getUint8(from++)
    if (length === 255) {
      if (from + 2 > end) return null
      length = view.getUint16(from)
      from += 2
    }
  }
  return from + length > end ? null : { at: from, length }
}

/** Where the field at a position of the record at `start` lies; null when the record does not fit. */
export function fieldAt(view: DataView, start: number, end: number, definition: Definition, position: number): Place | null {
  let at = start
  for (const [index, { length }] of definition.fields.entries()) {
    const place = placeOf(view, at, end, length)
    if (place === null || index === position) return place
    at = place.at + place.length
  }
  return null
}

/** The fields of one record of options. Of an element that is there twice the first counts. */
export interface Values {
  has(element: ElementKey): boolean
  /** An unsigned integer of up to 8 bytes, exact below 2^53; undefined where the record has none. */
  number(element: ElementKey): number | undefined
  /** The same of all 64 bits. */
  big(element: ElementKey): bigint | undefined
  /** A float of 4 or 8 bytes. */
  float(element: ElementKey): number | undefined
  /** Empty where the record has none. */
  text(element: ElementKey): string
}

function readBig(view: DataView, { at, length }: Place): bigint {
  let value = 0n
  for (let index = 0; index < length; index++) value = (value << 8n) | BigInt(view.getUint8(at + index))
  return value
}

function readNumber(view: DataView, { at, length }: Place): number {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + view.getUint8(at + index)
  return value
}

/** Reads one record; null when it does not fit, else its values and where the next begins. */
export function readValues(view: DataView, start: number, end: number, definition: Definition): { readonly values: Values; readonly next: number } | null {
  const places = new Map<ElementKey, Place>()
  let next = start
  for (const { element, length } of definition.fields) {
    const place = placeOf(view, next, end, length)
    if (place === null) return null
    if (!places.has(element)) places.set(element, place)
    next = place.at + place.length
  }
  const integer = (element: ElementKey): Place | undefined => {
    const place = places.get(element)
    return place === undefined || place.length > 8 || place.length === 0 ? undefined : place
  }
  const values: Values = {
    has: element => places.has(element),
    number(element) {
      const place = integer(element)
      return place === undefined ? undefined : readNumber(view, place)
    },
    big(element) {
      const place = integer(element)
      return place === undefined ? undefined : readBig(view, place)
    },
    float(element) {
      const place = places.get(element)
      if (place?.length === 8) return view.getFloat64(place.at)
      return place?.length === 4 ? view.getFloat32(place.at) : undefined
    },
    text(element) {
      const place = places.get(element)
      return place === undefined ? '' : readText(view, place.at, place.length)
    },
  }
  return { values, next }
}
