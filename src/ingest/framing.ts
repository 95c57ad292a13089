/**
 * IPFIX messages out of a stream of bytes: each tells its own length (RFC 7011 §3.1, §10.4). Holds at most one message that is not
 * whole, 65,535 bytes; whole ones are read where they lie.
 */

/** Why a stream can not be read on: what follows has no beginning any more. */
export type FramingFault = 'bad_version' | 'bad_length'

/** A whole message in `[start, end)`; the next call of `next` may use the object again. */
export interface Message {
  view: DataView
  start: number
  end: number
}

export interface Framing {
  /** Bytes of a message that is not whole yet. */
  readonly held: number
  /** Takes bytes off the wire; the ones before must have been used up: `next` gave null. */
  push(bytes: Uint8Array): void
  /** The next whole message, or why there can be none; null when more bytes are needed. */
  next(): Message | FramingFault | null
}

/** Version and length; what a message begins with (RFC 7011 §3.1). */
const LENGTH_BYTES = 4
const HEADER_BYTES = 16
const IPFIX = 10

const faultOf = (version: number, length: number): FramingFault | null => (version !== IPFIX ? 'bad_version' : length < HEADER_BYTES ? 'bad_length' : null)

export function createFraming(): Framing {
  const head = new Uint8Array(LENGTH_BYTES)
  const none: DataView = new DataView(head.buffer)
  const message: Message = { view: none, start: 0, end: 0 }
  let view = none
  let at = 0
  let end = 0
  // The message that is not whole: its beginning in `head` until its length is known, then all of it in `part`.
  let part: Uint8Array | null = null
  let held = 0

  function take(most: number, into: Uint8Array): void {
    const count = Math.min(most, end - at)
    into.set(new Uint8Array(view.buffer, view.byteOffset + at, count), held)
    held += count
    at += count
  }

  function give(from: DataView, start: number, stop: number): Message {
    message.view = from
    message.start = start
    message.end = stop
    return message
  }

  /** Goes on with the message that was begun. */
  function goOn(): Message | FramingFault | null {
    if (part === null) {
      take(LENGTH_BYTES - held, head)
      if (held < LENGTH_BYTES) return null
      const length = (head[2]! << 8) | head[3]!
      const fault = faultOf((head[0]! << 8) | head[1]!, length)
      if (fault !== null) return fault
      part = new Uint8Array(length)
      part.set(head)
    }
    take(part.length - held, part)
    if (held < part.length) return null
    const whole = part
    part = null
    held = 0
    return give(new DataView(whole.buffer), 0, whole.length)
  }

  return {
    get held() {
      return held
    },
    push(bytes) {
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      at = 0
      end = bytes.byteLength
    },
    next() {
      if (held > 0) return goOn()
      if (end - at < LENGTH_BYTES) {
        take(LENGTH_BYTES, head)
        return null
      }
      const length = view.getUint16(at + 2)
      const fault = faultOf(view.getUint16(at), length)
      if (fault !== null) return fault
      if (end - at < length) return goOn()
      at += length
      return give(view, at - length, at)
    },
  }
}
