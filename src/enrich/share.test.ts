import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecoder, createExporter } from '../decode/index.ts'
import { batchOf, createRandom, rowsIn, type PlainRow } from '../schema/fixtures/index.ts'
import { FlowBatch, MAX_ROWS, indexOf, readAddress } from '../schema/index.ts'
import { createFleet } from '../simulate/index.ts'
import { classify } from './classify.ts'

const APP = indexOf('app')
const BYTES = indexOf('bytes')
const RATE = indexOf('sampling_rate')
/** What tells of the application beside ports and protocols. */
const TOLD = ['app', 'category', 'app_source', 'app_id', 'server_name', 'dns_query'].map(name => indexOf(name as 'app'))
const FLOWS = 60_000
const FLOWS_A_SECOND = 5000
const MONDAY_MORNING = Date.UTC(2026, 0, 12, 10)

/** Share of the bytes of a simulated company that have an application; `told` keeps what exporters say of it. */
function shareNamed(told: boolean): number {
  let clock = MONDAY_MORNING
  const fleet = createFleet({ seed: 7, protocols: ['v5', 'v9', 'ipfix'], flows: FLOWS, startHour: 10 }, { now: () => clock })
  const exporters = fleet.exporters.map(({ device }) => createExporter(readAddress(device.address) ?? 0n))
  const batches = { 4: new FlowBatch(0, 4), 6: new FlowBatch(1, 6) }
  const decoder = createDecoder(
    { lifetimeMs: Infinity, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 1 << 20, pendingTotalBytes: 1 << 20 },
    { sink: { reserve: family => batches[family], committed: () => {} } },
  )
  assert.ok(FLOWS < MAX_ROWS)
  for (let built = fleet.next(clock); built !== undefined; built = fleet.next(clock)) {
    const { datagram, source } = built
    const exporter = exporters[source]
    assert.ok(exporter !== undefined)
    decoder.decode(new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength), 0, datagram.byteLength, exporter, clock)
    clock = MONDAY_MORNING + Math.floor((fleet.drawn / FLOWS_A_SECOND) * 1000)
  }
  let all = 0
  let named = 0
  for (const batch of Object.values(batches)) {
    if (!told) for (const index of TOLD) batch.columns[index]?.fill(0)
    classify(batch)
    for (let row = 0; row < batch.rows; row++) {
      const low = batch.columns[BYTES]?.[row * 2] ?? 0
      const high = batch.columns[BYTES]?.[row * 2 + 1] ?? 0
      const bytes = (high * 2 ** 32 + low) * Math.max(1, batch.columns[RATE]?.[row] ?? 0)
      all += bytes
      if (batch.columns[APP]?.[row] !== 0) named += bytes
    }
  }
  assert.ok(all > 1e9, `${all} bytes are no traffic`)
  return named / all
}

test('at least 95 % of the bytes of an office have an application, by ports alone too', t => {
  for (const told of [true, false]) {
    const share = shareNamed(told)
    t.diagnostic(`${told ? 'all that is sent' : 'ports and protocols'}: ${(share * 100).toFixed(2)} %`)
    assert.ok(share >= 0.95, `${share}`)
  }
})

interface Service {
  /** What the flows are; empty where no port can tell. */
  readonly is: readonly string[]
  /** Percent of the bytes. */
  readonly share: number
  readonly proto: number
  /** Ports of the server, first and last; both ends draw theirs where there is none. */
  readonly ports?: readonly [first: number, last: number]
}

const TCP = 6
const UDP = 17

