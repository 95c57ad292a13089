/**
 * What fills a column may be more than one element: `'2 * 35632/123'` is a factor, `'35632/109 + 35632/110'` a sum,
 * `'9/9316 per 9/9282'` a quotient. This file reads such texts, once, when a mapping is made.
 */
import type { ElementRef } from '../../schema/index.ts'
import { keyOf, type ElementKey } from './elements.ts'

/** An exact fraction; both parts are whole, positive and below 2^32, since only such go into generated code. */
export interface Ratio {
  readonly times: number
  readonly over: number
}

export interface Term extends Ratio {
  readonly element: ElementKey
}

export interface Formula {
  /** Their values are added up. */
  readonly terms: readonly Term[]
  /** What the sum is divided by. */
  readonly per: ElementKey | null
}

const LIMIT = 0xffff_ffff

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

/** `times ÷ over` in lowest terms; null where a part is no whole number from 1 to 2^32 − 1. */
export function ratio(times: number, over: number): Ratio | null {
  if (!Number.isSafeInteger(times) || !Number.isSafeInteger(over)) return null
  const common = gcd(times, over)
  const lowest = { times: times / common, over: over / common }
  const fits = (part: number): boolean => Number.isInteger(part) && part >= 1 && part <= LIMIT
  return fits(lowest.times) && fits(lowest.over) ? lowest : null
}

/** The product of two fractions; null where it does not fit. */
export function product(a: Ratio, b: Ratio): Ratio | null {
  // Reduced across first, so that no product on the way is larger than it must be.
  const first = gcd(a.times, b.over)
  const second = gcd(b.times, a.over)
  return ratio((a.times / first) * (b.times / second), (a.over / second) * (b.over / first))
}

/** A decimal as a fraction: `0.01` is 1/100. Null for what is none, is zero, or has more than nine digits on a side. */
export function readDecimal(text: string): Ratio | null {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text) ?? []
  return whole === undefined ? null : ratio(Number(whole + part), 10 ** part.length)
}

function readElement(text: string): ElementKey {
  if (!/^(?:\d+|\d+\/\d+|v9:\d+)$/.test(text)) throw new SyntaxError(`no element: ${text}`)
  return keyOf(/^\d+$/.test(text) ? Number(text) : (text as ElementRef))
}

function readTerm(text: string): Term {
  const [first = '', second] = text.split(' * ')
  if (second === undefined) return { element: readElement(first), times: 1, over: 1 }
  const factor = readDecimal(first)
  if (factor === null) throw new SyntaxError(`no factor: ${first}`)
  return { element: readElement(second), ...factor }
}

/** Reads what a column's declaration or a profile names; throws a SyntaxError for what is no formula. */
export function readFormula(ref: ElementRef): Formula {
  const [sum = '', per] = String(ref).split(' per ')
  return { terms: sum.split(' + ').map(readTerm), per: per === undefined ? null : readElement(per) }
}
