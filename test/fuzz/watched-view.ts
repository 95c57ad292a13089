/** A view that counts what is read and allows nothing outside a datagram. */

/** Reads allowed for each byte of a datagram (RELIABILITY: linear work), and beside them for its header and the sets in it. */
const STEPS_PER_BYTE = 4
const STEPS_BESIDE = 256

export class WatchedView extends DataView<ArrayBuffer> {
  steps = 0
  #from = 0
  #to = 0
  #most = 0

  /** What may be read from now on, and how often. */
  watch(from: number, to: number): void {
    this.#from = from
    this.#to = to
    this.#most = STEPS_PER_BYTE * (to - from) + STEPS_BESIDE
    this.steps = 0
  }

  #step(at: number, bytes: number): void {
    if (at < this.#from || at + bytes > this.#to) throw new Error(`read of ${bytes} bytes at ${at - this.#from} outside a datagram of ${this.#to - this.#from}`)
    if (++this.steps > this.#most) throw new Error(`more than ${this.#most} reads in a datagram of ${this.#to - this.#from} bytes`)
  }

  override getUint8(at: number): number {
    this.#step(at, 1)
    return super.getUint8(at)
  }

  override getInt8(at: number): number {
    this.#step(at, 1)
    return super.getInt8(at)
  }

  override getUint16(at: number, little?: boolean): number {
    this.#step(at, 2)
    return super.getUint16(at, little)
  }

  override getInt16(at: number, little?: boolean): number {
    this.#step(at, 2)
    return super.getInt16(at, little)
  }

  override getUint32(at: number, little?: boolean): number {
    this.#step(at, 4)
    return super.getUint32(at, little)
  }

  override getInt32(at: number, little?: boolean): number {
    this.#step(at, 4)
    return super.getInt32(at, little)
  }

  override getBigUint64(at: number, little?: boolean): bigint {
    this.#step(at, 8)
    return super.getBigUint64(at, little)
  }

  override getBigInt64(at: number, little?: boolean): bigint {
    this.#step(at, 8)
    return super.getBigInt64(at, little)
  }

  override getFloat32(at: number, little?: boolean): number {
    this.#step(at, 4)
    return super.getFloat32(at, little)
  }

  override getFloat64(at: number, little?: boolean): number {
    this.#step(at, 8)
    return super.getFloat64(at, little)
  }
}
