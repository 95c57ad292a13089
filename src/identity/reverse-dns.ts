/** Names of hosts by reverse DNS (PTR, RFC 1035 §3.5), asked for in the background and remembered. */
import { Resolver } from 'node:dns/promises'
import { isV4, readAddress, readPrefix, type Prefix } from '../schema/index.ts'

export interface ReverseDnsConfig {
  readonly enabled: boolean
  /** Addresses of servers, with a port as in 10.0.0.53:5353; those of the machine where none is named. */
  readonly servers: readonly string[]
  readonly queriesPerSecond: number
  readonly cacheHours: number
  /** Prefixes of the addresses that may be asked about; `all` for every one. */
  readonly networks: readonly string[]
}

export interface KnownNames {
  /** Name by address as it was given; only those that have one. */
  readonly names: Readonly<Record<string, string>>
  /** How many of them are still being asked for. */
  readonly pending: number
}

export interface ReverseDns {
  readonly enabled: boolean
  /** What is known now. Addresses that are not known yet are asked for behind. */
  namesOf(addresses: readonly string[]): KnownNames
  stop(): void
}

export interface ReverseDnsDeps {
  /** Milliseconds that never go back. */
  readonly now: () => number
}

const MOST_KNOWN = 100_000
const MOST_WAITING = 10_000
const MOST_AT_ONCE = 64
const TIMEOUT_MS = 2000
const HOUR_MS = 3_600_000
/** How long an address stays without a name: DNS has none, or no server answered. */
const NAMELESS_MS = HOUR_MS
const UNANSWERED_MS = 300_000

/** Answers that say there is no name, rather than that nobody told. */
const NAMELESS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA'])

const LONGEST_NAME = 253
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/

/**
 * A name as it is shown, or undefined for what is no host name. Whoever holds an address block writes its names, so one is taken for nothing more than
 * letters, digits, hyphens and underscores in labels (RFC 952, 1123 §2.1; underscores are common).
 */
export function hostName(answer: string): string | undefined {
  const name = answer.toLowerCase().replace(/\.$/, '')
  return name.length > 0 && name.length <= LONGEST_NAME && name.split('.').every(label => LABEL.test(label)) ? name : undefined
}

interface Known {
  readonly name: string
  readonly until: number
}

/** Nothing is asked, and nothing is known, where it is not enabled. */
export function createReverseDns(config: ReverseDnsConfig, { now }: ReverseDnsDeps): ReverseDns {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 })
  if (config.servers.length > 0) resolver.setServers([...config.servers])
  const all = config.networks.includes('all')
  const prefixes = config.networks.map(text => readPrefix(text)).filter((prefix): prefix is Prefix => prefix !== undefined)
  // The first is the one that was asked for longest ago.
  const known = new Map<string, Known>()
  const waiting = new Set<string>()
  const asked = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  function mayAsk(address: string): boolean {
    const value = readAddress(address)
    if (value === undefined || value === 0n) return false
    const v4 = isV4(value)
    const bits = v4 ? value & 0xffff_ffffn : value
    return all || prefixes.some(prefix => prefix.v4 === v4 && bits >= prefix.first && bits <= prefix.last)
  }

  function keep(address: string, name: string, ms: number): void {
    known.delete(address)
    if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value ?? '')
    known.set(address, { name, until: now() + ms })
  }

  async function ask(address: string): Promise<void> {
    asked.add(address)
    try {
      const answers = await resolver.reverse(address)
      // Of several names always the same one, in whatever order they come.
      const [name = ''] = answers.flatMap(answer => hostName(answer) ?? []).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
      keep(address, name, name === '' ? NAMELESS_MS : config.cacheHours * HOUR_MS)
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
      // Of a server that is silent the name known before still holds.
      keep(address, NAMELESS.has(code) ? '' : (known.get(address)?.name ?? ''), NAMELESS.has(code) ? NAMELESS_MS : UNANSWERED_MS)
    } finally {
      asked.delete(address)
    }
  }

  function askNext(): void {
    const [address] = waiting
    if (address === undefined) {
      clearInterval(timer)
      timer = undefined
    } else if (asked.size < MOST_AT_ONCE) {
      waiting.delete(address)
      void ask(address)
    }
  }

  return {
    enabled: config.enabled,
    namesOf(addresses) {
      if (!config.enabled || stopped) return { names: {}, pending: 0 }
      const names: Record<string, string> = {}
      let pending = 0
      for (const address of new Set(addresses)) {
        const found = known.get(address)
        if (found !== undefined && found.name !== '') names[address] = found.name
        if ((found !== undefined && found.until > now()) || !mayAsk(address)) continue
        if (!waiting.has(address) && !asked.has(address) && waiting.size < MOST_WAITING) waiting.add(address)
        if (found === undefined) pending++
      }
      if (waiting.size > 0 && timer === undefined) timer = setInterval(askNext, 1000 / config.queriesPerSecond).unref()
      return { names, pending }
    },
    stop() {
      stopped = true
      clearInterval(timer)
      waiting.clear()
      resolver.cancel()
    },
  }
}
