/** The whole program, `flowlens serve`, on a folder of its own; and a user of its API. */
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freeTcpPort, freeUdpPort } from './ports.ts'
import { childrenOf } from './processes.ts'
import type { Workshop } from './workshop.ts'

export interface Serving {
  readonly udpPort: number
  /** Processes: main, and ingest where it can be found. */
  readonly pids: readonly number[]
  /** Asks the API; an answer that is no success throws. */
  ask<Answer>(path: string, body?: object): Promise<Answer>
  /** Follows the live figures until the signal aborts. `told` gets each with the time it arrived, ms since 1970. */
  follow(signal: AbortSignal, told: (live: LiveFigures, arrivedMs: number) => void): Promise<void>
  stop(): Promise<void>
}

/** The part of a live second that is looked at. */
export interface LiveFigures {
  /** The second the figures are of, since 1970. */
  readonly second: number
  readonly bps: number
  /** Flows in it. */
  readonly fps: number
}

/** Starts it with its defaults; only ports and the data directory are its own. Resolves when it is ready. */
export async function serve(workshop: Workshop, dataDir: string): Promise<Serving> {
  const [udpPort, httpPort] = [await freeUdpPort(), await freeTcpPort()]
  const folder = workshop.folder()
  const file = join(folder, 'flowlens.yaml')
  // JSON is YAML.
  writeFileSync(
    file,
    JSON.stringify({ dataDir, listeners: [{ address: '127.0.0.1', port: udpPort }], http: { address: '127.0.0.1', port: httpPort }, log: { level: 'warn' } }),
  )
  const password = randomBytes(18).toString('base64url')
  // As the launcher sets it: each query of the store keeps a thread of this pool busy.
  const threads = process.env['UV_THREADPOOL_SIZE'] ?? '16'
  const program = workshop.flowlens(['serve', '--config', file], { env: { FLOWLENS_ADMIN_PASSWORD: password, UV_THREADPOOL_SIZE: threads } })
  await program.says(/ is ready: /)
  const children = childrenOf(program.pid)
  for (const pid of children) workshop.adopt(pid)

  const base = `http://127.0.0.1:${httpPort}`
  const signedIn = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'admin', password }),
  })
  if (!signedIn.ok) throw new Error(`signing in was answered with ${signedIn.status}`)
  const cookie = signedIn.headers
    .getSetCookie()
    .map(text => text.split(';')[0])
    .join('; ')

  return {
    udpPort,
    pids: [program.pid, ...children],
    async ask<Answer>(path: string, body?: object): Promise<Answer> {
      const answer = await fetch(`${base}/api/v1${path}`, {
        headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      })
      if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`)
      return (await answer.json()) as Answer
    },
    async follow(signal, told) {
      const answer = await fetch(`${base}/api/v1/live`, { headers: { cookie }, signal })
      if (answer.body === null) throw new Error('the live figures have no body')
      let rest = ''
      try {
        for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
          const lines = (rest + part).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) if (line.startsWith('data: ')) told(JSON.parse(line.slice(6)) as LiveFigures, Date.now())
        }
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
    async stop() {
      await program.stop()
      workshop.remove(folder)
    },
  }
}
