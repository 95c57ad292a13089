/** The value axis of lines: its ticks, and where a value is between the lowest and the highest of them. */
import { logTicks, valueTicks } from './ticks.ts'

export interface Scale {
  /** `log` for figures of several magnitudes. */
  readonly kind: 'linear' | 'log'
  /** The axis reaches at least up to here. */
  readonly least: number
  /** Where a linear axis begins; 0 where it is not said. */
  readonly base?: number
}

export interface Axis {
  readonly ticks: readonly number[]
  readonly placeOf: (value: number) => number
}

/** Ticks and places of an axis that holds all values. */
export function axisOf(values: readonly number[], { kind, least, base = 0 }: Scale): Axis {
  if (kind === 'log') {
    const positive = values.filter(value => value > 0)
    const ticks = logTicks(Math.min(...positive, least), Math.max(...positive, least))
    const low = Math.log10(ticks[0] ?? 1)
    const high = Math.log10(ticks.at(-1) ?? 10)
    return { ticks, placeOf: value => (value <= 0 ? 0 : (Math.log10(value) - low) / (high - low)) }
  }
  const ticks = valueTicks(Math.max(0, ...values) - base, least - base).map(tick => tick + base)
  const top = (ticks.at(-1) ?? 1) - base
  return { ticks, placeOf: value => (value - base) / top }
}
