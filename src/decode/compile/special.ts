/** Fields that are more than a value for a column: each has a rule that makes its code. */
import { indexOf } from '../../schema/index.ts'
import { IE, type ElementKey } from '../registry/elements.ts'
import { columnName, type Emit } from './emit.ts'
import { unsigned } from './source.ts'

const ICMP_TYPE = indexOf('icmp_type')
const ICMP_CODE = indexOf('icmp_code')

/** ICMP type × 256 + code in one field of two bytes. */
const icmpTypeCode: Emit = ({ out, at, length }) => {
  if (length !== 2) return false
  out.columns.add(ICMP_TYPE).add(ICMP_CODE)
  out.body.push(`{const t=v.getUint16(${at});if(t!==0){${columnName(ICMP_TYPE)}[r]=t>>>8;${columnName(ICMP_CODE)}[r]=t}}`)
  return true
}

/** 20 bits of label, 3 of class, 1 that ends the stack (RFC 3032 §2.1). */
const mplsLabel: Emit = ({ out, mapping, element, at, length }) => {
  const filled = mapping.filledBy.get(element)
  if (filled === undefined) return false
  if (length !== 3) return true
  out.columns.add(filled.column)
  out.body.push(`${columnName(filled.column)}[r]=${unsigned(at, 3).low}>>>4;`)
  return true
}

const labels = Array.from({ length: IE.mplsLastLabel - IE.mplsTopLabel + 1 }, (_, index) => [IE.mplsTopLabel + index, mplsLabel] as const)

/** Rules by element. */
export const SPECIAL: ReadonlyMap<ElementKey, Emit> = new Map<ElementKey, Emit>([
  [IE.icmpTypeCodeIPv4, icmpTypeCode],
  [IE.icmpTypeCodeIPv6, icmpTypeCode],
  ...labels,
])
