import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDecoder, createExporter } from '../decode/index.ts'
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
