import { test } from 'node:test'
import assert from 'node:assert/strict'
import { COUNTRIES, PROTOCOLS, SERVICES, isCountry, protocolName, protocolNumber, serviceName, servicePort } from '../index.ts'

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
