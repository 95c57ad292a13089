/** Ethernet frames drawn at random: tags, labels, IPv4 and IPv6 with options and extension headers, tunnels. */
import { noise, u16, u32, zeros, type Draw } from './bytes.ts'

export interface FrameOptions {
  /** Tunnels too; readers differ in how deep they look. */
  readonly tunnels: boolean
}

const PROTOCOLS = [6, 17, 1, 58, 132, 47, 50, 89] as const

/** What follows the IP header: ports, ICMP, or any bytes. */
function transport(draw: Draw, protocol: number): number[] {
  switch (protocol) {
    case 6:
      return [
        ...u16(draw(65_536)),
        ...u16(draw(65_536)),
        ...u32(draw(2 ** 32)),
        ...u32(draw(2 ** 32)),
        0x50,
        draw(256),
        ...u16(draw(65_536)),
        ...zeros(4),
        ...noise(draw, draw(60)),
      ]
    case 17: {
      const data = noise(draw, draw(60))
      // Ports nobody gives a meaning, so that no reader looks for a tunnel inside.
      return [...u16(20_000 + draw(2000)), ...u16(20_000 + draw(2000)), ...u16(8 + data.length), ...u16(0), ...data]
    }
    case 1:
    case 58:
      return [draw(20), draw(8), ...u16(0), ...noise(draw, 4 + draw(30))]
    case 132:
      return [...u16(draw(65_536)), ...u16(draw(65_536)), ...u32(draw(2 ** 32)), ...u32(0)]
    default:
      return noise(draw, 8 + draw(40))
  }
}

/** An IPv4 packet (RFC 791) around this content. */
export function ipv4(draw: Draw, protocol: number, content: readonly number[]): number[] {
  const options = draw.once(5) ? [1, 1, 1, 1] : []
  const length = 20 + options.length
  const fragment = draw.once(12) ? u16(0x2000) : u16(0x4000)
  return [
    ...[0x40 | (length / 4), draw(256)],
    ...u16(length + content.length),
    ...u16(draw(65_536)),
    ...fragment,
    ...[1 + draw(255), protocol],
    ...u16(0),
    ...[10, ...noise(draw, 3)],
    ...[172, 16 + draw(16), ...noise(draw, 2)],
    ...options,
    ...content,
  ]
}

/** An IPv6 packet (RFC 8200), sometimes with hop-by-hop or destination options before the content. */
export function ipv6(draw: Draw, protocol: number, content: readonly number[]): number[] {
  const extended = draw.once(4)
  const first = extended ? draw.of([0, 60]) : protocol
  const extension = extended ? [protocol, 0, 1, 4, 0, 0, 0, 0] : []
  const address = (): number[] => [0x20, 0x01, 0x0d, 0xb8, ...noise(draw, 12)]
  return [
    ...u32(0x60000000 + draw(2 ** 28)),
    ...u16(extension.length + content.length),
    ...[first, 1 + draw(255)],
    ...address(),
    ...address(),
    ...extension,
    ...content,
  ]
}

const tag = (draw: Draw, type: number): number[] => [...u16(type), ...u16((draw(8) << 13) | (1 + draw(4094)))]

/** An Ethernet frame with none, one or two VLAN tags. */
export function ethernet(draw: Draw, type: number, content: readonly number[]): number[] {
  const tags = draw(4)
  const front = tags === 1 ? tag(draw, 0x8100) : tags === 2 ? [...tag(draw, 0x88a8), ...tag(draw, 0x8100)] : []
  return [2, ...noise(draw, 5), 2, ...noise(draw, 5), ...front, ...u16(type), ...content]
}

function packet(draw: Draw, { tunnels }: FrameOptions, depth: number): { readonly type: number; readonly bytes: number[] } {
  const wide = draw.once(3)
  const wrap = wide ? ipv6 : ipv4
  const type = wide ? 0x86dd : 0x0800
  if (tunnels && depth < 3 && draw.once(2)) {
    const inner = packet(draw, { tunnels }, depth + 1)
    switch (draw(4)) {
      case 0: // IP in IP (RFC 2003), 6in4
        return { type, bytes: wrap(draw, inner.type === 0x0800 ? 4 : 41, inner.bytes) }
      case 1: // GRE (RFC 2784, 2890)
        return {
          type,
          bytes: wrap(draw, 47, [...(draw.once(2) ? [0x20, 0, ...u16(inner.type), ...u32(draw(2 ** 32))] : [0, 0, ...u16(inner.type)]), ...inner.bytes]),
        }
      case 2: {
        // VXLAN (RFC 7348)
        const frame = [0x08, 0, 0, 0, ...noise(draw, 3), 0, ...ethernet(draw, inner.type, inner.bytes)]
        return { type, bytes: wrap(draw, 17, [...u16(40_000), ...u16(4789), ...u16(8 + frame.length), ...u16(0), ...frame]) }
      }
      default: {
        // GTP-U G-PDU (3GPP TS 29.281)
        const data = [0x30, 255, ...u16(inner.bytes.length), ...u32(draw(2 ** 32)), ...inner.bytes]
        return { type, bytes: wrap(draw, 17, [...u16(2152), ...u16(2152), ...u16(8 + data.length), ...u16(0), ...data]) }
      }
    }
  }
  const protocol = draw.of(PROTOCOLS.filter(number => number !== (wide ? 1 : 58)))
  return { type, bytes: wrap(draw, protocol, transport(draw, protocol)) }
}

/** A frame, whole. */
export function frame(draw: Draw, options: FrameOptions): number[] {
  const { type, bytes } = packet(draw, options, 0)
  if (options.tunnels && draw.once(6)) return ethernet(draw, 0x8847, [...u32(((draw(2 ** 20) << 12) | (1 << 8) | 64) >>> 0), ...bytes])
  return ethernet(draw, type, bytes)
}
