import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileToPredicate, parse, print, storedUsed } from '../filter/index.ts'
import { filters } from '../filter/fixtures/filters.ts'
import { randomBatch } from '../filter/fixtures/rows.ts'
import { batchOf, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { encodeBlock, parseBlock } from '../schema/index.ts'
import { createEnricher } from './index.ts'
import { createRules, namedByRules, type ApplicationRule } from './rules.ts'

const TCP = 6
const SEED = 20_260_401

type Named = readonly [app: string | undefined, category: string | undefined, source: string | undefined]

/** What is said of the rows when these rules hold. */
function said(applicationRules: readonly ApplicationRule[], rows: readonly PlainRow[], family: 4 | 6 = 4): readonly Named[] {
  const batch = batchOf(family, rows)
  createEnricher({ applicationRules }).enrich(batch)
  return rowsIn(batch).map(({ app, category, app_source: source }) => [app, category, source] as Named)
}

const web: PlainRow = { proto: TCP, src: '10.9.9.9', dst: '10.1.2.3', src_port: 51_000, dst_port: 443 }

test('a rule goes over the exporter, the server’s name, the port and the protocol', () => {
  for (const row of [web, { ...web, app: 'netflix', category: 'consumer-streaming' }, { ...web, server_name: 'zoom.us' }, { ...web, proto: 47 }])
    assert.deepEqual(said([{ filter: 'dst in 10.1.0.0/16', app: 'billing', category: 'accounts' }], [row]), [['billing', 'accounts', 'rule']])
})

test('the first rule that keeps a row names it, and rows that none keeps stay as they were', () => {
  const rules = [
    { filter: 'port = 443 and dst in 10.1.0.0/16', app: 'first' },
    { filter: 'port = 443', app: 'second' },
    { filter: 'any', category: 'rest' },
  ]
  assert.deepEqual(said(rules, [web, { ...web, dst: '10.2.0.0' }, { ...web, dst_port: 22 }]), [
    ['first', 'web', 'rule'],
    ['second', 'web', 'rule'],
    ['ssh', 'rest', 'port'],
  ])
  assert.deepEqual(said([{ filter: 'port = 1', app: 'never' }], [web]), [['https', 'web', 'port']])
})

test('a name FlowLens knows has our spelling and brings its category, unless the rule has one', () => {
  const one = (rule: Omit<ApplicationRule, 'filter'>): Named | undefined => said([{ filter: 'port = 443', ...rule }], [web])[0]
  assert.deepEqual(one({ app: 'Microsoft Teams' }), ['teams', 'collaboration', 'rule'])
  assert.deepEqual(one({ app: 'Microsoft Teams', category: 'Remote-Access' }), ['teams', 'remote access', 'rule'])
  assert.deepEqual(one({ app: 'Billing 2' }), ['Billing 2', 'web', 'rule'], 'a name of one’s own keeps the category that was found')
  assert.deepEqual(one({ category: 'Accounts' }), ['https', 'Accounts', 'port'], 'app_source tells of the application')
  assert.deepEqual(
    namedByRules([
      { filter: 'any', app: 'Microsoft Teams' },
      { filter: 'any', app: 'billing', category: 'file-transfer' },
      { filter: 'any', app: 'billing' },
    ]),
    {
      app: ['teams', 'billing'],
      category: ['collaboration', 'file transfer'],
    },
  )
})

test('a rule reads what the other enrichers filled', () => {
  assert.deepEqual(said([{ filter: 'app = https and category = web and app_source = port', app: 'seen' }], [web])[0]?.[0], 'seen')
})

test('rules name IPv6 rows too', () => {
  const rows: readonly PlainRow[] = [
    { ...web, src: '2001:db8::1', dst: '2001:db8::2' },
    { ...web, src: '2001:db8::1', dst: '2001:db9::2' },
  ]
  assert.deepEqual(
    said([{ filter: 'dst in 2001:db8::/32 and port = 443', app: 'six' }], rows, 6).map(([app]) => app),
    ['six', 'https'],
  )
})

test('more rules than a word of the index has bits: the first still wins', () => {
  const rules = Array.from({ length: 70 }, (_, at) => ({ filter: at % 2 === 0 ? `port = ${1000 + at}` : `src in 10.0.${at}.0/24`, app: `app ${at}` }))
  for (const at of [0, 31, 32, 33, 63, 64, 69]) {
    const row = at % 2 === 0 ? { src: '192.0.2.1', dst_port: 1000 + at } : { src: `10.0.${at}.9`, dst_port: 1 }
    assert.equal(said(rules, [{ proto: TCP, dst: '192.0.2.2', src_port: 60_000, ...row }])[0]?.[0], `app ${at}`)
  }
  assert.equal(said(rules, [{ proto: TCP, src: '10.0.31.1', dst: '192.0.2.2', dst_port: 1064, src_port: 60_000 }])[0]?.[0], 'app 31')
})

/** What a configuration lets through of it: rows have no number before they are written. */
const usable = filters.filter(tree => {
  const used = storedUsed(tree)
  return !used.has('batch') && !used.has('row')
})

test('any rules on any rows do what asking one after the other does', () => {
  fc.assert(
    fc.property(fc.array(usable, { minLength: 1, maxLength: 4 }), fc.constantFrom(4 as const, 6 as const), fc.nat(1_000_000), (trees, family, seed) => {
      const rules = trees.map((tree, at) => ({ filter: print(tree), app: `rule ${at}` }))
      const { batch } = randomBatch(seed, family, 40)
      const block = parseBlock(Buffer.concat(encodeBlock(batch.seal(), 1)))
      const asked = rules.map(({ filter }) => {
        const parsed = parse(filter)
        assert.ok(parsed.ok, filter)
        return compileToPredicate(parsed.tree, { now: 0 }).bind(block)
      })
      const before = rowsIn(batch)
      const expected = before.map((row, at) => {
        const first = asked.findIndex(holds => holds(at))
        return first === -1 ? row['app'] : `rule ${first}`
      })
      createRules(rules)(batch)
      assert.deepEqual(
        rowsIn(batch).map(row => row['app']),
        expected,
      )
    }),
    { seed: SEED, numRuns: 60 },
  )
})
