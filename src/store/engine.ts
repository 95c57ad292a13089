/**
 * The engine in this process: sessions of one data directory. A session runs one statement at a time and each statement holds
 * one thread of libuv's pool, so that writes have a session of their own, small questions about the store another, and queries
 * wait for one of a few readers.
 */
import { Session, drainPending } from 'chdb'
import { FlowLensError, type ErrorCode } from '../schema/index.ts'
import type { Log } from '../telemetry/index.ts'

/** A value that is bound to a typed parameter `{name:Type}` of a statement. */
export type Parameter = string | number | bigint | boolean | readonly (string | number | bigint)[]

export interface Statement {
  readonly sql: string
  readonly parameters?: Readonly<Record<string, Parameter>>
  /** Settings of this statement, put behind it; for an INSERT they stand in its text instead. */
  readonly settings?: Readonly<Record<string, string | number>>
  readonly signal?: AbortSignal
}

/** A field of an answer: 64-bit numbers beyond 2^53 and all texts are strings. */
export type Field = string | number | boolean | null | readonly Field[]

export interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Field[])[]
  /** The row of WITH TOTALS. */
  readonly totals?: readonly Field[]
  readonly rowsRead: number
  /** Rows there were before LIMIT; exact with the setting `exact_rows_before_limit`. */
  readonly rowsBeforeLimit?: number
  readonly tookMs: number
}

export interface EngineConfig {
  readonly path: string
  readonly memoryBytes: number
  readonly threads: number
  /** Queries at once. */
  readonly readers: number
  readonly timeoutMs: number
  readonly queryMemoryBytes: number
}

export interface Engine {
  open(): void
  close(): Promise<void>
  /** Runs on the writer's session, in order. */
  write(statement: Statement): Promise<Answer>
  /** Runs on the session for small questions, in order; never waits for queries or inserts. */
  ask(statement: Statement): Promise<Answer>
  /** Runs on a free reader within the limits of queries; `signal` stops it in the engine too. */
  read(statement: Statement): Promise<Answer>
}

/** Text of a string literal. */
export const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

function literal(value: Parameter): string {
  if (typeof value === 'object') return `[${value.map(item => (typeof item === 'string' ? quote(item) : String(item))).join(',')}]`
  return String(value)
}

/**
 * Parameters are set in the session right before the statement: `queryBindAsync` of the package runs one parametrised query at
 * a time in the whole process. The engine parses each value by the type the statement declares, so a value never becomes SQL.
 * The text form of a top-level parameter is its escaped form (as in TSV), which is then quoted as a literal.
 */
function setParameters(parameters: Readonly<Record<string, Parameter>>): string {
  const settings = Object.entries(parameters).map(([name, value]) => {
    if (!/^[a-z_]\w*$/.test(name)) throw new RangeError(`parameter ${name} has no plain name`)
    const text =
      typeof value === 'string'
        ? value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\0', '\\0')
        : literal(value)
    return `param_${name} = ${quote(text)}`
  })
  return settings.length === 0 ? '' : `SET ${settings.join(', ')};\n`
}

