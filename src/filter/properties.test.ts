/** Laws of the filter language over random filters: printing and parsing, the two back ends, no input in the SQL. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseBlock } from '../schema/index.ts'
import { compileToPredicate, compileToSql, fieldsUsed, parse, print, renderError, storedUsed, tokenize, FIELDS, type Value } from './index.ts'
import { COMMUNITY_ID_SQL } from './community-id.ts'
import { walk } from './tree.ts'
import { keeps } from './fixtures/evaluate.ts'
import { NOW, filters } from './fixtures/filters.ts'
import { randomBlock } from './fixtures/rows.ts'

const SEED = 20_260_131

test('parsing what is printed gives the same tree, and prints the same', () => {
  fc.assert(
    fc.property(filters, filter => {
      const printed = print(filter)
      const parsed = parse(printed)
      assert.ok(parsed.ok, parsed.ok ? '' : `${printed}\n${renderError(printed, parsed.error)}`)
      assert.deepEqual(parsed.tree, filter)
      assert.equal(parsed.canonical, printed)
    }),
    { seed: SEED, numRuns: 800 },
  )
})

test('any text is parsed or refused with a place inside it', () => {
  const soup = fc.array(
    fc.oneof(
      fc.constantFrom(
        'src',
        'dst',
        'port',
        'in',
        '(',
        ')',
        'and',
        'or',
        'not',
        '=',
        '!=',
        '80',
        '10/8',
        'tcp',
        '"x',
        "'",
        '$a',
        '@b',
        '#',
        '/*',
        ' ',
        '\n',
        'off',
        ',',
        '..',
        'app',
        '~',
        '\u{1f600}',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 20 },
  )
  fc.assert(
    fc.property(soup, fc.constantFrom('', ' '), (parts, joint) => {
      const text = parts.join(joint)
      const parsed = parse(text)
      if (parsed.ok) {
        const again = parse(parsed.canonical)
        assert.ok(again.ok)
        assert.deepEqual(again.tree, parsed.tree)
      } else {
        assert.ok(parsed.error.start >= 0 && parsed.error.start <= parsed.error.end && parsed.error.end <= text.length, JSON.stringify(parsed.error))
        assert.ok(renderError(text, parsed.error).includes('^'))
      }
      for (const token of tokenize(text)) assert.ok(token.start <= token.end)
    }),
    { seed: SEED, numRuns: 1500 },
  )
})

const blocks = [randomBlock(1, 4, 120, 1000), randomBlock(2, 6, 120, 2000), randomBlock(3, 6, 60, 3000)]
const parsedBlocks = blocks.map(({ bytes, rows }) => ({ block: parseBlock(bytes), bytes, rows }))

test('the predicate keeps the rows that the plainest reading keeps, and reads no other columns', () => {
  let kept = 0
  fc.assert(
    fc.property(filters, filter => {
      const predicate = compileToPredicate(filter, { now: NOW })
      for (const { bytes, rows } of parsedBlocks) {
        const holds = predicate.bind(parseBlock(bytes, predicate.columns))
        const wanted = rows.flatMap((row, index) => (keeps(filter, row, NOW) ? [index] : []))
        assert.deepEqual(
          rows.flatMap((_, index) => (holds(index) ? [index] : [])),
          wanted,
          print(filter),
        )
        kept += wanted.length
      }
    }),
    { seed: SEED, numRuns: 400 },
  )
  assert.ok(kept > 8000, 'the filters are no empty question')
})

/** All texts and numbers a filter holds, as they could appear in SQL. */
function literals(value: Value): string[] {
  switch (value.kind) {
    case 'Text':
      return value.value.length > 2 ? [value.value] : []
    case 'Values':
      return value.items.flatMap(literals)
    case 'Num':
      return value.value > 9999n ? [value.value.toString()] : []
    default:
      return []
  }
}

test('SQL holds no literal of the filter and no name but those declared', () => {
  const names = new Set(FIELDS.all.flatMap(field => field.columns.map(column => column.name)))
  const grammar = new Set([
    'and',
    'or',
    'not',
    'in',
    'between',
    'if',
    'greatest',
    'toFloat64',
    'toUnixTimestamp64Milli',
    'bitAnd',
    'bitShiftRight',
    'lowerUTF8',
    'position',
    'startsWith',
    'endsWith',
    'match',
    'arrayExists',
    'toIPv6',
    'measured',
    'l',
    'h',
    't',
  ])
  const numbers = new Set(['0', '1', '2', '1000', '8000'])
  fc.assert(
    fc.property(filters, filter => {
      const { sql, params } = compileToSql(filter, { now: NOW })
      const bare = sql
        // A constant of ours, which is proven where the engine runs it.
        .replaceAll(COMMUNITY_ID_SQL, '0')
        .replaceAll(/\{p\d+:[A-Za-z0-9(), ']+\}/g, '')
        .replaceAll("'::'", '')
        .replaceAll("''", '')
      for (const word of bare.match(/[^\s()=<>!,+*/-]+/g) ?? []) assert.ok(names.has(word) || grammar.has(word) || numbers.has(word), `${word} in ${sql}`)
      assert.doesNotMatch(bare, /['"`\\;{}]/)
      walk(filter, node => {
        if (node.kind === 'Test')
          for (const text of literals(node.value)) if (!names.has(text) && !grammar.has(text)) assert.ok(!bare.split(/[^\w]+/).includes(text), text)
      })
      for (const [name] of Object.entries(params)) assert.ok(sql.includes(`{${name}:`))
      for (const word of bare.match(/[a-z_0-9]+/g) ?? []) if (names.has(word)) assert.ok(storedUsed(filter).has(word), `${word} is read but not told`)
      for (const name of fieldsUsed(filter)) assert.ok(names.has(name))
    }),
    { seed: SEED, numRuns: 500 },
  )
})
