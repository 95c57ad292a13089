/**
 * A FlowLens of the test's own: a folder with a configuration, in which programs come and go, and which is asked over its API.
 * Whatever runs in it is ended with the test, the ingest process too, which outlives a main that was killed.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { flowlens, freeTcpPort, freeUdpPort, startFlowlens, type Running, type Scope } from './index.ts'

const PASSWORD = 'a-password-for-tests'
const PATIENCE_MS = 90_000

/** What `flowlens simulate` says it sent. */
export interface Sent {
  readonly datagrams: number
  readonly flows: number
  readonly octets: number
  readonly packets: number
  readonly scaledOctets: number
  readonly scaledPackets: number
  readonly byExporter: Readonly<Record<string, { readonly flows: number; readonly scaledPackets: number }>>
}

export interface Answer {
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  readonly totals: Readonly<Record<string, number>>
  readonly answeredFrom: string
  readonly complete: boolean
}

/** The books as `GET /api/v1/pipeline` shows them. */
export interface Pipeline {
  readonly ledger: {
    readonly datagrams: { readonly received: number; readonly decoded: number; readonly rejected: Readonly<Record<string, number>> }
    readonly sets: { readonly received: number; readonly decoded: number; readonly pending: number; readonly rejected: Readonly<Record<string, number>> }
    readonly rows: {
      readonly produced: number
      readonly merged: number
      readonly spooled: number
      readonly in_flight: number
      readonly dropped: Readonly<Record<string, number>>
    }
    readonly method: 'recvmmsg' | 'dgram'
    readonly sequence: { readonly missing: number; readonly duplicate: number; readonly reordered: number; readonly reset: number }
    readonly listeners: readonly {
      readonly name: string
      readonly datagrams: number
      readonly kernel_dropped: number | null
      readonly buffer_granted: number
      readonly error: string | null
    }[]
    readonly exporters: readonly { readonly address: string; readonly datagrams: number; readonly rows: number; readonly sequence_missing: number }[]
    readonly spool: { readonly durable_seq: number; readonly degraded: string | null }
  } | null
  readonly sinks: readonly {
    readonly rows_delivered: number
    readonly rows_waiting: number
    readonly rows_spooled: number
    readonly rows_expired: Readonly<Record<string, number>>
    readonly breaker: string
  }[]
}

/** Asks again and again until the answer fits; throws what was seen last when it never does. */
export async function until<T>(what: string, ask: () => Promise<T> | T, fits: (answer: T) => boolean, patienceMs = PATIENCE_MS): Promise<T> {
  const end = Date.now() + patienceMs
  let seen: unknown
  while (Date.now() < end) {
    try {
      const answer = await ask()
      if (fits(answer)) return answer
      seen = answer
    } catch (error) {
      seen = error
    }
    await sleep(100)
  }
  throw new Error(`${what} never came; last seen: ${seen instanceof Error ? seen.message : JSON.stringify(seen).slice(0, 2000)}`)
}

export type Ledger = NonNullable<Pipeline['ledger']>

/** What reasons count together. */
export const sum = (reasons: Readonly<Record<string, number>>): number => Object.values(reasons).reduce((total, count) => total + count, 0)

/** Fails unless every datagram, set and row has one name (RELIABILITY §2.2). */
export function assertClosed({ datagrams, sets, rows }: Ledger): void {
  assert.equal(datagrams.received, datagrams.decoded + sum(datagrams.rejected), `datagrams: ${JSON.stringify(datagrams)}`)
  assert.equal(sets.received, sets.decoded + sets.pending + sum(sets.rejected), `sets: ${JSON.stringify(sets)}`)
  assert.equal(rows.produced, rows.merged + rows.spooled + rows.in_flight + sum(rows.dropped), `rows: ${JSON.stringify(rows)}`)
  assert.ok(rows.in_flight >= 0, `rows: ${JSON.stringify(rows)}`)
}

export interface Program extends Running {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  /** Resolves when everything that was received is stored, and that is at least this many rows since the data directory began. */
  stored(rows: number): Promise<Pipeline>
  /** Ends main alone, at once. */
  kill(): Promise<void>
}

export interface Site {
  readonly folder: string
  readonly configFile: string
  readonly udp: number
  readonly http: number
  /** Starts a program and waits until it is ready. */
  start(command?: 'serve' | 'collect'): Promise<Program>
  /** Starts a program that is not to get ready. */
  launch(command?: 'serve' | 'collect'): Program
  query(filter: string, ...options: readonly string[]): Promise<Answer>
  /** Sends simulated flows; `to` is the port, the listener's by default. */
  simulate(options: string, to?: string): Promise<Sent>
  /** The process that receives, by the lock of the spool; null when none does. */
  ingestPid(): number | null
}

export interface Health {
  readonly status: 'ok' | 'degraded' | 'not_ready'
  readonly reasons: readonly string[]
}

/** What /healthz says. */
export const healthOf = async ({ http }: Pick<Site, 'http'>): Promise<Health> => (await (await fetch(`http://127.0.0.1:${http}/healthz`)).json()) as Health

