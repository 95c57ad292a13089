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
  { code: 'FL_CONFIG_DATA_DIR', stage: 'config', status: 500, retry: true, help: 'FlowLens keeps everything in `dataDir`, and cannot write there; name another directory, or give its user the right to write to this one.' },
  { code: 'FL_RECEIVE_BIND', stage: 'receive', status: 500, retry: true, help: 'A listener could not be opened: the port is taken, needs a privilege, or the address is not this machine’s. Stop the other program or change `listeners`.' },
  { code: 'FL_RECEIVE_TLS', stage: 'receive', status: 500, retry: true, help: 'The certificate of a listener, its key or its list of authorities cannot be used; check the files of `listeners[].tls`. They are tried again every 5 s; a certificate in use stays in use.' },
  { code: 'FL_RECEIVE_UNSUPPORTED', stage: 'receive', status: 500, retry: false, help: 'The fast receiver needs Linux on a 64-bit machine with glibc; the portable one is used instead.' },
  { code: 'FL_DECODE_FILE', stage: 'decode', status: 400, retry: false, help: 'A file given to flowlens decode cannot be read; the others are decoded all the same. Check its path and permissions.' },
  { code: 'FL_IMPORT_OFFLINE', stage: 'receive', status: 500, retry: true, help: 'Files are imported by the FlowLens that runs: start `flowlens serve` or `flowlens collect` on this machine first, and give the command the same --config.' },
  { code: 'FL_RECEIVE_INGEST', stage: 'receive', status: 500, retry: true, help: 'The process that receives could not be started, so no flows are taken; its own lines in the log, just above, say why.' },
  { code: 'FL_RECEIVE_STATE', stage: 'receive', status: 500, retry: true, help: 'What exporters taught cannot be kept over a restart, or what was kept is damaged: data that comes after a restart waits for the next templates. Check the disk and the permissions of `dataDir`/templates.' },
  { code: 'FL_RECEIVE_ANSWER', stage: 'receive', status: 503, retry: true, help: 'The process that receives did not answer in time, or is being started anew; flows are received all the same. Ask again in a few seconds.' },
  { code: 'FL_ENRICH_NETWORKS', stage: 'enrich', status: 400, retry: false, help: 'The file of networks has a mistake; the message names file, line and remedy. The networks in use stay as they were.' },
  { code: 'FL_ENRICH_DICTIONARY', stage: 'enrich', status: 400, retry: false, help: 'A dictionary of enrich.dictionaries has a mistake; the message names file, line and remedy. What was read before stays in use.' },
  { code: 'FL_ENRICH_DATABASE', stage: 'enrich', status: 500, retry: false, help: 'A database of addresses cannot be read; the message names the file. The one in use stays.' },
  { code: 'FL_SPOOL_LOCKED', stage: 'spool', status: 500, retry: true, help: 'Another FlowLens writes to this data directory; stop it or choose another `dataDir`.' },
  { code: 'FL_SPOOL_IO', stage: 'spool', status: 500, retry: true, help: 'The disk refused a write of the spool; rows are kept in memory as long as there is room. Check the disk.' },
  { code: 'FL_SPOOL_CORRUPT', stage: 'spool', status: 500, retry: false, help: 'A part of the spool is damaged; the rows in it are lost and counted, all others are kept.' },
  { code: 'FL_DELIVER_SINK', stage: 'deliver', status: 500, retry: true, help: 'A sink refused rows; they wait in the spool and are sent again.' },
  { code: 'FL_DELIVER_STAGE', stage: 'deliver', status: 500, retry: true, help: 'The rows for an insert could not be put together on the disk, and nothing was sent; smaller ranges are tried. Check the free space of `dataDir`.' },
  { code: 'FL_STORE_OPEN', stage: 'store', status: 500, retry: true, help: 'The flow store could not be opened; another process may hold it, or the disk is full.' },
  { code: 'FL_STORE_MIGRATION', stage: 'store', status: 500, retry: false, help: 'The flow store comes from a newer FlowLens; run that version, or restore a backup.' },
  { code: 'FL_STORE_INSERT', stage: 'store', status: 500, retry: true, help: 'The flow store refused an insert; the rows wait in the spool and are sent again. Check disk space and the log.' },
  { code: 'FL_STORE_QUERY', stage: 'store', status: 500, retry: true, help: 'The flow store failed on a query; the log has the details.' },
  { code: 'FL_QUERY_INVALID', stage: 'query', status: 400, retry: false, help: 'The query names a column, metric or range that does not exist or does not fit.' },
  { code: 'FL_QUERY_TIMEOUT', stage: 'query', status: 503, retry: true, help: 'The query took longer than allowed and was stopped; shorten the range or group by fewer columns.' },
  { code: 'FL_QUERY_MEMORY', stage: 'query', status: 503, retry: true, help: 'The query needed more memory than allowed and was stopped; shorten the range or group by fewer columns.' },
  { code: 'FL_QUERY_CANCELLED', stage: 'query', status: 499, retry: true, help: 'The query was cancelled.' },
  { code: 'FL_FILTER_CHAR', stage: 'query', status: 400, retry: false, help: 'The filter has a character that means nothing there; text with blanks or signs belongs in quotes.' },
  { code: 'FL_FILTER_STRING_OPEN', stage: 'query', status: 400, retry: false, help: 'A quoted text in the filter is never closed.' },
  { code: 'FL_FILTER_COMMENT_OPEN', stage: 'query', status: 400, retry: false, help: 'A comment in the filter is never closed; end it with */.' },
  { code: 'FL_FILTER_PAREN_OPEN', stage: 'query', status: 400, retry: false, help: 'A parenthesis in the filter is never closed.' },
  { code: 'FL_FILTER_PAREN_CLOSE', stage: 'query', status: 400, retry: false, help: 'The filter closes a parenthesis that is not open.' },
  { code: 'FL_FILTER_ESCAPE', stage: 'query', status: 400, retry: false, help: "The filter has an unknown escape after a backslash; for a regex use '…'." },
  { code: 'FL_FILTER_EXPECT_TERM', stage: 'query', status: 400, retry: false, help: 'A condition is missing in the filter.' },
  { code: 'FL_FILTER_EXPECT_OP', stage: 'query', status: 400, retry: false, help: 'This field of the filter needs an operator or a value.' },
  { code: 'FL_FILTER_EXPECT_VALUE', stage: 'query', status: 400, retry: false, help: 'A value is missing in the filter; a keyword as value belongs in quotes.' },
  { code: 'FL_FILTER_MISSING_AND', stage: 'query', status: 400, retry: false, help: 'Two conditions stand side by side; put `and` between them, or quote the phrase.' },
  { code: 'FL_FILTER_FIELD', stage: 'query', status: 400, retry: false, help: 'The filter names a column that does not exist.' },
  { code: 'FL_FILTER_FIELD_GONE', stage: 'query', status: 400, retry: false, help: 'The filter names a column that was removed; the message tells what replaced it.' },
  { code: 'FL_FILTER_FIELD_ROLE', stage: 'query', status: 400, retry: false, help: 'Your role may not filter by this column.' },
  { code: 'FL_FILTER_BARE', stage: 'query', status: 400, retry: false, help: 'No application, protocol or field has this name; to search names, try `host contains …`.' },
  { code: 'FL_FILTER_OP', stage: 'query', status: 400, retry: false, help: 'This operator does not fit the kind of the field; the message lists those that do.' },
  { code: 'FL_FILTER_VALUE', stage: 'query', status: 400, retry: false, help: 'The field has no such value.' },
  { code: 'FL_FILTER_NUMBER', stage: 'query', status: 400, retry: false, help: 'A number in the filter is malformed, fractional or out of range.' },
  { code: 'FL_FILTER_UNIT', stage: 'query', status: 400, retry: false, help: 'A unit in the filter is missing or belongs to another kind of value.' },
  { code: 'FL_FILTER_IP', stage: 'query', status: 400, retry: false, help: 'The filter has something that is no address or network.' },
  { code: 'FL_FILTER_RANGE', stage: 'query', status: 400, retry: false, help: 'A range in the filter is open, descending, or mixes IPv4 and IPv6.' },
  { code: 'FL_FILTER_TIME', stage: 'query', status: 400, retry: false, help: 'The filter has a time that does not exist.' },
  { code: 'FL_FILTER_REGEX', stage: 'query', status: 400, retry: false, help: 'A regular expression of the filter is not RE2 (no look-around, no back-reference), or is too large.' },
  { code: 'FL_FILTER_LIST_EMPTY', stage: 'query', status: 400, retry: false, help: 'A list in the filter is empty; give it a value.' },
  { code: 'FL_FILTER_LIST', stage: 'query', status: 400, retry: false, help: 'The filter names a list or saved filter that does not exist.' },
  { code: 'FL_FILTER_LIST_KIND', stage: 'query', status: 400, retry: false, help: 'A list in the filter holds values of another kind than the field.' },
  { code: 'FL_FILTER_KINDS', stage: 'query', status: 400, retry: false, help: 'The filter compares two columns of different kinds.' },
  { code: 'FL_FILTER_EITHER', stage: 'query', status: 400, retry: false, help: 'A field that means either side has no single value to compare; name src_… or dst_….' },
  { code: 'FL_FILTER_MEASURED', stage: 'query', status: 400, retry: false, help: 'This column is always measured; ask whether it exists.' },
  { code: 'FL_FILTER_ELIDED', stage: 'query', status: 400, retry: false, help: 'It is not plain which field a value of the filter belongs to; repeat the field, or use `in (a, b)`.' },
  { code: 'FL_FILTER_CYCLE', stage: 'query', status: 400, retry: false, help: 'Saved filters refer to each other in a circle.' },
  { code: 'FL_FILTER_TOO_LONG', stage: 'query', status: 400, retry: false, help: 'The filter is too long; use a list for many values.' },
  { code: 'FL_FILTER_TOO_DEEP', stage: 'query', status: 400, retry: false, help: 'The filter is nested too deeply.' },
  { code: 'FL_FILTER_TOO_MANY', stage: 'query', status: 400, retry: false, help: 'The filter has too many conditions or values; use a list for many values.' },
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
  { code: 'FL_API_EXPORTER', stage: 'api', status: 404, retry: true, help: 'No exporter of this address has sent anything since receiving began. Check the address and port it exports to, and firewalls on the way; `GET /api/v1/exporters` and `flowlens exporters` list those that have.' },
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