/** A SETTINGS clause; nothing is set in the session, where it would outlive the statement. */
export const settingsClause = (settings: Readonly<Record<string, string | number>>): string =>
  `SETTINGS ${Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : quote(value)}`)
    .join(', ')}`

const CODES: Readonly<Record<number, ErrorCode>> = {
  159: 'FL_QUERY_TIMEOUT',
  160: 'FL_QUERY_TIMEOUT',
  241: 'FL_QUERY_MEMORY',
  394: 'FL_QUERY_CANCELLED',
  76: 'FL_STORE_OPEN',
}

/** An error of the engine as ours; the first line of its text is kept, the rest is a stack or the statement. */
function engineError(thrown: unknown, fallback: ErrorCode): FlowLensError {
  if (thrown instanceof FlowLensError) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const number = Number(/Code: (\d+)/.exec(text)?.[1] ?? 0)
  const message = (/DB::Exception: ([^\n]{1,400})/.exec(text)?.[1] ?? text.slice(0, 400)).trim()
  return new FlowLensError(CODES[number] ?? fallback, message, { context: { engine_code: number }, cause: thrown })
}

/** Hands out things one by one, first come first served. */
function createPool<T>(items: readonly T[]): { take(signal?: AbortSignal): Promise<T>; give(item: T): void } {
  const free = [...items]
  const waiting: ((item: T) => void)[] = []
  return {
    take(signal) {
      const item = free.pop()
      if (item !== undefined) return Promise.resolve(item)
      return new Promise((resolve, reject) => {
        const cancel = (): void => {
          waiting.splice(waiting.indexOf(accept), 1)
          reject(new FlowLensError('FL_QUERY_CANCELLED', 'the query was cancelled before it began'))
        }
        const accept = (given: T): void => {
          signal?.removeEventListener('abort', cancel)
          resolve(given)
        }
        waiting.push(accept)
        signal?.addEventListener('abort', cancel, { once: true })
      })
    },
    give(item) {
      const next = waiting.shift()
      if (next === undefined) free.push(item)
      else next(item)
    },
  }
}

/** Threads of libuv's pool; a blocked pool would hold up files and names of the whole process. */
const poolThreads = (): number => Number(process.env['UV_THREADPOOL_SIZE'] ?? 4) || 4

interface Body {
  readonly meta: readonly { readonly name: string }[]
  readonly data: readonly (readonly Field[])[]
  readonly totals?: readonly Field[]
  readonly rows_before_limit_at_least?: number
  readonly statistics?: { readonly rows_read?: number }
}

export function createEngine(config: EngineConfig, deps: { readonly log: Log; readonly pause: (ms: number) => Promise<void> }): Engine {
  let sessions: Session[] = []
  let writer: Session | undefined
  let asker: Session | undefined
  let readers: ReturnType<typeof createPool<Session>> | undefined
  let writing: Promise<unknown> = Promise.resolve()
  let asking: Promise<unknown> = Promise.resolve()
  let queries = 0

  async function run(session: Session | undefined, statement: Statement, fallback: ErrorCode): Promise<Answer> {
    if (session === undefined) throw new FlowLensError('FL_STORE_OPEN', 'the flow store is not open')
    const began = performance.now()
    try {
      const text = `${setParameters(statement.parameters ?? {})}${statement.sql}${statement.settings === undefined ? '' : `\n${settingsClause(statement.settings)}`}`
      const result = await session.queryAsync(text, { format: 'JSONCompact' })
      const bytes = result.text()
      // The engine's own JSON, with the columns and statistics that format promises.
      // Totals of no rows at all come before the opening brace (chdb 3.4.0): there is nothing to tell.
      const body: Body = bytes.startsWith('{') ? (JSON.parse(bytes) as Body) : { meta: [], data: [] }
      return {
        columns: body.meta.map(column => column.name),
        rows: body.data,
        ...(body.totals === undefined ? {} : { totals: body.totals }),
        rowsRead: body.statistics?.rows_read ?? 0,
        ...(body.rows_before_limit_at_least === undefined ? {} : { rowsBeforeLimit: body.rows_before_limit_at_least }),
        tookMs: performance.now() - began,
      }
    } catch (thrown) {
      // What a failed statement had written so far would stand before the answer of the next one (chdb 3.4.0): let it out.
      await session.queryAsync('SELECT 1', { format: 'Null' }).catch(() => undefined)
      throw engineError(thrown, fallback)
    }
  }

  function ask(statement: Statement): Promise<Answer> {
    const done = asking.then(() => run(asker, statement, 'FL_STORE_QUERY'))
    asking = done.catch(() => undefined)
    return done
  }

  return {
    open() {
      const wanted = config.readers
      const possible = Math.max(1, poolThreads() - 2)
      if (possible < wanted)
        deps.log.info('fewer queries run at once than configured', {
          readers: possible,
          wanted,
          help: 'start with UV_THREADPOOL_SIZE at least 2 above query.concurrency',
        })
      const settings = [
        `--max_server_memory_usage=${config.memoryBytes}`,
        '--background_pool_size=1',
        '--background_common_pool_size=1',
        '--mark_cache_size=33554432',
        '--primary_index_cache_size=33554432',
        '--index_mark_cache_size=16777216',
        '--query_condition_cache_size=8388608',
        '--compiled_expression_cache_size=16777216',
      ]
      const openOne = (): Session => {
        const session = new Session(config.path, { connectionArgs: settings })
        sessions.push(session)
        session.query("SET allow_suspicious_low_cardinality_types = 1, output_format_json_quote_64bit_integers = 1, session_timezone = 'UTC'")
        return session
      }
      try {
        writer = openOne()
        asker = openOne()
        readers = createPool(Array.from({ length: Math.min(wanted, possible) }, openOne))
      } catch (thrown) {
        for (const session of sessions) session.close()
        sessions = []
        throw engineError(thrown, 'FL_STORE_OPEN')
      }
    },

    async close() {
      writer = undefined
      asker = undefined
      readers = undefined
      await drainPending()
      for (const session of sessions) session.close()
      sessions = []
      await drainPending()
    },

    write(statement) {
      const done = writing.then(() => run(writer, statement, 'FL_STORE_INSERT'))
      writing = done.catch(() => undefined)
      return done
    },

    ask,

    async read(statement) {
      const { signal } = statement
      const pool = readers
      if (pool === undefined) throw new FlowLensError('FL_STORE_OPEN', 'the flow store is not open')
      const session = await pool.take(signal)
      if (signal?.aborted === true) {
        pool.give(session)
        throw new FlowLensError('FL_QUERY_CANCELLED', 'the query was cancelled before it began')
      }
      const mark = `flowlens-${process.pid}-${++queries}`
      let ended = false
      // A query that has not reached the engine yet is not there to be killed, so ask again until it has ended.
      const stop = async (): Promise<void> => {
        const { rows } = await ask({ sql: `KILL QUERY WHERE Settings['log_comment'] = ${quote(mark)} ASYNC` })
        if (rows.length > 0 || ended) return
        await deps.pause(20)
        await stop()
      }
      const kill = (): void => {
        stop().catch((thrown: unknown) => deps.log.warn('a cancelled query could not be stopped', { error: engineError(thrown, 'FL_STORE_QUERY') }))
      }
      signal?.addEventListener('abort', kill, { once: true })
      try {
        const settings = {
          max_execution_time: config.timeoutMs / 1000,
          max_memory_usage: config.queryMemoryBytes,
          max_threads: config.threads,
          // With its default of 4 GiB a thread, our limit of memory would leave every query a single thread.
          max_threads_min_free_memory_per_thread: 0,
          max_bytes_before_external_group_by: 0,
          ...statement.settings,
          log_comment: mark,
        }
        return await run(session, { ...statement, settings }, 'FL_STORE_QUERY')
      } finally {
        ended = true
        signal?.removeEventListener('abort', kill)
        pool.give(session)
      }
    },
  }
}
