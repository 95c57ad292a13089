/**
 * A firewall that tells events of connections instead of flows: Cisco ASA's NetFlow Secure Event Logging (NetFlow v9). A connection is created,
 * updated while it lasts, and torn down; each record tells both directions, and the addresses before and after translation.
 */
import { addressBytes, encodeV9, type Value } from '../encode.ts'
import { createRandom } from '../random.ts'
import { parseTemplate, type Template } from '../template.ts'
import type { Crossing } from './crossings.ts'
import { icmpOf } from './icmp.ts'
import { packDatagrams, type Datagram } from './pack.ts'
import { DEVICES } from './topology.ts'

export interface FirewallConfig {
  readonly device: 'firewall'
  /** Time between two updates of a connection (flow-export active refresh-interval); none by default. */
  readonly updateMs?: number
  /** Whether the teardown tells what came since the last update, or the sum of the whole connection. */
  readonly teardown?: 'rest' | 'sum'
  readonly clockMs?: number
}

const [CREATED, DELETED, UPDATE] = [1, 2, 5]
/** A connection without packets for so long is torn down. */
const IDLE_MS = 30_000
const TCP = 6
const UPTIME_MS = 86_400_000

const TAIL = '7:2 10:2 11:2 14:2 4:1 176:1 177:1 227:2 228:2 148:4 233:1 33002:2 152:8 323:8 231:4 232:4 298:4 299:4'
const TEMPLATES: Readonly<Record<4 | 6, Template>> = {
  4: parseTemplate(263, `8:4 12:4 225:4 226:4 ${TAIL}`),
  6: parseTemplate(264, `27:16 28:16 281:16 282:16 ${TAIL}`),
}

interface Event {
  readonly ms: number
  readonly kind: number
  /** Bytes and packets of the client, of the server. */
  readonly counters: readonly [number, number, number, number]
}

/** The events of one connection from the packets of both directions, in the order of time. */
function* eventsOf(
  packets: readonly { readonly ms: number; readonly bytes: number; readonly forward: boolean }[],
  config: FirewallConfig,
  tcp: boolean,
  untilMs: number,
): Generator<Event> {
  const { updateMs = Infinity, teardown = 'rest' } = config
  const sum: [number, number, number, number] = [0, 0, 0, 0]
  let told: [number, number, number, number] = [0, 0, 0, 0]
  const begun = packets[0]?.ms ?? 0
  let nextUpdate = begun + updateMs
  let last = begun
  const rest = (): Event['counters'] => [sum[0] - told[0], sum[1] - told[1], sum[2] - told[2], sum[3] - told[3]]
  yield { ms: begun, kind: CREATED, counters: [0, 0, 0, 0] }
  for (const { ms, bytes, forward } of packets) {
    for (; nextUpdate <= ms; nextUpdate += updateMs) {
      yield { ms: nextUpdate, kind: UPDATE, counters: rest() }
      told = [...sum]
    }
    sum[forward ? 0 : 1] += bytes
    sum[forward ? 2 : 3]++
    last = ms
  }
  const end = Math.min(untilMs, tcp ? last : last + IDLE_MS)
  for (; nextUpdate <= end; nextUpdate += updateMs) {
    yield { ms: nextUpdate, kind: UPDATE, counters: rest() }
    told = [...sum]
  }
  yield { ms: end, kind: DELETED, counters: teardown === 'sum' ? [...sum] : rest() }
}

/** The datagrams of the firewall, in order of time. Connections are those whose packets pass, however long they are silent in between. */
export function exportFirewall(config: FirewallConfig, crossings: readonly Crossing[], startMs: number, untilMs: number, seed: number): readonly Datagram[] {
  const { device, clockMs = 0 } = config
  const random = createRandom(seed)
  const clock = startMs + clockMs
  const sides = new Map<number, Crossing[]>()
  for (const crossing of crossings)
    if (crossing.device === device) sides.set(crossing.conversation.id, [...(sides.get(crossing.conversation.id) ?? []), crossing])
  const records: { readonly ms: number; readonly template: Template; readonly row: readonly Value[] }[] = []
  for (const [id, both] of sides) {
    const first = both.find(({ forward }) => forward)
    if (first === undefined) continue
    const { conversation, ends, after, inIf, outIf } = first
    const packets = both
      .flatMap(({ forward, packets: indexes, delayMs }) =>
        Array.from(indexes, index => ({ ms: (conversation.times[index] ?? 0) + delayMs, bytes: conversation.sizes[index] ?? 0, forward })),
      )
      .toSorted((a, b) => a.ms - b.ms)
    const icmp = icmpOf(conversation.proto, true)
    const begun = packets[0]?.ms ?? 0
    for (const { ms, kind, counters } of eventsOf(packets, config, conversation.proto === TCP, untilMs)) {
      records.push({
        ms: Math.min(untilMs, ms + random.int(200)),
        template: TEMPLATES[conversation.family],
        row: [
          ...[ends.src, ends.dst, after.src, after.dst].map(addressBytes),
          ...[ends.srcPort, inIf, ends.dstPort, outIf, conversation.proto, icmp >> 8, icmp & 255, after.srcPort, after.dstPort],
          ...[id + 1, kind, kind === DELETED ? 2030 : 0, clock + begun, clock + ms, ...counters],
        ],
      })
    }
  }
  return packDatagrams({
    source: DEVICES[device].address,
    introduction: [{ kind: 'templates', templates: [TEMPLATES[4], TEMPLATES[6]] }],
    records: records.toSorted((a, b) => a.ms - b.ms),
    untilMs,
    counts: 'datagrams',
    encode: (ms, sequence, sets) => encodeV9({ uptimeMs: UPTIME_MS + ms, seconds: Math.floor((clock + ms) / 1000), sequence, domain: 0 }, sets),
  })
}
