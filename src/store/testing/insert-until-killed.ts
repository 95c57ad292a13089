/**
 * Inserts batches first … last into the store of a directory, says `begin n` and `done n` on standard output, and ends. The
 * process of the test that kills it: node insert-until-killed.ts <directory> <first> <last>
 */
import { writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { MEASURED_GROUPS } from '../../schema/index.ts'
import { blockOf, quietStore, type TestFlow } from './index.ts'

export const ROWS = 20_000
const START = Date.UTC(2026, 0, 31, 9)

/** The rows of a batch: the same each time, with flows of several minutes, over several hours. */
export function batchOf(number: number): readonly TestFlow[] {
  return Array.from({ length: ROWS }, (_, row): TestFlow => {
    const received = START + number * 900_000 + row
    return {
      received_at: received,
      start_at: received - (row % 7) * 40_000,
      end_at: received,
      exporter: `10.0.0.${row % 5}`,
      in_if: row % 11,
      app: `app-${row % 13}`,
      src: `192.0.2.${row % 250}`,
      dst: `198.51.100.${(row * 7) % 250}`,
      bytes: row * 31 + number,
      packets: row % 100,
      sampling_rate: row % 3,
      // Half of them measured a round trip.
      measured: row % 2 === 0 ? 0 : 2 ** MEASURED_GROUPS.indexOf('rtt'),
      rtt: row,
    }
  })
}

if (import.meta.main) {
  const [, , directory = '', first = '0', last = '0'] = process.argv
  let now = START
  const store = quietStore(join(directory, 'store'), () => now)
  await store.start()
  for (let number = Number(first); number <= Number(last); number++) {
    now = START + number * 900_000 + 60_000
    const stageFile = join(directory, 'stage.native')
    writeFileSync(stageFile, blockOf(batchOf(number), 1 + number * ROWS))
    writeSync(1, `begin ${number}\n`)
    await store.insert({ token: `batch-${number}`, stageFile, rows: ROWS })
    writeSync(1, `done ${number}\n`)
  }
  await store.stop()
}
