/** Asking a running FlowLens over its API from a shell: the one of this machine by a key made for the moment, another by URL and key. */
import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createAccess } from '../access/index.ts'
import { locateConfig, readEnvironment, type Config } from '../config/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'
import { createState } from '../state/index.ts'
import { createLog } from '../telemetry/index.ts'
import { UsageError } from './usage.ts'
import { inTheNameOf } from './user.ts'

/** Options of every command that asks, for parseArgs. */
export const SERVER_OPTIONS = { url: { type: 'string' }, key: { type: 'string' }, config: { type: 'string' } } as const

export const SERVER_HELP = `  --url URL --key KEY a FlowLens elsewhere, with an API key (default: FLOWLENS_URL, FLOWLENS_KEY)
  --config FILE       the FlowLens of this configuration, on this machine; needs no key, but to read its data directory
`

export interface Server {
  readonly url: URL
  readonly key: string
  /** Certificate to trust, for the FlowLens of a configuration with TLS. */
  readonly ca?: Buffer
}

/** The error every answer of the API may be instead. */
export interface Refusal {
  readonly error?: { readonly code: string; readonly message: string; readonly help: string }
}

const KEY_MS = 5 * 60_000

/** What the state file refuses, as on a full disk, in words for whoever asked. */
function ofState<T>({ dataDir }: Config, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof FlowLensError) throw cause
    throw new FlowLensError('FL_STATE_OPEN', `cannot make a key for this query in ${dataDir}: ${toError(cause).message}`, { cause })
  }
}

/** A key of this machine's FlowLens that lives for minutes: whoever may read its state may ask it. */
async function withLocalKey<T>(config: Config, use: (server: Server) => Promise<T>): Promise<T> {
  const state = createState({ dataDir: config.dataDir })
  const access = createAccess({ sessionHours: config.http.sessionHours }, { state, log: createLog({ level: 'warn', format: 'text' }), now: Date.now })
  state.start()
  try {
    const owner = access.listUsers().find(user => user.role === 'admin' && !user.disabled)
    if (owner === undefined)
      throw new FlowLensError('FL_ACCESS_UNAUTHENTICATED', `there is no user in ${config.dataDir} yet; start FlowLens once with this configuration`)
    const principal = inTheNameOf(owner)
    const { key, secret } = ofState(config, () =>
      access.addKey(principal, '', { name: `query ${process.pid} ${Date.now()}`, role: 'viewer', expiresAt: Date.now() + KEY_MS }),
    )
    try {
      const { address, port, tls } = config.http
      const host = address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '[::1]' : address.includes(':') ? `[${address}]` : address
      return await use({
        url: new URL(`${tls === undefined ? 'http' : 'https'}://${host}:${port}`),
        key: secret,
        ...(tls === undefined ? {} : { ca: readFileSync(tls.cert) }),
      })
    } finally {
      try {
        access.removeKey(principal, '', key.id)
      } catch (error) {
        // A full disk takes no removal either; the answer stands all the same, and the key ends by itself.
        process.stderr.write(`flowlens: the key made for this query could not be removed (${toError(error).message}); it ends in ${KEY_MS / 60_000} minutes\n`)
      }
    }
  } finally {
    state.stop()
  }
}

function serverUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:/.test(text)) throw new UsageError(`--url ${text}: an address such as http://flowlens.example:8080`)
  return new URL(text)
}

function missingKey(): never {
  throw new UsageError('--url needs --key KEY or FLOWLENS_KEY; an admin makes one under Access, or with flowlens user key')
}

/** Runs `use` with the server that these options and the environment name. */
export async function withServer<T>(
  options: { readonly url?: string | undefined; readonly key?: string | undefined; readonly config?: string | undefined },
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const environment = readEnvironment(process.env).values
  const url = options.url ?? (options.config === undefined ? environment.FLOWLENS_URL : undefined)
  if (url === undefined) return await withLocalKey(locateConfig(options.config).config, use)
  return await use({ url: serverUrl(url), key: options.key ?? environment.FLOWLENS_KEY ?? missingKey() })
}

/** Asks a path of the API, with a body by POST; the answer is the parsed body whatever its status, a `Refusal` where it is an error. */
export function askServer<T extends Refusal>({ url, key, ca }: Server, path: string, body?: unknown): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    const options = {
      method: text === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
      // The configuration names the certificate itself, so its name need not be the address.
      ...(ca === undefined ? {} : { ca, checkServerIdentity: () => undefined }),
    }
    const sent = (secure ? httpsRequest : httpRequest)(new URL(path, url), options, response => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString()) as T)
        } catch (cause) {
          reject(
            new FlowLensError('FL_STORE_QUERY', `${url.origin} answered ${response.statusCode ?? 0} with something that is no JSON; is it a FlowLens?`, {
              cause,
            }),
          )
        }
      })
    })
    sent.on('error', cause =>
      reject(new FlowLensError('FL_STORE_QUERY', `${url.origin} does not answer: ${cause.message}; is FlowLens running there?`, { cause })),
    )
    sent.end(text)
  })
}

/** Prints an answer that is an error; whether it was one. */
export function printRefusal({ error }: Refusal): boolean {
  if (error === undefined) return false
  process.stderr.write(`flowlens: ${error.message}\n${error.help} (${error.code})\n`)
  return true
}
