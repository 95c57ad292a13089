/**
 * What delivery costs beside the insert: reading, checking and staging of a backlog, into a store that takes everything at once.
 *
 *     node src/deliver/delivery.bench.ts [MB = 1000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSpoolWriter } from '../spool/index.ts'
import { createDelivery, store } from './index.ts'

const total = Number(process.argv[2] ?? 1000) * 1e6
const ROWS = 25_000
const piece = new Uint8Array(ROWS * 85).map((_, index) => index * 7)
const dataDir = mkdtempSync(join(tmpdir(), 'flowlens-bench-'))
try {
  const writer = createSpoolWriter({
    directory: join(dataDir, 'spool'),
    stream: 'flows',
    segmentBytes: 64 * 1024 * 1024,
    syncMs: 200,
    maxBytes: 20e9,
    fullPolicy: 'drop-oldest',
  })
  writer.open()
  while (writer.stats().bytesWritten < total) {
    const at = Date.now()
    writer.append({ rows: ROWS, encode: () => [piece], firstReceivedAt: at, lastReceivedAt: at })
  }
  writer.close()
  let worst = 0
  let last = performance.now()
  const watch = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 5)
    last = performance.now()
  }, 5)
  const delivery = createDelivery(
    { dataDir, sinks: [store], batchMs: 1, maxAgeMs: 1e12 },
    { store: { insert: () => Promise.resolve(), hasBatch: () => Promise.resolve(false) } },
  )
  const cpu = process.cpuUsage()
  const begun = performance.now()
  last = begun
  await delivery.start()
  while (delivery.status().sinks.some(sink => sink.durable_seq === 0 || sink.rows_waiting > 0)) await new Promise(resolve => setTimeout(resolve, 20))
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const [sink] = delivery.status().sinks
  const rows = sink?.rows_delivered ?? 0
  clearInterval(watch)
  console.log(
    `${((rows * 85) / 1e6 / seconds).toFixed(0)} MB/s, ${(rows / 1e6 / seconds).toFixed(2)} M rows/s, ${((user + system) / 1e6 / ((rows * 85) / 1e9)).toFixed(2)} CPU-s/GB, ` +
      `${sink?.ranges} ranges, longest hold-up of the event loop ${worst.toFixed(0)} ms`,
  )
  await delivery.stop()
} finally {
  rmSync(dataDir, { recursive: true })
}
