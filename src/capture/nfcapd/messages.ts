/** Flow records of nfdump into IPFIX messages: records of the same exporter, time of reception and kind go together. */
import { EXPORTER4, EXPORTER6, EXTENSIONS, GENERIC_ID, IPV6, MASKS6, MPLS, RECEIVED_AT, layoutOf, sizeOf, type Value } from './extensions.ts'

/** A message, its exporter and when that was heard by the collector that wrote the file. */
export interface StoredMessage {
  readonly address: bigint
  readonly bytes: Uint8Array
  readonly timeMs: number
}

const MAPPED = 0xffffn << 32n
const RECORD_HEADER_BYTES = 12
/** A message is as long as a datagram of a large MTU; there is room for the template beside it. */
const MAX_MESSAGE = 9000
/** A file of one exporter has a handful. */
const MOST_KINDS = 4000
const MESSAGE_HEADER_BYTES = 16

interface Kind {
  readonly id: number
  readonly values: readonly { readonly extension: number; readonly value: Value }[]
  readonly recordBytes: number
  /** Exporters that were sent its template. */
  readonly sentTo: Set<bigint>
}

export interface Messages {
  /** Takes the record in `[start, end)`; gives the message that is full, or of another kind, before it. */
  add(view: DataView, start: number, end: number): Generator<StoredMessage>
  /** The message that is not full. */
  rest(): Generator<StoredMessage>
}

const wide = (view: DataView, at: number): bigint => (view.getBigUint64(at, true) << 64n) | view.getBigUint64(at + 8, true)

function put(out: DataView, at: number, view: DataView, from: number, { kind, bytes, length }: Value): void {
  if (kind === 'bytes') {
    for (let index = 0; index < length; index++) out.setUint8(at + index, view.getUint8(from + index))
  } else if (kind === 'address6') {
    out.setBigUint64(at, view.getBigUint64(from, true))
    out.setBigUint64(at + 8, view.getBigUint64(from + 8, true))
  } else {
    // Little-endian in, big-endian out; the upper bytes of a number are left out where fewer are sent.
    for (let index = 0; index < Math.min(length, bytes); index++) out.setUint8(at + length - 1 - index, view.getUint8(from + index))
  }
}

/** The template of a kind as a set (RFC 7011 §3.4.1). */
function templateSet({ id, values }: Kind): Uint8Array {
  const fields = values.flatMap(({ value: { element, length } }) =>
    typeof element === 'number' ? [element, length] : [0x8000 | element[1], length, element[0] >>> 16, element[0] & 0xffff],
  )
  const words = [2, 8 + fields.length * 2, id, values.length, ...fields]
  return Uint8Array.from(words.flatMap(word => [word >>> 8, word & 0xff]))
}

export function createMessages(): Messages {
  const kinds = new Map<string, Kind>()
  const sequences = new Map<bigint, number>()
  const out = new DataView(new ArrayBuffer(MAX_MESSAGE))
  let kind: Kind | null = null
  let address = MAPPED
  let timeMs = 0
  let setAt = 0
  let end = 0
  let records = 0

  /** Elements of a record's extensions, in their order; MPLS labels as far as there are any. */
  function kindOf(view: DataView, places: ReadonlyMap<number, number>): Kind {
    const labels = places.get(MPLS)
    let depth = 0
    while (labels !== undefined && depth < 10 && view.getUint32(labels + depth * 4, true) !== 0) depth++
    const key = `${[...places.keys()].join(',')}/${depth}`
    const known = kinds.get(key)
    if (known !== undefined) return known
    const six = places.has(IPV6)
    const values = [...places.keys()].flatMap(extension =>
      (EXTENSIONS[extension] ?? []).slice(0, extension === MPLS ? depth : undefined).map(value => {
        const mask = six && typeof value.element === 'number' ? MASKS6.get(value.element) : undefined
        return { extension, value: mask === undefined ? value : { ...value, element: mask } }
      }),
    )
    // Ids are 16 bits wide; a file of so many kinds begins anew, and templates are sent again.
    if (kinds.size >= MOST_KINDS) kinds.clear()
    const made: Kind = { id: 256 + kinds.size, values, recordBytes: values.reduce((sum, { value }) => sum + value.length, 0), sentTo: new Set() }
    kinds.set(key, made)
    return made
  }

  function* finish(): Generator<StoredMessage> {
    if (records === 0) return
    out.setUint16(0, 10)
    out.setUint16(2, end)
    out.setUint32(4, Math.floor(timeMs / 1000))
    const sequence = sequences.get(address) ?? 0
    out.setUint32(8, sequence)
    out.setUint32(12, 0)
    out.setUint16(setAt + 2, end - setAt)
    sequences.set(address, (sequence + records) >>> 0)
    const bytes = new Uint8Array(out.buffer, 0, end).slice()
    records = 0
    kind = null
    yield { address, bytes, timeMs }
  }

  function begin(of: Kind, from: bigint, atMs: number): void {
    kind = of
    address = from
    timeMs = atMs
    end = MESSAGE_HEADER_BYTES
    if (!of.sentTo.has(from)) {
      of.sentTo.add(from)
      const template = templateSet(of)
      new Uint8Array(out.buffer).set(template, end)
      end += template.length
    }
    setAt = end
    out.setUint16(setAt, of.id)
    end += 4
  }

  return {
    *add(view, start, stop) {
      const places = new Map<number, number>()
      let from = MAPPED
      for (let at = start + RECORD_HEADER_BYTES; at + 4 <= stop;) {
        const extension = view.getUint16(at, true)
        const length = view.getUint16(at + 2, true)
        if (length < 4 || at + length > stop) break
        if (extension === EXPORTER4 && length >= 8) from = MAPPED | BigInt(view.getUint32(at + 4, true))
        else if (extension === EXPORTER6 && length >= 20) from = wide(view, at + 4)
        const layout = layoutOf(extension, length - 4)
        const values = EXTENSIONS[layout]
        if (values !== undefined && length >= 4 + sizeOf(values)) places.set(layout, at + 4)
        at += length
      }
      const generic = places.get(GENERIC_ID)
      if (places.size === 0) return
      const atMs = generic === undefined ? 0 : Number(view.getBigUint64(generic + RECEIVED_AT, true))
      const of = kindOf(view, places)
      if (kind !== of || address !== from || timeMs !== atMs || end + of.recordBytes > MAX_MESSAGE) {
        yield* finish()
        begin(of, from, atMs)
      }
      for (const { extension, value } of of.values) {
        put(out, end, view, (places.get(extension) ?? 0) + value.at, value)
        end += value.length
      }
      records++
    },
    rest: finish,
  }
}
