/** Conversations with every packet of theirs: mice of 1 to 10 packets, ordinary ones, elephants, and some that last half an hour and more. */
import { createRandom, createZipf, type Random } from '../random.ts'
import { WAYS, type Way } from './topology.ts'

/** A conversation, and its packets in the order of time. */
export interface Conversation {
  readonly id: number
  readonly way: Way
  readonly family: 4 | 6
  readonly proto: number
  readonly client: string
  readonly server: string
  /** 0 where the protocol has none. */
  readonly clientPort: number
  readonly serverPort: number
  /** When each packet leaves its sender, whole ms from the start of the network. */
  readonly times: Float64Array
  /** Bytes of each packet, IP header included. */
  readonly sizes: Uint16Array
  /** 1 for the client's packets, 0 for the server's. */
  readonly up: Uint8Array
}

export interface TrafficConfig {
  readonly seed: number
  /** Conversations lie in this time, ms from the start of the network; from 0 by default. */
  readonly fromMs?: number
  readonly durationMs: number
  readonly mice?: number
  readonly ordinary?: number
  readonly elephants?: number
  /** Packets of an elephant, about. */
  readonly elephantPackets?: number
  /** Conversations of 30 minutes and more; they need a network that lasts longer. */
  readonly long?: number
  readonly ways?: readonly Way[]
}

const TCP = 6
const UDP = 17
const ICMP = 1
const ICMP6 = 58

const SERVICES: readonly (readonly [proto: number, port: number])[] = [
  [TCP, 443],
  [TCP, 80],
  [TCP, 22],
  [UDP, 53],
  [UDP, 443],
  [TCP, 5432],
  [ICMP, 0],
]
/** Headers of TCP over IPv6 fit. */
const SMALLEST = 60
const drawService = createZipf(SERVICES.length, 0.8)
const drawHost = createZipf(40, 0.7)

/** The network part of an end's addresses. */
const NETS = {
  lan: { 4: '10.1.', 6: '2001:db8:1::' },
  branch: { 4: '10.2.', 6: '2001:db8:2::' },
  servers: { 4: '10.9.', 6: '2001:db8:9::' },
  internet: { 4: '198.18.', 6: '2001:db8:ff::' },
} as const

const ENDS = {
  'lan-servers': ['lan', 'servers'],
  'lan-internet': ['lan', 'internet'],
  'branch-lan': ['branch', 'lan'],
  'servers-internet': ['servers', 'internet'],
} as const

/** A host's address. Conversations without ports get addresses of their own, so that no two share a key. */
function addressOf(net: keyof typeof NETS, family: 4 | 6, host: number, own: number | undefined): string {
  if (family === 6) return NETS[net][6] + (own === undefined ? host : 1000 + own)
  return NETS[net][4] + (own === undefined ? `0.${host}` : `${1 + (own >> 8)}.${own & 255}`)
}

/** Packets that go both ways: about one in three from the client, small; the server's are large. */
function packets(random: Random, count: number, firstMs: number, spanMs: number): Pick<Conversation, 'times' | 'sizes' | 'up'> {
  const times = new Float64Array(count)
  const sizes = new Uint16Array(count)
  const up = new Uint8Array(count)
  for (let at = 0; at < count; at++) {
    times[at] = count === 1 ? firstMs : firstMs + Math.floor(random.unit() * spanMs)
    up[at] = random.chance(0.35) ? 1 : 0
    sizes[at] = up[at] === 1 ? SMALLEST + random.int(300) : random.chance(0.7) ? 1500 : SMALLEST + random.int(1400)
  }
  times.sort()
  // The client speaks first, and the ends are those that were asked for.
  up[0] = 1
  times[0] = firstMs
  if (count > 1) times[count - 1] = firstMs + spanMs
  return { times, sizes, up }
}

/** The conversations of a seed, numbered from `firstId` on. */
export function createConversations(config: TrafficConfig, firstId = 0): readonly Conversation[] {
  const { seed, fromMs = 0, durationMs, mice = 400, ordinary = 150, elephants = 6, elephantPackets = 8000, long = 0, ways = WAYS } = config
  const random = createRandom(seed)
  const made: Conversation[] = []

  function add(count: number, spanMs: number): void {
    const id = firstId + made.length
    const way = ways[random.int(ways.length)] ?? 'lan-servers'
    const [near, far] = ENDS[way]
    const family = random.chance(0.2) ? 6 : 4
    const [proto, serverPort] = SERVICES[drawService(random)] ?? [TCP, 443]
    const firstMs = fromMs + Math.floor(random.unit() * Math.max(1, durationMs - spanMs - 1000))
    made.push({
      id,
      way,
      family,
      proto: proto === ICMP && family === 6 ? ICMP6 : proto,
      client: addressOf(near, family, 1 + drawHost(random), proto === ICMP ? id : undefined),
      server: addressOf(far, family, 100 + drawHost(random), proto === ICMP ? id : undefined),
      // A port of its own, so that no two conversations share a key, behind the address translation neither.
      clientPort: proto === ICMP ? 0 : 20_000 + (id % 40_000),
      serverPort,
      ...packets(random, count, firstMs, spanMs),
    })
  }

  for (let at = 0; at < mice; at++) add(1 + random.int(10), 1 + random.int(2000))
  for (let at = 0; at < ordinary; at++) add(10 + random.int(190), 1000 + random.int(Math.min(120_000, durationMs / 2)))
  for (let at = 0; at < elephants; at++) add(Math.round(elephantPackets * (0.5 + random.unit())), Math.floor(durationMs * (0.1 + 0.6 * random.unit())))
  for (let at = 0; at < long; at++) add(1000 + random.int(3000), Math.min(durationMs - 5000, 1_800_000 + random.int(1_200_000)))
  return made
}
