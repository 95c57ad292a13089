/** The fleet: a world, its devices, and the datagrams they send, all decided by a seed. */
import { createExporter, type Body, type Exporter, type Sums } from './exporter.ts'
import { S, createFlow, createTexts } from './flow.ts'
import { PROFILES, type Device, type Interface, type Profile, type Protocol } from './profiles.ts'
import { createAlias, createRandom, type Random } from './random.ts'
import { createTraffic, type Episode } from './traffic.ts'
import { SITES } from './world.ts'

export interface FleetConfig {
  readonly seed: number
  /** Devices; by default one of each profile of the protocols. */
  readonly exporters?: number
  /** Protocols in use; all by default. */
  readonly protocols?: readonly Protocol[]
  /** Names of profiles in use; all of the protocols by default. */
  readonly profiles?: readonly string[]
  /** Share of IPv6 in the flows of devices that export it; 0.25 by default. */
  readonly v6Share?: number
  /** Most flows in a datagram; by default as many as fit. */
  readonly perDatagram?: number
  /** Hour of the day (UTC) the traffic starts with; by default the clock tells it. A fixed hour makes sums independent of when it runs. */
  readonly startHour?: number
  readonly episodes?: readonly Episode[]
  /** All devices send from this address: their domains differ. By default each has one of its own, 127.0.0.2 and up. */
  readonly address?: string
  /** No flows are drawn beyond this many. */
  readonly flows?: number
  /** A flow waits at most this long for its datagram to fill; 1 s by default. */
  readonly maxWaitMs?: number
}

/** A datagram to send, valid until the next is asked for. */
export interface Built extends Sums {
  readonly datagram: Uint8Array
  /** Index of the exporter that sends it. */
  readonly source: number
}

export interface Fleet {
  readonly exporters: readonly Exporter[]
  /**
   * The next datagram; templates and options come before the data that needs them. At most `budget` flows are drawn for it:
   * undefined when these filled no datagram, or when all flows are drawn and sent. No datagram has more than `most` flows.
   */
  next(nowMs: number, budget?: number, most?: number): Built | undefined
  /** The next datagram of data without its moment, for a pool; templates are not among them. */
  nextBody(nowMs: number): { readonly source: number; readonly body: Body } | undefined
  /** Closes the oldest unfinished datagram; undefined when there is none. */
  flush(nowMs: number): Built | undefined
  /** Flows drawn so far. */
  readonly drawn: number
}

