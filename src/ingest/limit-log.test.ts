import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Ledger } from '../telemetry/index.ts'
import { createLimitLog } from './limit-log.ts'

const books = (rejected: Readonly<Record<string, Readonly<Record<string, number>>>>, all: Readonly<Record<string, number>> = {}): Ledger =>
  ({
    datagrams: { received: 0, decoded: 0, rejected: all },
    exporters: Object.entries(rejected).map(([address, reasons]) => ({ address, rejected: reasons })),
  }) as unknown as Ledger

function bench() {
  const lines: unknown[][] = []
  const clock = { now: 0 }
  const log = createLimitLog({ log: { warn: (message, fields) => void lines.push([message, fields]) }, now: () => clock.now })
  return { clock, watch: log.watch, lines: () => lines.splice(0) }
}

test('a limit is told when it refuses, then once a minute with what came between', () => {
  const { clock, watch, lines } = bench()
  watch(books({ '192.0.2.1': { rate_limited: 5, malformed: 9 } }))
  assert.deepEqual(lines(), [
    [
      'a limit refuses what is sent',
      { exporter: '192.0.2.1', limit: 'rate_limited', refused_since: 5, refused: 5, setting: 'datagramsPerSecond of the exporter, under exporters' },
    ],
  ])
  for (const [now, refused, told] of [
    [1000, 7, null],
    [59_999, 9, null],
    [60_000, 12, 7],
    [200_000, 12, null],
    [201_000, 3, 3],
  ] as const) {
    clock.now = now
    watch(books({ '192.0.2.1': { rate_limited: refused } }))
    assert.deepEqual(
      lines().map(line => (line[1] as { refused_since: number }).refused_since),
      told === null ? [] : [told],
      `at ${now}`,
    )
  }
})

test('exporters beyond the limit are told of together', () => {
  const { watch, lines } = bench()
  watch(books({}, { exporter_limit: 4, malformed: 2 }))
  watch(books({}, { exporter_limit: 4 }))
  assert.deepEqual(
    lines().map(line => line[1]),
    [{ limit: 'exporter_limit', refused_since: 4, refused: 4, setting: 'templates.exporters and templates.domains' }],
  )
})

test('a flood of exporters gives a bounded number of lines a look, and memory for those that are known', () => {
  const { watch, lines } = bench()
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`10.0.0.${at}`, { template_rate: 1 }]))
  watch(books(many))
  assert.equal(lines().length, 20)
  watch(books(many))
  assert.equal(lines().length, 20)
  watch(books(many))
  assert.equal(lines().length, 10)
  watch(books({}))
  watch(books({ '10.0.0.7': { template_rate: 1 } }))
  assert.equal(lines().length, 1, 'it was forgotten')
})
