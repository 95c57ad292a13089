import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLearned } from './learned.ts'

test('what was learned is written when it is due and read at the next start; a damaged file is told and learned anew', t => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'duplicates.json')
  const restored: string[] = []
  const warned: string[] = []
  let text = 'first'
  const marker = { save: () => text, restore: (from: string) => restored.push(from) > 0 && from !== 'damaged' }
  const warn = (message: string): void => void warned.push(message)
  const learned = createLearned(file, marker, warn)
  assert.deepEqual([restored, warned], [[], []])
  learned.save(100_000)
  text = 'second'
  learned.save(100_001)
  assert.equal(readFileSync(file, 'utf8'), 'first')
  learned.save(100_002, true)
  createLearned(file, marker, warn)
  assert.deepEqual([restored, warned], [['second'], []])
  writeFileSync(file, 'damaged')
  createLearned(file, marker, warn)
  createLearned(join(folder, 'no such folder', 'x'), marker, warn).save(100_000)
  assert.deepEqual(warned, ['what was learned of duplicates is learned anew', 'what was learned of duplicates is not saved'])
})
