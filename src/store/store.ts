/** The store: opens the engine, brings the tables up to date, takes inserts, keeps its size. */
import { mkdirSync } from 'node:fs'
import { columnByName, FlowLensError } from '../schema/index.ts'
import type { CounterSample, Log, StoreSizes } from '../telemetry/index.ts'
import { createEngine, quote, settingsClause, type Answer, type Statement } from './engine.ts'
import { insertCounters } from './counters.ts'
import { createHours } from './hours.ts'
import { migrate } from './migrate.ts'
import { createQualityClosing } from './quality-closing.ts'
import { createKeeper, type Retention } from './retention.ts'
import { stagedColumns } from './staged.ts'
import { stagedType, stagedValue, storedDeclaration } from './tables.ts'

export interface StoreConfig {
  /** Directory of the engine; made when it is missing. */
  readonly path: string
  /** Memory of the engine, bytes. */
  readonly memoryBytes: number
  /** Threads of one query. */
  readonly threads: number
  readonly retention: Retention
  /** Limits of a query, and how many run at once. */
  readonly query: { readonly timeoutMs: number; readonly memoryBytes: number; readonly concurrency: number }
}

export interface StoreDeps {
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Waits. */
  readonly pause: (ms: number) => Promise<void>
  /** Calls `work` every so many milliseconds until the returned function is called. */
  readonly every: (ms: number, work: () => void) => () => void
}

/** One insert: the same token always with the same file. */
export interface StoreInsert {
  readonly token: string
  /** Path of a file of Native blocks laid end to end. */
  readonly stageFile: string
  readonly rows: number
}

/** What the planner of queries must know of the tables. */
export interface Reach {
  /** Hours before this are in the tables by the hour, ms since 1970; 0 while none is. */
  readonly hoursUntil: number
  /** Measured flows that ended in these times, ms since 1970, are in the roll-ups of quality; those after them in raw rows alone. */
  readonly quality: { readonly from: number; readonly until: number }
  /** Until when rows of a table were dropped by retention, ms since 1970; 0 when none were. */
  droppedUntil(table: string): number
}

export interface Store {
  /** Opens the store. Throws FL_STORE_OPEN, and FL_STORE_MIGRATION for a store of a newer program. */
  start(): Promise<void>
  /** Waits for what runs, then closes. */
  stop(): Promise<void>
  readonly ready: boolean
  /** Inserts the rows of a stage file exactly once: a repetition with the same token and file changes nothing. Throws FL_STORE_INSERT. */
  insert(insert: StoreInsert): Promise<void>
  /** Keeps counters of interfaces. Throws FL_STORE_INSERT, and FL_STORE_OPEN before the start. */
  keepCounters(samples: readonly CounterSample[]): Promise<void>
  /** Whether rows of the spool frame that begins at this sequence number are in the store. */
  hasBatch(seq: number): Promise<boolean>
  /** Runs a statement of the query room within the limits of a query. Throws FL_QUERY_TIMEOUT, _MEMORY, _CANCELLED, FL_STORE_QUERY. */
  query(statement: Statement): Promise<Answer>
  sizes(): Promise<StoreSizes>
  readonly reach: Reach
}

const EXPIRE_EVERY_MS = 300_000
/** Rows of one part of `flows`; an insert takes about 1 KiB of memory for each of them while the roll-ups are made. */
const BLOCK_ROWS = 262_144

