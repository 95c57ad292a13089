import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  COLUMNS,
  ERRORS,
  FlowLensError,
  GROUPS,
  KINDS,
  MEASURED_GROUPS,
  NOTES,
  STORED_COLUMNS,
  columnByName,
  indexOf,
  layoutOf,
  toError,
  type Column,
} from './index.ts'

const columns: readonly Column[] = COLUMNS
const twice = (values: readonly (string | number)[]): (string | number)[] => values.filter((value, index) => values.indexOf(value) !== index)

test('names are unique, in snake_case, and no former name means another column', () => {
  const names = columns.map(({ name }) => name)
  assert.deepEqual(twice([...names, ...columns.flatMap(({ formerly }) => formerly ?? [])]), [])
  assert.deepEqual(
    names.filter(name => !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)),
    [],
  )
  for (const column of columns) assert.equal(columnByName(column.name), column)
  assert.equal(columnByName('protocol'), undefined)
})

test('each column has a known kind and group, a label and a whole sentence', () => {
  for (const { name, kind, group, label, doc } of columns) {
    assert.ok(KINDS.includes(kind) && GROUPS.includes(group), name)
    assert.match(label, /^[A-Z]/, name)
    assert.match(doc, /^[\p{Lu}\p{Ll}0-9].*[.…]$/u, name)
  }
  assert.deepEqual(twice(columns.map(({ label }) => label)), [])
  assert.deepEqual(
    GROUPS.filter(group => !columns.some(column => column.group === group)),
    [],
  )
})

test('each stored column is fed by an element or has an origin', () => {
  assert.deepEqual(
    STORED_COLUMNS.filter(({ elements, origin }) => (elements ?? []).length === 0 && origin === undefined).map(({ name }) => name),
    [],
  )
  assert.deepEqual(
    STORED_COLUMNS.filter(({ kind }) => kind === 'bits' || kind === 'rate'),
    [],
  )
  for (const column of STORED_COLUMNS) layoutOf(column.kind)
  assert.throws(() => indexOf('bps'), /not stored/)
})

test('elements are in their ranges, and none fills two columns as it is', () => {
  const all = columns.flatMap(({ elements }) => elements ?? []).map(String)
  assert.deepEqual(twice(all), [])
  for (const element of all.flatMap(formula => formula.split(/ \+ | per /)).map(term => term.replace(/^[\d.]+ \* /, ''))) {
    const [, type, enterprise = '0', id] = /^(?:v9:(\d+)|(?:(\d+)\/)?(\d+))$/.exec(element) ?? []
    if (type !== undefined) assert.ok(Number(type) >= 32_768 && Number(type) < 65_536, element)
    else assert.ok(Number(enterprise) < 2 ** 32 && Number(id) > 0 && Number(id) < 32_768 && element !== `0/${id}`, element)
  }
})

test('elements suit the kind of their column, by the IANA registry', () => {
  // Data types of the IANA registry (RFC 7012) that some columns rest on.
  const kinds: Readonly<Record<number, readonly string[]>> = {
    1: ['count'],
    2: ['count'],
    4: ['proto'],
    5: ['octet'],
    6: ['flags'],
    7: ['port'],
    8: ['ip'],
    10: ['id'],
    12: ['ip'],
    16: ['as'],
    17: ['as'],
    27: ['ip'],
    28: ['ip'],
    56: ['mac'],
    80: ['mac'],
    85: ['count'],
    148: ['count'],
    152: ['time'],
    153: ['time'],
    225: ['ip'],
    227: ['port'],
    371: ['text'],
    386: ['duration'],
    460: ['text'],
  }
  for (const [element, allowed] of Object.entries(kinds)) {
    const column = columns.find(({ elements }) => elements?.includes(Number(element)))
    assert.ok(column !== undefined && allowed.includes(column.kind), `${element} fills ${column?.name}`)
  }
})

test('a quality value has its bit, which fits the column `measured`', () => {
  assert.ok(MEASURED_GROUPS.length <= 32)
  const guarded = columns.filter(({ measured }) => measured !== undefined)
  assert.deepEqual(
    MEASURED_GROUPS.filter(group => !guarded.some(({ measured }) => measured === group)),
    [],
  )
  assert.deepEqual(
    columns.filter(({ group, role, measured }) => group === 'quality' && role === 'metric' && measured === undefined).map(({ name }) => name),
    [],
  )
})

test('metrics have a unit where their kind has one; notes are single bits', () => {
  for (const { name, kind, unit } of columns) {
    if (kind === 'duration') assert.equal(unit, 'µs', name)
    if (kind === 'bits') assert.equal(unit, 'bit/s', name)
  }
  const bits = Object.values(NOTES)
  assert.deepEqual([...new Set(bits)], bits)
  assert.ok(bits.every(bit => Number.isInteger(Math.log2(bit))))
})

test('the documentation of `notes` tells each bit', () => {
  const doc = columnByName('notes')?.doc ?? ''
  for (const bit of Object.values(NOTES)) assert.match(doc, new RegExp(`\\b${bit} `))
})

test('codes of errors are unique, tell their stage, and have a sentence', () => {
  assert.deepEqual(twice(ERRORS.map(({ code }) => code)), [])
  for (const { code, help, status } of ERRORS) {
    assert.match(code, /^FL_[A-Z]+(_[A-Z]+)+$/)
    assert.match(help, /^[A-Z].*\.$/, code)
    assert.ok(status >= 400 && status < 600, code)
  }
})

test('anything thrown becomes an error of ours, which knows its entry', () => {
  const own = new FlowLensError('FL_SPOOL_IO', 'disk', { context: { path: 'x' } })
  assert.equal(toError(own, 'FL_API_INTERNAL'), own)
  assert.deepEqual([own.entry.stage, own.context], ['spool', { path: 'x' }])
  const cause = new TypeError('broken')
  const made = toError(cause, 'FL_STORE_QUERY')
  assert.deepEqual([made.code, made.message, made.cause, made.entry.status], ['FL_STORE_QUERY', 'broken', cause, 500])
  assert.deepEqual([toError('text').code, toError('text').message], ['FL_API_INTERNAL', 'text'])
})
