import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { line, measureBuild } from '../budget.ts'
import { unavailable } from './browser.ts'

test('the build is within its budgets and asks no other host for anything', { skip: unavailable }, () => {
  const { results, foreign } = measureBuild(join(import.meta.dirname, '..', 'dist'))
  assert.deepEqual(results.filter(({ bytes, limit }) => bytes > limit).map(line), [])
  assert.deepEqual(foreign, [])
  // What is not needed to draw the first page stays out of the first load.
  const lazy = results.map(({ name }) => name)
  for (const file of [
    'chart/canvas.ts',
    'filter/completer.ts',
    'flows/page.tsx',
    'exporters/page.tsx',
    'exporters/exporter.tsx',
    'rankings/page.tsx',
    'quality/page.tsx',
    'entity/page.tsx',
    'entity/hosts.tsx',
    'entity/conversations.tsx',
    'access/page.tsx',
    'welcome/page.tsx',
  ])
    assert.ok(lazy.includes(`lazy src/${file}`), `${file} is not loaded on demand`)
})
