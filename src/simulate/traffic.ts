/**
 * What the exporters see: conversations drawn from the world, both directions of each, busy and quiet hours, one scan and one
 * flood. A flow is drawn into slots the caller owns.
 */
import { S, createFlow, type Flow, type Texts } from './flow.ts'
import { parseV4, setClient, setInternet, setLocalServer, setPublicServer, setV4, setV6, type ProviderModel, type SiteModel } from './places.ts'
import { createAlias, createZipf, type Random } from './random.ts'
import { DAY_SHAPES, EYEBALLS, PROVIDERS, SERVICES, SITES, type Provider, type Reach, type Service } from './world.ts'

/** What the traffic needs to know of the exporter that sees it. */
export interface Viewpoint {
  /** Which of the sites it stands at; an index. */
  readonly site: number
  /** Share of each reach in what it sees. */
  readonly reach: Readonly<Partial<Record<Reach, number>>>
  /** Share of IPv6, 0 where it exports none. */
  readonly v6Share: number
  /** SNMP indexes of the interfaces to the Internet and to the inside. */
  readonly uplinks: readonly number[]
  readonly inside: readonly number[]
  /** One packet in this many is seen. */
  readonly samplingRate: number
  /** A flow longer than this is reported in pieces. */
  readonly activeTimeoutMs: number
  /** Whether one record tells both directions of a conversation. */
  readonly bothWays: boolean
  /** It reports sampled packets, not flows: a long flow comes as many of them. */
  readonly packetwise: boolean
  /** Hardware addresses of the device and of its neighbour, as numbers. */
  readonly mac: number
  readonly neighbourMac: number
}

/** A scan or a flood: from flow `from` on, `flows` of them, this share of the traffic; again every `every` flows. */
export interface Episode {
  readonly kind: 'scan' | 'flood'
  readonly from: number
  readonly flows: number
  readonly share: number
  readonly every?: number
}

export interface Traffic {
  /** Draws the next flow that this exporter reports at `nowMs`. `utcHour` is the hour of the simulated day; `index` counts the flows of the fleet. */
  draw(exporter: number, nowMs: number, utcHour: number, index: number, out: Flow): void
}

const TCP = 6
const UDP = 17
const ICMP = 1
const ICMP6 = 58
const FLAGS = { syn: 0x02, rst: 0x04, complete: 0x1b, reset: 0x1e, midway: 0x18, refused: 0x14 }
/** Counters of four bytes never overflow. */
const MAX_OCTETS = 2 ** 31
/** Samples of one conversation at most, so that no elephant fills a switch for long. */
const MOST_REPEATS = 60
const SERVERS_PER_SITE = 24
const PUBLIC_SERVERS = 12

/** Chance that a sampler of one in `rate` packets sees a conversation of this service, about. */
function caught({ up, down, sigma, segment, proto }: Service, rate: number): number {
  if (rate === 1) return 1
  const packets = Math.max(1, ((up + down) * Math.exp((sigma * sigma) / 2)) / segment) + (proto === TCP ? 6 : 0)
  return packets / (packets + rate)
}

interface ServiceModel {
  readonly service: Service
  readonly provider: ((random: Random) => number) | undefined
  readonly providers: readonly ProviderModel[]
  readonly appName: number
  readonly queries: readonly number[]
}

