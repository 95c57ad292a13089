/** `flowlens simulate`: a fleet of exporters that sends to a collector and keeps a ledger of what it sent. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import {
  PROFILES,
  PROTOCOLS,
  createFeed,
  createFleet,
  createLedger,
  createReplay,
  createSender,
  createStreamSender,
  planSources,
  resolveTarget,
  run,
  type Episode,
  type FleetConfig,
  type Protocol,
  type SendMethod,
} from '../simulate/index.ts'

/** Above this rate flows are drawn into a pool beforehand; drawing afresh reaches a few hundred thousand flows a second on one core. */
const FRESH_RATE = 100_000
const POOL = 8192
/** About; decides only where in a pool the scan and the flood lie. */
const FLOWS_A_DATAGRAM = 20

const HELP = `Usage: flowlens simulate --target HOST:PORT [options]

Sends what a fleet of routers, switches and firewalls would send, and writes down exactly what it sent.

  --target HOST:PORT    where to send; an IPv6 address in brackets: [::1]:2055
  --protocol NAME       v5, v9, ipfix, sflow or mixed (default mixed)
  --transport NAME      udp, tcp or tls (default udp); tcp and tls carry IPFIX, a connection for each device
  --tls FILE            PEM with the client certificate and its key, for a collector that asks for one
  --profile NAME        only devices of this kind; may be given several times (list below)
  --rate N              flows a second; 0 is as fast as possible (default 1000)
  --flows N             end after this many flows
  --duration SECONDS    end after this long
  --seed N              the same seed draws the same flows (default 1)
  --ledger FILE         write the ledger here as JSON: datagrams, flows, octets, packets, scaledOctets, scaledPackets,
                        byProtocol, byExporter. octets and packets are as sent, scaled ones times the sampling rate
  --exporters N         number of devices (default: one of each kind)
  --per-datagram N      at most this many flows in a datagram (default: as many as fit in 1400 bytes)
  --v6-share X          share of IPv6 where a device exports it, 0 to 1 (default 0.25)
  --hour H              hour of the day in UTC the traffic starts with, 0 to 23 (default 10); it decides the mix of services
  --quiet-network       no scan and no flood
  --pool N              draw N datagrams once and send them round and round, each with its own sequence and times;
                        0 draws every flow afresh (default: 0 up to ${FRESH_RATE} flows/s, else ${POOL})
  --method NAME         sendmmsg or dgram (default: sendmmsg on Linux)
  --help

Towards 127.0.0.0/8 each device sends from an address of its own (127.0.0.2 and up); elsewhere all share the machine's
address and differ by observation domain. Without --flows and --duration it runs until it is stopped (Ctrl-C); the ledger is
written all the same.

Devices:
${PROFILES.map(({ name, protocol, device }) => `  ${name.padEnd(18)} ${protocol.padEnd(6)} ${device}`).join('\n')}
`

const TRANSPORTS = ['udp', 'tcp', 'tls'] as const

class Usage extends Error {}

interface Options {
  readonly host: string
  readonly port: number
  readonly fleet: Omit<FleetConfig, 'address'>
  readonly rate: number
  readonly flows: number
  readonly durationMs: number
  readonly pool: number
  readonly ledger: string | undefined
  readonly method: SendMethod | undefined
  readonly transport: (typeof TRANSPORTS)[number]
  readonly tlsFile: string | undefined
}

