/**
 * For tests of rooms that need a real store. In: flows as plain objects. Out: stage files as the spool would make them, and a
 * store in a directory of its own that is gone afterwards. Always: a column a row does not name is absent, and time stands
 * still unless the test moves it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { COLUMN_INDEX, columnByName, encodeBlock, FlowBatch, layoutsOf, type ColumnName } from '../../schema/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { createStore, type Store, type StoreConfig } from '../index.ts'

/** Times in ms, addresses as dotted IPv4 or 128-bit integers, texts as they are, all else numbers. */
export type TestFlow = Partial<Record<ColumnName, number | bigint | string>>

const MAPPED = 0xffffn << 32n

/** An IPv4 address as 32 bits; undefined for other texts. */
function dotted(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number)
  return parts?.reduce((sum, part) => sum * 256 + part, 0)
}

function addressOf(value: number | bigint | string): bigint {
  if (typeof value !== 'string') return BigInt(value)
  const four = dotted(value)
  if (four === undefined) throw new RangeError(`${value} is no IPv4 address`)
  return MAPPED | BigInt(four)
}

/** The bytes of one Native block that holds these flows; `firstSeq` becomes their batch. */
export function blockOf(flows: readonly TestFlow[], firstSeq: number, family: 4 | 6 = 4): Uint8Array {
  const batch = new FlowBatch(1, family)
  const layouts = layoutsOf(family)
  for (const [row, flow] of flows.entries()) {
    for (const [name, value] of Object.entries(flow)) {
      const index = COLUMN_INDEX[name]
      const layout = index === undefined ? undefined : layouts[index]
      if (index === undefined || layout === undefined) throw new RangeError(`${name} is not stored`)
      const column = batch.need(index)
      if (layout.dictionary !== undefined)
        column[row] = batch.code(index, layout.dictionary === 'ip' ? addressOf(value) : layout.dictionary === 'int64' ? Number(value) : String(value))
      else if (columnByName(name)?.kind === 'ip') {
        const address = addressOf(value)
        if (layout.per === 1) column[row] = Number(address & 0xffff_ffffn)
        else {
          const view = new DataView(column.buffer)
          view.setBigUint64(row * 16, address >> 64n)
          view.setBigUint64(row * 16 + 8, address & 0xffff_ffff_ffff_ffffn)
        }
      } else if (layout.per === 2) {
        column[row * 2] = Number(BigInt(value) & 0xffff_ffffn)
        column[row * 2 + 1] = Number(BigInt(value) >> 32n)
      } else column[row] = Number(value)
    }
  }
  batch.rows = flows.length
  return Buffer.concat(encodeBlock(batch.seal(), firstSeq))
}

const QUIET: Log = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => QUIET,
  setLevel: () => {},
  flush: () => {},
}

/** A store in this directory that says nothing and never looks at the real clock. */
export function quietStore(path: string, now: () => number, config: Partial<StoreConfig> = {}): Store {
  return createStore(
    {
      path,
      memoryBytes: 512 * 1024 * 1024,
      threads: 2,
      retention: { rawHours: 72, minuteDays: 30, hourDays: 365 },
      query: { timeoutMs: 20_000, memoryBytes: 256 * 1024 * 1024, concurrency: 2 },
      ...config,
    },
    {
      log: QUIET,
      now,
      pause: async ms => {
        await wait(ms)
      },
      every: () => () => {},
    },
  )
}

export interface TestStore {
  readonly store: Store
  readonly directory: string
  /** Sets the clock, ms since 1970. */
  setNow(ms: number): void
  /** Stores flows as one insert; `token` when it is to be a repetition. */
  add(flows: readonly TestFlow[], options?: { readonly firstSeq?: number; readonly family?: 4 | 6; readonly token?: string }): Promise<void>
  /** Stores stage files of several blocks. */
  addBlocks(blocks: readonly Uint8Array[], token: string): Promise<void>
  /** Values of the first row of a statement. */
  row(sql: string): Promise<readonly unknown[]>
  /** Closes the store and opens it again. */
  restart(config?: Partial<StoreConfig>): Promise<void>
  close(): Promise<void>
}

/** Opens a store in a new directory. One at a time in a process: the engine knows one directory. */
export async function openTestStore(config: Partial<StoreConfig> = {}): Promise<TestStore> {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-store-'))
  let now = Date.UTC(2026, 0, 31, 12)
  let seq = 1
  const open = (changed: Partial<StoreConfig>): Store => quietStore(join(directory, 'store'), () => now, { ...config, ...changed })
  let store = open({})
  await store.start()

  const addBlocks = async (blocks: readonly Uint8Array[], token: string): Promise<void> => {
    const stageFile = join(directory, 'stage.native')
    writeFileSync(stageFile, Buffer.concat(blocks))
    await store.insert({ token, stageFile, rows: 0 })
  }
  return {
    get store() {
      return store
    },
    directory,
    setNow: ms => {
      now = ms
    },
    async add(flows, { firstSeq = seq, family = 4, token = `test-${firstSeq}` } = {}) {
      seq = Math.max(seq, firstSeq + flows.length)
      await addBlocks([blockOf(flows, firstSeq, family)], token)
    },
    addBlocks,
    async row(sql) {
      return (await store.query({ sql })).rows[0] ?? []
    },
    async restart(changed = {}) {
      await store.stop()
      store = open(changed)
      await store.start()
    },
    async close() {
      await store.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
