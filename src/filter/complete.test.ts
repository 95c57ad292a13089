import { test } from 'node:test'
import assert from 'node:assert/strict'
import { complete, parse, type CompleteContext, type Completed } from './index.ts'

const CONTEXT: CompleteContext = {
  applications: ['dns', 'https', 'Microsoft Teams'],
  lists: name => (name === 'blocklist' ? 'ip' : 'port'),
  listNames: ['blocklist', 'web'],
  filterNames: ['mine'],
}
/** Completes at the `|` of a text. */
const at = (text: string, context: CompleteContext = CONTEXT): Completed => {
  const caret = text.indexOf('|')
  return complete(text.slice(0, caret) + text.slice(caret + 1), caret, context)
}
const texts = (text: string, context?: CompleteContext): string[] => at(text, context).items.map(item => item.text)

test('where a term may stand there are fields, applications, protocols and names', () => {
  assert.deepEqual(texts('ap|').slice(0, 3), ['app', 'app_source', 'app_id'])
  assert.ok(texts('|').length === 20)
  assert.ok(texts('tcp and (sr|').includes('src'))
  assert.ok(texts('tc|').includes('tcp'))
  assert.ok(texts('$|').includes('$mine') && texts('$|').includes('$blocklist'))
  assert.ok(texts('Micro|').includes('Microsoft Teams'))
  assert.deepEqual([at('tcp and por| or udp').start, at('tcp and por| or udp').end], [8, 11])
  assert.deepEqual(texts('and ctry|'), [])
})

test('after a direction there are its stems', () => {
  assert.ok(texts('src po|').includes('port'))
  assert.ok(texts('in i|').includes('if'))
  assert.ok(!texts('in p|').includes('port'))
})

test('after a field there are its operators, commonest first', () => {
  assert.deepEqual(texts('app |').slice(0, 4), ['=', 'in', 'contains', 'starts with'])
  assert.deepEqual(texts('bytes |').slice(0, 2), ['>', '>='])
  assert.ok(texts('rtt_client |').includes('measured') && !texts('bytes |').includes('measured'))
  assert.deepEqual(texts('app con|'), ['contains', 'not contains'])
  assert.ok(texts('duplicate |').includes('and'))
  assert.ok(texts('app not |').includes('in'))
})

test('after an operator there are values of the kind', () => {
  assert.ok(texts('proto = t|').includes('tcp'))
  assert.deepEqual(texts('country in (DE, U|').slice(0, 4), ['UA', 'UG', 'UM', 'US'])
  assert.ok(texts('country = germ|').includes('DE'))
  assert.deepEqual(texts('duration > 15|').slice(0, 2), ['15ms', '15s'])
  assert.ok(texts('bps > 10|').includes('10Mbit/s'))
  assert.ok(texts('src in |').includes('$blocklist') && !texts('src in |').includes('$web'))
  assert.ok(texts('src_port = @|').includes('@dst_port'))
  assert.ok(!texts('src_port in @|').includes('@dst_port'))
  assert.ok(texts('start_at > n|').includes('now-1h'))
  assert.deepEqual(texts('dscp = af4|'), ['af41', 'af42', 'af43'])
  assert.deepEqual([texts('firewall_event = |')[2], at('firewall_event = |').wants], ['denied', undefined])
})

test('after a term there are and, or, and ) where one is open', () => {
  assert.deepEqual(texts('app = dns |'), ['and', 'or'])
  assert.deepEqual(texts('(app = dns |'), ['and', 'or', ')'])
  assert.deepEqual(texts('(tcp) |'), ['and', 'or'])
  assert.ok(texts('tcp |').includes('port'))
  assert.deepEqual(texts('app = dns a|'), ['and'])
})

test('after an error it goes on at the next and, or, )', () => {
  assert.ok(texts('port = = and pro|').includes('proto'))
  assert.ok(texts('bogus 7 or sr|').includes('src'))
  assert.deepEqual(texts('app = "dns" /* |'), [])
})

test('it says which stored values it wants, and ranks them by traffic', () => {
  assert.deepEqual(at('app = d|').wants, { field: 'app', columns: ['app'], prefix: 'd' })
  assert.deepEqual(at('user = "Ann B|').wants, { field: 'user', columns: ['src_user', 'dst_user'], prefix: 'Ann B' })
  assert.equal(at('src = 1|').wants, undefined)
  assert.deepEqual(at('ip = 10.1.2|').wants?.between, [0xffff_0a01_0000n, 0xffff_0a01_ffffn])
  assert.deepEqual(at('src = 2001:db8:|').wants?.between, [0x2001_0db8n << 96n, (0x2001_0db9n << 96n) - 1n])
  assert.equal(at('bytes > 1|').wants, undefined)
  const values = [
    { value: 'dtls', bytes: 5 },
    { value: 'dns', bytes: 500 },
    { value: 'Microsoft dictionary', bytes: 9000 },
    { value: 'old', bytes: 9e9 },
  ]
  assert.deepEqual(texts('app = d|', { ...CONTEXT, values }), ['dns', 'dtls', '"Microsoft dictionary"', 'old'])
  assert.deepEqual(texts('app = d|', { ...CONTEXT, values: [{ value: 'db' }, { value: 'dc' }], used: text => (text === 'dc' ? 1 : 0) }).slice(0, 2), [
    'dc',
    'db',
  ])
})

test('a role is not shown what it may not use', () => {
  const allowed = (name: string): boolean => name !== 'app' && name !== 'src_user'
  const context = { ...CONTEXT, allowed }
  assert.ok(!texts('ap|', context).includes('app'))
  assert.ok(!texts('use|', context).includes('user'))
  assert.ok(!texts('category = @|', context).includes('@app'))
})

test('what it gives after an operator is read', () => {
  for (const [text, field] of [
    ['proto = t', 'proto ='],
    ['bps > 10', 'bps >'],
    ['country = D', 'country ='],
    ['port = ht', 'port ='],
  ] as const) {
    for (const { text: value } of complete(text, text.length, CONTEXT).items) assert.ok(parse(`${field} ${value}`, CONTEXT).ok, `${field} ${value}`)
  }
})
