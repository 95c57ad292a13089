import { test } from 'node:test'
import assert from 'node:assert/strict'
import { ERRORS, type Kind } from '../schema/index.ts'
import { FIELDS, LIMITS, describe, fieldsUsed, parse, renderError, storedUsed, toFlowLensError, type FilterError, type ParseContext } from './index.ts'
import { createFields } from './fields.ts'

const refused = (text: string, context?: ParseContext): FilterError => {
  const parsed = parse(text, context)
  assert.ok(!parsed.ok, `${text} is refused`)
  return parsed.error
}
const canonical = (text: string, context?: ParseContext): string => {
  const parsed = parse(text, context)
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.error.code} at ${parsed.error.start}: ${parsed.error.message}`)
  return parsed.canonical
}
test('numbers with names take them, in any case and by range', () => {
  for (const [text, printed] of [
    ['dscp = EF', 'dscp = ef'],
    ['dscp 46', 'dscp = ef'],
    ['dscp in (af41, 34, be)', 'dscp in (af41, cs0)'],
    ['dscp = le', 'dscp = le'],
    ['dscp in af11..af43', 'dscp in af11..af43'],
    ['dscp = 47', 'dscp = 47'],
    ['dscp >= cs6', 'dscp >= cs6'],
    ['not firewall_event = denied', 'firewall_event != denied'],
    ['forwarding_status = dropped', 'forwarding_status in dropped'],
    ['forwarding_status in 128..191', 'forwarding_status in dropped'],
    ['forwarding_status = dropped-acl-deny', 'forwarding_status = dropped-acl-deny'],
    ['end_reason = active', 'end_reason = active-timeout'],
  ] as const) {
    assert.equal(canonical(text), printed)
    assert.equal(canonical(printed), printed)
  }
})

const notes = (text: string): string[] => {
  const parsed = parse(text)
  assert.ok(parsed.ok)
  return parsed.notes.map(({ code, start, end }) => `${code} ${start} ${end}`)
}

/** Text and the error it meets, with the column of its caret. */
const REFUSED: readonly (readonly [string, string, number])[] = [
  ['app = dns &', 'CHAR', 11],
  ['app = $', 'CHAR', 7],
  ['app = "a\u202eb"', 'CHAR', 9],
  ['app = "a\nb"', 'STRING_OPEN', 7],
  ['app = "\\u{d800}"', 'ESCAPE', 8],
  ['"free text"', 'BARE', 1],
  ['tcp udp', 'MISSING_AND', 5],
  ['port 80 90', 'MISSING_AND', 9],
  ['[tcp]', 'EXPECT_TERM', 1],
  ['(tcp]', 'PAREN_CLOSE', 5],
  ['()', 'EXPECT_TERM', 2],
  ['port in (80', 'PAREN_OPEN', 9],
  ['port in (80]', 'PAREN_CLOSE', 12],
  ['port in (80,)', 'EXPECT_VALUE', 13],
  ['port in (80, not)', 'EXPECT_VALUE', 14],
  ['app starts dns', 'EXPECT_OP', 12],
  ['start_at = 2026-01-31', 'OP', 10],
  ['start_at 2026-01-31', 'OP', 10],
  ['src > 10.0.0.1', 'OP', 5],
  ['port > (80 90)', 'OP', 6],
  ['port > 80-90', 'OP', 6],
  ['duplicate exists', 'OP', 11],
  ['duplicate in (true)', 'OP', 11],
  ['port ~ 80', 'OP', 6],
  ['duplicate = maybe', 'VALUE', 13],
  ['country = USA', 'VALUE', 11],
  ['flags XYZ', 'VALUE', 7],
  ['flags contains none', 'VALUE', 16],
  ['mac = 00:11', 'VALUE', 7],
  ['port = htps', 'VALUE', 8],
  ['dscp = fe', 'VALUE', 8],
  ['forwarding_status > dropped', 'OP', 19],
  ['vlan = 5000000000', 'NUMBER', 8],
  ['vlan = 1.5', 'NUMBER', 8],
  ['vlan = foo', 'NUMBER', 8],
  ['as = 1.70000', 'NUMBER', 6],
  ['port = 80x', 'NUMBER', 8],
  ['proto = 256', 'NUMBER', 9],
  ['99999', 'NUMBER', 1],
  ['mos > 1e9', 'UNIT', 7],
  ['bps > 10Mb', 'UNIT', 7],
  ['pps > 10kbit/s', 'UNIT', 7],
  ['packets > 1kB', 'UNIT', 11],
  ['duration > 1x', 'UNIT', 12],
  ['rtt_client > 0.1us', 'UNIT', 14],
  ['loss > 5ms', 'UNIT', 8],
  ['loss > -1', 'NUMBER', 8],
  ['src_latitude > -1x', 'UNIT', 16],
  ['src = 010.0.0.1', 'IP', 7],
  ['src = ::1::', 'IP', 7],
  ['src in 10/33', 'IP', 8],
  ['src in 10.0.0.0/255.0.255.0', 'IP', 8],
  ['src = hello', 'IP', 7],
  ['port in 80..', 'RANGE', 9],
  ['port in 90-80', 'RANGE', 9],
  ['src in 10.0.0.1..::1', 'RANGE', 8],
  ['start_at > now-1us', 'TIME', 12],
  ['start_at > 2026-13-01', 'TIME', 12],
  ['start_at > 2026-01-01T24:00', 'TIME', 12],
  ['start_at > 1800-01-01', 'TIME', 12],
  ['start_at > later', 'TIME', 12],
  ['app ~ "(a"', 'REGEX', 7],
  ['app ~ "a{101}"', 'REGEX', 7],
  ["app ~ '(a)\\1'", 'REGEX', 7],
  ['app ~ "((a{100}){100})"', 'REGEX', 7],
  ['in_if = @nope', 'FIELD', 9],
  ['measured > 1', 'FIELD', 1],
  ['app contains @name', 'EXPECT_VALUE', 14],
  ['src_port = @port', 'EITHER', 12],
  ['src exists exists', 'MISSING_AND', 12],
  ['src measured', 'MEASURED', 5],
  ['src port 80 and (443)', 'ELIDED', 18],
  ['not port 80 or 443', 'ELIDED', 16],
  ['flags S or A', 'ELIDED', 12],
  ['and', 'EXPECT_TERM', 1],
  ['tcp (80)', 'MISSING_AND', 5],
  ['ip', 'EXPECT_OP', 3],
  ['src or dst', 'EXPECT_OP', 11],
  ['off', 'BARE', 1],
  ['port = 80 = 90', 'EXPECT_TERM', 11],
  ['foo "x', 'BARE', 1],
]

for (const [text, code, column] of REFUSED) {
  test(`refuses ${text}`, () => {
    const error = refused(text)
    assert.equal(`${error.code} ${error.start + 1}`, `FL_FILTER_${code} ${column}`, describe(error))
    assert.ok(error.end >= error.start && error.end <= text.length)
  })
}

/** Text and what is saved of it. */
const CANONICAL: readonly (readonly [string, string])[] = [
  ['ALL', ''],
  ['any and tcp', 'any and proto = tcp'],
  ['not not tcp', 'proto = tcp'],
  ['((tcp))', 'proto = tcp'],
  ['tcp and (udp and icmp)', 'proto = tcp and proto = udp and proto = icmp'],
  ['port eq 80', 'port = 80'],
  ['port NE 80', 'port != 80'],
  ['not port != 80', 'port = 80'],
  ['port in 80', 'port = 80'],
  ['port = (80, 80)', 'port = 80'],
  ['port = 80-80', 'port = 80'],
  ['port = https', 'port = 443'],
  ['ssh', 'port = 22'],
  ['port in ssh..https', 'port in 22..443'],
  ['icmp6', 'proto = ipv6-icmp'],
  ['proto in (6 or 17)', 'proto in (tcp, udp)'],
  ['src or dst 10.0.0.1', 'ip = 10.0.0.1'],
  ['src && dst host db', 'src_name = db and dst_name = db'],
  ['src or dst as 5', 'as = AS5'],
  ['src and dst net 10/8', 'src in 10.0.0.0/8 and dst in 10.0.0.0/8'],
  ['net 10.1', 'ip in 10.1.0.0/16'],
  ['net 10', 'ip in 10.0.0.0/8'],
  ['net lan', 'net_name = lan'],
  ['src net ~ "^l"', 'src_net_name ~ "^l"'],
  ['host contains db', 'name contains db'],
  ['host 2001:db8::1', 'ip = 2001:db8::1'],
  ['host exists', 'ip exists'],
  ['as ~ goo', 'as_name ~ goo'],
  ['as in (google, 5)', 'as_name in (google, 5)'],
  ['if = 10GE1/0/1', 'if_name = 10GE1/0/1'],
  ['if "5"', 'if_name = 5'],
  ['if 5-9', 'if in 5..9'],
  ['as 1.10', 'as = AS65546'],
  ['AS1.10', 'as = AS65546'],
  ['as in AS1-AS5', 'as in AS1..AS5'],
  ['octets > 0x10', 'bytes > 16'],
  ['pkts 1000', 'packets = 1k'],
  ['geo US', 'country = US'],
  ['src geo us', 'src_country = US'],
  ['protocol 6', 'proto = tcp'],
  ['bytes > 1.5k', 'bytes > 1500'],
  ['bytes > 1MB', 'bytes > 1M'],
  ['bytes > 2TiB', 'bytes > 2Ti'],
  ['bytes > 3000G', 'bytes > 3T'],
  ['bps > 1MB/s', 'bps > 8Mbit/s'],
  ['bps > 0', 'bps > 0bit/s'],
  ['pps >= 5kpps', 'pps >= 5k/s'],
  ['duration < 1h30m', 'duration < 90m'],
  ['duration > 1.5s', 'duration > 1500ms'],
  ['duration > 0', 'duration > 0'],
  ['rtt_client > 250µs', 'rtt_client > 250us'],
  ['mos < 3.50', 'mos < 3.5'],
  ['loss > 0.5%', 'loss > 0.5'],
  ['loss > 0.0000001', 'loss > 0.0000001'],
  ['src_latitude <= -33.80', 'src_latitude <= -33.8'],
  ['longitude in -10..-0.0000001', 'longitude in -10..-0.0000001'],
  ['flags 18', 'tcp_flags contains SA'],
  ['flags = sf', 'tcp_flags = FS'],
  ['flags = 0x1ff', 'tcp_flags = 511'],
  ['flags in (S, none)', 'tcp_flags in (S, none)'],
  ['mac 001b.2100.000a', 'mac = 00:1b:21:00:00:0a'],
  ['mac starts with 00-1b-21', 'mac starts with 00:1b:21'],
  ['mac starts with 00', 'mac starts with 00'],
  ['src 10.0.0.0/255.0.0.0', 'src in 10.0.0.0/8'],
  ['src in ::ffff:10.0.0.0/104', 'src in 10.0.0.0/8'],
  ['src 10.0.0.1/32', 'src = 10.0.0.1'],
  ['src 10.0.0.1-10.0.0.9', 'src in 10.0.0.1..10.0.0.9'],
  ['10.0.0.1', 'ip = 10.0.0.1'],
  ['10/8', 'ip in 10.0.0.0/8'],
  ['src = 2001:0:0:1:0:0:0:1', 'src = 2001:0:0:1::1'],
  ['src = ::', 'src = ::'],
  ['udp/dns', 'proto = udp and port = 53'],
  ['tcp in if 5', 'proto = tcp and in_if = 5'],
  ['app = "in"', 'app = in'],
  ['app = "or"', 'app = "or"'],
  ["app = 'a\"b'", "app = 'a\"b'"],
  ['app = "it\'s \\"x\\""', 'app = "it\'s \\"x\\""'],
  ['app = "\\u{9}"', 'app = "\\t"'],
  ['app = "\\u{7}"', 'app = "\\u{7}"'],
  ['app = ""', 'app = ""'],
  ['app = "e\u0301"', 'app = é'],
  ['app contains (a b)', 'app contains (a, b)'],
  ['app !~ "^a"', 'app !~ "^a"'],
  ['app not starts with a', 'app not starts with a'],
  ['duplicate true', 'duplicate'],
  ['duplicate != true', 'not duplicate'],
  ['duplicate and tcp', 'duplicate and proto = tcp'],
  ['start_at now-1h..now', 'start_at in now-1h..now'],
  ['start_at >= "2026-01-31 14:00"', 'start_at >= 2026-01-31T14:00:00Z'],
  ['start_at < 2026-01-31T14:00:05.250-05:30', 'start_at < 2026-01-31T19:30:05.250Z'],
  ['bytes > @reverse_bytes', 'bytes > @reverse_bytes'],
  ['src = dst', 'src = @dst'],
  ['in_if != @out_if', 'in_if != @out_if'],
  ['rtt_client measured', 'rtt_client measured'],
  ['rtt_client not measured', 'rtt_client not measured'],
  ['off(tcp)', 'off (proto = tcp)'],
  ['app = "a/*b"', 'app = "a/*b"'],
  ['tcp/* c */and 80', 'proto = tcp and port = 80'],
  ['\u00a0tcp\u2003', 'proto = tcp'],
]

for (const [text, wanted] of CANONICAL) {
  test(`reads ${text}`, () => {
    assert.equal(canonical(text), wanted)
    assert.equal(canonical(wanted), wanted)
  })
}

test('notes tell what may surprise, with its place', () => {
  assert.deepEqual(notes('tcp or udp and 53'), ['MIXED 7 17'])
  assert.deepEqual(notes('port > 1 and port < 9'), ['SPLIT_RANGE 13 21'])
  assert.deepEqual(notes('src_port > 1 and src_port < 9'), [])
  assert.deepEqual(notes('src and dst net 10.1.2.3/8'), ['HOST_BITS 16 26'])
  assert.deepEqual(notes('octets > 1'), ['RENAMED 0 6'])
  assert.deepEqual(notes('not (tcp or mos < 3)'), ['UNMEASURED 12 19'])
  assert.deepEqual(notes('not not mos < 3'), [])
  assert.deepEqual(notes('mos != 3'), ['UNMEASURED 0 8'])
})

test('limits hold, and a filter at the limit is read', () => {
  const many = (count: number): string => Array.from({ length: count }, () => 'tcp').join(' or ')
  const nested = (depth: number): string => `${'('.repeat(depth)}tcp${')'.repeat(depth)}`
  const values = (count: number): string => `port in (${Array.from({ length: count }, (_, port) => port).join(' ')})`
  const regexes = (count: number): string => Array.from({ length: count }, () => 'app ~ a').join(' or ')
  assert.equal(canonical(many(LIMITS.terms)).split(' or ').length, LIMITS.terms)
  assert.deepEqual([refused(many(LIMITS.terms + 1)).code, refused(many(LIMITS.terms + 1)).start], ['FL_FILTER_TOO_MANY', LIMITS.terms * 7])
  assert.equal(canonical(nested(LIMITS.depth)), 'proto = tcp')
  assert.deepEqual([refused(nested(LIMITS.depth + 1)).code, refused(nested(LIMITS.depth + 1)).start], ['FL_FILTER_TOO_DEEP', LIMITS.depth])
  assert.ok(parse(values(LIMITS.values)).ok)
  assert.equal(refused(values(LIMITS.values + 1)).code, 'FL_FILTER_TOO_MANY')
  assert.ok(parse(regexes(LIMITS.regexes)).ok)
  assert.equal(refused(regexes(LIMITS.regexes + 1)).code, 'FL_FILTER_REGEX')
  assert.equal(refused(`app ~ "${'a'.repeat(257)}"`).code, 'FL_FILTER_REGEX')
  const long = refused(`tcp${' '.repeat(LIMITS.units)}`)
  assert.deepEqual([long.code, long.start], ['FL_FILTER_TOO_LONG', LIMITS.units])
  assert.equal(refused(`src and dst port in (${Array.from({ length: 700 }, (_, port) => 60_000 + port).join(' ')})`).code, 'FL_FILTER_TOO_LONG')
  assert.ok(parse(`${'not '.repeat(2000)}tcp`).ok)
})

test('a filter whose canonical text would be nested too deeply is refused', () => {
  const text = `${'(tcp or '.repeat(LIMITS.depth)}udp and 53${')'.repeat(LIMITS.depth)}`
  const parsed = parse(text)
  if (parsed.ok) assert.ok(parse(parsed.canonical).ok)
  else assert.equal(parsed.error.code, 'FL_FILTER_TOO_DEEP')
})

test('lists and saved filters', () => {
  const saved: Readonly<Record<string, string>> = {
    web: 'tcp and port in (80, 443)',
    broken: 'port = foo',
    a: '$b',
    b: '$a',
    big: Array.from({ length: 200 }, () => 'tcp').join(' or '),
    biggest: '$big or $big or $big',
  }
  const chain = Object.fromEntries(Array.from({ length: 10 }, (_, depth) => [`d${depth}`, `$d${depth + 1}`]))
  const context: ParseContext = {
    lists: name => ({ bad: 'ip', ports: 'port', names: 'text', sizes: 'count' } as Readonly<Record<string, Kind>>)[name],
    filters: name => saved[name] ?? chain[name],
  }
  assert.equal(canonical('$web and not $bad', context), '$web and ip not in $bad')
  assert.equal(canonical('dst port in ($ports, 22)', context), 'dst_port in ($ports, 22)')
  assert.equal(canonical('host $names or host $bad', context), 'name in $names or ip in $bad')
  assert.equal(canonical('as $names', context), 'as_name in $names')
  for (const [text, code] of [
    ['$names', 'LIST_KIND'],
    ['$sizes', 'LIST_KIND'],
    ['$nope', 'LIST'],
    ['$a', 'CYCLE'],
    ['$biggest', 'TOO_MANY'],
    ['$d0', 'TOO_DEEP'],
    ['app contains $names', 'OP'],
    ['src = 1.1.1.1 or $bad', 'ELIDED'],
  ] as const) {
    assert.equal(refused(text, context).code, `FL_FILTER_${code}`, text)
  }
  const broken = refused('tcp and $broken', context)
  assert.deepEqual([broken.code, broken.start, broken.end], ['FL_FILTER_VALUE', 8, 15])
  assert.match(broken.message, /saved filter \$broken/)
})

test('a role reaches no column it may not use, by no way', () => {
  const context: ParseContext = { allowed: name => name !== 'src_user', filters: () => 'src_user = ann', lists: () => 'ip' }
  for (const [text, start] of [
    ['src_user = ann', 0],
    ['user exists', 0],
    ['dst_user = @src_user', 11],
    ['dst_user = ann or $saved', -1],
    ['off (src_user = ann)', 5],
  ] as const) {
    const parsed = parse(text, start === -1 ? { ...context, lists: () => undefined } : context)
    assert.ok(!parsed.ok, text)
    assert.equal(parsed.error.code, 'FL_FILTER_FIELD_ROLE')
    if (start !== -1) assert.equal(parsed.error.start, start)
  }
  assert.equal(parse('dst_user = ann', context).ok, true)
  const near = refused('src_usr = ann', context)
  assert.ok(!describe(near).includes('src_user'), 'a suggestion does not tell of it')
  const bare = refused('10.0.0.1', { allowed: name => name !== 'dst' })
  assert.equal(bare.code, 'FL_FILTER_FIELD_ROLE')
})

test('times without a zone are those of the query', () => {
  const at = (text: string, zone: string): string => canonical(`start_at > ${text}`, { zone })
  assert.equal(at('2026-01-31T12:00', 'Europe/Berlin'), 'start_at > 2026-01-31T11:00:00Z')
  assert.equal(at('2026-07-01', 'America/New_York'), 'start_at > 2026-07-01T04:00:00Z')
  // The clocks go forward at 02:00 and back at 03:00.
  assert.equal(at('2026-03-29T02:30', 'Europe/Berlin'), 'start_at > 2026-03-29T01:30:00Z')
  assert.equal(at('2026-10-25T02:30', 'Europe/Berlin'), 'start_at > 2026-10-25T00:30:00Z')
})

test('a column that is new, renamed or gone needs no change here', () => {
  const column = { kind: 'id', group: 'routing', role: 'dimension', label: 'Colour', doc: 'Colour of the packet.' } as const
  const fields = createFields(
    [
      { ...column, name: 'src_colour', formerly: ['src_color'] },
      { ...column, name: 'dst_colour', formerly: ['dst_color'] },
      { ...column, kind: 'text', name: 'src_colour_name' },
      { ...column, kind: 'text', name: 'dst_colour_name' },
    ],
    { paint: 'colour' },
  )
  assert.equal(canonical('colour 5', { fields }), 'colour = 5')
  assert.equal(canonical('src color red', { fields }), 'src_colour_name = red')
  assert.equal(canonical('color = 5', { fields }), 'colour = 5')
  const gone = refused('paint = 5', { fields })
  assert.deepEqual([gone.code, gone.fix], ['FL_FILTER_FIELD_GONE', 'use colour'])
})

test('fields derive from the columns', () => {
  assert.deepEqual(
    FIELDS.get('ip')?.columns.map(({ name }) => name),
    ['src', 'dst'],
  )
  assert.deepEqual(
    FIELDS.get('if')?.columns.map(({ name }) => name),
    ['in_if', 'out_if'],
  )
  assert.equal(FIELDS.get('as')?.companion, 'as_name')
  assert.equal(FIELDS.get('measured'), undefined)
  for (const name of ['port', 'as', 'country', 'mac', 'user', 'sgt', 'if', 'name', 'net_name', 'peer_as', 'vrf', 'mask'])
    assert.equal(FIELDS.get(name)?.columns.length, 2, name)
})

test('the columns a filter needs', () => {
  const of = (text: string): readonly [string[], string[]] => {
    const parsed = parse(text)
    assert.ok(parsed.ok)
    return [[...fieldsUsed(parsed.tree)], [...storedUsed(parsed.tree)]]
  }
  assert.deepEqual(of('port 80 and off (app = dns)'), [
    ['src_port', 'dst_port'],
    ['src_port', 'dst_port'],
  ])
  assert.deepEqual(of('bps > 1M'), [['bps'], ['bytes', 'sampling_rate', 'start_at', 'end_at']])
  assert.deepEqual(of('rtt_client > @rtt_server and dscp 46'), [
    ['rtt_client', 'rtt_server', 'dscp'],
    ['rtt_client', 'measured', 'rtt_server', 'tos'],
  ])
})

test('errors show their line with a caret, and travel as FlowLens errors', () => {
  const text = 'tcp and # web\n  port = htps'
  const error = refused(text)
  assert.equal(renderError(text, error), '  port = htps\n         ^^^^\nFL_FILTER_VALUE: no port is named htps; did you mean https?')
  assert.equal(renderError('tcp and', refused('tcp and')).split('\n')[1], '       ^')
  assert.equal(renderError('app = "😀" x', refused('app = "😀" x')).split('\n')[1], '          ^')
  const thrown = toFlowLensError(error)
  assert.deepEqual([thrown.code, thrown.context.start, thrown.context.end, thrown.entry.status], ['FL_FILTER_VALUE', 23, 27, 400])
})

test('each code of the table is met by some text here or in the conformance table', () => {
  const met = new Set([
    ...REFUSED.map(([, code]) => code),
    ...['COMMENT_OPEN', 'PAREN_CLOSE', 'LIST', 'LIST_KIND', 'LIST_EMPTY', 'KINDS', 'CYCLE', 'TOO_LONG', 'TOO_DEEP', 'TOO_MANY', 'FIELD_GONE', 'FIELD_ROLE'],
  ])
  for (const { code } of ERRORS) if (code.startsWith('FL_FILTER_')) assert.ok(met.has(code.slice('FL_FILTER_'.length)), code)
})
