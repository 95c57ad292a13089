import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bounding,
  chipParts,
  chipsOf,
  conditionText,
  countTerms,
  excluding,
  including,
  negatingChip,
  onlyThis,
  painted,
  placeOf,
  readFilter,
  switchingChip,
  withoutChip,
} from './language.ts'

test('a clicked value is included, excluded, or all there is', () => {
  const host = { field: 'ip', value: '10.0.0.1' }
  assert.equal(including('', host), 'ip = 10.0.0.1')
  assert.equal(including('app = dns', host), 'app = dns and ip = 10.0.0.1')
  assert.equal(including('app = dns or app = ntp', host), '(app = dns or app = ntp) and ip = 10.0.0.1')
  assert.equal(excluding('app = dns', host), 'app = dns and ip != 10.0.0.1')
  assert.equal(onlyThis(host), 'ip = 10.0.0.1')
})

test('including what is excluded turns it round instead of saying both', () => {
  assert.equal(including('ip != 10.0.0.1', { field: 'ip', value: '10.0.0.1' }), 'ip = 10.0.0.1')
})

test('an interface is one of its exporter', () => {
  const condition = { field: 'if', value: '523', and: { field: 'exporter', value: '10.255.0.1' } }
  assert.equal(conditionText(condition), 'if = 523 and exporter = 10.255.0.1')
  assert.equal(readFilter(excluding('', condition)).ok, true)
})

test('a value is bounded anew, and all else stays', () => {
  const band = 'rtt >= 50ms and rtt < 100ms'
  for (const [filter, expected] of [
    ['', band],
    ['app = dns', `app = dns and ${band}`],
    ['rtt >= 1ms and app = dns and rtt < 200ms', `app = dns and ${band}`],
    ['rtt < 200ms', band],
    ['app = dns or rtt < 200ms', `(app = dns or rtt < 200ms) and ${band}`],
    ['not rtt < 1ms and app_latency >= 1s', `not rtt < 1ms and app_latency >= 1s and ${band}`],
  ] as const)
    assert.equal(bounding(filter, 'rtt', band), expected)
})

test('text of the network is quoted and never read as the language', () => {
  for (const value of ['<img src=x onerror=alert(1)>', 'a" or app = "b', "it's", 'and', 'back\\slash', 'new\nline', '\u202eevil', '$list', '@src', '/* */']) {
    const text = including('', { field: 'app', value })
    const chips = chipsOf(text)
    assert.ok(chips.ok && chips.chips.length === 1, `${JSON.stringify(value)} gave ${text}`)
  }
})

test('a value that is none of the field is refused with the parser’s words', () => {
  assert.throws(() => including('', { field: 'port', value: 'not-a-port' }), /\w/)
  assert.throws(() => including('app = ', { field: 'app', value: 'dns' }), /\w/)
})

test('chips are taken off, negated and switched off', () => {
  const filter = 'app = dns and bytes > 1M'
  assert.equal(withoutChip(filter, [0]), 'bytes > 1M')
  assert.equal(negatingChip(filter, [0]), 'app != dns and bytes > 1M')
  assert.equal(switchingChip(filter, [1]), 'app = dns and off (bytes > 1M)')
  assert.equal(switchingChip('app = dns and off (bytes > 1M)', [1]), filter)
  assert.equal(countTerms(filter), 2)
  assert.equal(countTerms(''), 0)
})

test('a chip comes apart into field, operator and value', () => {
  const partsOf = (filter: string): unknown => {
    const chips = chipsOf(filter)
    const first = chips.ok ? chips.chips[0] : undefined
    return first?.kind === 'term' ? chipParts(first) : null
  }
  assert.deepEqual(partsOf('src in 10.0.0.0/8'), { field: 'src', op: 'in', value: '10.0.0.0/8' })
  assert.deepEqual(partsOf('app != dns'), { field: 'app', op: '=', value: 'dns' })
  assert.deepEqual(partsOf('server_name starts with "a b"'), { field: 'server_name', op: 'starts with', value: '"a b"' })
  assert.deepEqual(partsOf('mos measured'), { field: 'mos', op: 'measured', value: '' })
})

test('a chip is found again in the text', () => {
  const place = placeOf('app = dns  and bytes > 1M', [1])
  assert.equal('app = dns  and bytes > 1M'.slice(place?.start, place?.end), 'bytes > 1M')
})

test('colours cover the text without changing it', () => {
  for (const text of ['src in 10.0.0.0/8 and not app = "dns" # why', 'bytes >', '"open', 'ünï = ’', '', '   ']) {
    assert.equal(
      painted(text)
        .map(part => part.text)
        .join(''),
      text,
    )
  }
  assert.deepEqual(
    painted('not app = dns')
      .filter(part => part.text !== ' ')
      .map(part => part.paint),
    ['not', 'field', 'operator', 'value'],
  )
})

test('a mistake has its place', () => {
  const read = readFilter('app = dns and byts > 1M')
  assert.ok(!read.ok)
  assert.equal('app = dns and byts > 1M'.slice(read.start, read.end), 'byts')
})
