import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { elementKey, elementOfV9, v9TypeOf } from './elements.ts'
import { describeElement, elementText, knownElements } from './facts.ts'

const REGISTRY = '../shared/registry'
const skip = existsSync(REGISTRY) ? false : `${REGISTRY} is not there`

/** Rows of a CSV file by the names in its first line; quoted cells may hold commas. */
function readCsv(name: string): readonly Readonly<Record<string, string>>[] {
  const cells = (line: string): string[] => [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(match => match[1] ?? match[2] ?? '')
  const [head = '', ...lines] = readFileSync(`${REGISTRY}/${name}`, 'utf8').trim().split(/\r?\n/)
  const names = cells(head)
  return lines.map(line => Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? '', cell])))
}

test('facts of elements', () => {
  assert.deepEqual(describeElement(1), { name: 'octetDeltaCount', type: 'unsigned64', unit: 'octets', semantics: 'deltaCounter', sentinel: null })
  assert.deepEqual(describeElement(elementKey(9, 4255)), {
    name: 'rtpJitterMean',
    type: 'unsigned32',
    unit: 'microseconds',
    semantics: '',
    sentinel: 0xffff_ffff,
  })
  assert.equal(describeElement(elementOfV9(34_000))?.name, 'sourceGroupTag')
  assert.equal(describeElement(elementKey(29_305, 1))?.name, 'reverseOctetDeltaCount')
  assert.equal(describeElement(elementKey(6871, 16_384 + 21))?.name, 'reverseFirstReplyDelay')
  for (const unknown of [0, 32_767, elementKey(9, 1), elementKey(29_305, 32_000), elementKey(4242, 1)]) assert.equal(describeElement(unknown), null)
})

test('elements as text', () => {
  assert.deepEqual([8, elementKey(9, 1232), 51_108, elementKey(0xffff_ffff, 0x7fff)].map(elementText), ['8', '9/1232', 'v9:51108', '4294967295/32767'])
})

test('types of NetFlow v9 that stand for an element', () => {
  for (const type of [8, 32_767, 34_000, 51_108, 56_701, 57_472, 58_509, 58_510, 65_535]) assert.equal(v9TypeOf(elementOfV9(type)), type)
  // 9/24704 would be type 57,472, which is nProbe's; PEN 29305 has no types.
  for (const element of [elementKey(9, 24_704), elementKey(29_305, 1), elementKey(35_632, 20_000)]) assert.equal(v9TypeOf(element), null)
})

test('every IANA element is there, with its name and type', { skip }, () => {
  const words = (text: string | undefined): string => (text === undefined || text === 'default' || text === 'inferred' ? '' : text)
  const rows = readCsv('iana.csv').filter(row => /^[a-zA-Z0-9]+$/.test(row['name'] ?? '') && row['abstractDataType'] !== '')
  assert.ok(rows.length > 490)
  for (const row of rows) {
    const { name, type, unit, semantics } = describeElement(Number(row['id'])) ?? {}
    assert.deepEqual([row['id'], name, type, unit, semantics], [row['id'], row['name'], row['abstractDataType'], words(row['units']), words(row['semantics'])])
  }
})

test('vendors’ elements have the type and unit their sources give', { skip }, () => {
  const types: Readonly<Record<string, string>> = {
    u8: 'unsigned8',
    u16: 'unsigned16',
    u32: 'unsigned32',
    u64: 'unsigned64',
    ipv4: 'ipv4Address',
    ipv6: 'ipv6Address',
    octets: 'octetArray',
  }
  const units: Readonly<Record<string, string>> = {
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    packets: 'packets',
    bytes: 'octets',
    percent: 'percent',
  }
  const curated = readCsv('curated.csv').filter(row => row['ie'] !== '' || Number(row['v9_type']) > 32_767)
  for (const row of curated) {
    const key = row['ie'] === '' ? elementOfV9(Number(row['v9_type'])) : elementKey(Number(row['pen']), Number(row['ie']))
    const facts = describeElement(key)
    const [type = ''] = /^\w+/.exec(row['type'] ?? '') ?? []
    const what = `${row['meaning']} ${elementText(key)}`
    assert.equal(facts?.type, types[type] ?? type, what)
    // A unit with a question mark or "verify" behind it is one source's guess.
    const unit = units[row['unit']?.split(' ')[0] ?? '']
    if (unit !== undefined && !/verify/.test(row['unit'] ?? '')) assert.equal(facts?.unit, unit, what)
    if (row['sentinel'] !== '') assert.equal(facts?.sentinel, Number(row['sentinel']), what)
    if (row['v9_type'] !== '' && row['ie'] !== '') assert.equal(elementOfV9(Number(row['v9_type'])), key, what)
  }
  // Texts with numbers before them, which the other source calls texts.
  const framed = new Set([elementKey(9, 12_235), elementKey(9, 9357)])
  for (const row of readCsv('vendors.csv')) {
    const key = elementKey(Number(row['pen']), Number(row['id']))
    const facts = describeElement(key)
    if (facts === null || framed.has(key)) continue
    assert.equal(facts.type.toLowerCase(), row['dataType']?.toLowerCase(), `${row['pen']}/${row['id']}`)
    if (row['units'] !== '' && row['units'] !== 'none') assert.equal(facts.unit, row['units'], `${row['pen']}/${row['id']}`)
  }
})

test('names are ours to read: words joined, no abbreviation of a vendor, none twice for an enterprise', () => {
  const seen = new Set<string>()
  for (const key of knownElements()) {
    const name = describeElement(key)?.name ?? ''
    const place = `${Math.floor(key / 65_536)} ${name}`
    assert.ok(!seen.has(place), place)
    seen.add(place)
    assert.match(name, /^[a-zA-Z][a-zA-Z0-9]+$/)
  }
})
