/** Pieces of generated source. Only integers that `int` has checked are ever interpolated. */

/** A checked integer as source text; throws for anything that is no unsigned 32-bit integer. */
export function int(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw new RangeError(`not an unsigned integer: ${value}`)
  return String(value)
}

/** Expressions of an unsigned big-endian integer of 1 to 8 bytes at `at`: its low 32 bits, and what lies above them. */
export function unsigned(at: string, length: number): { readonly low: string; readonly high: string } {
  const read = (offset: number, bytes: number): string => {
    const position = offset === 0 ? at : `${at}+${int(offset)}`
    if (bytes === 1) return `v.getUint8(${position})`
    if (bytes === 2) return `v.getUint16(${position})`
    if (bytes === 3) return `(v.getUint8(${position})*65536+v.getUint16(${position}+1))`
    return `v.getUint32(${position})`
  }
  if (length <= 4) return { low: read(0, length), high: '0' }
  return { low: read(length - 4, 4), high: read(0, length - 4) }
}

/** Expression of a signed big-endian integer of 1 to 8 bytes at `at`, its sign extended (RFC 7011 §6.2). */
export function signed(at: string, length: number): string {
  const head = (bytes: number): string => {
    if (bytes === 1) return `v.getInt8(${at})`
    if (bytes === 2) return `v.getInt16(${at})`
    if (bytes === 3) return `(v.getInt8(${at})*65536+v.getUint16(${at}+1))`
    return `v.getInt32(${at})`
  }
  return length <= 4 ? head(length) : `(${head(length - 4)}*4294967296+${unsigned(at, length).low})`
}

/** Expression of a float of 4 or 8 bytes at `at`; a float64 may be sent as a float32 (RFC 7011 §6.2). */
export const float = (at: string, length: number): string => (length === 8 ? `v.getFloat64(${at})` : `v.getFloat32(${at})`)
