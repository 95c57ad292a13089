import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

/** Sends what is due at each tick, in datagrams of `size` flows, and returns how many flows went out. */
function drive(rate: number, ticksMs: readonly number[], size: number): number[] {
  let nowMs = 0
  let sent = 0
  const pace = createPace(rate, nowMs)
  return ticksMs.map(tick => {
    nowMs += tick
    for (let due = pace.due(nowMs); due > 0; due -= size) {
      sent += size
      pace.spend(size)
    }
    return sent
  })
}

test('the rate holds over a long run whatever the size of datagrams', () => {
  for (const size of [1, 28, 300]) {
    const sent = drive(
      100_000,
      Array.from({ length: 10_000 }, () => 1),
      size,
    ).at(-1)!
    assert.ok(Math.abs(sent - 1_000_000) <= size, `${sent} in ten seconds, datagrams of ${size}`)
  }
})

test('uneven ticks do not make it drift', () => {
  const ticks = Array.from({ length: 4000 }, (_, i) => 1 + (i % 5))
  const elapsed = ticks.reduce((sum, tick) => sum + tick, 0)
  assert.ok(Math.abs(drive(50_000, ticks, 24).at(-1)! - 50 * elapsed) <= 24)
})

test('what a stall missed is made up slowly, not in one burst', () => {
  const sent = drive(1_000_000, [...Array.from({ length: 10 }, () => 1), 500, ...Array.from({ length: 2000 }, () => 1)], 20)
  assert.ok(sent[10]! - sent[9]! <= 20_020, `${sent[10]! - sent[9]!} flows after a stall of 500 ms`)
  assert.ok(sent[11]! - sent[10]! <= 1_520, 'one and a half times the rate afterwards')
  assert.ok(Math.abs(sent.at(-1)! - 2_510_000) <= 20, 'all is made up in the end')
})

test('a low rate waits for its flow', () => {
  const pace = createPace(2, 0)
  assert.ok(pace.due(100) <= 0.2)
  assert.ok(pace.waitMs() > 1 && pace.waitMs() <= 50)
  assert.ok(pace.due(500) >= 1)
})

test('rate 0 is as fast as possible', () => {
  const pace = createPace(0, 0)
  assert.equal(pace.due(1), Infinity)
  assert.equal(pace.waitMs(), 0)
})
