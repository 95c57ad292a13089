/** Fields whose bytes become a text of their own form. */

const hex = (view: DataView, at: number): string => view.getUint32(at).toString(16).padStart(8, '0')

/** An MPLS VPN route distinguisher of 8 bytes as administrator:number (RFC 4364 §4.2); '' where it is all zero. */
export function distinguisher(view: DataView, at: number, bytes: number): string {
  if (bytes !== 8 || (view.getUint32(at) === 0 && view.getUint32(at + 4) === 0)) return ''
  switch (view.getUint16(at)) {
    case 0:
      return `${view.getUint16(at + 2)}:${view.getUint32(at + 4)}`
    case 1:
      return `${view.getUint8(at + 2)}.${view.getUint8(at + 3)}.${view.getUint8(at + 4)}.${view.getUint8(at + 5)}:${view.getUint16(at + 6)}`
    case 2:
      return `${view.getUint32(at + 2)}:${view.getUint16(at + 6)}`
    default:
      return `${hex(view, at)}${hex(view, at + 4)}`
  }
}

/** Ids of an access list, its entry and its extended entry, 4 bytes each (Cisco ASA NetFlow Implementation Guide); '' where no list applied. */
export function acl(view: DataView, at: number, bytes: number): string {
  if (bytes !== 12 || (view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 && view.getUint32(at + 8) === 0)) return ''
  return `${hex(view, at)}-${hex(view, at + 4)}-${hex(view, at + 8)}`
}
