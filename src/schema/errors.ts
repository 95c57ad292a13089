/**
 * Every error a user can meet, in one table (STYLE §6). A released code is never reused or renamed. Reasons of malformed input
 * are not errors: decoders return them and the ledger counts them.
 */

export interface ErrorEntry {
  readonly code: string
  readonly stage: 'receive' | 'decode' | 'enrich' | 'spool' | 'deliver' | 'store' | 'query' | 'config' | 'access' | 'state' | 'api'
  /** HTTP status when it reaches the API. */
  readonly status: number
  /** Whether trying again later can help. */
  readonly retry: boolean
  /** What happened, what it means, what to do; one sentence for the user. */
  readonly help: string
}

const declare = <const T extends readonly ErrorEntry[]>(entries: T): T => entries

export const ERRORS = declare([
  { code: 'FL_CONFIG_INVALID', stage: 'config', status: 400, retry: false, help: 'The configuration has a mistake; the message names line, column and key. The configuration in use stays as it was.' },
  { code: 'FL_CONFIG_UNREADABLE', stage: 'config', status: 500, retry: false, help: 'The configuration file cannot be read; check its path and permissions.' },
  { code: 'FL_RECEIVE_BIND', stage: 'receive', status: 500, retry: true, help: 'A listener could not be opened: the port is taken, needs a privilege, or the address is not this machine’s. Stop the other program or change `listeners`.' },
  { code: 'FL_RECEIVE_UNSUPPORTED', stage: 'receive', status: 500, retry: false, help: 'The fast receiver needs Linux on a 64-bit machine with glibc; the portable one is used instead.' },
  { code: 'FL_SPOOL_LOCKED', stage: 'spool', status: 500, retry: true, help: 'Another FlowLens writes to this data directory; stop it or choose another `dataDir`.' },
  { code: 'FL_SPOOL_IO', stage: 'spool', status: 500, retry: true, help: 'The disk refused a write of the spool; rows are kept in memory as long as there is room. Check the disk.' },
  { code: 'FL_SPOOL_CORRUPT', stage: 'spool', status: 500, retry: false, help: 'A part of the spool is damaged; the rows in it are lost and counted, all others are kept.' },
  { code: 'FL_DELIVER_SINK', stage: 'deliver', status: 500, retry: true, help: 'A sink refused rows; they wait in the spool and are sent again.' },
  { code: 'FL_STORE_OPEN', stage: 'store', status: 500, retry: true, help: 'The flow store could not be opened; another process may hold it, or the disk is full.' },
  { code: 'FL_STORE_MIGRATION', stage: 'store', status: 500, retry: false, help: 'The flow store comes from a newer FlowLens; run that version, or restore a backup.' },
  { code: 'FL_STORE_QUERY', stage: 'store', status: 500, retry: true, help: 'The flow store failed on a query; the log has the details.' },
  { code: 'FL_QUERY_INVALID', stage: 'query', status: 400, retry: false, help: 'The query names a column, metric or range that does not exist or does not fit.' },
  { code: 'FL_QUERY_TIMEOUT', stage: 'query', status: 503, retry: true, help: 'The query took longer than allowed and was stopped; shorten the range or group by fewer columns.' },
  { code: 'FL_QUERY_MEMORY', stage: 'query', status: 503, retry: true, help: 'The query needed more memory than allowed and was stopped; shorten the range or group by fewer columns.' },
  { code: 'FL_QUERY_CANCELLED', stage: 'query', status: 499, retry: true, help: 'The query was cancelled.' },
  { code: 'FL_ACCESS_UNAUTHENTICATED', stage: 'access', status: 401, retry: false, help: 'Sign in, or send an API key as a bearer token.' },
  { code: 'FL_ACCESS_DENIED', stage: 'access', status: 403, retry: false, help: 'Your role does not allow this.' },
  { code: 'FL_ACCESS_LOGIN', stage: 'access', status: 401, retry: true, help: 'Name or password is wrong.' },
  { code: 'FL_ACCESS_THROTTLED', stage: 'access', status: 429, retry: true, help: 'Too many tries; wait a little.' },
  { code: 'FL_ACCESS_ORIGIN', stage: 'access', status: 403, retry: false, help: 'A page of another site tried to change something in your name; open FlowLens at its own address, or add the site to `http.cors`.' },
  { code: 'FL_ACCESS_PASSWORD', stage: 'access', status: 400, retry: false, help: 'The password is too short, too long, or the name itself; take at least 8 characters.' },
  { code: 'FL_ACCESS_CONFLICT', stage: 'access', status: 409, retry: false, help: 'The name is taken, or the change would leave FlowLens without an admin.' },
  { code: 'FL_STATE_OPEN', stage: 'state', status: 500, retry: true, help: 'The file of users, keys and views could not be opened; check the disk and the permissions of `dataDir`.' },
  { code: 'FL_STATE_MIGRATION', stage: 'state', status: 500, retry: false, help: 'The file of users, keys and views comes from a newer FlowLens; run that version, or restore the copy made before its migration.' },
  { code: 'FL_API_LISTEN', stage: 'api', status: 500, retry: true, help: 'Console and API could not be opened: the port is taken, needs a privilege, or the address is not this machine’s. Stop the other program or change `http`.' },
  { code: 'FL_API_TLS', stage: 'api', status: 500, retry: false, help: 'The certificate or its key cannot be used; check the files of `http.tls`. A certificate in use stays in use.' },
  { code: 'FL_API_BUSY', stage: 'api', status: 503, retry: true, help: 'Too many live streams are open; close some pages.' },
  { code: 'FL_API_TOO_LARGE', stage: 'api', status: 413, retry: false, help: 'The request is larger than 1 MiB.' },
  { code: 'FL_API_INVALID', stage: 'api', status: 400, retry: false, help: 'The request does not fit its schema; the message names the field.' },
  { code: 'FL_API_NOT_FOUND', stage: 'api', status: 404, retry: false, help: 'There is nothing at this address.' },
  { code: 'FL_API_INTERNAL', stage: 'api', status: 500, retry: true, help: 'FlowLens failed; the log has the details under the request’s id.' },
])

export type ErrorCode = (typeof ERRORS)[number]['code']

const entries = new Map<string, ErrorEntry>(ERRORS.map(entry => [entry.code, entry]))

/** An error with a code of the table. `context` holds values that are safe to show and to log. */
export class FlowLensError extends Error {
  readonly code: ErrorCode
  readonly context: Readonly<Record<string, string | number | boolean>>

  constructor(code: ErrorCode, message: string, options: { context?: Readonly<Record<string, string | number | boolean>>; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'FlowLensError'
    this.code = code
    this.context = options.context ?? {}
  }

  get entry(): ErrorEntry {
    const entry = entries.get(this.code)
    if (entry === undefined) throw new Error(`${this.code} is not in the table`)
    return entry
  }
}

/** Turns anything thrown into an error of ours; the one way to normalise. */
export function toError(thrown: unknown, code: ErrorCode = 'FL_API_INTERNAL'): FlowLensError {
  if (thrown instanceof FlowLensError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new FlowLensError(code, message, { cause: thrown })
}