export function createTraffic(viewpoints: readonly Viewpoint[], episodes: readonly Episode[], texts: Texts, random: Random): Traffic {
  const providerModel = (provider: Provider): ProviderModel => ({
    provider,
    v4: parseV4(provider.v4[0]),
    mask: provider.v4[1],
    names: provider.names.map(name => texts.intern(name)),
  })
  const providers = new Map(Object.entries(PROVIDERS).map(([name, provider]) => [name, providerModel(provider)]))
  const known = (name: string): ProviderModel => providers.get(name)!
  const eyeballs = EYEBALLS.map(known)
  const queries = Object.values(PROVIDERS).flatMap(provider => provider.names.map(name => texts.intern(name)))
  const users = ['miller', 'schmidt', 'tanaka', 'garcia', 'dubois', 'rossi', 'novak', 'silva', 'kumar', 'jensen'].flatMap(name =>
    ['a', 'j', 'm', 's'].map(initial => texts.intern(`corp\\${initial}.${name}`)),
  )

  const services = SERVICES.map((service): ServiceModel => {
    const weights = Object.entries(service.providers ?? {})
    return {
      service,
      provider: weights.length === 0 ? undefined : createAlias(weights.map(([, weight]) => weight)),
      providers: weights.map(([name]) => known(name)),
      appName: texts.intern(service.name),
      queries: service.name === 'dns' ? queries : [],
    }
  })
  const sites = SITES.map((site): SiteModel => ({
    site,
    v4: ((10 << 24) | (site.net << 16)) >>> 0,
    publicV4: parseV4(site.publicNet),
    client: createZipf(site.clients, 0.9),
  }))
  const serverRank = createZipf(600, 1.05)
  const localRank = createZipf(SERVERS_PER_SITE, 0.8)
  const publicRank = createZipf(PUBLIC_SERVERS, 1.2)

  // One alias table for each sampling rate, reach and hour: the mix of services moves with the day, and a sampler catches a
  // conversation the likelier the more packets it has.
  const mixes = new Map<string, { pick: (random: Random) => number; services: readonly ServiceModel[] }[]>()
  const mixOf = (reach: Reach, rate: number, hour: number) => {
    const key = `${reach} ${rate}`
    let mix = mixes.get(key)
    if (mix === undefined) {
      const of = services.filter(model => model.service.reach === reach)
      mix = Array.from({ length: 24 }, (_, at) => ({
        services: of,
        pick: createAlias(of.map(({ service }) => service.weight * DAY_SHAPES[service.day][at]! * caught(service, rate))),
      }))
      mixes.set(key, mix)
    }
    return mix[hour]!
  }

  const views = viewpoints.map(view => {
    const reaches = Object.entries(view.reach) as [Reach, number][]
    return {
      view,
      model: sites[view.site % sites.length]!,
      reaches: reaches.map(([reach]) => reach),
      pickReach: createAlias(reaches.map(([, weight]) => weight)),
      held: createFlow(),
      holds: false,
      again: createFlow(),
      repeats: 0,
    }
  })
  type View = (typeof views)[number]

  /** What one direction carries: payload in packets, headers on top, thinned out by sampling. Returns the packets seen. */
  const carry = (
    out: Flow,
    octetSlot: number,
    packetSlot: number,
    payload: number,
    ackPackets: number,
    service: Service,
    rate: number,
    v6: boolean,
  ): number => {
    const header = (service.proto === TCP ? 32 : 8) + (v6 ? 40 : 20)
    let packets = Math.max(1, Math.ceil(payload / service.segment) + ackPackets)
    let octets = Math.min(MAX_OCTETS, Math.round(payload) + packets * header)
    if (rate > 1) {
      const size = octets / packets
      const exact = packets / rate
      packets = Math.max(1, Math.floor(exact) + (random.chance(exact % 1) ? 1 : 0))
      octets = Math.min(MAX_OCTETS, Math.round(packets * size))
    }
    out[octetSlot] = octets
    out[packetSlot] = packets
    return packets
  }

  const swap = (from: Flow, to: Flow, view: Viewpoint): void => {
    to.set(from)
    for (let i = 0; i < 4; i++) {
      to[S.src0 + i] = from[S.dst0 + i]!
      to[S.dst0 + i] = from[S.src0 + i]!
    }
    to[S.srcPort] = from[S.dstPort]!
    to[S.dstPort] = from[S.srcPort]!
    to[S.inIf] = from[S.outIf]!
    to[S.outIf] = from[S.inIf]!
    to[S.srcMask] = from[S.dstMask]!
    to[S.dstMask] = from[S.srcMask]!
    to[S.srcAs] = from[S.dstAs]!
    to[S.dstAs] = from[S.srcAs]!
    to[S.srcPeerAs] = from[S.dstPeerAs]!
    to[S.dstPeerAs] = from[S.srcPeerAs]!
    to[S.natSrc] = from[S.natDst]!
    to[S.natDst] = from[S.natSrc]!
    to[S.natSrcPort] = from[S.natDstPort]!
    to[S.natDstPort] = from[S.natSrcPort]!
    to[S.srcMac] = view.neighbourMac + to[S.inIf]!
    to[S.dstMac] = view.mac + to[S.inIf]!
    to[S.octets] = from[S.reverseOctets]!
    to[S.packets] = from[S.reversePackets]!
    to[S.reverseOctets] = from[S.octets]!
    to[S.reversePackets] = from[S.packets]!
  }

  /** What all flows of a device share, and what follows from version and reach. */
  const frame = (out: Flow, { view, model }: View, v6: boolean, inward: boolean): void => {
    const uplink = view.uplinks[random.int(view.uplinks.length)] ?? 0
    const lan = view.inside[random.int(view.inside.length)] ?? 0
    out[S.ipVersion] = v6 ? 6 : 4
    out[S.etherType] = v6 ? 0x86dd : 0x0800
    out[S.inIf] = inward ? uplink : lan
    out[S.outIf] = inward ? lan : uplink
    out[S.direction] = 0
    out[S.forwarding] = 64 // forwarded, no reason told
    out[S.flowLabel] = v6 ? random.int(2 ** 20) : 0
    out[S.vlan] = 100 + (lan % 16)
    out[S.srcMac] = view.neighbourMac + out[S.inIf]!
    out[S.dstMac] = view.mac + out[S.inIf]!
    out[S.inVrf] = 0x60000000
    out[S.outVrf] = 0x60000000
    out[S.connection] = random.u32()
    out[S.serverName] = 0
    out[S.dnsQuery] = 0
    out[S.icmp] = 0
    if (v6) setV6(out, S.hop0, 0x20010db8, model.site.v6[1], 0, 1)
    else setV4(out, S.hop0, model.v4 + 1)
  }

  /** When the flow was: it ended a moment ago, and what is longer than the active timeout is one piece of the whole. Returns that piece's share. */
  const place = (out: Flow, durationMs: number, nowMs: number, view: Viewpoint): number => {
    const whole = Math.min(1_800_000, durationMs)
    const part = Math.min(whole, view.activeTimeoutMs)
    const end = Math.floor(nowMs - Math.min(15_000, random.exponential(1200)))
    out[S.end] = end
    out[S.start] = Math.floor(end - part)
    out[S.endReason] = part < whole ? 2 : random.chance(0.7) ? 3 : 1
    return whole === 0 ? 1 : part / whole
  }

  const drawConversation = (entry: View, nowMs: number, utcHour: number, out: Flow): void => {
    const { view, model } = entry
    const reach = entry.reaches[entry.pickReach(random)]!
    const hour = Math.floor(utcHour + model.site.utcOffset + 24) % 24
    const mix = mixOf(reach, view.samplingRate, hour)
    const { service, provider, providers: reachable, appName, queries: asked } = mix.services[mix.pick(random)]!
    const v6 = random.unit() < view.v6Share * service.v6
    const inward = reach === 'in'
    frame(out, entry, v6, inward)

    const rank = model.client(random)
    const far = reach === 'out' ? reachable[provider!(random)]! : inward ? eyeballs[random.int(eyeballs.length)]! : undefined
    if (reach === 'out') {
      setClient(out, S.src0, model, rank, v6)
      setInternet(out, S.dst0, far!, serverRank(random), v6)
      if (far!.names.length > 0 && service.proto !== ICMP) out[S.serverName] = far!.names[random.int(far!.names.length)]!
    } else if (inward) {
      setInternet(out, S.src0, far!, random.int(50_000), v6)
      setPublicServer(out, S.dst0, model, publicRank(random), v6)
    } else if (reach === 'local') {
      setClient(out, S.src0, model, rank, v6)
      setLocalServer(out, S.dst0, random.chance(0.7) ? model : sites[sites.length - 1]!, localRank(random), v6)
    } else {
      setLocalServer(out, S.src0, model, 100 + random.int(20), v6)
      setLocalServer(out, S.dst0, sites[random.int(sites.length)]!, 100 + random.int(20), v6)
    }

    const farAs = far?.provider.as ?? model.site.as
    const farMask = far === undefined ? (v6 ? 64 : 24) : v6 ? 32 : far.mask
    out[S.srcAs] = inward ? farAs : model.site.as
    out[S.dstAs] = inward ? model.site.as : farAs
    out[S.srcPeerAs] = inward ? 3320 : 0
    out[S.dstPeerAs] = inward ? 0 : far === undefined ? 0 : 3320
    out[S.srcMask] = inward ? farMask : v6 ? 64 : 24
    out[S.dstMask] = inward ? (v6 ? 64 : 24) : farMask
    const behindNat = reach === 'out' && !v6
    out[S.natSrc] = v6 ? 0 : behindNat ? model.publicV4 + 1 + (rank & 7) : out[S.src3]!
    out[S.natDst] = v6 ? 0 : out[S.dst3]!

    const ported = service.proto === TCP || service.proto === UDP
    out[S.proto] = v6 && service.proto === ICMP ? ICMP6 : service.proto
    out[S.srcPort] = !ported ? 0 : service.name === 'ntp' || service.name === 'sip' ? service.port : 32_768 + random.int(28_232)
    out[S.dstPort] = !ported ? 0 : service.name === 'rtp' ? 16_384 + random.int(8192) * 2 : service.port
    if (service.proto === ICMP) {
      out[S.icmp] = v6 ? 128 * 256 : service.port
      out[S.dstPort] = out[S.icmp]!
    }
    out[S.natSrcPort] = ported ? (behindNat ? 1024 + random.int(64_000) : out[S.srcPort]!) : 0
    out[S.natDstPort] = ported ? out[S.dstPort]! : 0
    out[S.tos] = service.dscp * 4
    const hops = reach === 'local' || reach === 'device' ? 1 + random.int(3) : inward ? 8 + random.int(12) : 1 + random.int(4)
    out[S.maxTtl] = (random.chance(0.6) ? 64 : 128) - hops
    out[S.minTtl] = out[S.maxTtl]! - (random.chance(0.02) ? 1 : 0)
    out[S.appId] = service.nbar
    out[S.ndpiId] = service.ndpi
    out[S.appName] = appName
    out[S.userName] = reach === 'out' && random.chance(0.8) ? users[rank % users.length]! : 0
    if (asked.length > 0) {
      out[S.serverName] = 0
      out[S.dnsQuery] = asked[random.int(asked.length)]!
    }
    const near = reach === 'local' || reach === 'device'
    out[S.clientLatency] = service.proto === TCP ? Math.round(near ? 1 : random.logNormal(inward ? 25 : 2, 0.6)) : 0
    out[S.serverLatency] = service.proto === TCP ? Math.round(near ? 1 : random.logNormal(inward ? 1 : 12, 0.7)) : 0
    out[S.appLatency] = Math.round(random.logNormal(8, 1.1))

    const share = place(out, random.logNormal(service.durationMs, 1.2), nowMs, view)
    // The elephants: one conversation in a hundred carries a hundred times as much, where a service varies at all.
    const factor = share * (service.sigma > 1.5 && random.chance(0.01) ? 20 + random.int(100) : 1)
    const up = random.logNormal(service.up, service.sigma) * factor
    const down = service.down === 0 ? 0 : random.logNormal(service.down, service.sigma) * factor
    const setUp = service.proto === TCP ? 3 : 0
    const forward = carry(
      out,
      S.octets,
      S.packets,
      up,
      setUp + (service.proto === TCP ? Math.floor(down / service.segment / 2) : 0),
      service,
      view.samplingRate,
      v6,
    )
    if (down > 0)
      carry(
        out,
        S.reverseOctets,
        S.reversePackets,
        down,
        setUp + (service.proto === TCP ? Math.floor(up / service.segment / 2) : 0),
        service,
        view.samplingRate,
        v6,
      )
    else {
      out[S.reverseOctets] = 0
      out[S.reversePackets] = 0
    }
    if (view.samplingRate > 1 && forward === 1) out[S.start] = out[S.end]!
    out[S.retransmitted] = service.proto === TCP && random.chance(0.08) ? 1 + random.int(Math.max(1, Math.floor(forward / 50))) : 0
    out[S.tcpFlags] =
      service.proto !== TCP ? 0 : (view.samplingRate > 1 && forward < 3) || share < 1 ? FLAGS.midway : random.chance(0.06) ? FLAGS.reset : FLAGS.complete
    out[S.firewallEvent] = share < 1 ? 5 : 2

    // The way back is a flow of its own, unless one record tells both; of sampled conversations mostly one direction is caught.
    if (!view.bothWays && down > 0 && (view.samplingRate === 1 || random.chance(0.35))) {
      swap(out, entry.held, view)
      // Where every packet is seen, the question comes before its answer.
      const answeredAfter = out[S.clientLatency]! + out[S.serverLatency]! + out[S.appLatency]!
      if (view.samplingRate === 1) out[S.start] = Math.max(out[S.start]! - answeredAfter, out[S.end]! - view.activeTimeoutMs)
      if (service.proto === ICMP) {
        entry.held[S.icmp] = v6 ? 129 * 256 : 0
        entry.held[S.dstPort] = entry.held[S.icmp]!
        entry.held[S.srcPort] = 0
      }
      entry.holds = true
    }
  }

  /** One address asks one port after another, host by host: SYN without an answer, or refused. */
  const drawScan = (entry: View, nowMs: number, step: number, out: Flow): void => {
    const { view, model } = entry
    frame(out, entry, false, true)
    setV4(out, S.src0, parseV4('198.18.66.6'))
    setV4(out, S.dst0, model.publicV4 + 1 + (step % 126))
    drawProbe(out, entry, TCP, 40_000 + (step % 20_000), 1 + (Math.floor(step / 126) % 1024), 44)
    out[S.tcpFlags] = FLAGS.syn
    place(out, 0, nowMs, view)
    out[S.end] = out[S.start]!
  }

  /** Many addresses, all answering one host that never asked: a reflected flood of DNS answers. */
  const drawFlood = (entry: View, nowMs: number, out: Flow): void => {
    const { view, model } = entry
    frame(out, entry, false, true)
    setV4(out, S.src0, 0x18000000 + random.int(0xb0000000))
    setV4(out, S.dst0, model.publicV4 + 10)
    const packets = Math.max(1, Math.round(random.logNormal(60, 0.8) / view.samplingRate))
    drawProbe(out, entry, UDP, 53, 443, 1420)
    out[S.octets] = packets * 1420
    out[S.packets] = packets
    place(out, random.logNormal(4000, 0.5), nowMs, view)
  }

  const drawProbe = (out: Flow, { model }: View, proto: number, srcPort: number, dstPort: number, octets: number): void => {
    out[S.proto] = proto
    out[S.srcPort] = srcPort
    out[S.dstPort] = dstPort
    out[S.octets] = octets
    out[S.packets] = 1
    out[S.reverseOctets] = 0
    out[S.reversePackets] = 0
    out[S.tos] = 0
    out[S.tcpFlags] = 0
    out[S.srcAs] = 64_666
    out[S.dstAs] = model.site.as
    out[S.srcPeerAs] = 3320
    out[S.dstPeerAs] = 0
    out[S.srcMask] = 0
    out[S.dstMask] = 24
    out[S.minTtl] = 48
    out[S.maxTtl] = 50
    out[S.appId] = 0
    out[S.ndpiId] = 0
    out[S.appName] = 0
    out[S.userName] = 0
    out[S.natSrc] = out[S.src3]!
    out[S.natDst] = out[S.dst3]!
    out[S.natSrcPort] = srcPort
    out[S.natDstPort] = dstPort
    out[S.clientLatency] = 0
    out[S.serverLatency] = 0
    out[S.appLatency] = 0
    out[S.retransmitted] = 0
    out[S.firewallEvent] = 2
  }

  return {
    draw(exporter, nowMs, utcHour, index, out) {
      const entry = views[exporter]!
      for (const { kind, from, flows, share, every } of episodes) {
        // Only devices that see the Internet see an attack from there.
        const since = every === undefined ? index - from : (index - from) % every
        if (since < 0 || since >= flows || entry.view.reach.in === undefined || random.unit() >= share) continue
        if (kind === 'scan') drawScan(entry, nowMs, since, out)
        else drawFlood(entry, nowMs, out)
        return
      }
      if (entry.holds) {
        out.set(entry.held)
        entry.holds = false
        return
      }
      if (entry.repeats > 0 && random.chance(0.5)) {
        entry.repeats--
        out.set(entry.again)
        return
      }
      drawConversation(entry, nowMs, utcHour, out)
      if (entry.view.packetwise) {
        if (out[S.proto] === TCP) out[S.tcpFlags] = FLAGS.midway
        if (out[S.packets]! > entry.repeats) {
          entry.repeats = Math.min(MOST_REPEATS, out[S.packets]! - 1)
          entry.again.set(out)
        }
      }
    },
  }
}
