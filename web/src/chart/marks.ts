/** Where the value axis of a chart is marked and what stands there. A unit is named where the scale ends, not at every mark. */
import type { Measure } from '../ui/format.ts'

export interface Mark {
  readonly value: number
  /** Share of the height, from the top. */
  readonly place: number
  readonly label: string
  /** The line that values grow from. */
  readonly base?: boolean
}

type Format = (value: number) => Measure

const plain = (value: number): string => Number(value.toPrecision(3)).toString()
const named = ({ value, unit }: Measure): string => [plain(Number.parseFloat(value)), unit].filter(Boolean).join(' ')

/** Words of values in the unit of the largest of them; `ends` says which name it. */
function labelsOf(values: readonly number[], format: Format, ends: readonly (number | undefined)[]): readonly string[] {
  const top = Math.max(...values.map(Math.abs))
  const scale = top === 0 ? 1 : Number.parseFloat(format(top).value) / top
  return values.map(value => (value !== 0 && ends.includes(value) ? named(format(Math.abs(value))) : plain(Math.abs(value) * scale)))
}

/** Marks in proportion from zero at the lower edge; the last value is the upper edge and names the unit. */
export function marksFromZero(values: readonly number[], format: Format): readonly Mark[] {
  const top = values.at(-1) ?? 0
  const labels = labelsOf(values, format, [top])
  return values.map((value, index) => ({ value, place: top === 0 ? 1 : 1 - value / top, label: labels[index] ?? '', base: value === 0 }))
}

/** Marks of two directions around a line: `placeOf` says the share from the top, both ends name the unit. */
export function marksBothWays(values: readonly number[], placeOf: (value: number) => number, format: Format): readonly Mark[] {
  const labels = labelsOf(values, format, [values[0], values.at(-1)])
  return values.map((value, index) => ({ value, place: placeOf(value), label: labels[index] ?? '', base: value === 0 }))
}

/** Marks of a scale of several magnitudes: each has its own unit. `placeOf` says the share from the bottom. */
export function marksByMagnitude(values: readonly number[], placeOf: (value: number) => number, format: Format): readonly Mark[] {
  return values.map((value, index) => ({ value, place: 1 - placeOf(value), label: named(format(value)), base: index === 0 }))
}
