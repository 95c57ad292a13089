/**
 * D9, the engine itself: the delivering process is killed again and again, half of the times at the worst moment, when the
 * engine has the rows and the cursor does not know. `DELIVER_KILLS` sets how often: 4 by default, 20 in CI.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeBlock, FlowBatch, indexOf } from '../schema/index.ts'
import { openWriter, place } from './conformance.ts'
import { seeded } from '../spool/fixtures/fake-disk.ts'

const KILLS = Number(process.env['DELIVER_KILLS'] ?? (process.env['CI'] === undefined ? 4 : 20))

const FRAMES = 12 * (KILLS + 1)
const ROWS = 2000

/** Frames with different columns: every third has no packets, every second no protocol. */
function fillSpool(dataDir: string): { rows: number; bytes: number; packets: number } {
  const writer = openWriter(dataDir, 1_000_000)
  const sums = { rows: 0, bytes: 0, packets: 0 }
  for (let frame = 0; frame < FRAMES; frame++) {
    const batch = new FlowBatch(frame, 4)
    const bytes = batch.need(indexOf('bytes'))
    for (let row = 0; row < ROWS; row++) {
      bytes[row * 2] = frame + row
      sums.bytes += frame + row
      sums.rows++
    }
    if (frame % 3 !== 0) {
      const packets = batch.need(indexOf('packets'))
      for (let row = 0; row < ROWS; row++) packets[row * 2] = 1
      sums.packets += ROWS
    }
    if (frame % 2 === 0) batch.need(indexOf('proto')).fill(frame % 5, 0, ROWS)
    batch.rows = ROWS
    const sealed = batch.seal()
    writer.append({ rows: ROWS, encode: firstSeq => encodeBlock(sealed, firstSeq), firstReceivedAt: 1, lastReceivedAt: 1 })
  }
  writer.close()
  return sums
}

async function run(dataDir: string, window: number, die: 'never' | 'inserted' | number): Promise<string> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/deliver-to-engine.ts'), dataDir, String(window), typeof die === 'number' ? 'never' : die],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let text = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    text += chunk
    if (typeof die === 'number' && chunk.startsWith('ready')) setTimeout(() => child.kill('SIGKILL'), die)
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
  await once(child, 'close')
  clearTimeout(limit)
  return text
}

test(`D9: ${KILLS} kills of the delivering process leave every row exactly once, in the table and in its roll-up`, { timeout: 300_000 }, async t => {
  const dataDir = place(t)
  const { rows, bytes, packets } = fillSpool(dataDir)
  const random = seeded(9)
  for (let kill = 0; kill < KILLS; kill++) await run(dataDir, 10_000, kill % 2 === 0 ? 'inserted' : Math.floor(random() * 150))
  const [, flows, sums] = (await run(dataDir, 10_000, 'never')).split('\n')
  assert.equal(flows, [rows, rows, bytes, packets].join('\t'))
  assert.equal(sums, [rows, bytes].join('\t'))
})

test('D9: without the engine’s memory of tokens the same kills double rows, so the test can fail', { timeout: 300_000 }, async t => {
  const dataDir = place(t)
  const { rows } = fillSpool(dataDir)
  for (let kill = 0; kill < 2; kill++) await run(dataDir, 0, 'inserted')
  const [, flows = ''] = (await run(dataDir, 0, 'never')).split('\n')
  const [count = 0, distinct = 0] = flows.split('\t').map(Number)
  assert.equal(distinct, rows)
  assert(count > rows)
})