/** Runs the command; the result is the exit code: 0 done, 1 nothing could be sent or the ledger not written, 2 wrong options. */
export async function simulate(argv: readonly string[]): Promise<number> {
  let options: Options | 'help'
  try {
    options = readOptions(argv)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    process.stderr.write(`flowlens simulate: ${error.message}\nTry: flowlens simulate --help\n`)
    return 2
  }
  if (options === 'help') {
    process.stdout.write(HELP)
    return 0
  }

  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    return await send(options, stop.signal)
  } catch (error) {
    process.stderr.write(`flowlens simulate: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** TLS of an exporter that trusts any collector: what is made up needs no secrecy. */
function tlsOf(file: string | undefined): { readonly rejectUnauthorized: false; readonly cert?: Buffer; readonly key?: Buffer } {
  if (file === undefined) return { rejectUnauthorized: false }
  const pem = readFileSync(file)
  return { rejectUnauthorized: false, cert: pem, key: pem }
}

async function send(options: Options, signal: AbortSignal): Promise<number> {
  const target = await resolveTarget(options.host, options.port)
  const plan = await planSources(target)
  const fleet = createFleet(
    { ...options.fleet, ...(plan.sharedAddress === undefined ? {} : { address: plan.sharedAddress }), ...(options.pool > 0 ? { flows: Infinity } : {}) },
    { now: Date.now },
  )
  const devices = fleet.exporters.map(exporter => exporter.device)
  const ledger = createLedger(devices, plan.sharedAddress)
  const lanes = { targets: devices.map(() => target), sources: devices.map(device => (plan.bind === 'each' ? device.address : undefined)) }
  const sender =
    options.transport === 'udp'
      ? createSender({ ...lanes, ...(options.method === undefined ? {} : { method: options.method }) }, { onTaken: ledger.count })
      : createStreamSender({ ...lanes, tls: options.transport === 'tls' ? tlsOf(options.tlsFile) : null }, { onTaken: ledger.count })
  const feed = options.pool > 0 ? createReplay(fleet, options.pool, options.flows, Date.now()) : createFeed(fleet, options.flows)

  const cpu = process.cpuUsage()
  const tookMs = await run(
    { rate: options.rate, durationMs: options.durationMs },
    {
      feed,
      sender,
      ledger,
      signal,
      now: Date.now,
      clock: () => performance.now(),
      wait: async ms => {
        await (ms === 0 ? turn() : sleep(ms))
      },
    },
  )
  const { user, system } = process.cpuUsage(cpu)
  await sender.close()

  const report = ledger.report()
  if (options.ledger !== undefined) await writeFile(options.ledger, `${JSON.stringify(report, null, 2)}\n`)
  const { failed, refused, trouble } = sender.stats
  const seconds = tookMs / 1000
  process.stderr.write(
    `sent ${report.flows} flows in ${report.datagrams} datagrams, ${seconds.toFixed(1)} s: ` +
      `${Math.round(report.flows / seconds)} flows/s, ${Math.round(report.datagrams / seconds)} datagrams/s, ${devices.length} exporters, ` +
      `${sender.method}, ${((user + system) / 1e6).toFixed(1)} CPU-s` +
      `${failed > 0 ? `, ${failed} not taken by the kernel` : ''}${refused > 0 ? `, ${refused} refused` : ''}${trouble === '' ? '' : ` (${trouble})`}` +
      `${ledger.full ? ', ended early: the sums reached 2^52' : ''}\n`,
  )
  return report.datagrams > 0 ? 0 : 1
}

function readOptions(argv: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: argv[0] === '--' ? argv.slice(1) : argv,
    options: {
      target: { type: 'string' },
      protocol: { type: 'string', default: 'mixed' },
      profile: { type: 'string', multiple: true },
      rate: { type: 'string', default: '1000' },
      flows: { type: 'string' },
      duration: { type: 'string' },
      seed: { type: 'string', default: '1' },
      ledger: { type: 'string' },
      exporters: { type: 'string' },
      'per-datagram': { type: 'string' },
      'v6-share': { type: 'string' },
      hour: { type: 'string', default: '10' },
      'quiet-network': { type: 'boolean', default: false },
      pool: { type: 'string' },
      method: { type: 'string' },
      transport: { type: 'string', default: 'udp' },
      tls: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  if (values.target === undefined) throw new Usage('--target is missing; say where to send, for example --target 127.0.0.1:2055')
  const target = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(values.target)
  const port = Number(target?.[3])
  if (target === null || port < 1 || port > 65_535)
    throw new Usage(`--target ${values.target} is not HOST:PORT; an IPv6 address stands in brackets, for example [::1]:2055`)

  const transport = TRANSPORTS.find(known => known === values.transport)
  if (transport === undefined) throw new Usage(`--transport ${values.transport} is unknown; take one of ${TRANSPORTS.join(', ')}`)
  if (transport !== 'udp' && values.protocol !== 'ipfix') throw new Usage(`--transport ${transport} carries IPFIX only; add --protocol ipfix`)
  const protocols: readonly Protocol[] = values.protocol === 'mixed' ? PROTOCOLS : PROTOCOLS.filter(protocol => protocol === values.protocol)
  if (protocols.length === 0) throw new Usage(`--protocol ${values.protocol} is unknown; take one of ${PROTOCOLS.join(', ')} or mixed`)
  for (const name of values.profile ?? []) {
    const profile = PROFILES.find(known => known.name === name)
    if (profile === undefined) throw new Usage(`--profile ${name} is unknown; --help lists the devices`)
    if (!protocols.includes(profile.protocol))
      throw new Usage(`--profile ${name} speaks ${profile.protocol}, but --protocol is ${values.protocol}; leave one of them out`)
  }
  if (values.method !== undefined && values.method !== 'sendmmsg' && values.method !== 'dgram')
    throw new Usage(`--method ${values.method} is unknown; take sendmmsg or dgram`)

  const rate = read('--rate', values.rate, 0, 1e9)
  const pool = values.pool === undefined ? (rate === 0 || rate > FRESH_RATE ? POOL : 0) : read('--pool', values.pool, 0, 10_000_000, true)
  const flows = values.flows === undefined ? Infinity : read('--flows', values.flows, 1, 1e13, true)
  const perDatagram = values['per-datagram'] === undefined ? undefined : read('--per-datagram', values['per-datagram'], 1, 1000, true)
  return {
    host: target[1] ?? target[2] ?? '',
    port,
    rate,
    flows,
    fleet: {
      seed: read('--seed', values.seed, 0, 2 ** 32 - 1, true),
      protocols,
      startHour: read('--hour', values.hour, 0, 23, true),
      flows,
      ...(values.profile === undefined ? {} : { profiles: values.profile }),
      ...(values.exporters === undefined ? {} : { exporters: read('--exporters', values.exporters, 1, 65_000, true) }),
      ...(perDatagram === undefined ? {} : { perDatagram }),
      ...(values['v6-share'] === undefined ? {} : { v6Share: read('--v6-share', values['v6-share'], 0, 1) }),
      ...(values['quiet-network'] ? {} : { episodes: episodesOf(pool > 0 ? pool * FLOWS_A_DATAGRAM : flows) }),
    },
    durationMs: values.duration === undefined ? Infinity : read('--duration', values.duration, 0.001, 1e9) * 1000,
    pool,
    ledger: values.ledger,
    method: values.method,
    transport,
    tlsFile: values.tls,
  }
}

/** A scan at 40 % of the run and a flood at 70 %; in a run without end, one of each every million flows. */
function episodesOf(flows: number): readonly Episode[] {
  const cycle = Number.isFinite(flows) ? flows : 1_000_000
  const length = Math.min(100_000, Math.floor(cycle * 0.05))
  const every = Number.isFinite(flows) ? {} : { every: cycle }
  return [
    { kind: 'scan', from: Math.floor(cycle * 0.4), flows: length, share: 0.4, ...every },
    { kind: 'flood', from: Math.floor(cycle * 0.7), flows: length, share: 0.5, ...every },
  ]
}

function read(option: string, text: string, least: number, most: number, whole = false): number {
  const value = Number(text.replaceAll('_', ''))
  if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new Usage(`${option} ${text} does not fit; give a ${whole ? 'whole ' : ''}number from ${least} to ${most}`)
  }
  return value
}
