/** Where axes are marked. */

/** Ticks of a value axis from zero: four to six steps of 1, 2, 2.5 or 5 times a power of ten; the last is at or above `peak`. */
export function valueTicks(peak: number, least = 1): readonly number[] {
  const top = Math.max(peak, least)
  const power = 10 ** Math.floor(Math.log10(top))
  for (const factor of [0.1, 0.2, 0.25, 0.5, 1, 2, 2.5, 5]) {
    const step = factor * power
    const steps = Math.ceil(top / step - 1e-9)
    if (steps <= 5) return Array.from({ length: steps + 1 }, (_, index) => index * step)
  }
  return [0, top]
}

/** Ticks of a logarithmic axis: the powers of ten from at or below `low` to at or above `high`, two of them at least. */
export function logTicks(low: number, high: number): readonly number[] {
  const first = Math.floor(Math.log10(Math.max(low, Number.MIN_VALUE)))
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(high, low)) - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index))
}

const STEPS_MS = [
  1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 172_800_000, 604_800_000, 1_209_600_000,
] as const

export interface TimeTicks {
  readonly at: readonly number[]
  readonly step: number
}

/** Ticks of a time axis on round local times, `wanted` of them at most. */
export function timeTicks(from: number, to: number, wanted: number): TimeTicks {
  const step = STEPS_MS.find(candidate => (to - from) / candidate <= wanted) ?? STEPS_MS[STEPS_MS.length - 1] ?? 86_400_000
  // Days and hours are round in the browser's zone, not in UTC.
  const offset = new Date(from).getTimezoneOffset() * 60_000
  const at: number[] = []
  for (let time = Math.ceil((from - offset) / step) * step + offset; time <= to; time += step) at.push(time)
  return { at, step }
}
