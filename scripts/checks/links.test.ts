import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLinks } from './links.ts'

const files = { 'README.md': '', 'docs/index.md': '# The docs\n\n## A flow’s life, told\n', 'docs/images/a.png': '' }
const check = (path: string, text: string): readonly string[] => {
  const all = new Map(Object.entries({ ...files, [path]: text }))
  return checkLinks(all, new Set(all.keys()))
}

test('links to files and headings that exist pass, other hosts and code are left alone', () => {
  assert.deepEqual(
    check(
      'README.md',
      '[a](docs/index.md) [b](docs/index.md#a-flows-life-told) ![c](docs/images/a.png) [d](https://example.org/x) `[e](none.md)`\n```\n[f](none.md)\n```\n',
    ),
    [],
  )
  assert.deepEqual(check('docs/b.md', '# Top\n[a](../README.md) [b](#top)'), [])
})

test('links to nothing are found', () => {
  assert.deepEqual(check('docs/b.md', '\n[a](reference/none.md)'), ['docs/b.md:2: reference/none.md leads to no file'])
  assert.deepEqual(check('README.md', '[a](docs/index.md#nowhere)'), ['README.md:1: docs/index.md#nowhere leads to no heading'])
})
