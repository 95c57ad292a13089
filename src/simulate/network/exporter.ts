/**
 * A router that exports: its flow caches, its clock, its datagrams of NetFlow v9 or IPFIX. Templates and options come first and are
 * sent again each minute.
 */
import { addressBytes, encodeIpfix, encodeV9, type Value, type WireSet } from '../encode.ts'
import { createRandom } from '../random.ts'
import { parseTemplate, type Template } from '../template.ts'
import type { Crossing, Ends } from './crossings.ts'
import { icmpOf } from './icmp.ts'
import { flowsOf, type CachedFlow, type CacheConfig } from './flow-cache.ts'
import { packDatagrams, type Datagram } from './pack.ts'
import { DEVICES, type DeviceName } from './topology.ts'

export interface ExporterConfig extends Partial<CacheConfig> {
  readonly device: DeviceName
  readonly protocol: 'netflow9' | 'ipfix'
  /** Where packets are metered; both tell the direction in element 61. */
  readonly metering?: 'ingress' | 'egress' | 'both'
  /** Where its sampling rate is told; an unsampled exporter tells none unless the record does. */
  readonly rateIn?: 'options' | 'record' | 'nowhere'
  /** Its clock less the true one, ms. */
  readonly clockMs?: number
  /** sysUptime when the network starts, ms. */
  readonly uptimeMs?: number
  /** Whether records of translated packets tell both ends (elements 225 to 228). */
  readonly tellsTranslation?: boolean
  /** From here on nothing comes any more, ms from the start of the network. */
  readonly diesMs?: number
  /** What the router sees, where it is not all that passes: disjoint exporters, a second tenant. */
  readonly sees?: (crossing: Crossing) => boolean
  /** Address the datagrams come from; the device's own by default. */
  readonly address?: string
  readonly domain?: number
}

const DAY_MS = 86_400_000

const SAMPLER = 1

interface Templates {
  readonly 4: Template
  readonly 6: Template
}

const templatesOf = ({ protocol, rateIn, tellsTranslation }: ExporterConfig): Templates => {
  const times = protocol === 'netflow9' ? '22:4 21:4' : '152:8 153:8'
  const tail = `7:2 11:2 4:1 6:1 10:4 14:4 1:8 2:8 ${times} 61:1 136:1${rateIn === 'record' ? ' 34:4' : ''}${rateIn === 'options' ? (protocol === 'netflow9' ? ' 48:1' : ' 302:4') : ''}`
  return {
    4: parseTemplate(256, `8:4 12:4 32:2 ${tail}${tellsTranslation === true ? ' 225:4 226:4 227:2 228:2' : ''}`),
    6: parseTemplate(257, `27:16 28:16 139:2 ${tail}`),
  }
}

const SAMPLER_OPTIONS = {
  netflow9: parseTemplate(258, 'S1:4 48:1 49:1 50:4'),
  ipfix: parseTemplate(258, 'S144:4 302:4 304:2 305:4 306:4'),
}

/** The datagrams of a router, in order of time, from the crossings of its device. */
export function exportRouter(config: ExporterConfig, crossings: readonly Crossing[], startMs: number, untilMs: number, seed: number): readonly Datagram[] {
  const { device, protocol, metering = 'ingress', samplingRate = 1, clockMs = 0, uptimeMs = 7 * DAY_MS, domain = 0, rateIn } = config
  const random = createRandom(seed)
  const cache: CacheConfig = { activeMs: 60_000, inactiveMs: 15_000, ...config, samplingRate }
  const templates = templatesOf(config)
  const bytesOf = new Map<string, Uint8Array>()
  const address = (text: string): Uint8Array => {
    let bytes = bytesOf.get(text)
    if (bytes === undefined) bytesOf.set(text, (bytes = addressBytes(text)))
    return bytes
  }
  const sides = metering === 'both' ? [0, 1] : [metering === 'ingress' ? 0 : 1]
  const records: { readonly flow: CachedFlow; readonly side: number }[] = []
  for (const crossing of crossings) {
    if (crossing.device !== device || config.sees?.(crossing) === false) continue
    for (const side of sides) for (const flow of flowsOf(crossing, cache, untilMs, random)) records.push({ flow, side })
  }
  const die = config.diesMs ?? Infinity
  const told = records.filter(({ flow }) => flow.exportMs < die).toSorted((a, b) => a.flow.exportMs - b.flow.exportMs)

  // Uptimes are 32 bits and begin anew after 49.7 days.
  const clock = (ms: number): number => (protocol === 'netflow9' ? (ms + uptimeMs) % 2 ** 32 : startMs + clockMs + ms)
  const rowOf = ({ flow, side }: (typeof told)[number]): readonly Value[] => {
    const { conversation, forward, inIf, outIf, ends, after } = flow.crossing
    const seen: Ends = side === 0 ? ends : after
    return [
      address(seen.src),
      address(seen.dst),
      icmpOf(conversation.proto, forward),
      seen.srcPort,
      seen.dstPort,
      conversation.proto,
      flow.flags,
      inIf,
      outIf,
      flow.bytes,
      flow.packets,
      clock(flow.firstMs),
      clock(flow.lastMs),
      side,
      flow.endReason,
      ...(rateIn === 'record' ? [samplingRate] : rateIn === 'options' ? [SAMPLER] : []),
      ...(config.tellsTranslation === true && conversation.family === 4 ? [address(after.src), address(after.dst), after.srcPort, after.dstPort] : []),
    ]
  }
  const options: readonly WireSet[] =
    rateIn === 'options'
      ? [
          { kind: 'templates', templates: [SAMPLER_OPTIONS[protocol]] },
          {
            kind: 'data',
            template: SAMPLER_OPTIONS[protocol],
            rows: [protocol === 'netflow9' ? [0, SAMPLER, 2, samplingRate] : [domain, SAMPLER, 3, 1, samplingRate - 1]],
          },
        ]
      : []
  const encode = (ms: number, sequence: number, sets: readonly WireSet[]): Uint8Array => {
    const seconds = Math.floor((startMs + clockMs + ms) / 1000)
    return protocol === 'netflow9' ? encodeV9({ uptimeMs: clock(ms), seconds, sequence, domain }, sets) : encodeIpfix({ seconds, sequence, domain }, sets)
  }
  return packDatagrams({
    source: config.address ?? DEVICES[device].address,
    introduction: [{ kind: 'templates', templates: [templates[4], templates[6]] }, ...options],
    records: told.map(record => ({ ms: record.flow.exportMs, template: templates[record.flow.crossing.conversation.family], row: rowOf(record) })),
    untilMs: Math.min(untilMs, die),
    counts: protocol === 'netflow9' ? 'datagrams' : 'records',
    encode,
  })
}