/** A day of an office without any help of its exporters: shares are an estimate, ports the vendors' own. 4.6 % can't be told by ports. */
const OFFICE: readonly Service[] = [
  { is: ['https'], share: 34, proto: TCP, ports: [443, 443] }, // sites, mail, storage and suites in the cloud
  { is: ['quic'], share: 15, proto: UDP, ports: [443, 443] },
  { is: ['http'], share: 1.5, proto: TCP, ports: [80, 80] },
  { is: ['teams', 'stun'], share: 7, proto: UDP, ports: [3478, 3481] },
  { is: ['zoom'], share: 3, proto: UDP, ports: [8801, 8804] },
  { is: ['webex'], share: 0.6, proto: UDP, ports: [9000, 9000] },
  { is: ['smb'], share: 12, proto: TCP, ports: [445, 445] },
  { is: ['veeam'], share: 3, proto: TCP, ports: [2500, 2600] },
  { is: ['iscsi'], share: 1, proto: TCP, ports: [3260, 3260] },
  { is: ['jetdirect'], share: 0.8, proto: TCP, ports: [9100, 9100] },
  { is: ['ipp'], share: 0.2, proto: TCP, ports: [631, 631] },
  { is: ['ipsec'], share: 4, proto: UDP, ports: [4500, 4500] },
  { is: ['ipsec'], share: 2, proto: 50, ports: [0, 0] },
  { is: ['wireguard'], share: 1, proto: UDP, ports: [51_820, 51_820] },
  { is: ['openvpn'], share: 0.5, proto: UDP, ports: [1194, 1194] },
  { is: ['rdp'], share: 1, proto: TCP, ports: [3389, 3389] },
  { is: ['rdp'], share: 1, proto: UDP, ports: [3389, 3389] },
  { is: ['ssh'], share: 1, proto: TCP, ports: [22, 22] },
  { is: ['imaps'], share: 0.7, proto: TCP, ports: [993, 993] },
  { is: ['smtp'], share: 0.3, proto: TCP, ports: [587, 587] },
  { is: ['mssql'], share: 2, proto: TCP, ports: [1433, 1433] },
  { is: ['postgresql'], share: 0.5, proto: TCP, ports: [5432, 5432] },
  { is: ['delivery-optimization'], share: 1.5, proto: TCP, ports: [7680, 7680] },
  { is: ['dns'], share: 0.4, proto: UDP, ports: [53, 53] },
  { is: ['ldap'], share: 0.4, proto: TCP, ports: [389, 389] },
  { is: ['kerberos'], share: 0.2, proto: TCP, ports: [88, 88] },
  { is: ['syslog'], share: 0.4, proto: UDP, ports: [514, 514] },
  { is: ['snmp'], share: 0.2, proto: UDP, ports: [161, 161] },
  { is: ['sip'], share: 0.2, proto: UDP, ports: [5060, 5060] },
  { is: [], share: 1.2, proto: UDP }, // speech and pictures between two telephones
  { is: [], share: 0.8, proto: UDP }, // meetings between two of one's own machines
  { is: [], share: 1.6, proto: TCP, ports: [12_345, 12_345] }, // a program of the house
  { is: [], share: 0.7, proto: TCP }, // peers and passive transfers
  { is: [], share: 0.3, proto: UDP },
]

test('at least 95 % of the bytes of an office have the right application by ports alone, and hardly any a wrong one', t => {
  const random = createRandom(20_260_402)
  const between = (first: number, last: number): number => first + Math.floor(random() * (last - first + 1))
  /** Ports that clients draw: of Linux 32768 to 60999, of Windows and macOS 49152 to 65535. */
  const drawn = (): number => (random() < 0.3 ? between(32_768, 60_999) : between(49_152, 65_535))
  const flows = OFFICE.flatMap(service =>
    Array.from({ length: 1500 }, (): { readonly service: Service; readonly row: PlainRow } => {
      const { proto, ports } = service
      const [client, server] = [drawn(), ports === undefined ? drawn() : between(...ports)]
      const [src_port, dst_port] = ports?.[0] === 0 ? [0, 0] : random() < 0.5 ? [client, server] : [server, client]
      return { service, row: { proto, src_port, dst_port } }
    }),
  )
  const batch = batchOf(
    4,
    flows.map(({ row }) => row),
  )
  classify(batch)
  const shares = { right: 0, wrong: 0, unnamed: 0 }
  for (const [at, { app }] of rowsIn(batch).entries()) {
    const service = flows[at]?.service
    assert.ok(service !== undefined)
    shares[app === undefined ? 'unnamed' : service.is.includes(String(app)) ? 'right' : 'wrong'] += service.share / 1500
  }
  t.diagnostic(`right ${shares.right.toFixed(2)} %, wrong ${shares.wrong.toFixed(2)} %, unnamed ${shares.unnamed.toFixed(2)} %`)
  assert.ok(Math.abs(shares.right + shares.wrong + shares.unnamed - 100) < 1e-6, 'the shares are all there is')
  assert.ok(shares.right >= 95 && shares.wrong < 0.5, JSON.stringify(shares))
})
