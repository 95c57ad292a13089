import { test } from 'node:test'
import assert from 'node:assert/strict'
import { addTerm, negateChip, parse, print, removeChip, replaceChip, switchChip, termOf, toChips, type Filter } from './index.ts'

const tree = (text: string): Filter => {
  const parsed = parse(text)
  assert.ok(parsed.ok, text)
  return parsed.tree
}
const drawn = (text: string): string => {
  const chips = toChips(tree(text))
  if (!chips.ok) return `text: ${chips.reason}`
  const one = (chip: { text: string; off: boolean }): string => (chip.off ? `~${chip.text}~` : chip.text)
  return chips.chips.map(chip => (chip.kind === 'term' ? `[${one(chip)}]` : `[${chip.items.map(one).join(' | ')}]`)).join(` ${chips.joint} `)
}

test('a flat filter and one of groups are chips, deeper ones are text', () => {
  assert.equal(drawn(''), '')
  assert.equal(drawn('tcp'), '[proto = tcp]')
  assert.equal(drawn('tcp and app != dns and off (port = 80)'), '[proto = tcp] and [app != dns] and [~port = 80~]')
  assert.equal(drawn('tcp and (port = 80 or off (not port = 443))'), '[proto = tcp] and [port = 80 | ~port != 443~]')
  assert.equal(drawn('(tcp and port = 80) or icmp'), '[proto = tcp | port = 80] or [proto = icmp]')
  assert.equal(drawn('off (tcp)'), '[~proto = tcp~]')
  assert.equal(drawn('not (tcp or udp)'), 'text: it negates a group')
  assert.equal(drawn('tcp and (udp or (port = 80 and app = dns))'), 'text: it is nested too deeply')
  assert.equal(drawn('tcp and off (udp or icmp)'), 'text: it switches off a group')
  assert.equal(drawn('any and tcp'), 'text: it has a part for every row')
  const saved = parse('tcp and $web', { filters: () => 'port = 80' })
  assert.ok(saved.ok)
  assert.deepEqual(toChips(saved.tree), { ok: false, reason: 'it refers to the saved filter $web' })
})

test('each edit gives the tree of what is then drawn', () => {
  const filter = tree('tcp and (port = 80 or app = dns) and off (src = 10.0.0.1)')
  assert.equal(print(negateChip(filter, [0])), 'proto != tcp and (port = 80 or app = dns) and off (src = 10.0.0.1)')
  assert.equal(print(negateChip(filter, [2])), 'proto = tcp and (port = 80 or app = dns) and off (src != 10.0.0.1)')
  assert.equal(print(negateChip(filter, [1, 1])), 'proto = tcp and (port = 80 or app != dns) and off (src = 10.0.0.1)')
  assert.equal(print(switchChip(filter, [2])), 'proto = tcp and (port = 80 or app = dns) and src = 10.0.0.1')
  assert.equal(print(switchChip(filter, [1, 0])), 'proto = tcp and (off (port = 80) or app = dns) and off (src = 10.0.0.1)')
  assert.equal(print(removeChip(filter, [1, 0])), 'proto = tcp and app = dns and off (src = 10.0.0.1)')
  assert.equal(print(removeChip(filter, [1])), 'proto = tcp and off (src = 10.0.0.1)')
  assert.equal(print(removeChip(tree('tcp'), [0])), '')
  assert.equal(print(replaceChip(filter, [0], tree('udp'))), 'proto = udp and (port = 80 or app = dns) and off (src = 10.0.0.1)')
  assert.equal(removeChip(filter, [7]).kind, 'And')
  assert.equal(print(filter), 'proto = tcp and (port = 80 or app = dns) and off (src = 10.0.0.1)')
})

test('a click includes or excludes, and is not said twice', () => {
  const dns = tree('app = dns')
  assert.equal(print(addTerm(tree(''), dns)), 'app = dns')
  assert.equal(print(addTerm(tree('tcp'), dns, true)), 'proto = tcp and app != dns')
  assert.equal(print(addTerm(tree('app = dns and tcp'), dns)), 'proto = tcp and app = dns')
  assert.equal(print(addTerm(tree('app != dns and tcp'), dns)), 'proto = tcp and app = dns')
  assert.equal(print(addTerm(tree('off (app = dns)'), dns)), 'app = dns')
  assert.equal(print(addTerm(tree('tcp or udp'), dns)), '(proto = tcp or proto = udp) and app = dns')
})

test('a cell of a table becomes a term', () => {
  const term = (field: string, value: string | number | boolean): string | undefined => {
    const made = termOf(field, value)
    return made === undefined ? undefined : print(made)
  }
  assert.equal(term('src', '10.0.0.1'), 'src = 10.0.0.1')
  assert.equal(term('src', '::'), 'src = ::')
  assert.equal(term('dst_port', 443), 'dst_port = 443')
  assert.equal(term('proto', 6), 'proto = tcp')
  assert.equal(term('app', 'and'), 'app = "and"')
  assert.equal(term('app', ''), 'app = ""')
  assert.equal(term('as', 15_169), 'as = AS15169')
  assert.equal(term('in_if', 5), 'in_if = 5')
  assert.equal(term('country', 'DE'), 'country = DE')
  assert.equal(term('duplicate', 0), 'not duplicate')
  assert.equal(term('rtt_client', 1500), 'rtt_client = 1500us')
  assert.equal(term('start_at', '2026-01-31T00:00:00Z'), undefined)
  assert.equal(term('nope', 1), undefined)
})
