import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCollector, type Collector } from '../fixtures/collector.ts'
import type { SampleSource } from '../types.ts'
import { datagram, flow, type Head } from './fixtures/datagrams.ts'

const sourcesOf = (collector: Collector): ReadonlyMap<number, SampleSource> => collector.exporter.domains.get('sflow/0')?.sflow?.sources ?? new Map()

/** The source after samples with these numbers, one datagram each. */
function after(...heads: readonly Head[]): { readonly [K in 'rate' | 'samples' | 'pool' | 'dropped' | 'missing' | 'reset']: number } {
  const collector = createCollector()
  heads.forEach((head, index) => collector.feed(datagram([flow(head)], { sequence: index + 1 })))
  const source = sourcesOf(collector).get(7)
  assert.ok(source)
  const { rate, samples, pool, dropped, missing, reset } = source
  return { rate, samples, pool, dropped, missing, reset }
}

test('the rate in effect is what the pool grew by, a sample', () => {
  assert.deepEqual(after({ sequence: 1, pool: 1000 }, { sequence: 2, pool: 2500 }, { sequence: 3, pool: 4000 }), {
    rate: 1000,
    samples: 2,
    pool: 3000,
    dropped: 0,
    missing: 0,
    reset: 0,
  })
})

test('samples that never arrived and samples lost in the device are told apart', () => {
  const { missing, dropped, samples } = after({ sequence: 1, pool: 0, drops: 5 }, { sequence: 5, pool: 4000, drops: 7 })
  assert.deepEqual({ missing, dropped, samples }, { missing: 3, dropped: 2, samples: 4 })
})

test('pool, drops and sequence wrap at 32 bits', () => {
  assert.deepEqual(after({ sequence: 0xffff_ffff, pool: 0xffff_ff00, drops: 0xffff_ffff }, { sequence: 0, pool: 0x300, drops: 1 }), {
    rate: 1000,
    samples: 1,
    pool: 0x400,
    dropped: 2,
    missing: 0,
    reset: 0,
  })
})

test('a big step back is a reset, and nothing is made of it', () => {
  const { samples, pool, dropped, missing, reset } = after(
    { sequence: 50_000, pool: 50_000_000, drops: 9 },
    { sequence: 1, pool: 1000, drops: 0 },
    { sequence: 2, pool: 2000 },
  )
  assert.deepEqual({ samples, pool, dropped, missing, reset }, { samples: 1, pool: 1000, dropped: 0, missing: 0, reset: 1 })
})

test('a sample that was overtaken or repeated changes nothing but the count of missing ones', () => {
  const numbers = [1, 3, 2, 3].map(sequence => ({ sequence, pool: sequence * 1000 }))
  assert.deepEqual(after(...numbers), { rate: 1000, samples: 2, pool: 2000, dropped: 0, missing: 0, reset: 0 })
})

test('another rate begins anew', () => {
  assert.deepEqual(
    after({ sequence: 1, pool: 1000 }, { sequence: 2, pool: 2000 }, { sequence: 3, pool: 2100, rate: 100 }, { sequence: 4, pool: 2200, rate: 100 }),
    {
      rate: 100,
      samples: 1,
      pool: 100,
      dropped: 0,
      missing: 0,
      reset: 0,
    },
  )
})

test('sources are kept apart, and no more than there can be of interfaces', () => {
  const collector = createCollector()
  collector.feed(datagram([flow({ source: 1 }), flow({ source: 2, rate: 50 }), flow({ source: 0x0100_0001, rate: 10 })]))
  assert.deepEqual(
    [...sourcesOf(collector).values()].map(({ id, rate }) => [id, rate]),
    [
      [1, 1000],
      [2, 50],
      [0x0100_0001, 10],
    ],
  )
  for (let first = 0; first < 6000; first += 500) collector.feed(datagram(Array.from({ length: 500 }, (_, index) => flow({ source: first + index }))))
  assert.equal(sourcesOf(collector).size, 4096)
  assert.equal(collector.counts.rows, 6003, 'rows come all the same')
})
