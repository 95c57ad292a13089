/** Facts of a capture's templates, told from its bytes alone. */

/** Templates of a message by domain and number, each as its bytes. */
function* templatesIn(view: DataView): Generator<readonly [key: string, definition: string, options: boolean]> {
  const version = view.byteLength >= 20 ? view.getUint16(0) : 0
  if (version !== 9 && version !== 10) return
  const domain = view.getUint32(version === 9 ? 16 : 12)
  const hex = (from: number, to: number): string => Buffer.from(view.buffer, view.byteOffset + from, to - from).toString('hex')
  for (let at = version === 9 ? 20 : 16; at + 4 <= view.byteLength;) {
    const [id, length] = [view.getUint16(at), view.getUint16(at + 2)]
    if (length < 4) return
    const end = Math.min(at + length, view.byteLength)
    const options = id === (version === 9 ? 1 : 3)
    if (id < 4) {
      for (let from = at + 4; from + (options ? 6 : 4) <= end;) {
        let to = from + (options ? 6 : 4)
        const fields = options && version === 9 ? (view.getUint16(from + 2) + view.getUint16(from + 4)) / 4 : view.getUint16(from + 2)
        for (let field = 0; field < fields && to + 4 <= end; field++) to += version === 10 && view.getUint16(to) > 0x7fff ? 8 : 4
        yield [`${domain}/${view.getUint16(from)}`, hex(from, Math.min(to, end)), options]
        from = to
      }
    }
    at = end
  }
}

/** True when two templates of one number differ. */
export function redefines(datagrams: readonly Uint8Array[]): boolean {
  const known = new Map<string, string>()
  for (const datagram of datagrams)
    for (const [key, definition] of templatesIn(new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength))) {
      if ((known.get(key) ?? definition) !== definition) return true
      known.set(key, definition)
    }
  return false
}

/** Domain and number, `domain/number`, of its options templates. */
export function optionsTemplates(datagrams: readonly Uint8Array[]): ReadonlySet<string> {
  return new Set(
    datagrams.flatMap(datagram =>
      [...templatesIn(new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength))].flatMap(([key, , options]) => (options ? [key] : [])),
    ),
  )
}

/** Observation domain or source id of a datagram. */
export function domainOf(datagram: Uint8Array): number {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength)
  const at = view.byteLength >= 20 && view.getUint16(0) === 9 ? 16 : 12
  return at + 4 <= view.byteLength ? view.getUint32(at) : 0
}

/** Longest encodings of elements that the readers are compared by (IANA; a shorter one is reduced-size encoding, RFC 7011 §6.2). */
const LONGEST = new Map([
  [1, 8],
  [2, 8],
  [4, 1],
  [5, 1],
  [6, 2],
  [7, 2],
  [8, 4],
  [9, 1],
  [10, 4],
  [11, 2],
  [12, 4],
  [13, 1],
  [14, 4],
  [15, 4],
  [16, 4],
  [17, 4],
  [21, 4],
  [22, 4],
  [27, 16],
  [28, 16],
  [56, 6],
  [58, 2],
  [80, 6],
  [150, 4],
  [151, 4],
  [152, 8],
  [153, 8],
])

/** Whether a template has a field longer than its element, or the same element twice: no exporter may, and readers differ. */
export function contradicts(datagrams: readonly Uint8Array[]): boolean {
  return datagrams.some(datagram =>
    [...templatesIn(new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength))].some(([, definition, options]) => {
      const ids = new Set<number>()
      for (let at = options ? 12 : 8; at + 8 <= definition.length; at += 8) {
        const [id, length] = [Number.parseInt(definition.slice(at, at + 4), 16), Number.parseInt(definition.slice(at + 4, at + 8), 16)]
        if (id > 0x7fff && length !== 0) at += 8
        else if (ids.has(id) || length > (LONGEST.get(id) ?? length)) return true
        ids.add(id)
      }
      return false
    }),
  )
}
