/** Every row of the conformance table of the filter language, kept as data in fixtures/conformance.txt. */
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { Kind } from '../schema/index.ts'
import { NOTE_CODES, compileToSql, parse, type ParseContext } from './index.ts'

const CONTEXT: ParseContext = {
  applications: ['dns', 'https'],
  lists: name => ({ blocklist: 'ip', web: 'port' } as const satisfies Record<string, Kind>)[name as 'web'],
  filters: name => (name === 'loop' ? '$loop' : undefined),
  zone: 'UTC',
}

const rows = readFileSync(new URL('fixtures/conformance.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => line.split(/(?<= |^)\|(?= |$)/).map(cell => cell.trim().replaceAll('⏎', '\n')))

/** SQL as the table writes it: parameters as `?`, the scaled counter as `bytes * rate`. */
const shape = (sql: string): string => sql.replaceAll(/\{p\d+:[^}]+\}/g, '?').replaceAll(/toFloat64\((\w+)\) \* greatest\(sampling_rate, 1\)/g, '$1 * rate')

/** Remarks of the table that are meanings, in words. */
const MEANINGS: Readonly<Record<string, (sql: string) => boolean>> = {
  'every row': sql => sql === '1',
  'no row': sql => sql === 'not (1)',
  'some side differs': sql => shape(sql) === 'not (src = ?) or not (dst = ?)',
  'both above': sql => shape(sql) === 'not (src_port <= ? or dst_port <= ?)',
  'the text': sql => shape(sql) === 'lowerUTF8(app) = ?',
}

test('the table is complete', () => assert.equal(rows.length, 92))

for (const [input = '', expected = '', remark = ''] of rows) {
  test(`${input} | ${expected}`, () => {
    const parsed = parse(input, CONTEXT)
    if (expected.startsWith('! ')) {
      const [, code, column] = expected.split(' ')
      assert.ok(!parsed.ok, 'is refused')
      assert.equal(`${parsed.error.code} ${parsed.error.start + 1}`, `FL_FILTER_${code} ${column}`)
      if (remark !== '') assert.match(parsed.error.fix ?? '', new RegExp(`\\b${remark}\\b`))
      return
    }
    assert.ok(parsed.ok, parsed.ok ? '' : `${parsed.error.code} ${parsed.error.start + 1} ${parsed.error.message}`)
    assert.equal(parsed.canonical, expected === '=' ? input : expected)
    const again = parse(parsed.canonical, CONTEXT)
    assert.ok(again.ok)
    assert.deepEqual(again.tree, parsed.tree)
    const noted = NOTE_CODES.filter(code => remark === `note ${code}`)
    assert.deepEqual(
      parsed.notes.map(({ code }) => code).filter(code => code !== 'RENAMED'),
      noted,
    )
    if (remark === '' || noted.length > 0) return
    const { sql } = compileToSql(parsed.tree, { now: 0, lists: name => name })
    const meaning = MEANINGS[remark]
    if (meaning === undefined) assert.equal(shape(sql), remark)
    else assert.ok(meaning(sql), sql)
  })
}
