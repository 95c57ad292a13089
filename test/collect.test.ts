/** `flowlens collect` keeps rows for whoever comes: `flowlens serve` on the same data directory stores them all, each once. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { makeSite, until, type Pipeline, type Sent } from './helpers/site.ts'

test('what was collected is stored by the program that follows', async context => {
  const site = await makeSite(context)
  const edge = await site.start('collect')
  const first = await site.simulate('--protocol v9 --rate 10000 --flows 20000 --seed 121')
  const ingest = site.ingestPid()
  assert.ok(ingest !== null)

  // It follows its configuration too: what it has received before counts all the same.
  const text = readFileSync(site.configFile, 'utf8')
  writeFileSync(site.configFile, text.replace('port:', 'name: edge, port:'))
  await until('another ingest', site.ingestPid, pid => pid !== null && pid !== ingest)
  await edge.says(/configuration in use/)
  writeFileSync(site.configFile, `${text}spool: {syncMs: fast}\n`)
  await edge.says(/configuration refused; the old one stays in use/)

  const second = await site.simulate('--protocol ipfix --rate 10000 --flows 10000 --seed 122')
  assert.equal(await edge.stop(), 0)
  assert.equal(site.ingestPid(), null, 'ingest has ended too')
  await assert.rejects(fetch(`http://127.0.0.1:${site.http}/healthz`), 'it has no console')

  writeFileSync(site.configFile, text)
  const program = await site.start()
  const sent = [first, second]
  const flows = first.flows + second.flows
  const { sinks } = await until(
    'the collected rows',
    () => program.get<Pipeline>('/api/v1/pipeline'),
    now => now.sinks[0]?.rows_delivered === flows,
  )
  assert.equal(sinks[0]?.rows_waiting, 0)
  const { totals } = await site.query('', '--last', '2d')
  const total = (of: (one: Sent) => number): number => sent.reduce((all, one) => all + of(one), 0)
  assert.deepEqual([totals['bytes'], totals['packets'], totals['flows']], [total(one => one.scaledOctets), total(one => one.scaledPackets), flows])

  const third = await site.simulate('--protocol v5 --rate 10000 --flows 1000 --seed 123')
  await program.stored(flows + third.flows)
  assert.equal((await site.query('', '--last', '2d')).totals['flows'], flows + third.flows)
  assert.equal(await program.stop(), 0)
})
