import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closest } from './closest.ts'

test('a mistyped word finds the one it meant', () => {
  const words = ['listeners', 'receive', 'http', 'log', 'src_port', 'dst_port']
  for (const [typed, meant] of [
    ['listenr', 'listeners'],
    ['htpp', 'http'],
    ['recevie', 'receive'],
    ['SRC_PORT', 'src_port'],
    ['dstport', 'dst_port'],
    ['lgo', 'log'],
  ] as const) {
    assert.equal(closest(typed, words), meant, typed)
  }
})

test('nothing is suggested where nothing is near', () => {
  assert.equal(closest('banana', ['http', 'log']), undefined)
  assert.equal(closest('src', ['dst']), undefined)
  assert.equal(closest('x', []), undefined)
})

test('the nearest wins, the first of equals', () => {
  assert.equal(closest('porta', ['portal', 'port', 'ports']), 'portal')
  assert.equal(closest('ports', ['port', 'ports']), 'ports')
})