/** Simulated exporters draw their flows alone; two that happen to draw the same one do not see the same traffic. */
const INDEPENDENT = 'duplicates: {mark: false}\n'

/** To read the names of all addresses takes two seconds of a processor at each start. */
const NAMELESS = 'enrich: {asDatabase: off, countryDatabase: off}\n'

export interface SiteOptions {
  /** YAML added to the least configuration. */
  readonly more?: string
  /** Stands in place of the one listener. */
  readonly listeners?: (port: number) => string
  /** Whether addresses have the AS and countries that come with FlowLens, as they do for a user; not by default. */
  readonly named?: boolean
}

export async function makeSite(scope: Scope, { more = '', listeners, named = false }: SiteOptions = {}): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  const udp = await freeUdpPort()
  const http = await freeTcpPort()
  const configFile = join(folder, 'flowlens.yaml')
  writeFileSync(
    configFile,
    `dataDir: ./data\nlisteners: ${listeners?.(udp) ?? `[{address: 127.0.0.1, port: ${udp}}]`}\nhttp: {address: 127.0.0.1, port: ${http}}\n${more}\n${more.includes('duplicates:') ? '' : INDEPENDENT}${named ? '' : NAMELESS}`,
  )
  const base = `http://127.0.0.1:${http}`

  function ingestPid(): number | null {
    try {
      const pid = Number(readFileSync(join(folder, 'data/spool/flows/lock'), 'utf8').split(' ')[0])
      process.kill(pid, 0)
      return pid
    } catch {
      return null
    }
  }

  const programs: Program[] = []
  // One hook for all of it, since hooks run in the order they were made: programs first, their ingest, their folder last.
  scope.after(async () => {
    for (const program of programs) await program.kill()
    const pid = ingestPid()
    if (pid !== null) {
      process.kill(pid, 'SIGKILL')
      await until('the end of ingest', ingestPid, left => left === null)
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  function launch(command: 'serve' | 'collect' = 'serve'): Program {
    const running = startFlowlens(scope, [command, '--config', configFile], { env: { FLOWLENS_ADMIN_PASSWORD: PASSWORD } })
    const exited = once(running.process, 'exit')
    let cookie: Promise<string> | null = null

    async function signIn(): Promise<string> {
      const response = await fetch(`${base}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'admin', password: PASSWORD }),
      })
      if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
      return response.headers.get('set-cookie')?.split(';')[0] ?? ''
    }
    async function call<T>(path: string, init: RequestInit): Promise<T> {
      const response = await fetch(`${base}${path}`, { ...init, headers: { 'content-type': 'application/json', cookie: await (cookie ??= signIn()) } })
      const body = await response.text()
      if (!response.ok) throw new Error(`${path}: ${response.status} ${body}`)
      return (response.headers.get('content-type')?.includes('json') === true ? JSON.parse(body) : body) as T
    }
    const get = <T>(path: string): Promise<T> => call(path, {})
    const program: Program = {
      ...running,
      get,
      post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
      stored: rows =>
        until(
          `${rows} rows in the store`,
          () => get<Pipeline>('/api/v1/pipeline'),
          ({ ledger, sinks }) =>
            // The books come a second after the rows; the store may be ahead of them.
            ledger !== null &&
            ledger.spool.durable_seq >= rows &&
            ledger.rows.in_flight === 0 &&
            sinks.length > 0 &&
            sinks.every(sink => sink.rows_waiting === 0 && sink.rows_delivered >= rows),
        ),
      async stop() {
        running.process.kill('SIGTERM')
        await exited
        return running.process.exitCode
      },
      async kill() {
        if (running.process.exitCode === null && running.process.signalCode === null) running.process.kill('SIGKILL')
        await exited
      },
    }
    programs.push(program)
    return program
  }

  return {
    folder,
    configFile,
    udp,
    http,
    ingestPid,
    launch,
    async start(command = 'serve') {
      const program = launch(command)
      await program.says(command === 'serve' ? /is ready/ : /ingest runs/)
      return program
    },
    async query(filter, ...options) {
      const { code, stdout, stderr } = await flowlens(['query', filter, '--json', '--config', configFile, ...options])
      if (code !== 0) throw new Error(`flowlens query ${filter}: ${stderr}`)
      return JSON.parse(stdout) as Answer
    },
    async simulate(options, to = `127.0.0.1:${udp}`) {
      const ledger = join(folder, `ledger-${process.hrtime.bigint()}.json`)
      const { code, stderr } = await flowlens(['simulate', '--target', to, '--ledger', ledger, ...options.split(' ')])
      if (code !== 0) throw new Error(`flowlens simulate ${options}: ${stderr}`)
      // A record of both directions is two flows to whoever counts.
      const report = JSON.parse(readFileSync(ledger, 'utf8')) as Sent & { readonly bothWays: Partial<Sent> }
      return { ...report, ...report.bothWays }
    },
  }
}
