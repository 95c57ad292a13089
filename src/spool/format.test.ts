/** D12: the bytes of format 1, as they lie on disks out there. `UPDATE_GOLDEN=1` rewrites the fixture; a diff is a new format. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import { createFakeDisk } from './fixtures/fake-disk.ts'
import { createSpoolWriter, framesOf, type SpoolFrame } from './index.ts'

const FIXTURE = join(import.meta.dirname, 'fixtures', 'format-1.fls')

function written(): Uint8Array {
  const disk = createFakeDisk()
  const writer = createSpoolWriter(
    { directory: '/spool', stream: 'flows', segmentBytes: 1e6, syncMs: 200, maxBytes: 1e7, fullPolicy: 'drop-oldest' },
    { fs: disk.fs, now: () => 1_750_000_000_123, newUuid: () => '01234567-89ab-4cde-8f01-23456789abcd', processes: { pid: 1, identityOf: () => null } },
  )
  writer.open()
  const append = (rows: number, text: string): void => {
    writer.append({
      rows,
      encode: () => [Buffer.from(text)],
      firstReceivedAt: 1_750_000_000_001,
      lastReceivedAt: 1_750_000_000_101,
      bloom: [0x89abcdef, 0x01234567],
      schemaId: 7,
    })
  }
  append(65_536, 'one block')
  append(1, 'another one')
  writer.close()
  return disk.content(`/spool/flows/${'0'.repeat(20)}.fls`)
}

test('D12: format 1 is written and read as ever', () => {
  const bytes = written()
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(FIXTURE, bytes)
  assert.deepEqual(Buffer.from(bytes), readFileSync(FIXTURE))
  const frames: SpoolFrame[] = [...framesOf(FIXTURE)]
  assert.deepEqual(
    frames.map(({ firstSeq, rows, offset, length, epoch, bloom, schemaId }) => [firstSeq, rows, offset, length, epoch, bloom, schemaId]),
    [
      [0, 65_536, 128, 9, 1, 0x0123456789abcdefn, 7],
      [65_536, 1, 208, 11, 1, 0x0123456789abcdefn, 7],
    ],
  )
})

test('the layout is that of the design, worked out by hand', () => {
  const bytes = Buffer.from(written())
  assert.equal(bytes.toString('latin1', 0, 4), 'FLSG')
  assert.equal(bytes.toString('hex', 8, 24), '0123456789ab4cde8f0123456789abcd')
  assert.equal(bytes.readBigUInt64LE(24), 1n)
  assert.equal(bytes.readUInt32LE(60), crc32(bytes.subarray(0, 60)))
  const second = bytes.subarray(64 + 64 + 16)
  assert.equal(second.toString('latin1', 0, 4), 'FLFR')
  assert.equal(second.readUInt32LE(4), crc32(second.subarray(8, 64), crc32(bytes.subarray(8, 24))))
  assert.equal(second.readUInt32LE(8), crc32(Buffer.from('another one')))
  assert.equal(second.readUInt32LE(12), 11)
  assert.equal(second.readUInt32LE(16), 1)
  assert.equal(second.readBigUInt64LE(24), 65_536n)
  assert.equal(second.readUInt32LE(32), bytes.readUInt32LE(64 + 4))
  assert.equal(second.readBigInt64LE(40), 1_750_000_000_001n)
  assert.equal(second.readBigUInt64LE(56), 0x0123456789abcdefn)
  assert.equal(second.length, 64 + 16)
})
