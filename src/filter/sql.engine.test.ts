/** The SQL of random filters against the engine itself: it must keep the rows that the predicate keeps over the same blocks. */
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Session } from 'chdb'
import fc from 'fast-check'
import { STORED_COLUMNS, parseBlock, type Column } from '../schema/index.ts'
import { compileToPredicate, compileToSql, parse, print, type Filter } from './index.ts'
import { compileRegex } from './regex.ts'
import { NOW, PATTERNS, TEXTS, filters } from './fixtures/filters.ts'
import { randomBlock } from './fixtures/rows.ts'

const directory = mkdtempSync(join(tmpdir(), 'flowlens-filter-'))
let session: InstanceType<typeof Session>

/** Types of the flows table and of the blocks, as the store uses them. */
const tableType = ({ kind }: Column): string => {
  switch (kind) {
    case 'time':
      return "DateTime64(3, 'UTC')"
    case 'ip':
      return 'IPv6'
    case 'mac':
    case 'count':
      return 'UInt64'
    case 'port':
    case 'flags':
      return 'UInt16'
    case 'proto':
    case 'octet':
    case 'bool':
      return 'UInt8'
    case 'as':
    case 'id':
    case 'duration':
      return 'UInt32'
    case 'real':
      return 'Float32'
    case 'text':
    case 'country':
      return 'LowCardinality(String)'
    case 'bits':
    case 'rate':
      throw new Error('not stored')
    default:
      return kind satisfies never
  }
}
const blockType = (column: Column): string => (column.kind === 'time' ? 'Int64' : tableType(column))
const cast = ({ name, kind }: Column): string => {
  if (kind === 'time') return `fromUnixTimestamp64Milli(${name}, 'UTC')`
  // In a block of IPv4 rows 0.0.0.0 is no address, save for source and destination.
  return kind === 'ip' && name !== 'src' && name !== 'dst' && name !== 'exporter' ? `if(${name} = toIPv6('::ffff:0.0.0.0'), toIPv6('::'), ${name})` : name
}

const blocks = [randomBlock(11, 4, 150, 1000), randomBlock(12, 6, 150, 2000), randomBlock(13, 4, 60, 3000), randomBlock(14, 6, 60, 4000)]
const parsed = blocks.map(({ bytes, rows }) => ({ block: parseBlock(bytes), rows }))

async function rowsOf(sql: string, params: object): Promise<string[]> {
  const result = await session.queryBindAsync(`SELECT toString(batch + row) FROM flows WHERE ${sql} ORDER BY batch + row`, params, { format: 'TSV' })
  return result
    .text()
    .split('\n')
    .filter(line => line !== '')
}

const kept = (filter: Filter): string[] => {
  const predicate = compileToPredicate(filter, { now: NOW })
  return parsed.flatMap(({ block, rows }) => {
    const holds = predicate.bind(block)
    return rows.flatMap((row, index) => (holds(index) ? [String(Number(row.batch) + Number(row.row))] : []))
  })
}

async function same(filter: Filter): Promise<number> {
  const { sql, params } = compileToSql(filter, { now: NOW })
  const wanted = kept(filter)
  assert.deepEqual(await rowsOf(sql, params), wanted, `${print(filter)}\n${sql}\n${JSON.stringify(params)}`)
  return wanted.length
}

before(async () => {
  session = new Session(join(directory, 'db'))
  const columns = STORED_COLUMNS.map(column => `${column.name} ${tableType(column)}`).join(', ')
  await session.queryAsync(`CREATE TABLE flows (${columns}) ENGINE = MergeTree ORDER BY (start_at, src)`)
  for (const [index, { bytes, rows }] of blocks.entries()) {
    const file = join(directory, `${index}.native`)
    writeFileSync(file, bytes)
    const structure = STORED_COLUMNS.map(column => `${column.name} ${blockType(column)}`)
      .join(', ')
      .replaceAll("'", "\\'")
    const list = STORED_COLUMNS.map(cast).join(', ')
    // With IPv6 rows the mapped 0.0.0.0 is an address, so only blocks of IPv4 rows are mended.
    const source = index % 2 === 0 ? list : STORED_COLUMNS.map(column => (column.kind === 'time' ? cast(column) : column.name)).join(', ')
    await session.queryAsync(`INSERT INTO flows SELECT ${source} FROM file('${file}', Native, '${structure}')`)
    assert.ok(rows.length > 0)
  }
})

after(() => {
  session.close()
  rmSync(directory, { recursive: true, force: true })
})

test('the engine holds the rows', async () => {
  assert.equal(
    (await rowsOf('1', {})).length,
    blocks.reduce((sum, { rows }) => sum + rows.length, 0),
  )
})

test('the SQL of random filters keeps the rows that the predicate keeps', async () => {
  let total = 0
  await fc.assert(
    fc.asyncProperty(filters, async filter => {
      total += await same(filter)
    }),
    { seed: 26, numRuns: 300 },
  )
  assert.ok(total > 4000, 'the filters are no empty question')
})

