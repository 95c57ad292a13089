/** What was learned of samplers, as plain data: kept over a restart, so that it need not be learned anew while traffic counts twice. */

/** A class of rows: whose, by which interfaces, and what is known of its large flows. */
export interface SavedClass {
  /** Address of the exporter, 128 bits in hexadecimal. */
  readonly exporter: string
  /** Direction of metering, and 2 more for samples of packets. */
  readonly way: number
  readonly in: number
  readonly out: number
  readonly rate: number
  readonly large: number
  /** Of those, how many a class told too, by its place in the list. */
  readonly shared: readonly (readonly [at: number, met: number])[]
}

export interface SavedCoverage {
  readonly version: 1
  readonly classes: readonly SavedClass[]
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null

function isClass(value: unknown): value is SavedClass {
  if (!isRecord(value)) return false
  const { exporter, shared } = value
  return (
    typeof exporter === 'string' &&
    /^[0-9a-f]{1,32}$/.test(exporter) &&
    ['way', 'in', 'out', 'rate', 'large'].every(name => isCount(value[name])) &&
    Array.isArray(shared) &&
    shared.every(pair => Array.isArray(pair) && pair.length === 2 && pair.every(isCount))
  )
}

/** Reads what was saved; null for a text that is not of this program. */
export function readSaved(text: string): SavedCoverage | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['classes'])) return null
    const list: readonly unknown[] = value['classes']
    return list.every(isClass) ? { version: 1, classes: list } : null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}
