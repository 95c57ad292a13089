/** Collects the values of a statement: each gets a place in the SQL by name and type, and never becomes SQL text. */

/** As ClickHouse takes it: numbers of 64 bits, and arrays of them, are texts. */
export type ParameterValue = string | number | readonly string[] | readonly number[]

export interface Parameters {
  /** The placeholder of a value, `{p1:UInt32}`; the same value of the same type gets the same one. */
  add(type: string, value: ParameterValue): string
  /** Values by the names of their placeholders. */
  readonly values: Readonly<Record<string, ParameterValue>>
}

/** A fresh collection. Parts of one statement that are compiled apart share one, or take different prefixes. */
export function createParameters(prefix = 'p'): Parameters {
  const values: Record<string, ParameterValue> = {}
  const known = new Map<string, string>()
  let count = 0
  return {
    values,
    add(type, value) {
      const key = `${type} ${JSON.stringify(value)}`
      const placeholder = known.get(key)
      if (placeholder !== undefined) return placeholder
      count++
      values[`${prefix}${count}`] = value
      const made = `{${prefix}${count}:${type}}`
      known.set(key, made)
      return made
    },
  }
}
