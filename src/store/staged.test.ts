import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { stagedColumns } from './staged.ts'
import { blockOf } from './testing/index.ts'

function fileOf(t: TestContext, bytes: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-staged-'))
  t.after(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'stage'), bytes)
  return join(directory, 'stage')
}

const FIRST = blockOf(
  [
    { received_at: 1, exporter: '10.0.0.1', bytes: 5n },
    { received_at: 2, exporter: '10.0.0.2', app: 'dns' },
  ],
  1,
)
const SECOND = blockOf([{ received_at: 3, src: 1n, ja3: 'ä'.repeat(300), mos: 4 }], 3, 6)

test('the columns of all blocks are found', t => {
  assert.deepEqual([...stagedColumns(fileOf(t, Buffer.concat([FIRST, SECOND])))].toSorted(), [
    'app',
    'batch',
    'bytes',
    'exporter',
    'ja3',
    'mos',
    'received_at',
    'row',
    'src',
  ])
  assert.deepEqual([...stagedColumns(fileOf(t, Buffer.alloc(0)))], [])
})

test('a column larger than the window is skipped', t => {
  const block = blockOf(
    Array.from({ length: 20_000 }, (_, at) => ({ bytes: at, server_name: `host-${at}` })),
    1,
  )
  assert.ok(block.length > 3 * 65_536)
  assert.deepEqual([...stagedColumns(fileOf(t, Buffer.concat([block, FIRST])))].toSorted(), [
    'app',
    'batch',
    'bytes',
    'exporter',
    'received_at',
    'row',
    'server_name',
  ])
})

test('a file that is cut short or is none of ours is refused', t => {
  const refused = (bytes: Uint8Array): void => {
    const path = fileOf(t, bytes)
    assert.throws(
      () => stagedColumns(path),
      (error: unknown) => error instanceof FlowLensError && error.code === 'FL_STORE_INSERT',
    )
  }
  for (const length of [1, 2, 10, Math.floor(FIRST.length / 2), FIRST.length - 1]) refused(FIRST.subarray(0, length))
  refused(Buffer.from('this is no block at all, but a text of some length'))
})
