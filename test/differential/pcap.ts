/** Captures as one file: each from an address of its own, so that no exporter's state meets another's. */
import { u16, u32 } from '../wire/bytes.ts'
import { SECONDS, type Capture } from './generate.ts'

/** Ports that tshark is told about. */
export const PORTS = { flows: 2055, sflow: 6343 } as const

/** Address of a capture, of 127/8; the first is 127.0.1.0. */
export const hostOf = (index: number): number => 0x7f000100 + index

export const hostText = (index: number): string => [24, 16, 8, 0].map(shift => (hostOf(index) >>> shift) & 255).join('.')

/** A pcap file (raw IP, microseconds) of UDP datagrams; frames are numbered in the order of `datagramsOf`. */
export function pcapOf(captures: readonly Capture[]): Uint8Array {
  const parts: number[][] = [[0xa1, 0xb2, 0xc3, 0xd4, ...u16(2), ...u16(4), ...u32(0), ...u32(0), ...u32(65_535), ...u32(101)]]
  captures.forEach(({ kind, datagrams }, index) => {
    for (const datagram of datagrams) {
      const length = 28 + datagram.length
      const ip = [0x45, 0, ...u16(length), ...u32(0x4000), 64, 17, 0, 0, ...u32(hostOf(index)), ...u32(0x7f000001)]
      const udp = [...u16(10_000 + (index % 50_000)), ...u16(kind === 'sflow' ? PORTS.sflow : PORTS.flows), ...u16(8 + datagram.length), 0, 0]
      parts.push([...u32(SECONDS), ...u32(0), ...u32(length), ...u32(length), ...ip, ...udp, ...datagram])
    }
  })
  return Buffer.concat(parts.map(part => Uint8Array.from(part)))
}
