/**
 * Datagrams made to cost as much as they can: steps and memory are counted, since time on a shared machine proves nothing (the row
 * `worst` of the benchmark measures it). Steps are reads of the datagram; memory is what the heap grew by.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { worstCases } from '../../bench/worst.ts'
import { createDecoder, createExporter } from '../../src/decode/index.ts'
import { FlowBatch, MAX_ROWS } from '../../src/schema/index.ts'
import { WatchedView } from './watched-view.ts'

const LIMITS = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 8 << 20, pendingTotalBytes: 64 << 20 }
const NOW = 1_700_000_000_000
const ADDRESS = 0xffff_0a00_0001n
const MOST_BYTES = 4 * 1024 * 1024
/** A collection in the middle of a measurement hides what was allocated; one of several is without. */
const ROUNDS = 5

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }

function measure(before: readonly Uint8Array[], worst: Uint8Array, watched: boolean): { readonly kept: number } {
  for (const family of [4, 6] as const) batches[family].reset(family)
  const agent = createExporter(ADDRESS)
  const exporter = createExporter(ADDRESS)
  const decoder = createDecoder(LIMITS, {
    sink: {
      reserve(family, rows) {
        if (batches[family].full || batches[family].rows + rows > MAX_ROWS) batches[family].reset(family)
        return batches[family]
      },
      committed: () => {},
      counters: () => {},
    },
    exporterAt: () => agent,
  })
  for (const datagram of before) decoder.decode(new DataView(Uint8Array.from(datagram).buffer), 0, datagram.length, exporter, NOW)
  const view = watched ? new WatchedView(Uint8Array.from(worst).buffer) : new DataView(Uint8Array.from(worst).buffer)
  // A view of this kind throws at the first read too many, or outside.
  if (view instanceof WatchedView) view.watch(0, worst.length)
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  decoder.decode(view, 0, worst.length, exporter, NOW)
  collect()
  const after = process.memoryUsage()
  // Still there after a collection: what a datagram makes an exporter, or the decoder, keep.
  return { kept: after.heapUsed - heapUsed + (after.arrayBuffers - arrayBuffers) }
}

for (const { name, before, worst } of worstCases()) {
  test(`${name}: at most four reads a byte, at most 4 MiB kept`, () => {
    measure(before, worst, true)
    const kept = Math.min(...Array.from({ length: ROUNDS }, () => measure(before, worst, false).kept))
    assert.ok(kept <= MOST_BYTES, `${kept} bytes are kept of a datagram of ${worst.length}`)
  })
}
