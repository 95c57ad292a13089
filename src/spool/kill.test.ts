/**
 * D5: a writer killed at a random moment, again and again on the same spool. `SPOOL_KILLS` sets how often: 30 by default, 200
 * in CI, 5,000 by night. The seed is printed, `SPOOL_SEED` sets it.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seeded } from './fixtures/fake-disk.ts'
import { payloadOf, rowsOf } from './fixtures/numbered.ts'
import { createSpoolReader, nodeFileSystem, openCursor } from './index.ts'

const KILLS = Number(process.env['SPOOL_KILLS'] ?? (process.env['CI'] === undefined ? 30 : 200))
const SEED = Number(process.env['SPOOL_SEED'] ?? 1)

/** Runs a writer until it is killed; gives what it told. */
async function killOnce(directory: string, afterMs: number): Promise<{ start: number; told: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/append-forever.ts'), directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8')
  let timer: NodeJS.Timeout | null = null
  child.stdout.on('data', (chunk: string) => {
    text += chunk
    timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs)
  })
  await once(child, 'close')
  if (timer !== null) clearTimeout(timer)
  const [start = Number.NaN] = [...text.matchAll(/^start (\d+)$/gm)].map(match => Number(match[1]))
  // A line cut by the kill is not a promise.
  const told = [...text.matchAll(/^durable (\d+)\n/gm)].map(match => Number(match[1])).at(-1) ?? start
  return { start, told }
}

test(`D5: ${KILLS} kills lose no row that was told as durable`, { timeout: 600_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-kill-'))
  try {
    const random = seeded(SEED)
    const reader = createSpoolReader({ directory, stream: 'flows' })
    let [promised, read, frames] = [0, 0, 0]
    for (let kill = 0; kill < KILLS; kill++) {
      const { start, told } = await killOnce(directory, Math.floor(random() * 150))
      assert(start >= promised, `kill ${kill}: numbers began again at ${start}, ${promised} were told`)
      promised = Math.max(promised, told)
      for (let step = reader.next(); step !== null; step = reader.next()) {
        assert(step.kind === 'frame', `kill ${kill}: rows ${step.kind === 'gap' ? `${step.fromSeq} to ${step.toSeq}` : ''} are lost`)
        assert.equal(step.firstSeq, read)
        assert.equal(step.rows, rowsOf(step.firstSeq))
        assert.equal(Buffer.compare(reader.read(step) ?? Buffer.of(), payloadOf(step.firstSeq, step.rows)), 0)
        read = step.firstSeq + step.rows
        frames++
      }
      assert(read >= promised, `kill ${kill}: row ${promised} was told as durable, ${read} can be read`)
    }
    reader.close()
    console.log(`${KILLS} kills, ${frames} frames, ${read} rows, seed ${SEED}`)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a cursor survives being dropped in the middle of anything', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-cursor-'))
  try {
    for (let step = 1; step <= 20; step++) {
      const cursor = openCursor({ directory, sink: 'sink', uuid: 'u', begin: () => 0 }, nodeFileSystem)
      assert.equal(cursor.state.position, (step - 1) * 10)
      await cursor.plan({ epoch: 1, from: (step - 1) * 10, to: step * 10, token: `t${step}` })
      const again = openCursor({ directory, sink: 'sink', uuid: 'u', begin: () => 0 }, nodeFileSystem)
      assert.equal(again.state.plan?.token, `t${step}`)
      await again.advance(step * 10, 10)
      again.close()
      cursor.close()
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
})
