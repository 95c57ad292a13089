import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { columnByName, COLUMNS, type Column } from '../schema/index.ts'
import { CONVERSATION_FIGURES } from './conversation-figures.ts'
import { dimensionOf } from './dimensions.ts'
import { metricOf } from './metrics.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/reference/figures.md'), 'utf8')
const named = new Set([...PAGE.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([a-z][a-z0-9_]*)`/g)].map(([, name]) => name ?? ''))
/** Words of the page in code that are keys of requests. */
const KEYS = new Set(['metrics', 'direction', 'by', 'from', 'to', 'filter', 'limit', 'compare', 'metric', 'curl', 'voip', 'totals', 'order'])
const OF_CONVERSATIONS: ReadonlySet<string> = new Set(CONVERSATION_FIGURES)
const PREFIXES = ['avg_', 'min_', 'max_', 'p5_', 'p50_', 'p95_', 'p99_', 'count_']

test('every figure of the reference page exists', () => {
  for (const name of named) {
    if (KEYS.has(name) || PREFIXES.includes(name) || OF_CONVERSATIONS.has(name)) continue
    // A column of single flows, or a figure by itself.
    const column = columnByName(name)
    const whole = column === undefined || ['count', 'bits', 'rate'].includes(column.kind)
    assert.equal(metricOf(whole ? name : `p95_${name}`, false).name, whole ? name : `p95_${name}`)
  }
  for (const name of [...PREFIXES, ...CONVERSATION_FIGURES.filter(one => !/^p5|^p9/.test(one))]) assert.ok(named.has(name), name)
})

test('every value of quality has its figures, and stands on the page', () => {
  const columns: readonly Column[] = COLUMNS
  for (const { name, group, role, kind } of columns) {
    if (group !== 'quality' || role !== 'metric') continue
    assert.ok(named.has(name), `${name} is not in docs/reference/figures.md`)
    for (const prefix of PREFIXES) assert.equal(metricOf(prefix + name, false).nothing, prefix === 'count_' ? 0 : null)
    if (kind === 'count') assert.equal(metricOf(name, false).nothing, null, 'what was not measured is no zero')
    else assert.throws(() => metricOf(name, false), /there is no metric/)
    // A time has bands too.
    if (kind === 'duration') assert.ok(dimensionOf(`${name}/3`).bands !== undefined && PAGE.includes(`\`${name}/3\``), `${name}/3`)
  }
})

test('what is worked out without a measurement says so in its name', () => {
  for (const name of ['handshake_failures', 'handshake_failures_percent', 'p95_nothing', 'p42_rtt', 'count_src', 'rtt_percent', 'constructor', 'toString'])
    assert.throws(() => metricOf(name, false), /there is no metric/, name)
})
