import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEnvironment } from './index.ts'

test('known variables are read, empty ones count as not set', () => {
  const { values, mistakes } = readEnvironment({ FLOWLENS_CONFIG: '/etc/flowlens.yaml', FLOWLENS_KEY: '', HOME: '/root' })
  assert.deepEqual(values, { FLOWLENS_CONFIG: '/etc/flowlens.yaml' })
  assert.deepEqual(mistakes, [])
})

test('an unknown variable of ours is reported, with what was meant', () => {
  assert.deepEqual(readEnvironment({ FLOWLENS_CONFG: 'x', FLOWLENS_ZEBRA: 'y' }).mistakes, [
    'environment variable FLOWLENS_CONFG is not known; did you mean FLOWLENS_CONFIG?',
    'environment variable FLOWLENS_ZEBRA is not known',
  ])
})