test('the filters of the conformance table run', async () => {
  const context = { applications: ['dns'] }
  for (const text of [
    'ip = 10.0.0.1',
    'src in 10/8',
    'ipv6',
    'ipv4',
    'src = ::',
    'ip in ::/0',
    'ip not in (10.0.0.0/8, ::1)',
    'bytes > 1.5MiB',
    'bps > 10Mbps',
    'pps < 5k/s',
    'duration > 120s',
    'rtt_client > 1s',
    'not rtt_client > 1s',
    'start_at in 2026-01-31T02:00+02:00..now',
    'name ~ "^db"',
    'flags AS',
    'src_as = dst_as',
    'country in (US, IN)',
    'app = "x\') or 1=1 --"',
    'mac starts with 00:1b:21',
    'mos >= 4.1',
    'loss = 0.5%',
    'src exists',
    'start_at exists',
    'end_at not exists',
    'rtt_client < rtt_server',
    'bytes > reverse_bytes',
    'src = dst',
    'bytes_as_sent in (1500, 18446744073709551615)',
    `start_at in (${Array.from({ length: 40 }, (_, hour) => `2026-01-${String(10 + Math.floor(hour / 2))}T${hour % 2 === 0 ? '00' : '12'}:00..2026-01-31T12:00`).join(' ')})`,
    `ip in (${Array.from({ length: 40 }, (_, index) => `10.${index * 2}.0.0/16`).join(' ')})`,
    `src_port in (${Array.from({ length: 40 }, (_, index) => `${index * 20}..${index * 20 + 9}`).join(', ')})`,
  ]) {
    const result = parse(text, context)
    assert.ok(result.ok, text)
    await same(result.tree)
  }
})

test('patterns match as the engine’s do', async () => {
  const patterns = [
    ...PATTERNS,
    '(?i)\\w',
    '(?i)[^a]',
    'a.e',
    '(?-s)a.e',
    '(?m)^e',
    'h$',
    '\\Bn',
    '[[:upper:]]',
    '[\\W]',
    '[^\\W\\d]',
    '\\x{130}',
    '\\p{Greek}',
    '\\PL',
    '(?i)k',
    '(?i)ſ',
    '(a|b)*c?d',
    'x{0}dns',
    '(?:n|s){2,}',
    '\\QCORP\\\\E',
    '[a-c-]',
    '[]x]',
    '\\101',
    'a{,2}',
    '\\.',
    '(?P<n>d)ns',
    '(?i:D)ns',
    'd(?i)NS|HTTPS',
    '\\s',
    '[\\s\\S]t',
  ]
  const texts = [...TEXTS, 'K', 'ſ', 'S', 'a\ne', 'e\n', 'µs', 'dnsdns', 'abc-', ']', 'A']
  for (const pattern of patterns) {
    const result = await session.queryBindAsync(
      'SELECT arrayMap(t -> match(t, {p:String}), {t:Array(String)})',
      { p: pattern, t: texts },
      { format: 'JSONCompact' },
    )
    const matches = compileRegex(pattern)
    const theirs = result.json<{ data: [number[]][] }>().data[0]?.[0]
    assert.deepEqual(
      texts.filter((_, index) => theirs?.[index] === 1),
      texts.filter(matches),
      pattern,
    )
  }
})

test('the largest patterns that are taken here are taken there', async () => {
  for (const pattern of ['\\pL{100}\\pL{60}', '(?i)\\pL{80}', '(?:.{100}){10}', '(?i)[\\W]{100}[\\W]{50}', '(?i)(?:[a-z\\d\\W]{50}){8}']) {
    compileRegex(pattern)
    await session.queryBindAsync('SELECT match(app, {p:String}) FROM flows LIMIT 1', { p: pattern }, { format: 'TSV' })
  }
})

test('a list is a dictionary: the SQL and the predicate agree on its members', async () => {
  await session.queryAsync('CREATE TABLE nets (prefix String, member UInt8) ENGINE = Memory')
  await session.queryAsync("INSERT INTO nets VALUES ('10.0.0.0/24', 1), ('192.168.1.7/32', 1), ('2001:db8::/32', 1)")
  await session.queryAsync(
    "CREATE DICTIONARY list_bad (prefix String, member UInt8) PRIMARY KEY prefix SOURCE(CLICKHOUSE(TABLE 'nets')) LAYOUT(IP_TRIE) LIFETIME(0)",
  )
  const bad = parse('src in (10.0.0.0/24, 192.168.1.7, 2001:db8::/32)')
  const listed = parse('dst in (::1, $bad) and not src in $bad', { lists: () => 'ip' })
  assert.ok(bad.ok && listed.ok && bad.tree.kind === 'Test' && bad.tree.value.kind === 'Values')
  const items = bad.tree.value.items
  const { sql, params } = compileToSql(listed.tree, { now: NOW, lists: name => `list_${name}` })
  const predicate = compileToPredicate(listed.tree, { now: NOW, lists: () => items })
  const wanted = parsed.flatMap(({ block, rows }) => {
    const holds = predicate.bind(block)
    return rows.flatMap((row, index) => (holds(index) ? [String(Number(row.batch) + Number(row.row))] : []))
  })
  assert.ok(wanted.length > 0)
  assert.deepEqual(await rowsOf(sql, params), wanted)
})

test('lower case is the engine’s', async () => {
  const texts = [...TEXTS, 'ΑΣ ΑΣΑ', 'ǅ', 'ẞ', 'ÅÄ', 'Ⅷ', 'Ω', 'К', '𐐀', 'İ', 'I', 'ΌΣΟΣ']
  const result = await session.queryBindAsync('SELECT arrayMap(t -> lowerUTF8(t), {t:Array(String)})', { t: texts }, { format: 'JSONCompact' })
  assert.deepEqual(
    result.json<{ data: [string[]][] }>().data[0]?.[0],
    texts.map(text => text.toLowerCase()),
  )
})
