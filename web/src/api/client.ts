/** One way to the API: JSON in and out, errors as one class with the code of the table, sign-out told to whoever listens. */

const BASE = '/api/v1'

/** An error the API told, or `FL_NETWORK` where no answer came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly help: string
  readonly requestId: string
  readonly position: { readonly start: number; readonly end: number } | undefined

  constructor(fields: {
    status: number
    code: string
    message: string
    help?: string
    requestId?: string
    position?: { start: number; end: number } | undefined
  }) {
    super(fields.message)
    this.name = 'ApiError'
    this.status = fields.status
    this.code = fields.code
    this.help = fields.help ?? ''
    this.requestId = fields.requestId ?? ''
    this.position = fields.position
  }
}

const signedOut = new Set<() => void>()

/** Calls back when a request finds that the session ended. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener)
  return () => void signedOut.delete(listener)
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function readError(status: number, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  const say = (name: string): string => (typeof error[name] === 'string' ? error[name] : '')
  const position = isRecord(error['position']) ? error['position'] : undefined
  return new ApiError({
    status,
    code: say('code') || 'FL_NETWORK',
    message: say('message') || `The server answered ${status}.`,
    help: say('help'),
    requestId: say('requestId'),
    position: position === undefined ? undefined : { start: Number(position['start']), end: Number(position['end']) },
  })
}

interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** Sign-in itself: its 401 means a wrong password, not an ended session. */
  readonly open?: boolean
}

/** Asks the API. The caller names the shape it expects; the server's schema is what guarantees it. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const init: RequestInit = { method: options.method ?? 'GET', headers: { accept: 'application/json' }, credentials: 'same-origin' }
  if (options.body !== undefined) {
    init.body = JSON.stringify(options.body)
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
  }
  if (options.signal !== undefined) init.signal = options.signal
  const response = await fetch(`${BASE}${path}`, init).catch((cause: unknown) => {
    if (options.signal?.aborted === true) throw cause
    throw new ApiError({
      status: 0,
      code: 'FL_NETWORK',
      message: 'No answer from FlowLens.',
      help: 'The server or the way to it is down. What is on the page stays.',
    })
  })
  const text = await response.text()
  let body: unknown = null
  if (text !== '') {
    try {
      body = JSON.parse(text)
    } catch (cause) {
      throw new ApiError({ status: response.status, code: 'FL_NETWORK', message: 'The answer is not from FlowLens.', help: String(cause) })
    }
  }
  if (!response.ok) {
    if (response.status === 401 && options.open !== true) for (const listener of signedOut) listener()
    throw readError(response.status, body)
  }
  return body as T
}

/** A query string of what is set. */
export function queryString(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const entries = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined && value !== '') entries.set(name, String(value))
  const text = entries.toString()
  return text === '' ? '' : `?${text}`
}

export const apiAddress = (path: string): string => `${BASE}${path}`
