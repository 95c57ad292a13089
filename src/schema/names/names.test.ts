import { test } from 'node:test'
import assert from 'node:assert/strict'
import {
  COUNTRIES,
  PROTOCOLS,
  SERVICES,
  icmpCodeName,
  icmpTypeName,
  isCountry,
  namedValues,
  protocolName,
  protocolNumber,
  serviceName,
  servicePort,
  valueName,
  valueNamed,
} from '../index.ts'

test('a name means one port, and a port stands once', () => {
  const names = SERVICES.flatMap(service => [service.name, ...service.aliases])
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), [])
  const ports = SERVICES.map(service => service.port)
  assert.deepEqual(ports, ports.toSorted((a, b) => a - b).filter((port, index, sorted) => sorted[index - 1] !== port))
  for (const service of SERVICES) assert.ok(service.port > 0 && service.port < 65_536 && service.transports.length > 0 && /^[a-z0-9][a-z0-9-]*$/.test(service.name), service.name)
})

test('services are found by name, alias and port, in any case', () => {
  assert.equal(servicePort('HTTPS'), 443)
  assert.equal(servicePort('dns'), 53)
  assert.equal(servicePort('nope'), undefined)
  assert.equal(serviceName(22), 'ssh')
  assert.equal(serviceName(1), 'tcpmux')
  assert.equal(serviceName(64_999), undefined)
})

test('protocols are found by name, alias and number', () => {
  assert.equal(protocolNumber('tcp'), 6)
  assert.equal(protocolNumber('ICMP6'), 58)
  assert.equal(protocolName(58), 'ipv6-icmp')
  assert.equal(protocolName(47), 'gre')
  assert.equal(protocolName(253), undefined)
  assert.ok(PROTOCOLS.every(({ name, number }) => protocolNumber(name) === number))
})

test('countries are two capitals, each once', () => {
  assert.equal(new Set(COUNTRIES).size, COUNTRIES.length)
  assert.equal(COUNTRIES.length, 249 + 3)
  assert.ok(COUNTRIES.every(code => /^[A-Z]{2}$/.test(code)))
  assert.ok(isCountry('DE') && !isCountry('de') && !isCountry('ZZ'))
})

test('numbers of named columns have one name each, and a name is one word of a filter', () => {
  for (const column of ['dscp', 'direction', 'end_reason', 'forwarding_status', 'firewall_event', 'nat_event']) {
    const all = namedValues(column)
    assert.ok(all.length > 1, column)
    const names = all.flatMap(({ name, aliases }) => [name, ...aliases])
    assert.equal(new Set(names).size, names.length, column)
    for (const { name, low, high } of all) {
      assert.match(name, /^[a-z][a-z0-9-]*$/)
      assert.ok(low <= high && high < 256, name)
      if (low === high) assert.equal(valueName(column, low), name)
      assert.equal(valueNamed(column, name.toUpperCase())?.low, low)
    }
  }
  assert.deepEqual(namedValues('vlan'), [])
})

// Worked out from the bits the RFCs give: CSn is n × 8 (RFC 2474), AFxy is 8x + 2y (RFC 2597), EF 101110, VOICE-ADMIT 101100, LE 000001.
test('code points are those of their RFCs', () => {
  for (let n = 0; n < 8; n++) assert.equal(valueNamed('dscp', `cs${n}`)?.low, n * 8)
  for (let x = 1; x <= 4; x++) for (let y = 1; y <= 3; y++) assert.equal(valueNamed('dscp', `af${x}${y}`)?.low, 8 * x + 2 * y)
  assert.deepEqual(['ef', 'va', 'le', 'be'].map(name => valueNamed('dscp', name)?.low), [0b101110, 0b101100, 0b000001, 0])
  assert.equal(valueName('dscp', 47), undefined)
})

test('ICMP is named by protocol, type and code', () => {
  assert.equal(icmpTypeName(1, 8), 'echo request')
  assert.equal(icmpTypeName(58, 128), 'echo request')
  assert.equal(icmpTypeName(58, 8), undefined)
  assert.equal(icmpTypeName(6, 8), undefined)
  assert.equal(icmpTypeName(1, 3), 'destination unreachable')
  assert.equal(icmpCodeName(1, 3, 3), 'port')
  assert.equal(icmpCodeName(1, 3, 13), 'communication prohibited')
  assert.equal(icmpCodeName(58, 1, 4), 'port')
  assert.equal(icmpCodeName(1, 3, 99), undefined)
})
