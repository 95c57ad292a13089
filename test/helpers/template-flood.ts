/**
 * A process of its own for `template-flood.test.ts`, so that its memory is its own: a receiving thread's loop, 20 honest exporters,
 * and templates from as many made-up sources as the first argument says, over ten minutes of a clock that is set. Prints what came of it.
 */
import { createBatches, zeroRows } from '../../src/ingest/batches.ts'
import { createReceiveLoop } from '../../src/ingest/receive-loop.ts'
import { encodeIpfix, parseTemplate, type WireSet } from '../../src/simulate/index.ts'

const SOURCES = Number(process.argv[2])
const HONEST = 20
const NOW = 1_700_000_000_000
const FLOOD_MS = 600_000
const HONEST_EVERY_MS = 1000
const TEMPLATE_EVERY_MS = 60_000
const MiB = 1024 * 1024

const loopBatches = createBatches(
  { queueBytes: 64 * MiB },
  {
    hand(sealed) {
      rows += sealed.rows
      zeroRows(sealed)
      loopBatches.giveBack(sealed.id)
    },
    collect: () => {},
  },
)
let rows = 0
const decoder = { lifetimeMs: 1_800_000, perDomain: 4096, domains: 64, pendingMs: 30_000, pendingBytes: 8 * MiB, pendingTotalBytes: 64 * MiB }
const loop = createReceiveLoop({ listeners: [{ accept: ['auto'] }], decoder, exporters: 10_000 }, { batches: loopBatches })
const take = (datagram: Uint8Array, from: number, nowMs: number): void =>
  loop.take(0, new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength), 0, datagram.byteLength, from, false, nowMs)

const FLOW = parseTemplate(256, '8:4 12:4 7:2 11:2 4:1 1:4 2:4')
const flow: WireSet = { kind: 'data', template: FLOW, rows: [[1, 2, 3, 4, 6, 1500, 1]] }
const header = { seconds: NOW / 1000, sequence: 0, domain: 0 }
const data = encodeIpfix(header, [flow])
const taught = encodeIpfix(header, [{ kind: 'templates', templates: [FLOW] }])

/** Three templates of 12 fields that nobody else sends, written by hand: an encoder would be most of the work. */
function flood(source: number): Uint8Array {
  const bytes = new Uint8Array(16 + 4 + 3 * (4 + 12 * 4))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, 10)
  view.setUint16(2, bytes.length)
  view.setUint32(4, NOW / 1000)
  view.setUint32(12, source % 64)
  view.setUint16(16, 2)
  view.setUint16(18, bytes.length - 16)
  let at = 20
  for (let template = 0; template < 3; template++) {
    view.setUint16(at, 256 + ((source * 3 + template) % 60_000))
    view.setUint16(at + 2, 12)
    at += 4
    for (let field = 0; field < 12; field++, at += 4) {
      view.setUint16(at, 1 + ((source * 7 + template * 31 + field * 37) % 430))
      view.setUint16(at + 2, 1 + ((source >>> (field % 4)) % 200))
    }
  }
  return bytes
}

const memory = (): number => {
  globalThis.gc?.()
  return process.memoryUsage.rss()
}

let sent = 0
function honest(nowMs: number, elapsedMs: number): void {
  for (let exporter = 0; exporter < HONEST; exporter++) {
    if (elapsedMs % TEMPLATE_EVERY_MS === 0) take(taught, 0x0a00_0001 + exporter, nowMs)
    take(data, 0x0a00_0001 + exporter, nowMs)
    sent++
  }
}

honest(NOW, 0)
loop.tick(NOW)
const before = memory()
let most = before
let source = 0
for (let elapsedMs = HONEST_EVERY_MS; elapsedMs <= FLOOD_MS; elapsedMs += HONEST_EVERY_MS) {
  const nowMs = NOW + elapsedMs
  for (; source < (SOURCES * elapsedMs) / FLOOD_MS; source++) take(flood(source), 0xc000_0000 + source, nowMs)
  honest(nowMs, elapsedMs)
  loop.tick(nowMs)
  if (elapsedMs % 30_000 === 0) most = Math.max(most, memory())
}
loopBatches.flush(NOW + FLOOD_MS + 1000, true)
const { counts, templateBytes } = loop.decoder
process.stdout.write(
  JSON.stringify({
    grownBytes: most - before,
    sent,
    rows,
    templateBytes,
    templates: counts.templates,
    evicted: counts.noted.templates_evicted,
    exporters: loop.exporters.size,
  }),
)
