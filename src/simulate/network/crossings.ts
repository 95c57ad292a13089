/** One direction of a conversation at one device: what this device sees, before and after it translates addresses. */
import type { Conversation } from './conversations.ts'
import { hopsOf, type DeviceName, type Middle } from './topology.ts'

/** Addresses and ports of a packet. */
export interface Ends {
  readonly src: string
  readonly dst: string
  readonly srcPort: number
  readonly dstPort: number
}

export interface Crossing {
  readonly conversation: Conversation
  /** True for the packets of the client. */
  readonly forward: boolean
  readonly device: DeviceName
  readonly inIf: number
  readonly outIf: number
  /** As the packets come in. */
  readonly ends: Ends
  /** As they go out; the same object where nothing is translated. */
  readonly after: Ends
  /** From the sender to here. */
  readonly delayMs: number
  /** Which packets of the conversation pass, by their index, in order. */
  readonly packets: Uint32Array
}

/** Which way a packet takes through the middle; `timeMs` is from the start of the network. */
export type Route = (conversation: Conversation, timeMs: number) => Middle

/** The address inside hosts have outside (RFC 5737, like all addresses here). */
export const PUBLIC_ADDRESS = '203.0.113.1'
const HOP_MS = 1

const flip = (ends: Ends): Ends => ({ src: ends.dst, dst: ends.src, srcPort: ends.dstPort, dstPort: ends.srcPort })

/** All crossings of a conversation, from the client's side to the server's, both directions of each device. */
export function crossingsOf(conversation: Conversation, route: Route): readonly Crossing[] {
  const { way, family, client, server, clientPort, serverPort, times, up } = conversation
  const inside: Ends = { src: client, dst: server, srcPort: clientPort, dstPort: serverPort }
  const translates = family === 4 && (way === 'lan-internet' || way === 'servers-internet')
  // The public port tells conversations apart; ICMP keeps none.
  const outside: Ends = translates ? { ...inside, src: PUBLIC_ADDRESS, srcPort: clientPort === 0 ? 0 : 65_535 - (clientPort % 45_000) } : inside
  const byMiddle = new Map<Middle, { forward: number[]; back: number[] }>()
  for (let at = 0; at < times.length; at++) {
    const middle = route(conversation, times[at] ?? 0)
    let lists = byMiddle.get(middle)
    if (lists === undefined) byMiddle.set(middle, (lists = { forward: [], back: [] }))
    ;(up[at] === 1 ? lists.forward : lists.back).push(at)
  }
  const made = new Map<string, { crossing: Crossing; lists: number[][] }>()
  for (const [middle, lists] of byMiddle) {
    const hops = hopsOf(way, middle)
    for (const [at, hop] of hops.entries()) {
      const passed = hops.slice(0, at).some(({ device }) => device === 'firewall')
      const before = passed ? outside : inside
      const behind = hop.device === 'firewall' ? outside : before
      for (const forward of [true, false]) {
        const [inIf, outIf] = forward ? [hop.inIf, hop.outIf] : [hop.outIf, hop.inIf]
        const key = `${hop.device} ${inIf} ${outIf} ${forward}`
        const taken = forward ? lists.forward : lists.back
        const known = made.get(key)
        if (known !== undefined) {
          known.lists.push(taken)
          continue
        }
        const ends = forward ? before : flip(behind)
        const after = forward ? behind : flip(before)
        const delayMs = HOP_MS * (forward ? at + 1 : hops.length - at)
        const crossing: Crossing = {
          conversation,
          forward,
          device: hop.device,
          inIf,
          outIf,
          ends,
          after: before === behind ? ends : after,
          delayMs,
          packets: new Uint32Array(),
        }
        made.set(key, { crossing, lists: [taken] })
      }
    }
  }
  return [...made.values()]
    .map(({ crossing, lists }) => ({ ...crossing, packets: Uint32Array.from(lists.flat()).sort() }))
    .filter(({ packets }) => packets.length > 0)
}
