/**
 * The same captures through FlowLens, tshark, and nfcapd or sfcapd: the same records. Captures are drawn by their structure, one in
 * four broken; FLOWLENS_DIFFERENTIAL says how many, from which seed on FLOWLENS_DIFFERENTIAL_SEED.
 */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freeUdpPort, temporaryFolder } from '../helpers/index.ts'
import { compareWithNfdump } from './against-nfdump.ts'
import { compareWithTshark } from './against-tshark.ts'
import { captureOf, type Capture } from './generate.ts'
import { findNfdump } from './nfdump.ts'
import { emptyTally, printTally } from './tally.ts'
import { findTshark } from './tshark.ts'

const COUNT = Number(process.env['FLOWLENS_DIFFERENTIAL'] ?? 600)
const FIRST = Number(process.env['FLOWLENS_DIFFERENTIAL_SEED'] ?? 1)
/** A file of captures at a time. */
const PORTION = 1000

function* portions(): Generator<readonly Capture[]> {
  for (let seed = FIRST; seed < FIRST + COUNT; seed += PORTION)
    yield Array.from({ length: Math.min(PORTION, FIRST + COUNT - seed) }, (_, at) => captureOf(seed + at))
}

test(
  `${COUNT} captures from seed ${FIRST} through tshark`,
  { skip: findTshark() === null ? 'tshark is not installed' : false, timeout: 3_600_000 },
  async t => {
    const folder = temporaryFolder(t)
    const tally = emptyTally()
    for (const captures of portions()) await compareWithTshark(captures, join(folder, 'captures.pcap'), tally)
    t.diagnostic(printTally(tally))
    assert.deepEqual(tally.open.slice(0, 20), [])
    assert.ok(tally.records > COUNT)
  },
)

test(
  `the unbroken of ${COUNT} captures from seed ${FIRST} through nfcapd and sfcapd`,
  { skip: findNfdump() === null ? 'nfcapd, sfcapd or nfdump is not installed' : false, timeout: 3_600_000 },
  async t => {
    const folder = temporaryFolder(t)
    const tally = emptyTally()
    for (const captures of portions()) {
      await compareWithNfdump(captures, folder, [await freeUdpPort(), await freeUdpPort()], tally)
      for (const part of ['flows', 'sflow']) rmSync(join(folder, part), { recursive: true })
    }
    t.diagnostic(printTally(tally))
    assert.deepEqual(tally.open.slice(0, 20), [])
    assert.ok(tally.records > COUNT)
  },
)
