import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FlowBatch, STORED_COLUMNS, indexOf } from '../../schema/index.ts'
import { dirtBehind } from '../../schema/fixtures/index.ts'
import { compile, familyOf, minimumLength, sourceOf } from './compile.ts'
import { createExporter, domainOf } from '../exporters.ts'
import { IE, elementKey, elementOfV9 } from '../registry/elements.ts'
import { STANDARD_MAPPING } from '../registry/mapping.ts'
import { createLists } from './lists.ts'
import { int } from './source.ts'
import { SPECIAL } from './special.ts'
import { SCOPE_SPACE } from '../templates/read.ts'
import { VARIABLE, type Definition, type Field, type RecordContext } from '../types.ts'

const SEED = 20_260_301

/** Every element somebody may send: those we know, and any other. */
const element = fc.oneof(
  fc.constantFrom(...STANDARD_MAPPING.filledBy.keys(), ...STANDARD_MAPPING.operands.keys(), ...Object.values(IE)),
  fc.nat(0xffff),
  fc.tuple(fc.nat(0xffff_ffff), fc.nat(0x7fff)).map(([enterprise, id]) => elementKey(enterprise, id)),
  fc.nat(0xffff).map(elementOfV9),
  fc.nat(9).map(id => elementKey(SCOPE_SPACE, id)),
)
const length = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 6, 8, 16, VARIABLE), fc.nat(40), fc.nat(65_535))
const field: fc.Arbitrary<Field> = fc.record({ element, length })
const definition: fc.Arbitrary<Definition> = fc
  .record({
    protocol: fc.constantFrom('netflow9', 'ipfix'),
    fields: fc.array(field, { minLength: 1, maxLength: 40 }),
    scopes: fc.nat(3),
    options: fc.boolean(),
  })
  .map(made => ({ ...made, scopes: Math.min(made.scopes, made.fields.length) }))

/** Every word that generated code may hold: the language's, our variables, and the methods they are asked for. */
const WORDS = new Set([
  'const',
  'let',
  'if',
  'else',
  'for',
  'while',
  'break',
  'return',
  'true',
  'false',
  'Math',
  'round',
  'floor',
  'min',
  'fill',
  'columns',
  'need',
  'code',
  'getUint8',
  'getUint16',
  'getUint32',
  'getInt32',
  'getInt16',
  'getInt8',
  'getFloat32',
  'getFloat64',
  'text',
  'note',
  'list',
  'shared',
  'sampled',
  'relay',
  'tunnel',
  'dropped',
  'exception',
  'extracted',
  'acl',
  'distinguisher',
  'linkType',
  'frameBytes',
  'ntp',
  'era',
  'FUTURE',
  'PAST',
  'v',
  'at',
  'end',
  'b',
  'row',
  'x',
  'r',
  'p',
  'i',
  't',
  'h',
  'm',
  'w',
  's',
  'e',
  'd',
  'n',
  'boot',
  'start',
  'whole',
  'last',
  'rc',
  'ec',
  'pc',
  'rm',
  'um',
  'ua',
  'xm',
  'future',
  'past',
  'receivedCode',
  'exporterCode',
  'protocolCode',
  'receivedMs',
  'uptimeMs',
  'uptimeAtMs',
  'rough',
  'exportMs',
  'records',
  'broken',
])

/** What generated source holds that is neither ours nor a number. */
function foreign(source: string): string[] {
  const words = source.match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []
  // 2.3283064365386963e-10 is 2 to the power of -32; the e and x of numbers are none of their words.
  const rest = source
    .replaceAll('2.3283064365386963e-10', '')
    .replaceAll('0xffff0000', '')
    .replaceAll('0x7fffffff', '')
    .replaceAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu, '')
  return [
    ...words.filter(word => !WORDS.has(word) && !/^[cfql]\d{1,3}$/.test(word) && word !== 'x7fffffff' && word !== 'xffff0000'),
    ...(rest.replaceAll("''", '').match(/[^\d\s(){}[\];,.+\-*/=<>!&|?:^]/g) ?? []),
  ]
}

test('generated source holds nothing but our words and integers, whatever a template says', () => {
  fc.assert(
    fc.property(definition, made => {
      for (const family of [4, 6] as const) {
        for (const fill of [false, true]) assert.deepEqual(foreign(sourceOf(made, family, STANDARD_MAPPING, fill)), [])
      }
    }),
    { seed: SEED, numRuns: 800 },
  )
})

test('the inspection of generated source finds what is not ours', () => {
  assert.deepEqual(foreign('let r=row;process.exit(1)'), ['process', 'exit'])
  assert.deepEqual(foreign('let r="row"'), ['"', '"'])
  assert.deepEqual(foreign('let r=`${row}`'), ['$', '`', '`'])
})

test('only unsigned integers of 32 bits are ever put into source', () => {
  assert.throws(() => int(-1), RangeError)
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, '1;process.exit()' as unknown as number, [1] as unknown as number]) {
    assert.throws(() => int(value), RangeError)
    const fields = [
      { element: 8, length: 4 },
      { element: 1, length: value },
      { element: 2, length: 4 },
    ]
    assert.throws(() => sourceOf({ protocol: 'ipfix', fields, scopes: 0, options: false }, 4, STANDARD_MAPPING), RangeError)
  }
})

