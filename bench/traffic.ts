/** Traffic of `flowlens simulate`, in a process of its own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LedgerReport } from '../src/simulate/index.ts'
import { short } from '../src/cli/print-table.ts'
import { lastLines, type Workshop } from './workshop.ts'

export interface Offer {
  readonly port: number
  readonly protocol: 'v9' | 'ipfix'
  /** One kind of device; every kind of the protocol when absent. */
  readonly profile?: string
  readonly flowsPerSecond: number
  readonly seconds: number
  /** Most flows in a datagram. */
  readonly perDatagram?: number
}

/** The seed of all traffic: every run and every peer gets the same flows. */
export const SEED = 1

/** Sends it to 127.0.0.1 and gives the ledger of what the kernel took. */
export async function send(workshop: Workshop, offer: Offer): Promise<LedgerReport> {
  const folder = workshop.folder()
  const file = join(folder, 'ledger.json')
  const sender = workshop.flowlens([
    'simulate',
    '--target',
    `127.0.0.1:${offer.port}`,
    '--protocol',
    offer.protocol,
    ...(offer.profile === undefined ? [] : ['--profile', offer.profile]),
    '--rate',
    String(offer.flowsPerSecond),
    '--duration',
    String(offer.seconds),
    '--seed',
    String(SEED),
    '--ledger',
    file,
    ...(offer.perDatagram === undefined ? [] : ['--per-datagram', String(offer.perDatagram)]),
  ])
  const code = await sender.ended
  if (code !== 0) throw new Error(`the sender ended with code ${String(code)}: ${lastLines(sender.output())}`)
  const ledger = JSON.parse(readFileSync(file, 'utf8')) as LedgerReport
  workshop.remove(folder)
  return ledger
}

/** Below this share of the rate asked for, a stretch of traffic is not what it was meant to be. */
const FULL = 0.98

/** Says so where the sender fell short of its rate, because the machine had no time for it: then nothing lost means less. */
export function shortfall(sent: Pick<LedgerReport, 'flows'>, offer: Pick<Offer, 'flowsPerSecond' | 'seconds'>, beside: string): readonly string[] {
  const reached = sent.flows / offer.seconds
  return reached >= offer.flowsPerSecond * FULL
    ? []
    : [`beside ${beside} the sender reached ${short(reached)} of ${short(offer.flowsPerSecond)} flows/s, for want of processor time`]
}