const NO_SUMS: Sums = { flows: 0, octets: 0, packets: 0, scaledOctets: 0, scaledPackets: 0 }
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function createFleet(config: FleetConfig, deps: { readonly now: () => number }): Fleet {
  const random = createRandom(config.seed)
  const startMs = deps.now()
  const texts = createTexts()
  const devices = createDevices(config, startMs, random.fork(1))
  const exporters = devices.map(device => createExporter(device, texts, config.perDatagram ?? Infinity))
  const v6Share = config.v6Share ?? 0.25
  const traffic = createTraffic(
    devices.map((device, index) => ({
      site: index % SITES.length,
      reach: device.profile.reach,
      v6Share: device.profile.v6 !== undefined || device.profile.protocol === 'sflow' ? v6Share : 0,
      uplinks: device.interfaces.filter(port => port.uplink).map(port => port.index),
      inside: device.interfaces.filter(port => !port.uplink).map(port => port.index),
      samplingRate: device.samplingRate,
      activeTimeoutMs: device.profile.activeTimeoutMs,
      bothWays: device.profile.bothWays ?? false,
      packetwise: device.profile.protocol === 'sflow',
      mac: 0x001b54000000 + index * 256,
      neighbourMac: 0x3c8ab0000000 + index * 256 + 1,
    })),
    config.episodes ?? [],
    texts,
    random.fork(2),
  )
  const pickExporter = createAlias(devices.map(device => device.profile.weight))
  const drawOrder = random.fork(3)
  const flow = createFlow()
  const limit = config.flows ?? Infinity
  const maxWaitMs = config.maxWaitMs ?? 1000
  let drawn = 0
  let checkedMs = startMs
  const waiting: Built[] = []

  const utcHour = (nowMs: number): number =>
    config.startHour === undefined ? (nowMs % DAY_MS) / HOUR_MS : (config.startHour + (nowMs - startMs) / HOUR_MS) % 24

  const build = (source: number, laneIndex: number, nowMs: number): Built => {
    const exporter = exporters[source]!
    for (const datagram of exporter.announce(nowMs)) waiting.push({ datagram, source, ...NO_SUMS })
    const body = exporter.lanes[laneIndex]!.take(nowMs, false)
    exporter.stamp(body.bytes, new DataView(body.bytes.buffer, body.bytes.byteOffset, body.bytes.length), body, nowMs, false)
    waiting.push({ datagram: body.bytes, source, ...body.sums })
    return waiting.shift()!
  }

  /** The lane that waits longest, if it waits since `before`. */
  const oldest = (before: number): readonly [source: number, lane: number] | undefined => {
    let found: [number, number] | undefined
    let since = before
    exporters.forEach(({ lanes }, source) =>
      lanes.forEach((lane, index) => {
        if (lane.sinceMs > since) return
        since = lane.sinceMs
        found = [source, index]
      }),
    )
    return since === Infinity ? undefined : found
  }

  /** Draws flows until a lane is full; undefined when the budget is used up. */
  const fill = (nowMs: number, budget: number, most: number): readonly [source: number, lane: number] | undefined => {
    const hour = utcHour(nowMs)
    const stop = Math.min(limit, drawn + budget)
    while (drawn < stop) {
      const source = pickExporter(drawOrder)
      const exporter = exporters[source]!
      flow[S.samplingRate] = exporter.device.samplingRate
      flow[S.samplingMode] = exporter.device.profile.samplingMode ?? 0
      flow[S.sampler] = 1
      traffic.draw(source, nowMs, hour, drawn++, flow)
      const lane = exporter.laneOf(flow)
      lane.add(flow, nowMs)
      if (lane.full || lane.flows >= most) return [source, exporter.lanes.indexOf(lane)]
    }
    return undefined
  }

  return {
    exporters,
    get drawn() {
      return drawn
    },

    next(nowMs, budget = Infinity, most = Infinity) {
      const first = waiting.shift()
      if (first !== undefined) return first
      // Looking for flows that waited too long costs a walk over all lanes, so it is done now and then.
      if (nowMs - checkedMs >= maxWaitMs / 10) {
        const late = oldest(nowMs - maxWaitMs)
        if (late !== undefined) return build(late[0], late[1], nowMs)
        checkedMs = nowMs
      }
      const full = fill(nowMs, budget, most)
      if (full !== undefined) return build(full[0], full[1], nowMs)
      return drawn >= limit ? this.flush(nowMs) : undefined
    },

    nextBody(nowMs) {
      const at = fill(nowMs, Infinity, Infinity)
      if (at === undefined) return undefined
      return { source: at[0], body: exporters[at[0]]!.lanes[at[1]]!.take(nowMs, true) }
    },

    flush(nowMs) {
      const first = waiting.shift()
      if (first !== undefined) return first
      const at = oldest(Infinity)
      return at === undefined ? undefined : build(at[0], at[1], nowMs)
    },
  }
}

/** The devices of a configuration: the profiles in turn, each with a name, an address, interfaces and a start of its own. */
function createDevices(config: FleetConfig, startMs: number, random: Random): readonly Device[] {
  const chosen = PROFILES.filter(
    profile => (config.protocols ?? [profile.protocol]).includes(profile.protocol) && (config.profiles ?? [profile.name]).includes(profile.name),
  )
  if (chosen.length === 0) throw new Error('no profile fits the protocols and names asked for')
  const count = config.exporters ?? chosen.length
  return Array.from({ length: count }, (_, index) => {
    const profile = chosen[index % chosen.length]!
    const site = SITES[index % SITES.length]!
    // 127.0.0.2 and up: every address of 127/8 is this machine's on Linux.
    const host = index + 2
    return {
      name: `${site.name}-${profile.reach.local === undefined ? 'edge' : 'core'}${Math.floor(index / SITES.length) + 1}`,
      profile,
      address: config.address ?? `127.0.${host >> 8}.${host & 255}`,
      domain: config.address !== undefined ? index + 1 : profile.domain + Math.floor(index / chosen.length),
      bootMs: startMs - HOUR_MS - random.int(35 * 24) * HOUR_MS - random.int(HOUR_MS),
      interfaces: createInterfaces(profile, site.name, random),
      samplingRate: profile.samplingRate,
    }
  })
}

function createInterfaces(profile: Profile, site: string, random: Random): readonly Interface[] {
  const ports = 4 + random.int(5)
  const style = profile.name.split('-')[0] ?? ''
  const name = (index: number): string =>
    style === 'cisco'
      ? `TenGigabitEthernet0/0/${index}`
      : style === 'juniper'
        ? `xe-0/0/${index}.0`
        : style === 'nokia'
          ? `1/1/${index + 1}`
          : style === 'mikrotik'
            ? `sfp-sfpplus${index + 1}`
            : `eth${index}`
  return Array.from({ length: ports }, (_, index) => ({
    index: index + 1,
    name: name(index),
    uplink: index < 2,
    speed: 10_000_000_000,
    description: index < 2 ? `transit ${index === 0 ? 'AS3320' : 'AS1299'}` : `${site} lan ${index - 1}`,
  }))
}