export function createStore(config: StoreConfig, deps: StoreDeps): Store {
  const engine = createEngine(
    {
      path: config.path,
      memoryBytes: config.memoryBytes,
      threads: config.threads,
      readers: config.query.concurrency,
      timeoutMs: config.query.timeoutMs,
      queryMemoryBytes: config.query.memoryBytes,
    },
    deps,
  )
  const hours = createHours(engine)
  const keeper = createKeeper(config.path, config.retention, engine, deps)
  const quality = createQualityClosing(engine, { droppedUntil: () => keeper.droppedUntil('flows'), brought: () => stored })
  let stored = new Set<string>()
  let ready = false
  let stopExpiring: (() => void) | undefined
  let upkeep: Promise<void> = Promise.resolve()
  /** Inserts run one after the other, each with the columns it adds and the hours it closes. */
  let inserting: Promise<unknown> = Promise.resolve()

  async function addColumns(names: readonly string[]): Promise<void> {
    const added = names.filter(name => !stored.has(name))
    if (added.length === 0) return
    const declarations = added.map(name => {
      const column = columnByName(name)
      if (column === undefined) throw new FlowLensError('FL_STORE_INSERT', `the stage file holds ${name}, which is no column`)
      return storedDeclaration(column)
    })
    // Views read these columns, so they cannot be dropped and added; and an alias takes no codec, so that there are two steps.
    await engine.write({ sql: `ALTER TABLE flows ${added.map(name => `MODIFY COLUMN ${name} REMOVE ALIAS`).join(', ')}` })
    await engine.write({ sql: `ALTER TABLE flows ${declarations.map(declaration => `MODIFY COLUMN ${declaration}`).join(', ')}` })
    for (const name of added) stored.add(name)
  }

  /**
   * Closes what is over. A row goes into closed sums at the closing or, stored later, by the views; one that was stored before a closing
   * and is repeated after it would be in them twice. So nothing is closed between an insert and its repetition: the next one closes.
   */
  async function closeEnded(source: string | undefined): Promise<void> {
    const found = await engine.write({ sql: 'SELECT toUnixTimestamp64Milli(max(received_at)) FROM flows' })
    const newest = Math.min(Number(found.rows[0]?.[0] ?? 0), deps.now())
    const due = [hours, quality].filter(closing => closing.isDue(newest))
    if (due.length === 0) return
    if (source !== undefined) {
      const { rows } = await engine.write({ sql: `SELECT 1 FROM flows WHERE batch IN (SELECT batch FROM ${source} LIMIT 1) LIMIT 1` })
      if (rows.length > 0) return
    }
    for (const closing of due) await closing.closeEnded(newest)
  }

  async function insert({ token, stageFile }: StoreInsert): Promise<void> {
    const names = [...stagedColumns(stageFile)]
    const structure = names.map(name => `${name} ${stagedType(name)}`).join(', ')
    const source = `file(${quote(stageFile)}, Native, ${quote(structure)})`
    await closeEnded(names.includes('batch') ? source : undefined)
    if (names.length === 0) return
    await addColumns(names)
    // One thread and blocks of fixed length, so that a repetition cuts the file into the same parts.
    const settings = settingsClause({
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: token,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      max_threads: 1,
      max_insert_threads: 1,
      max_block_size: 65_536,
      min_insert_block_size_rows: BLOCK_ROWS,
      min_insert_block_size_bytes: 0,
      max_partitions_per_insert_block: 0,
      // The views' rows are summed up already; summing them again on the way costs 0.1 µs a row.
      optimize_on_insert: 0,
      parallel_view_processing: 0,
    })
    await engine.write({ sql: `INSERT INTO flows (${names.join(', ')}) ${settings} SELECT ${names.map(stagedValue).join(', ')} FROM ${source}` })
  }

  return {
    get ready() {
      return ready
    },

    async start() {
      mkdirSync(config.path, { recursive: true })
      engine.open()
      try {
        stored = await migrate(engine)
        await keeper.resume()
        await hours.resume()
        await quality.resume()
        await keeper.expire()
      } catch (thrown) {
        await engine.close()
        throw thrown
      }
      stopExpiring = deps.every(EXPIRE_EVERY_MS, () => {
        upkeep = keeper
          .expire()
          .catch((thrown: unknown) =>
            deps.log.warn('expired days could not be dropped', { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }),
          )
      })
      ready = true
    },

    async stop() {
      ready = false
      stopExpiring?.()
      await inserting
      await upkeep
      await engine.close()
    },

    insert(request) {
      const done = inserting.then(() => insert(request))
      inserting = done.catch(() => undefined)
      return done
    },

    keepCounters: samples => insertCounters(engine, samples),

    async hasBatch(seq) {
      const { rows } = await engine.ask({ sql: 'SELECT 1 FROM flows WHERE batch = {seq:UInt64} LIMIT 1', parameters: { seq } })
      return rows.length > 0
    },

    query: statement => engine.read(statement),
    sizes: () => keeper.sizes(),
    reach: {
      get hoursUntil() {
        return hours.closedUntil * 1000
      },
      get quality() {
        return quality.reach
      },
      droppedUntil: table => keeper.droppedUntil(table),
    },
  }
}
