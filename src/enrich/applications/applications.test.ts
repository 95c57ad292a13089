import assert from 'node:assert/strict'
import { test } from 'node:test'
import { APPLICATIONS, CATEGORIES, applicationOf, numberOfId, numberOfName, numberOfServer, spokenApplication, spokenCategory } from './index.ts'
import { NBAR_SELECTORS } from './nbar.ts'
import { readList } from './table.ts'

/** Words that stand more than once. */
const twice = (words: readonly (string | number)[]): readonly (string | number)[] => words.filter((word, index) => words.indexOf(word) !== index)

test('names are words, each once, and each application can be found by something', () => {
  assert.deepEqual(twice(APPLICATIONS.map(({ name }) => name)), [])
  for (const { name, tcp, udp, sctp, protocols, suffixes, otherNames } of APPLICATIONS) {
    assert.match(name, /^[a-z0-9][a-z0-9-]*$/)
    assert.ok(tcp.length + udp.length + sctp.length + protocols.length + suffixes.length + otherNames.length > 0, `nothing leads to ${name}`)
  }
})

test('a port, a protocol, a suffix, another name leads to one application', () => {
  for (const key of ['tcp', 'udp', 'sctp', 'protocols', 'suffixes', 'otherNames'] as const)
    assert.deepEqual(twice(APPLICATIONS.flatMap((application): readonly (string | number)[] => application[key])), [], key)
  const names = new Set(APPLICATIONS.map(({ name }) => name))
  assert.deepEqual(
    APPLICATIONS.flatMap(({ otherNames }) => otherNames).filter(other => names.has(other)),
    [],
  )
})

test('ports are ports, suffixes are names of at least two labels, other names are normalised', () => {
  for (const { name, tcp, udp, sctp, protocols, suffixes, otherNames } of APPLICATIONS) {
    for (const port of [...tcp, ...udp, ...sctp]) assert.ok(Number.isInteger(port) && port > 0 && port < 65_536, `${name} ${port}`)
    for (const protocol of protocols) assert.ok(protocol > 0 && protocol < 255, `${name} ${protocol}`)
    for (const suffix of suffixes) assert.match(suffix, /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/, name)
    for (const other of otherNames) assert.match(other, /^[a-z0-9][a-z0-9.-]*$/, name)
  }
})

test('every category is used, and says what it is', () => {
  assert.deepEqual(
    CATEGORIES.filter(({ name }) => !APPLICATIONS.some(({ category }) => category === name)),
    [],
  )
  for (const { label, doc } of CATEGORIES) assert.match(`${label}: ${doc}`, /^[A-Z]\w.*: [A-Z].*\.$/)
})

test('each suffix and each other name finds its application', () => {
  for (const { name, suffixes, otherNames } of APPLICATIONS) {
    for (const suffix of suffixes) {
      assert.equal(applicationOf(numberOfServer(suffix)).name, name)
      assert.equal(applicationOf(numberOfServer(`a.b.${suffix}`)).name, name)
    }
    for (const other of otherNames) assert.equal(applicationOf(numberOfName(other)).name, name)
  }
})

test('no suffix says what a shorter one of the same application says already', () => {
  for (const { name, suffixes } of APPLICATIONS)
    for (const suffix of suffixes) assert.notEqual(applicationOf(numberOfServer(suffix.slice(suffix.indexOf('.') + 1))).name, name, suffix)
})

test('texts that are no names of servers', () => {
  for (const text of [
    '',
    '.',
    '..',
    ':',
    ':443',
    '.com',
    'com',
    '[2001:db8::1]:443',
    '192.0.2.1:80',
    'a'.repeat(300),
    `${'a.'.repeat(200)}netflix.com`,
    '\u0000',
  ])
    assert.equal(numberOfServer(text), 0, text)
})

test('what exporters say in one spelling', () => {
  for (const [sent, name] of [
    ['Microsoft Teams', 'teams'],
    ['Skype_Teams', 'teams'],
    ['ms-teams-audio', 'teams'],
    ['SMBv23', 'smb'],
    ['cifs', 'smb'],
    ['ms-ds-smbv3', 'smb'],
    ['DoH_DoT', 'dns-over-tls'],
    ['HTTP.WindowsUpdate', 'windows-update'],
    ['windows-azure', 'azure'],
    ['bitTorrent', 'bittorrent'],
    ['NTP', 'ntp'],
    ['snmp-base', 'snmp'],
    [' ssl ', 'https'],
    ['RiotGames', 'riot-games'],
    ['TLS.RiotGames', 'riot-games'],
    ['iCloud_Private_Relay', 'icloud-private-relay'],
    ['corp.intranet', 'corp.intranet'],
  ] as const)
    assert.equal(spokenApplication(sent).name, name, sent)
  for (const sent of ['', 'Unknown', 'unclassified', 'insufficient-data', 'unknown-tcp'])
    assert.deepEqual(spokenApplication(sent), { name: '', category: '' }, sent)
})

test('categories of exporters in our words', () => {
  for (const [sent, name] of [
    ['SocialNetwork', 'social'],
    ['file-sharing', 'file transfer'],
    ['File Transfer', 'file transfer'],
    ['RemoteAccess', 'remote access'],
    ['Email', 'mail'],
    ['business-systems', 'business'],
    ['Logistics', 'Logistics'],
    ['unknown', ''],
  ] as const)
    assert.equal(spokenCategory(sent), name, sent)
})

test('each number of NBAR stands once and leads to an application of the table', () => {
  const selectors = NBAR_SELECTORS.map(([selector]) => selector)
  assert.deepEqual(twice(selectors), [])
  assert.deepEqual(
    selectors.toSorted((a, b) => a - b),
    selectors,
  )
  // 0 and 1 are NBAR's own words for traffic it could not name.
  assert.ok((selectors[0] ?? 0) > 1)
  for (const [selector, name] of NBAR_SELECTORS) assert.equal(applicationOf(numberOfId(0x0d00_0000 + selector, 6)).name, name)
})

test('a list that cannot be read says why', () => {
  assert.throws(() => readList('http tcp/80'), /before the first category/)
  assert.throws(() => readList('[nonsense]\nhttp tcp/80'), /nonsense is no category/)
  assert.throws(() => readList('[web]\nhttp tcp:80'), /tcp:80 is no port/)
  assert.deepEqual(readList('[web]\nhttp both/80,8000-8001 ip/7 a.example =other')[0], {
    name: 'http',
    category: 'web',
    tcp: [80, 8000, 8001],
    udp: [80, 8000, 8001],
    sctp: [],
    protocols: [7],
    suffixes: ['a.example'],
    otherNames: ['other'],
  })
})
