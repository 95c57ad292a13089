/** Row `decode`: datagrams in memory to columns, nothing else. */
import { setImmediate as turn } from 'node:timers/promises'
import { createDecoder, createExporter } from '../../src/decode/index.ts'
import { FlowBatch, MAX_ROWS, readAddress } from '../../src/schema/index.ts'
import { createFleet, type Protocol } from '../../src/simulate/index.ts'
import { repeat, type Row } from '../bench.ts'
import { templateText } from '../conditions.ts'
import { caseReport, type FigureSpec } from '../report.ts'
import { SEED } from '../traffic.ts'

const FIGURES = {
  flows_per_cpu_second: { label: 'decoded, a CPU-second', unit: 'flows/s', better: 'more' },
} as const satisfies Readonly<Record<string, FigureSpec>>

const CASES: readonly { readonly name: string; readonly protocol: Protocol; readonly profile?: string }[] = [
  { name: 'v9', protocol: 'v9', profile: 'softflowd-v9' },
  { name: 'v9-fleet', protocol: 'v9' },
  { name: 'ipfix', protocol: 'ipfix', profile: 'softflowd-ipfix' },
  { name: 'ipfix-fleet', protocol: 'ipfix' },
  { name: 'sflow', protocol: 'sflow', profile: 'juniper-ex-sflow' },
  { name: 'sflow-fleet', protocol: 'sflow' },
]

/** Enough that the same flows do not come again while they are in the processor's caches. */
const FLOWS = 300_000
/** No datagram has as many rows. */
const ROOM = 1500
/** Datagrams between two looks at the clock and the event loop. */
const STRETCH = 4096

/** Processor time of this thread, microseconds. */
function cpuMicros(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

interface Datagram {
  readonly source: number
  readonly start: number
  readonly end: number
}

interface Pool {
  readonly view: DataView
  readonly datagrams: readonly Datagram[]
  readonly addresses: readonly bigint[]
  readonly flows: number
}

/** Datagrams of a fleet laid end to end, templates and options where they fall. */
function draw(protocol: Protocol, profile: string | undefined, flows: number, nowMs: number): Pool {
  const fleet = createFleet(
    { seed: SEED, protocols: [protocol], startHour: 10, flows, ...(profile === undefined ? {} : { profiles: [profile] }) },
    { now: () => nowMs },
  )
  const parts: Uint8Array[] = []
  const datagrams: Datagram[] = []
  let length = 0
  let drawn = 0
  for (let built = fleet.next(nowMs); built !== undefined; built = fleet.next(nowMs)) {
    parts.push(built.datagram.slice())
    datagrams.push({ source: built.source, start: length, end: length + built.datagram.length })
    length += built.datagram.length
    drawn += built.flows
  }
  const bytes = Buffer.concat(parts)
  return {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    datagrams,
    flows: drawn,
    addresses: fleet.exporters.map(({ device }) => readAddress(device.address) ?? 0n),
  }
}

/**
 * Decodes the pool round and round; gives flows a second of this thread's processor time, which other programs cannot take away.
 * Emptying batches is left out: in FlowLens another thread does it.
 */
async function measure({ view, datagrams, addresses, flows }: Pool, seconds: number, nowMs: number): Promise<number> {
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  const decoder = createDecoder(
    { lifetimeMs: Infinity, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 20 },
    { sink: { reserve: family => batches[family], committed: () => {} } },
  )
  const exporters = addresses.map(address => createExporter(address))
  let at = 0
  let took = 0
  const empty = (): void => {
    for (const family of [4, 6] as const) if (batches[family].full || batches[family].rows + ROOM > MAX_ROWS) batches[family].reset(family)
  }
  const stretch = (): void => {
    for (let done = 0; done < STRETCH;) {
      empty()
      const began = cpuMicros()
      for (; done < STRETCH && batches[4].rows + ROOM <= MAX_ROWS && batches[6].rows + ROOM <= MAX_ROWS && !batches[4].full && !batches[6].full; done++) {
        const datagram = datagrams[at]!
        decoder.decode(view, datagram.start, datagram.end, exporters[datagram.source]!, nowMs)
        at = at + 1 === datagrams.length ? 0 : at + 1
      }
      took += cpuMicros() - began
    }
  }
  // The first round teaches the templates and lets the engine compile what runs often.
  for (let warmed = 0; warmed < datagrams.length; warmed += STRETCH) stretch()
  took = 0
  const before = decoder.counts.rows
  while (took < seconds * 1e6) {
    stretch()
    await turn()
  }
  const refused = Object.values(decoder.counts.datagramsRejected).reduce((sum, count) => sum + count, 0)
  if (refused > 0 || decoder.counts.rows < flows) throw new Error(`${refused} datagrams of the simulator were refused`)
  return (decoder.counts.rows - before) / (took / 1e6)
}

export const decode: Row = {
  name: 'decode',
  doc: 'Datagrams in memory to columns, one thread, no socket and no disk.',
  peer: null,
  notes: ['no peer: nfcapd decodes only what comes through a socket'],
  async measure(bench, done) {
    const nowMs = Date.now()
    const seconds = bench.quick ? 0.5 : 3
    for (const { name, protocol, profile } of CASES) {
      const pool = draw(protocol, profile, bench.quick ? FLOWS / 3 : FLOWS, nowMs)
      const runs = await repeat(bench, `decode: ${name}`, async () => {
        bench.signal.throwIfAborted()
        return { flowlens: { flows_per_cpu_second: await measure(pool, seconds, nowMs) }, peer: null }
      })
      const devices = pool.addresses.length
      done(
        caseReport(name, FIGURES, runs, {
          conditions: {
            template: profile === undefined ? `those of ${devices} kinds of device` : templateText(profile),
            flows_a_datagram: pool.flows / pool.datagrams.length,
            flows_that_differ: pool.flows,
          },
        }),
      )
    }
  },
}
