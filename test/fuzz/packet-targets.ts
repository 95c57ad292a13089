/** Headers of frames, IP packets and label stacks, and the packets inside tunnels. */
import { createFrame, readFrame, readMplsStack, readNetworkPacket, type Packet } from '../../src/packet/index.ts'
import { drawFrom, u16, u32 } from '../wire/bytes.ts'
import { frame } from '../wire/frames.ts'
import type { Target } from './engine.ts'
import type { Input } from './mutate.ts'
import { WatchedView } from './watched-view.ts'

const MARGIN = 32
const LINKS = [1, 0, 9, 12, 50, 51, 101, 104, 108, 113, 228, 229, 276, 7] as const
const read = createFrame()

function place(bytes: Uint8Array): { readonly view: WatchedView; readonly end: number } {
  const buffer = new Uint8Array(bytes.length + 2 * MARGIN).fill(0xa5)
  buffer.set(bytes, MARGIN)
  const view = new WatchedView(buffer.buffer)
  view.watch(MARGIN, MARGIN + bytes.length)
  return { view, end: MARGIN + bytes.length }
}

function check(name: string, packet: Packet, end: number): void {
  if (packet.version === 0) return
  const width = packet.version === 4 ? 4 : 16
  if (packet.at < MARGIN || packet.end > end || packet.at > packet.payload) throw new Error(`the ${name} packet lies outside its frame`)
  if (packet.src < MARGIN || packet.dst + width > end) throw new Error(`addresses of the ${name} packet lie outside its frame`)
  for (const port of [packet.srcPort, packet.dstPort]) if (port < 0 || port > 65_535) throw new Error(`the ${name} packet has the port ${port}`)
}

/** The first byte of an input chooses how the rest is read. */
function run(input: Input): string {
  const bytes = input[0] ?? new Uint8Array(1)
  const way = (bytes[0] ?? 0) % (LINKS.length + 2)
  const { view, end } = place(bytes.subarray(1))
  const found =
    way < LINKS.length
      ? readFrame(view, MARGIN, end, LINKS[way] as number, read)
      : way === LINKS.length
        ? readNetworkPacket(view, MARGIN, end, read)
        : readMplsStack(view, MARGIN, end, read)
  if (found && read.outer.version === 0) throw new Error('a packet was found, and there is none')
  check('outer', read.outer, end)
  check('inner', read.inner, end)
  return [way, found, read.outer.version, read.tunnel, read.inner.version, read.badInner, read.depth, Math.min(3, read.tags), Math.min(7, read.mplsDepth)].join(
    ' ',
  )
}

/** Each frame behind every kind of link. */
function headers(): Input[] {
  const draw = drawFrom(5)
  return Array.from({ length: 40 }, (_, index) => [Uint8Array.from([index % (LINKS.length + 2), ...frame(draw, { tunnels: false })])])
}

function tunnels(): Input[] {
  const draw = drawFrom(6)
  const inner = frame(draw, { tunnels: false })
  const outer = (protocol: number, content: readonly number[]): number[] => [
    ...[0x45, 0, ...u16(20 + content.length), 0, 0, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
    ...content,
  ]
  const udp = (port: number, content: readonly number[]): number[] => outer(17, [...u16(4000), ...u16(port), ...u16(8 + content.length), 0, 0, ...content])
  const shapes = [
    outer(47, [0, 0, 0x88, 0xbe, ...inner]),
    outer(47, [0x10, 0, 0x88, 0xbe, ...u32(1), ...u32(0x1064_0001), ...u32(0), ...inner]),
    outer(47, [0x10, 0, 0x22, 0xeb, ...u32(1), ...u32(0x2064_0001), ...u32(0), ...u32(1), ...inner]),
    outer(47, [0x20, 0, 0x65, 0x58, ...u32(0x1234_5600), ...inner]),
    outer(47, [0x30, 0x81, 0x88, 0x0b, 0, 30, 0, 7, ...u32(1), ...u32(1), 0xff, 3, 0, 0x21, ...outer(6, inner)]),
    udp(6081, [1, 0, 0x65, 0x58, 0, 0, 9, 0, ...u32(0x0102_0300), ...inner]),
    udp(2152, [0x34, 255, ...u16(40), ...u32(7), 0, 0, 0, 0x85, 1, 0, 9, 0, ...outer(17, [0, 1, 0, 2, 0, 8, 0, 0])]),
  ]
  return [
    ...Array.from({ length: 24 }, (): Input => [Uint8Array.from([0, ...frame(draw, { tunnels: true })])]),
    ...shapes.map((bytes): Input => [Uint8Array.from([LINKS.length, ...bytes])]),
  ]
}

export const packetTargets: readonly Target[] = [
  { name: 'packet-headers', seeds: headers, run },
  { name: 'tunnels', seeds: tunnels, run },
]
