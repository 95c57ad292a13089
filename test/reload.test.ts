/** flowlens.yaml changes while the program runs, and main goes away: receiving goes on as long as it should, and no longer. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { assertClosed, healthOf, makeSite, until, type Pipeline } from './helpers/site.ts'

test('the configuration is changed while it runs', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const ingest = site.ingestPid()
  const text = readFileSync(site.configFile, 'utf8')
  const sending = site.simulate('--protocol ipfix --rate 4000 --flows 60000 --seed 94')

  writeFileSync(site.configFile, `${text}query: {timeoutMs: soon}\n`)
  const refused = await until(
    'a refusal',
    () => healthOf(site),
    ({ reasons }) => reasons.some(reason => reason.includes(`${text.split('\n').length}:20 query.timeoutMs`)),
  )
  assert.equal(refused.status, 'degraded')
  assert.match(program.output(), /configuration refused; the old one stays in use/)

  writeFileSync(site.configFile, `${text}query: {timeoutMs: 12345}\n`)
  await program.says(/configuration in use/)
  await until(
    'good health',
    () => healthOf(site),
    ({ status }) => status === 'ok',
  )

  const other = createServer().listen(0, '127.0.0.1')
  context.after(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  assert.ok(typeof address === 'object' && address !== null)
  writeFileSync(site.configFile, text.replace(`port: ${site.http}}`, `port: ${address.port}}`))
  await until(
    'the old console',
    () => healthOf(site),
    ({ reasons }) => reasons.some(reason => reason.includes('flowlens.yaml was changed, but does not start: cannot open console and API')),
  )
  writeFileSync(site.configFile, text)
  await until(
    'good health',
    () => healthOf(site),
    ({ status }) => status === 'ok',
  )

  const sent = await sending
  const { ledger } = await program.stored(sent.flows)
  assert.equal(site.ingestPid(), ingest, 'ingest was never stopped')
  assert.deepEqual([ledger?.datagrams.received, ledger?.rows.produced], [sent.datagrams, sent.flows], 'no datagram is lost')
  assertClosed(ledger ?? assert.fail())

  // What ingest itself was started with: it is started anew, and what it had received is kept.
  writeFileSync(site.configFile, text.replace('port:', 'name: border, port:'))
  await until(
    'the new listener',
    () => program.get<Pipeline>('/api/v1/pipeline'),
    pipeline => pipeline.ledger?.listeners[0]?.name === 'border',
  )
  assert.notEqual(site.ingestPid(), ingest)
  const more = await site.simulate('--protocol v9 --rate 4000 --flows 1000 --seed 95')
  await program.stored(sent.flows + more.flows)
  assert.equal(await program.stop(), 0)
  assert.equal(site.ingestPid(), null)
})

test('main dies and nobody takes its place: ingest writes what it has and ends', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const ingest = site.ingestPid()
  assert.ok(ingest !== null)
  const sent = await site.simulate('--protocol v9 --rate 2000 --flows 2000 --seed 96')
  // The pipe its log goes to is closed as well: nobody reads it any more.
  program.process.stderr.destroy()
  program.process.stdout.destroy()
  await program.kill()
  await until(
    'the end of ingest',
    () => site.ingestPid(),
    pid => pid === null,
  )
  const again = await site.start()
  const pipeline = await again.stored(sent.flows)
  assert.equal(pipeline.sinks[0]?.rows_delivered, sent.flows)
})
