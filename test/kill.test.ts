/**
 * kill -9 under load: of ingest, of main, of both. Nothing that was acknowledged to the spool is lost, nothing is in the store twice.
 * FLOWLENS_KILLS sets how often; the everyday run takes few, 200 are for before a release. Many kills, and those at the worst moments,
 * are of the rooms alone: `src/spool/kill.test.ts`, `src/deliver/exactly-once.test.ts`, `src/store/kill.engine.test.ts`.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeSite, until, type Pipeline, type Program, type Site } from './helpers/site.ts'

const KILLS = Number(process.env['FLOWLENS_KILLS'] ?? 3)
const RATE = 20_000

/** Rows of the store, and how many different ones: a row is its frame and its number in it. */
async function counted(program: Program): Promise<{ readonly flows: number; readonly distinct: number }> {
  let flows = 0
  const ids = new Set<string>()
  const csv = (await program.get<string>('/api/v1/flows?from=now-2d&format=csv&columns=batch,row')).trim().split('\r\n').slice(1)
  for (const line of csv) {
    flows++
    ids.add(line)
  }
  return { flows, distinct: ids.size }
}

const durable = async (program: Program): Promise<number> => (await program.get<Pipeline>('/api/v1/pipeline')).ledger?.spool.durable_seq ?? 0

/** Waits until the store has every row of the spool, and checks that it has each once. */
async function checkOnce(program: Program, acknowledged: number): Promise<number> {
  const pipeline = await program.stored(acknowledged)
  const rows = pipeline.sinks[0]?.rows_delivered ?? 0
  const { flows, distinct } = await counted(program)
  assert.equal(distinct, flows, 'no row is in the store twice')
  assert.equal(flows, rows, 'the store has what delivery says')
  assert.ok(flows >= acknowledged, `${flows} rows in the store, ${acknowledged} were acknowledged`)
  return flows
}

test('main dies, ingest goes on: not one flow is lost', async context => {
  const site = await makeSite(context)
  let program = await site.start()
  const ingest = site.ingestPid()
  const sending = site.simulate(`--protocol v9 --rate ${RATE} --flows 120000 --seed 21`)
  for (let round = 0; round < 2; round++) {
    await until(
      'rows',
      () => durable(program),
      rows => rows > (round + 1) * 15_000,
    )
    await program.kill()
    program = await site.start()
    assert.equal(site.ingestPid(), ingest, 'the same ingest goes on')
  }
  const sent = await sending
  assert.equal(await checkOnce(program, sent.flows), sent.flows)
})

test('ingest dies, main starts it again: what was on the disk is kept', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  let seed = 30
  let acknowledged = 0
  for (let round = 0; round < KILLS; round++) {
    const sending = site.simulate(`--protocol mixed --rate ${RATE} --flows 40000 --seed ${seed++}`)
    acknowledged = await until(
      'rows',
      () => durable(program),
      rows => rows > acknowledged + 2000,
    )
    const before = site.ingestPid()
    assert.ok(before !== null)
    process.kill(before, 'SIGKILL')
    await until(
      'another ingest',
      () => site.ingestPid(),
      pid => pid !== null && pid !== before,
    )
    await sending
  }
  await checkOnce(program, acknowledged)
})

test('both die: what was on the disk is in the store once', async context => {
  const site = await makeSite(context)
  let seed = 50
  let acknowledged = 0
  for (let round = 0; round < KILLS; round++) {
    const program = await site.start()
    const sending = site.simulate(`--protocol mixed --rate ${RATE} --flows 40000 --seed ${seed++}`)
    acknowledged = await until(
      'rows',
      () => durable(program),
      rows => rows > acknowledged + 2000,
    )
    const ingest = site.ingestPid()
    assert.ok(ingest !== null)
    process.kill(ingest, 'SIGKILL')
    await program.kill()
    await sending
    await until(
      'the end of ingest',
      () => site.ingestPid(),
      pid => pid === null,
    )
  }
  await checkOnce(await site.start(), acknowledged)
})

test('SIGTERM under load: all that came is on the disk, and stored after the next start', async context => {
  const site: Site = await makeSite(context)
  const program = await site.start()
  const sending = site.simulate(`--protocol v9 --rate ${RATE} --flows 80000 --seed 70`)
  await until(
    'rows',
    () => durable(program),
    rows => rows > 20_000,
  )
  assert.equal(await program.stop(), 0)
  assert.equal(site.ingestPid(), null, 'ingest has ended too')
  await sending
  const again = await site.start()
  const rows = await checkOnce(again, 20_000)
  assert.equal((await again.get<Pipeline>('/api/v1/pipeline')).sinks[0]?.rows_spooled, rows)
})