const exporter = createExporter(0n)
const context = (): RecordContext => ({
  exporter,
  domain: domainOf(exporter, 'ipfix', 1, 1)!,
  lists: createLists(),
  linkType: 0,
  thinning: 1,
  frameBytes: 0,
  receivedMs: 1.7e12,
  receivedCode: 1,
  exporterCode: 2,
  protocolCode: 3,
  exportMs: 1.7e12,
  uptimeMs: 5,
  uptimeAtMs: 1.7e12,
  rough: false,
  records: 0,
  broken: false,
})
const batches = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }

test('a compiled template reads inside its range, and leaves nothing behind its last row', () => {
  // Outside [at, end) every read would show: a range of its own length throws beyond it.
  fc.assert(
    fc.property(definition, fc.uint8Array({ maxLength: 200 }), (made, bytes) => {
      fc.pre(minimumLength(made) > 0)
      const family = familyOf(made, STANDARD_MAPPING)
      const batch = batches[family]
      batch.reset(family)
      const x = context()
      const view = new DataView(bytes.slice().buffer)
      const stopped = compile(made, family, STANDARD_MAPPING)(view, 0, bytes.length, batch, 0, x)
      assert.ok(stopped >= 0 && stopped <= bytes.length && x.records <= bytes.length / minimumLength(made))
      assert.ok(x.broken || bytes.length - stopped < minimumLength(made))
      batch.rows = x.records
      assert.equal(dirtBehind(batch), '')
    }),
    { seed: SEED, numRuns: 1000 },
  )
})

/** Fields that are read, of lengths records have. */
const known: fc.Arbitrary<Field> = fc.record({
  element: fc.constantFrom(...STANDARD_MAPPING.filledBy.keys(), ...STANDARD_MAPPING.operands.keys(), ...SPECIAL.keys()),
  length: fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 16, VARIABLE),
})

/** Columns whose values are bits, to which others are or-ed, and the depth of labels, which the deepest tells. */
const JOINED = new Set(['measured', 'tcp_flags', 'mpls_depth'])

test('a function that fills changes no value a row has, and writes no other row', () => {
  fc.assert(
    fc.property(fc.array(known, { minLength: 1, maxLength: 8 }), fc.uint8Array({ minLength: 60, maxLength: 200 }), fc.nat(1), (fields, bytes, half) => {
      const made: Definition = { protocol: 'ipfix', fields, scopes: 0, options: false }
      const batch = batches[4]
      batch.reset(4)
      const taken = STORED_COLUMNS.map((_, index) => index).filter(index => index % 2 === half)
      for (const index of taken) batch.need(index).fill(7, 0, 4)
      // Whether a row has a quality value is told by its bit.
      batch.need(indexOf('measured')).fill(0xffff_ffff, 0, 4)
      const x = context()
      const view = new DataView(bytes.slice().buffer)
      const stopped = compile(made, 4, STANDARD_MAPPING, true)(view, 0, bytes.length, batch, 0, x)
      assert.ok(stopped >= 0 && stopped <= bytes.length && x.records <= bytes.length / minimumLength(made))
      batch.rows = 1
      for (const index of taken)
        if (!JOINED.has(STORED_COLUMNS[index]?.name ?? '')) assert.equal(batch.need(index)[0], 7, `column ${STORED_COLUMNS[index]?.name}`)
      for (const index of [...taken, indexOf('measured')]) batch.need(index).fill(0, 1, 4)
      assert.equal(dirtBehind(batch), '')
    }),
    { seed: SEED, numRuns: 3000 },
  )
})

test('a set that gives more rows than a batch holds stops at the batch’s end', () => {
  const made: Definition = { protocol: 'ipfix', fields: [{ element: 460, length: VARIABLE }], scopes: 0, options: false }
  const batch = batches[6]
  batch.reset(6)
  const x = context()
  const stopped = compile(made, 6, STANDARD_MAPPING)(new DataView(new ArrayBuffer(1000)), 0, 1000, batch, 65_530, x)
  assert.deepEqual([x.records, stopped], [6, 6])
  batch.rows = 65_536
})

test('elements: v9 types by range, columns by element', () => {
  assert.equal(elementOfV9(8), 8)
  assert.equal(elementOfV9(32_767), 32_767)
  assert.equal(elementOfV9(34_000), elementKey(9, 1232))
  assert.equal(elementOfV9(40_005), elementKey(9, 7237))
  assert.equal(elementOfV9(57_471), elementKey(9, 24_703))
  assert.equal(elementOfV9(57_472), elementKey(35_632, 0))
  assert.equal(elementOfV9(58_509), elementKey(35_632, 1037))
  assert.equal(elementOfV9(58_510), elementKey(9, 25_742))
  for (const own of [56_701, 56_702, 51_108, 51_110]) assert.equal(elementOfV9(own), own)
  assert.equal(STORED_COLUMNS[STANDARD_MAPPING.filledBy.get(elementKey(35_632, 205))?.column ?? -1]?.name, 'dns_query')
  assert.equal(STANDARD_MAPPING.filledBy.get(elementKey(SCOPE_SPACE, 2)), undefined)
})
