/**
 * How fast rows come on the disk: append and sync of frames as ingest makes them, into a temporary directory that is removed.
 *
 *     node src/spool/writer.bench.ts [rows a frame = 65536] [MB = 1000] [MiB a sync = 4]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSpoolReader, createSpoolWriter } from './index.ts'

const ROW_BYTES = 85
const COLUMNS = 20
const argument = (index: number, otherwise: number): number => Number(process.argv[index] ?? otherwise)
const rows = argument(2, 65_536)
const total = argument(3, 1000) * 1e6
const syncBytes = argument(4, 4) * 1024 * 1024

const pieces = Array.from({ length: COLUMNS }, (_, column) =>
  new Uint8Array(new SharedArrayBuffer(Math.floor((rows * ROW_BYTES) / COLUMNS))).map((_, row) => row * 7 + column),
)
const directory = mkdtempSync(join(tmpdir(), 'flowlens-bench-'))
try {
  const place = { directory, stream: 'flows' }
  const writer = createSpoolWriter({ ...place, segmentBytes: 64 * 1024 * 1024, syncMs: 200, maxBytes: 500e6, fullPolicy: 'drop-oldest', syncBytes })
  writer.open()
  const cpu = process.cpuUsage()
  const begun = performance.now()
  while (writer.stats().bytesWritten < total) {
    const at = Date.now()
    writer.append({ rows, encode: () => pieces, firstReceivedAt: at, lastReceivedAt: at })
  }
  writer.commit()
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { bytesWritten, rowsSpooled, syncs, slowestSyncMs } = writer.stats()
  console.log(
    `write: ${(bytesWritten / 1e6 / seconds).toFixed(0)} MB/s, ${(rowsSpooled / 1e6 / seconds).toFixed(2)} M rows/s, ` +
      `${((user + system) / 1e6 / (bytesWritten / 1e9)).toFixed(2)} CPU-s/GB, ${syncs} syncs, slowest ${slowestSyncMs} ms`,
  )
  const reader = createSpoolReader(place)
  const readBegun = performance.now()
  let readBytes = 0
  for (let step = reader.next(); step !== null; step = reader.next()) {
    if (step.kind === 'frame') readBytes += reader.read(step)?.length ?? 0
  }
  console.log(`read and check: ${(readBytes / 1e3 / (performance.now() - readBegun)).toFixed(0)} MB/s`)
  reader.close()
  writer.close()
} finally {
  rmSync(directory, { recursive: true })
}
