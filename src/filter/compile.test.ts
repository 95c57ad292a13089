/** What compiling adds to the table and the properties: shared parameters, saved filters, parts switched off, absent columns. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { FlowLensError, parseBlock, type Kind } from '../schema/index.ts'
import { compileToPredicate, compileToSql, createParameters, parse, print, resolve, type Filter, type ParseContext } from './index.ts'
import { ip } from './tree.ts'
import { keeps as keepsRow } from './fixtures/evaluate.ts'
import { TIMES } from './fixtures/filters.ts'
import { randomBlock } from './fixtures/rows.ts'

const tree = (text: string, context?: ParseContext): Filter => {
  const parsed = parse(text, context)
  assert.ok(parsed.ok, text)
  return parsed.tree
}
const code = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof FlowLensError) return error.code
    throw error
  }
  return 'none'
}

test('parts of one statement share their parameters', () => {
  const parameters = createParameters('f')
  const limit = compileToSql(tree('exporter = 10.0.0.1'), { now: 0, parameters })
  const filter = compileToSql(tree('src = 10.0.0.1 and port = 80'), { now: 0, parameters })
  assert.equal(limit.sql, 'exporter = {f1:IPv6}')
  assert.equal(filter.sql, 'src = {f1:IPv6} and (src_port = {f2:UInt16} or dst_port = {f2:UInt16})')
  assert.deepEqual(parameters.values, { f1: '10.0.0.1', f2: 80 })
})

test('64-bit values are texts, so that none is rounded on its way', () => {
  const { params } = compileToSql(tree('bytes_as_sent in (18446744073709551615, 9007199254740993) and bytes > 18446744073709551615'), { now: 0 })
  assert.deepEqual(Object.values(params), ['[18446744073709551615,9007199254740993]', '18446744073709552000'])
})

test('now is the moment of the query', () => {
  const { params } = compileToSql(tree('start_at > now-1h'), { now: Date.UTC(2026, 0, 31, 12) })
  assert.deepEqual(params, { p1: '2026-01-31 11:00:00.000' })
})

test('a column of the store’s choosing stands for a declared one', () => {
  const { sql } = compileToSql(tree('src_port = 80 and app exists'), { now: 0, columns: { src_port: 'r.port', app: 'r.app' } })
  assert.equal(sql, "r.port = {p1:UInt16} and r.app != ''")
})

test('parts switched off go with each group they empty', () => {
  const sql = (text: string): string => compileToSql(tree(text), { now: 0 }).sql
  assert.equal(sql('off (tcp)'), '1')
  assert.equal(sql('not off (tcp)'), '1')
  assert.equal(sql('duplicate and (off (tcp) or off (udp))'), 'duplicate')
  assert.equal(sql('duplicate or not (off (tcp) and off (udp))'), 'duplicate')
})

test('saved filters take the place of their names, and close when they are gone', () => {
  const context: ParseContext = { filters: name => (name === 'web' ? 'port = 80 or port = 443' : undefined) }
  const filter = tree('tcp and not $web', context)
  const filters = (name: string): Filter | undefined => (name === 'web' ? tree('port = 80 or port = 443') : undefined)
  assert.equal(print(resolve(filter, filters)), 'proto = tcp and not (port = 80 or port = 443)')
  assert.equal(
    compileToSql(filter, { now: 0, filters }).sql,
    'proto = {p1:UInt8} and not ((src_port = {p2:UInt16} or dst_port = {p2:UInt16}) or (src_port = {p3:UInt16} or dst_port = {p3:UInt16}))',
  )
  assert.equal(
    code(() => compileToSql(filter, { now: 0 })),
    'FL_FILTER_LIST',
  )
  assert.equal(
    code(() => compileToPredicate(filter, { now: 0 })),
    'FL_FILTER_LIST',
  )
  assert.equal(
    code(() => resolve(filter, () => filter)),
    'FL_FILTER_TOO_DEEP',
  )
  const wide = tree(Array.from({ length: 200 }, () => '$web').join(' and '), context)
  assert.equal(
    code(() => resolve(wide, () => wide)),
    'FL_FILTER_TOO_DEEP',
  )
  const large = tree(Array.from({ length: 200 }, (_, port) => `port = ${port}`).join(' or '))
  assert.equal(
    code(() => resolve(wide, () => large)),
    'FL_FILTER_TOO_MANY',
  )
})

test('lists must exist on both ways', () => {
  const filter = tree('src in ($bad, ::1)', { lists: (): Kind => 'ip' })
  assert.equal(
    code(() => compileToSql(filter, { now: 0 })),
    'FL_FILTER_LIST',
  )
  assert.equal(
    code(() => compileToPredicate(filter, { now: 0 })),
    'FL_FILTER_LIST',
  )
  const { bytes, rows } = randomBlock(5, 6, 100, 0)
  const holds = compileToPredicate(filter, { now: 0, lists: () => [ip(2n)] }).bind(parseBlock(bytes))
  assert.deepEqual(
    rows.map((_, row) => holds(row)),
    rows.map(row => row.src === 1n || row.src === 2n),
  )
  const empty = compileToPredicate(tree('src in $bad', { lists: (): Kind => 'ip' }), { now: 0, lists: () => [] }).bind(parseBlock(bytes))
  assert.ok(rows.every((_, row) => !empty(row)))
})

test('a block without the column is a block of zeros', () => {
  const block = { rows: 1, columns: new Map() }
  const keeps = (text: string): boolean => compileToPredicate(tree(text), { now: 0 }).bind(block)(0)
  for (const text of [
    'src = ::',
    'src not exists',
    'app = ""',
    'vlan = 0',
    'bytes = 0',
    'not mos < 5',
    'start_at < 1970-01-02',
    'mac not exists',
    'src_as = @dst_as',
    'app = @category',
    'src = dst',
    'not duplicate',
  ])
    assert.ok(keeps(text), text)
  for (const text of ['ipv4', 'ipv6', 'src exists', 'mos < 5', 'mos measured', 'bps = 0', 'flags S', 'app contains a', 'bytes > 0'])
    assert.ok(!keeps(text), text)
})

test('edges: the end of a time range is left out, a real is the nearest that is stored, a set has its ends', () => {
  const { bytes, rows } = randomBlock(5, 6, 400, 0)
  const block = parseBlock(bytes)
  const [first = 0, second = 0] = TIMES
  const iso = (ms: number): string => new Date(ms).toISOString()
  for (const text of [
    `start_at in ${iso(first)}..${iso(second)}`,
    'mos = 4.1',
    'mos >= 4.1',
    'loss in 0.5..4.1',
    'src_port in 53..443',
    'src_port in (53..80, 443)',
    'reverse_bytes in 40..1500',
    'mac starts with 00:1b:21',
    'reverse_bytes = 9007199254740993',
  ]) {
    const holds = compileToPredicate(tree(text), { now: 0 }).bind(block)
    const wanted = rows.map(row => keepsRow(tree(text), row, 0))
    assert.deepEqual(
      rows.map((_, row) => holds(row)),
      wanted,
      text,
    )
    assert.ok(wanted.includes(true) && wanted.includes(false), text)
  }
  const range = compileToPredicate(tree(`start_at in ${iso(first)}..${iso(second)}`), { now: 0 }).bind(block)
  for (const [row, { start_at: start }] of rows.entries()) if (start === second) assert.ok(!range(row))
})
