import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUDGETS, line, measure, offOrigin } from './budget.ts'

const MANIFEST = {
  'index.html': { file: 'a.js', isEntry: true, imports: ['_shared'], css: ['a.css'] },
  _shared: { file: 's.js' },
  'flows.tsx': { file: 'f.js', isDynamicEntry: true, imports: ['_shared', '_grid'], src: 'flows.tsx', css: ['f.css'] },
  _grid: { file: 'g.js' },
  'chart.ts': { file: 'c.js', isDynamicEntry: true, src: 'chart.ts' },
}

test('the first load counts what the entry needs; a page counts what it adds, the largest first', () => {
  const sizes: Readonly<Record<string, number>> = { 'a.js': 100, 's.js': 20, 'f.js': 7, 'g.js': 3, 'c.js': 12, 'a.css': 5, 'f.css': 2 }
  assert.deepEqual(
    measure(MANIFEST, file => sizes[file] ?? 0).map(({ name, bytes }) => [name, bytes]),
    [
      ['first load, script', 120],
      ['style, all pages', 7],
      ['lazy chart.ts', 12],
      ['lazy flows.tsx', 10],
    ],
  )
})

test('a build over its budget is told', () => {
  const [first] = measure(MANIFEST, () => BUDGETS.firstScript)
  assert.ok(first !== undefined && first.bytes > first.limit)
  assert.match(line(first), /^OVER/)
})

test('an address of another host is found', () => {
  assert.deepEqual(offOrigin('{address:"https://db-ip.com/"}; fetch("https://db-ip.com/api/")'), ['https://db-ip.com/api/'])
  assert.deepEqual(offOrigin('fetch("https://cdn.example/x.js"); "http://www.w3.org/2000/svg"'), ['https://cdn.example/x.js'])
})
