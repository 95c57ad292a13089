/** Names of exporters and rules for interfaces, from the configuration and the wire to `flowlens query`. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { addressBytes, encodeIpfix, parseTemplate, type WireSet } from '../src/simulate/index.ts'
import { flowlens } from './helpers/index.ts'
import { makeSite, type Site } from './helpers/site.ts'

const SETTINGS = `
exporters:
  - match: [127.0.0.201]
    name: edge1
    group: edge
    site: Paris
    interfaces:
      - { index: 9, name: ae9, speed: 100G, boundary: internal }
  - match: [127.0.0.202]
    name: core1
    group: core
interfaceRules:
  - group: edge
    description: '^Transit: (?<provider>\\w+)'
    boundary: external
    connectivity: transit
  - name: '^ae'
    boundary: internal
`

/** Sends IPFIX from an address of this machine's loopback. */
async function send(context: TestContext, site: Site, address: string, sets: readonly WireSet[]): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  context.after(() => void socket.close())
  const datagram = encodeIpfix({ seconds: Math.floor(Date.now() / 1000), sequence: 0, domain: 9 }, sets)
  await new Promise<void>((resolve, reject) => socket.send(datagram, site.udp, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
}

const A = addressBytes('10.0.0.1')
const NAMES = parseTemplate(257, 'S10:4 82:16 83:32')
const FLOWS = parseTemplate(256, '8:4 12:4 10:4 14:4 2:8 1:8')

/** Interfaces 3 and 4 by options, then a flow each way between them, and one into interface 9. */
const sets: readonly WireSet[] = [
  { kind: 'templates', templates: [NAMES, FLOWS] },
  {
    kind: 'data',
    template: NAMES,
    rows: [
      [3, 'xe-0/0/3', 'Transit: Cogent'],
      [4, 'ae4', 'to the core'],
    ],
    padding: 0,
  },
  {
    kind: 'data',
    template: FLOWS,
    rows: [
      [A, A, 3, 4, 10, 1000],
      [A, A, 4, 3, 1, 100],
      [A, A, 9, 0, 2, 20],
    ],
    padding: 0,
  },
]

test('flows are asked for by the names of exporters and the boundary of interfaces', async context => {
  const site = await makeSite(context, { more: SETTINGS })
  const program = await site.start()
  for (const address of ['127.0.0.201', '127.0.0.202', '127.0.0.203']) await send(context, site, address, sets)
  await program.stored(9)

  const { rows } = await site.query('', '--by', 'exporter_name,in_if_boundary', '--metrics', 'bytes', '--last', '1h')
  assert.deepEqual(
    rows.map(row => [row['exporter_name'], row['in_if_boundary'], row['bytes']]).toSorted((a, b) => String(a).localeCompare(String(b))),
    [
      // The third exporter has no name; the last rule is for it too.
      ['', '', 1020],
      ['', 'internal', 100],
      ['core1', '', 1020],
      ['core1', 'internal', 100],
      ['edge1', 'external', 1000],
      ['edge1', 'internal', 120],
    ],
  )
  const filtered = await site.query(
    'exporter_group = edge and out_if_provider = Cogent',
    '--by',
    'exporter_site,out_if_connectivity,in_if_name',
    '--metrics',
    'bytes',
  )
  assert.deepEqual(
    filtered.rows.map(row => [row['exporter_site'], row['out_if_connectivity'], row['in_if_name'], row['bytes']]),
    [['Paris', 'transit', 'ae4', 100]],
  )
  const speed = await site.query('exporter_name = edge1 and in_if_speed = 100000000000', '--by', 'in_if_name', '--metrics', 'bytes')
  assert.deepEqual(
    speed.rows.map(row => [row['in_if_name'], row['bytes']]),
    [['ae9', 20]],
  )

  const listed = (await program.get<{ rows: Record<string, string>[] }>('/api/v1/exporters')).rows.find(row => row['exporter'] === '127.0.0.201')
  assert.deepEqual([listed?.['name'], listed?.['group'], listed?.['site']], ['edge1', 'edge', 'Paris'])
  const shown = await flowlens(['exporters', '127.0.0.201', '--config', site.configFile])
  assert.match(shown.stdout, /^name edge1, group edge, site Paris$/m)

  const table = await flowlens(['query', '--by', 'exporter_name,in_if_boundary', '--config', site.configFile])
  assert.equal(table.code, 0, table.stderr)
  assert.match(table.stdout, /^edge1 +external +/m)
})
