/**
 * Sources of names by URL: fetched with the tags the server gave last time, so that what did not change is not sent again. The last
 * good content is kept below dataDir, so that a restart without a network has it; it is replaced as a whole or not at all.
 */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { shownSource, type Content } from '../enrich/index.ts'
import { FlowLensError, toError, type ErrorCode } from '../schema/index.ts'

/** A server that says nothing for this long is given up, and a whole transfer after this long. */
const SILENCE_MS = 30_000
const WHOLE_MS = 30 * 60_000

/** What a server told of the content that is kept. */
interface Tags {
  readonly etag: string | null
  readonly modified: string | null
  readonly bytes: number
  readonly fetchedAt: number
}

export interface FetchLimits {
  readonly bytes: number
  readonly silenceMs?: number
}

export type Fetched =
  | { readonly kind: 'content'; readonly content: Content; readonly keep: () => void }
  | { readonly kind: 'unchanged' }
  /** `afterMs` is when the server wants to be asked again, where it said so. */
  | { readonly kind: 'failed'; readonly error: FlowLensError; readonly afterMs: number | null }

/** Writes a file whole or not at all. */
function replaceFile(file: string, bytes: Uint8Array): void {
  const made = `${file}.new`
  const handle = openSync(made, 'w', 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(made, file)
}

/** Where copies of a source are kept: named by the URL without its secrets. */
function filesOf(directory: string, source: string): { readonly data: string; readonly tags: string } {
  const name = createHash('sha256').update(shownSource(source)).digest('hex').slice(0, 24)
  return { data: join(directory, name), tags: join(directory, `${name}.json`) }
}

function readTags(file: string): Tags | null {
  try {
    const { etag, modified, bytes, fetchedAt } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof Tags, unknown>>
    if (typeof bytes !== 'number' || typeof fetchedAt !== 'number') return null
    return { etag: typeof etag === 'string' ? etag : null, modified: typeof modified === 'string' ? modified : null, bytes, fetchedAt }
  } catch {
    // Without tags the content is fetched anew, which puts them right.
    return null
  }
}

/** The copy that is kept of a source; null where there is none, or it is not the one its tags belong to. */
export function keptCopy(directory: string, source: string): { readonly content: Content; readonly tags: Tags } | null {
  const files = filesOf(directory, source)
  const tags = readTags(files.tags)
  if (tags === null) return null
  try {
    const bytes = readFileSync(files.data)
    return bytes.length === tags.bytes ? { content: { bytes, readAt: tags.fetchedAt }, tags } : null
  } catch {
    // A copy that is gone is fetched again.
    return null
  }
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return 'check user, password or key in the URL, and whether the licence holds'
  if (status === 404 || status === 410) return 'there is nothing at this address (any more); check the URL'
  if (status === 429) return 'the server wants fewer requests'
  return status >= 500 ? 'the server has trouble' : 'the server does not give the file; check the URL'
}

/** Seconds or a date (RFC 9110 §10.2.3), as milliseconds from now. */
function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(ms) && ms > 0 ? ms : null
}

async function bodyOf(response: Response, most: number, heard: () => void): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    heard()
    length += part.length
    if (length > most) throw new RangeError(`it is longer than ${most} bytes; raise enrich.downloadBytes`)
    parts.push(part)
  }
  const told = response.headers.get('content-encoding') === null ? response.headers.get('content-length') : null
  if (told !== null && Number(told) !== length) throw new RangeError(`${length} of ${told} bytes came`)
  return Buffer.concat(parts)
}

const reasonOf = (thrown: unknown): string => {
  const { message, cause } = toError(thrown)
  const { cause: deepest } = cause instanceof Error ? cause : { cause: undefined }
  return [deepest, cause].find((one): one is Error => one instanceof Error && one.message !== '' && one.message !== message)?.message ?? message
}

/** Asks for a source. Nothing is kept before `keep` is called: only who reads the content knows whether it is any good. */
export async function fetchSource(
  source: string,
  place: { readonly directory: string; readonly code: ErrorCode; readonly limits: FetchLimits; readonly now: () => number; readonly signal: AbortSignal },
): Promise<Fetched> {
  const { directory, code, limits, now } = place
  const name = shownSource(source)
  const failed = (message: string, afterMs: number | null = null, cause?: unknown): Fetched => ({
    kind: 'failed',
    error: new FlowLensError(code, `${name} cannot be fetched: ${message}`, { cause }),
    afterMs,
  })
  const url = new URL(source)
  const { username, password } = url
  url.username = url.password = ''
  const kept = keptCopy(directory, source)
  const headers = new Headers({ 'user-agent': 'FlowLens' })
  if (username !== '' || password !== '')
    headers.set('authorization', `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`)
  if (kept?.tags.etag != null) headers.set('if-none-match', kept.tags.etag)
  if (kept?.tags.modified != null) headers.set('if-modified-since', kept.tags.modified)
  const silenceMs = limits.silenceMs ?? SILENCE_MS
  const silence = new AbortController()
  const giveUp = (): void => silence.abort(new Error(`nothing came for ${silenceMs / 1000} s; check that the server can be reached from here`))
  let timer = setTimeout(giveUp, silenceMs)
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.any([silence.signal, place.signal, AbortSignal.timeout(WHOLE_MS)]) })
    if (response.status === 304 && kept !== null) return { kind: 'unchanged' }
    if (response.status !== 200) {
      await response.body?.cancel()
      return failed(`HTTP ${response.status}: ${remedyOf(response.status)}`, retryAfter(response.headers.get('retry-after'), now()))
    }
    const bytes = await bodyOf(response, limits.bytes, () => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, silenceMs)
    })
    const fetchedAt = now()
    const tags: Tags = { etag: response.headers.get('etag'), modified: response.headers.get('last-modified'), bytes: bytes.length, fetchedAt }
    return {
      kind: 'content',
      content: { bytes, readAt: fetchedAt },
      keep() {
        const files = filesOf(directory, source)
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        replaceFile(files.data, bytes)
        replaceFile(files.tags, Buffer.from(JSON.stringify({ source: name, ...tags })))
      },
    }
  } catch (thrown) {
    return failed(silence.signal.aborted ? toError(silence.signal.reason).message : reasonOf(thrown), null, thrown)
  } finally {
    clearTimeout(timer)
  }
}
