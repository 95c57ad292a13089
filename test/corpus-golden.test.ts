/**
 * The rows of every scenario of the corpus are those that were looked at: a digest of them, and for each column how often it is
 * filled and what its counters sum up to, so that a difference says where to look. UPDATE_GOLDEN=1 rewrites test/golden/corpus.tsv.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeFiles } from '../src/cli/decode.ts'
import { STORED_COLUMNS } from '../src/schema/index.ts'
import { scenarios, skipWithoutCorpus } from './helpers/corpus.ts'

const TABLE = join(import.meta.dirname, 'golden', 'corpus.tsv')
const HEAD = 'scenario\trows\tsha256\tcolumns: rows that fill them, and sums of counters'
const COUNTERS = new Set(STORED_COLUMNS.filter(({ kind, role }) => kind === 'count' && role === 'metric').map(({ name }) => name))
/** When the file was read is no fact of the flow; a row without times of its own has that time in all three. */
const OF_NOW = ['received_at', 'start_at', 'end_at']

type Row = Readonly<Record<string, string | number | null>>

/** What enrichment makes of ports, numbers and names of applications is its own affair, and has its own tests. */
const APPLICATION = new Set(['app', 'category', 'app_source'])

/** The row as it was decoded, without the time of reception, its columns in order of name. */
function canonical(row: Row): Row {
  const { received_at: received } = row
  return Object.fromEntries(
    Object.entries(row)
      .filter(([name, value]) => name !== 'received_at' && !(OF_NOW.includes(name) && value === received))
      .filter(([name]) => !APPLICATION.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** How many rows fill each column, and the sums of counters. */
function fillsOf(rows: readonly Row[]): string {
  const fills = new Map<string, { rows: number; sum: bigint }>()
  for (const row of rows)
    for (const [name, value] of Object.entries(row)) {
      if (value === null || value === 0 || value === '') continue
      const fill = fills.get(name) ?? { rows: 0, sum: 0n }
      fills.set(name, { rows: fill.rows + 1, sum: fill.sum + (COUNTERS.has(name) ? BigInt(value) : 0n) })
    }
  return [...fills]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { rows: count, sum }]) => (COUNTERS.has(name) ? `${name}=${count}/${sum}` : `${name}=${count}`))
    .join(' ')
}

async function goldenOf(files: readonly string[]): Promise<string> {
  const rows: Row[] = []
  await decodeFiles(files, line => {
    rows.push(canonical(JSON.parse(line) as Row))
    return Promise.resolve()
  })
  const digest = createHash('sha256')
  for (const line of rows.map(row => JSON.stringify(row)).toSorted()) digest.update(`${line}\n`)
  return [rows.length, digest.digest('hex').slice(0, 16), fillsOf(rows)].join('\t')
}

test('rows of every scenario are those that were looked at', { skip: skipWithoutCorpus, timeout: 120_000 }, async t => {
  const update = process.env['UPDATE_GOLDEN'] === '1'
  const golden = update ? new Map<string, string>() : readTable()
  const all = scenarios()
  const found = new Map<string, string>()
  for (const { name, files } of all) found.set(name, await goldenOf(files))
  if (update) writeFileSync(TABLE, `${[HEAD, ...[...found].map(([name, line]) => `${name}\t${line}`)].join('\n')}\n`)
  for (const [name, line] of found) await t.test(name, () => assert.equal(line, update ? line : golden.get(name)))
  assert.deepEqual(update ? [] : [...golden.keys()].filter(name => !found.has(name)), [])
})

function readTable(): Map<string, string> {
  const lines = readFileSync(TABLE, 'utf8').trimEnd().split('\n').slice(1)
  return new Map(lines.map(line => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1)]))
}
