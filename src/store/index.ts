/**
 * The store: every flow, and sums of them by minute and hour, in ClickHouse inside this process. In: stage files of Native
 * blocks with a token each; statements of the query room. Out: their answers, sizes, how far back each table reaches.
 * Always: an insert repeated with its token and file changes nothing, in the roll-ups too; an insert that has returned
 * survives a power cut; roll-ups agree with the raw rows to the digit; no query holds up an insert. What a question means is
 * left to `query`, when to insert and retry to `deliver`.
 */
export { createStore, type Reach, type Store, type StoreConfig, type StoreDeps, type StoreInsert } from './store.ts'
export { COUNTERS_TABLE } from './counters.ts'
export { type Answer, type Field, type Parameter, type Statement } from './engine.ts'
export { END_MS, LATEST_MS, LONGEST_MS, share, startMs } from './spread.ts'
export { RESOLUTIONS, ROLLUPS, rollupTable, type Resolution, type Rollup } from './rollups.ts'
export { DIGEST_TYPE, DIGESTED, QUALITY_ROLLUPS, QUALITY_SUMS, qualityTable, type QualityRollup } from './quality-rollups.ts'
export { ALL_SEEN, BYTES, FAILED, FLAGS_TOLD, has, isMeasured, NOBODY_COUNTED, PACKETS, SENT_AGAIN } from './signs.ts'
