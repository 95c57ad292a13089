import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entityAt, filterAt, pageOf, sideTerms, tabPath, within } from './place.ts'

test('a path names an entity, its term and its tab', () => {
  const host = entityAt('/hosts/10.20.4.18/peers')
  assert.ok(host !== undefined)
  assert.deepEqual([host.kind.id, host.value, host.term, host.tab, host.path], ['host', '10.20.4.18', 'ip = 10.20.4.18', 'peers', '/hosts/10.20.4.18'])
  assert.deepEqual(sideTerms(host), ['src = 10.20.4.18', 'dst = 10.20.4.18'])
  assert.equal(tabPath(host, 'traffic'), '/hosts/10.20.4.18')
  assert.equal(entityAt('/hosts/10.20.4.18/flows/12-3')?.tab, 'flows')
})

test('a name is read as the filter writes it, whatever the address bar has', () => {
  assert.equal(entityAt('/hosts/2001:DB8:0::5')?.path, '/hosts/2001:db8::5')
  assert.equal(entityAt('/hosts/2001%3Adb8%3A%3A5')?.term, 'ip = 2001:db8::5')
  assert.equal(entityAt('/as/AS15169')?.path, '/as/15169')
  assert.equal(entityAt('/countries/de')?.term, 'country = DE')
  assert.equal(entityAt('/networks/Data%20centre%201%20%2F%20hall%20B')?.term, 'net_name = "Data centre 1 / hall B"')
  assert.equal(entityAt('/apps/%3Cimg%20src%3Dx%3E')?.term, 'app = "<img src=x>"')
})

test('what is no entity has no page', () => {
  for (const path of ['/hosts', '/hosts/', '/hosts/10.0.0', '/hosts/%zz', '/as/0', '/as/x', '/as/4294967296', '/countries/DEU', '/ports/0', '/ports/65536'])
    assert.equal(entityAt(path), undefined, path)
  for (const path of ['/hosts/10.0.0.1/nonsense', '/apps/dns/apps', '/ports/53/ports', '/apps/.']) assert.equal(entityAt(path), undefined, path)
})

test('a value leads to the page of what it names, and only there', () => {
  assert.equal(pageOf({ field: 'src', value: '2001:db8::5' }), '/hosts/2001:db8::5')
  assert.equal(pageOf({ field: 'dst_as', value: 'AS15169' }), '/as/15169')
  assert.equal(pageOf({ field: 'net_name', value: 'a/b' }), '/networks/a%2Fb')
  assert.equal(pageOf({ field: 'exporter', value: '10.0.0.1' }), '/exporters/10.0.0.1')
  assert.equal(pageOf({ field: 'dst_port', value: '443' }), '/ports/443')
  for (const none of [
    { field: 'as', value: '0' },
    { field: 'net_name', value: '' },
    { field: 'app', value: '..' },
    { field: 'proto', value: 'tcp' },
    { field: 'dst_port', value: '443', op: '>=' as const },
  ])
    assert.equal(pageOf(none), null, none.field)
})

test('the page asks within its entity, also where the filter is an alternative', () => {
  assert.equal(filterAt('/hosts/10.0.0.1', ''), 'ip = 10.0.0.1')
  assert.equal(filterAt('/hosts/10.0.0.1', 'app = dns or app = ntp'), 'ip = 10.0.0.1 and (app = dns or app = ntp)')
  assert.equal(within('src = 10.0.0.1', 'src != 10.0.0.1'), 'src = 10.0.0.1 and src != 10.0.0.1')
  assert.equal(filterAt('/flows', 'app = dns'), 'app = dns')
  assert.equal(filterAt('/hosts/10.0.0.1', 'app = '), 'app = ')
})
