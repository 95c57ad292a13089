import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { quietStore } from './testing/index.ts'
import { batchOf } from './testing/insert-until-killed.ts'

const LAST = 11
const INSERTER = join(import.meta.dirname, 'testing', 'insert-until-killed.ts')

/** Inserts on from `first`; kills the process some ms after batch `victim` began. Gives the last batch that was done. */
async function insertUntil(directory: string, first: number, victim: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [INSERTER, directory, String(first), String(LAST)], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
  })
  const ended = new Promise(resolve => child.once('close', resolve))
  let done = first - 1
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(' ')
    if (word === 'done') done = Number(number)
    else if (Number(number) === victim) setTimeout(() => child.kill('SIGKILL'), afterMs)
  }
  await ended
  return done
}

test('kill -9 at any moment of an insert loses nothing and doubles nothing, in roll-ups neither', { timeout: 300_000 }, async t => {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-kill-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  let done = -1
  // Moments from before the rows are read to after they are in; batch 5 and 9 close hours.
  for (const [victim, afterMs] of [
    [1, 0],
    [2, 25],
    [4, 60],
    [5, 110],
    [7, 170],
    [9, 240],
  ] as const)
    done = await insertUntil(directory, done + 1, victim, afterMs)
  assert.equal(await insertUntil(directory, done + 1, -1, 0), LAST)

  const flows = Array.from({ length: LAST + 1 }, (_, number) => batchOf(number)).flat()
  const expected = [flows.length, flows.reduce((sum, flow) => sum + Number(flow.bytes) * Math.max(1, Number(flow.sampling_rate)), 0)]
  const store = quietStore(join(directory, 'store'), () => Date.UTC(2026, 0, 31, 13))
  await store.start()
  t.after(() => store.stop())
  const sums = async (sql: string): Promise<readonly number[]> => (await store.query({ sql })).rows[0]?.map(Number) ?? []
  assert.deepEqual(await sums('SELECT count(), sum(bytes * greatest(sampling_rate, 1)) FROM flows'), expected)
  for (const name of ['traffic', 'as']) {
    assert.deepEqual(await sums(`SELECT sum(flows), sum(bytes * greatest(sampling_rate, 1)) FROM ${name}_minute`), expected, name)
  }
  assert.deepEqual(await sums('SELECT sum(flows), sum(bytes) FROM hosts_minute WHERE side != 1'), expected)
  const { until } = store.reach.quality
  assert.ok(until >= Date.UTC(2026, 0, 31, 11))
  for (const [table, before] of [
    ['quality_minute', until],
    ['quality_as_minute', until],
    ['quality_hour', until - (until % 3_600_000)],
  ] as const) {
    assert.deepEqual(
      await sums(
        `SELECT sumIf(flows, measured != 0), sum(rtt_sum) FROM ${table} WHERE ${table.endsWith('hour') ? 'hour' : 'minute'} < toDateTime(${before / 1000}, 'UTC')`,
      ),
      await sums(`SELECT count(), sum(rtt) FROM flows WHERE measured != 0 AND end_at < fromUnixTimestamp64Milli(${before})`),
      table,
    )
  }
  const closed = store.reach.hoursUntil / 1000
  assert.ok(closed >= Date.UTC(2026, 0, 31, 11) / 1000)
  for (const name of ['traffic', 'as', 'hosts']) {
    assert.deepEqual(
      await sums(`SELECT sum(flows), sum(bytes) FROM ${name}_hour`),
      await sums(`SELECT sum(flows), sum(bytes) FROM ${name}_minute WHERE minute < toDateTime(${closed}, 'UTC')`),
      name,
    )
  }
})
