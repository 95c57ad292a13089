import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { APPLICATIONS, PROTOCOL_APPLICATIONS } from './applications.ts'
import { enrich } from './index.ts'

const TCP = 6
const UDP = 17

/** The row as it is after enrichment, among others. */
function enriched(row: PlainRow): PlainRow {
  const batch = batchOf(4, [{ proto: TCP, src_port: 22, dst_port: 22 }, row, { proto: 50 }])
  enrich(batch)
  assert.equal(batch.rows, 3)
  return rowsIn(batch)[1] ?? {}
}

const application = (row: PlainRow): unknown[] => {
  const { app, category, app_source: source } = enriched(row)
  return [app, category, source]
}

test('the application of a flow by its ports', async t => {
  for (const [what, proto, src, dst, app, category] of [
    ['to the server', TCP, 51_000, 443, 'https', 'web'],
    ['from the server', TCP, 443, 51_000, 'https', 'web'],
    ['the same port means another thing over UDP', UDP, 51_000, 443, 'quic', 'web'],
    ['of two known ports the lower', TCP, 3306, 22, 'ssh', 'remote access'],
    ['the same, the other way round', TCP, 22, 3306, 'ssh', 'remote access'],
    ['the higher port where the lower is unknown', TCP, 1, 3306, 'mysql', 'database'],
    ['the same, the other way round', TCP, 3306, 1, 'mysql', 'database'],
    ['both the same', UDP, 123, 123, 'ntp', 'network'],
    ['port 65,535 and none', UDP, 65_535, 53, 'dns', 'network'],
  ] as const) {
    await t.test(`${what}: ${src} to ${dst}`, () => assert.deepEqual(application({ proto, src_port: src, dst_port: dst }), [app, category, 'port']))
  }
})

test('a flow of unknown ports, without ports, or of another protocol has no application by port', () => {
  for (const row of [{ proto: TCP, src_port: 50_001, dst_port: 50_002 }, { proto: TCP }, { proto: 132 + 1, src_port: 443, dst_port: 443 }, { src_port: 443 }]) {
    assert.deepEqual(application(row), [undefined, undefined, undefined])
  }
})

test('the application of a flow by its protocol', () => {
  for (const [proto, [app, category]] of Object.entries(PROTOCOL_APPLICATIONS)) {
    assert.deepEqual(application({ proto: Number(proto), src_port: 443, dst_port: 443 }), [app, category, 'protocol'])
  }
})

test('a batch without protocols stays as it is', () => {
  const batch = batchOf(6, [{ src_port: 443, dst_port: 443, bytes: 5 }])
  enrich(batch)
  assert.deepEqual(rowsIn(batch), [{ src_port: 443, dst_port: 443, bytes: 5 }])
})

test('what the exporter named is never overwritten', () => {
  assert.deepEqual(application({ proto: TCP, src_port: 51_000, dst_port: 443, app: 'netflix', category: 'streaming', app_source: 'exporter' }), [
    'netflix',
    'streaming',
    'exporter',
  ])
  assert.deepEqual(application({ proto: TCP, src_port: 51_000, dst_port: 443, app: 'netflix' }), ['netflix', undefined, 'exporter'])
})

test('enriching twice changes nothing more', () => {
  const batch = batchOf(4, [
    { proto: TCP, src_port: 51_000, dst_port: 443 },
    { proto: 1, dst_port: 0x0301 },
  ])
  enrich(batch)
  const once = rowsIn(batch)
  enrich(batch)
  assert.deepEqual(rowsIn(batch), once)
})

test('batches do not share codes: the next one has its own dictionary', () => {
  for (const ports of [
    [443, 22],
    [22, 53],
    [53, 443],
  ] as const) {
    const batch = batchOf(
      4,
      ports.map(port => ({ proto: TCP, src_port: 50_000, dst_port: port })),
    )
    enrich(batch)
    const names = { 22: 'ssh', 53: 'dns', 443: 'https' } as const
    assert.deepEqual(
      rowsIn(batch).map(row => row['app']),
      ports.map(port => names[port]),
    )
  }
})

test('ICMP type and code from the destination port', async t => {
  for (const [what, row, type, code] of [
    ['destination unreachable, by port', { proto: 1, dst_port: 0x0303 }, 3, 3],
    ['echo request', { proto: 1, dst_port: 0x0800 }, 8, undefined],
    ['ICMPv6 echo', { proto: 58, dst_port: 0x8000 }, 128, undefined],
    ['echo reply is zero, and so is none', { proto: 1, dst_port: 0 }, undefined, undefined],
    ['a source port means that these are ports', { proto: 1, src_port: 7, dst_port: 0x0303 }, undefined, undefined],
    ['what was sent stays', { proto: 1, dst_port: 0x0303, icmp_type: 11, icmp_code: 1 }, 11, 1],
    ['a code that was sent stays', { proto: 1, dst_port: 0x0303, icmp_code: 9 }, undefined, 9],
    ['the port of a firewall’s event is the identifier of the echo', { proto: 1, dst_port: 17_549, firewall_event: 2 }, undefined, undefined],
    ['TCP has none', { proto: 6, dst_port: 0x0303 }, undefined, undefined],
  ] as const) {
    await t.test(what, () => {
      const { icmp_type: gotType, icmp_code: gotCode, dst_port: port } = enriched(row)
      assert.deepEqual([gotType, gotCode, port], [type, code, row.dst_port === 0 ? undefined : row.dst_port])
    })
  }
})

test('rows behind the last are not touched', () => {
  const batch = batchOf(4, [
    { proto: TCP, dst_port: 443 },
    { proto: TCP, dst_port: 443 },
  ])
  batch.rows = 1
  enrich(batch)
  batch.rows = 2
  assert.deepEqual(
    rowsIn(batch).map(row => row['app']),
    ['https', undefined],
  )
})

test('the table: names and categories are words, ports are ports, no port has two applications of a protocol', () => {
  const names = APPLICATIONS.map(([app]) => app)
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  )
  const owners = new Map<string, string>()
  for (const [app, category, tcp, udp] of APPLICATIONS) {
    assert.match(app, /^[a-z0-9][a-z0-9-]*$/)
    assert.match(category, /^[a-z][a-z ]*$/)
    for (const [protocol, ports] of [
      ['tcp', tcp],
      ['udp', udp],
    ] as const) {
      for (const port of ports) {
        assert.ok(Number.isInteger(port) && port > 0 && port < 65_536, `${app} ${port}`)
        assert.equal(owners.get(`${protocol}/${port}`), undefined, `${app} and ${owners.get(`${protocol}/${port}`)} at ${protocol} ${port}`)
        owners.set(`${protocol}/${port}`, app)
      }
    }
  }
})
