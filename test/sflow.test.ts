/** sFlow through the whole program: what the simulator sends is found again, to the sample, under the agent that told it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertClosed, makeSite, sum } from './helpers/site.ts'

test('samples of a fleet: rows, packets, bytes of both layers, routes, under their agents', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const sent = await site.simulate('--protocol sflow --rate 4000 --flows 8000 --seed 171')
  const { ledger } = await program.stored(sent.flows)
  assert.ok(ledger !== null)
  assertClosed(ledger)
  assert.equal(ledger.datagrams.decoded, sent.datagrams)
  assert.equal(sum(ledger.datagrams.rejected), 0)
  assert.deepEqual(ledger.sequence, { missing: 0, duplicate: 0, reordered: 0, reset: 0 })

  const { totals } = await site.query('export_protocol = sflow', '--last', '2d', '--metrics', 'flows,packets,bytes,layer2_bytes')
  // The simulator counts samples as sFlow does: frames of their full length, a packet for each the rate stands for.
  assert.deepEqual([totals['flows'], totals['packets'], totals['layer2_bytes']], [sent.flows, sent.scaledPackets, sent.octets])
  const bytes = totals['bytes'] ?? 0
  assert.ok(bytes > 0 && bytes <= sent.scaledOctets - 18 * sent.scaledPackets, 'IP bytes are those of frames less at least 14 of header and 4 of FCS')

  const { rows } = await site.query('sampling_source = record and in_if > 0', '--last', '2d', '--by', 'exporter', '--top', '100')
  assert.deepEqual(
    Object.fromEntries(rows.map(({ exporter, flows, packets }) => [exporter, [flows, packets]])),
    Object.fromEntries(Object.entries(sent.byExporter).map(([agent, { flows, scaledPackets }]) => [agent, [flows, scaledPackets]])),
  )
  const { rows: routed } = await site.query('as_path ~ "^[0-9]" and communities ~ ":"', '--last', '2d', '--by', 'as_path')
  assert.ok(routed.length > 0, 'gateway records tell routes')
  assert.equal(await program.stop(), 0)
})
