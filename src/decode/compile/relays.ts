/** Records a relay passes on: the row belongs to the exporter whose address stands in it (RFC 7119; elements 130, 131, 403, 404). */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import type { RecordContext } from '../types.ts'

const EXPORTER = indexOf('exporter')
const MAPPED = 0xffffn << 32n

// The codes of the batch written last. A relay has some hundred exporters behind it, and their records come mixed.
let batchOfCodes: FlowBatch | null = null
let useOfCodes = 0
const narrow = new Map<number, number>()
const wide = new Uint32Array(4)
let wideCode = 0

function codeOfNarrow(batch: FlowBatch, address: number): number {
  let code = narrow.get(address)
  if (code === undefined) {
    code = batch.code(EXPORTER, MAPPED | BigInt(address))
    narrow.set(address, code)
  }
  return code
}

function codeOfWide(view: DataView, at: number, batch: FlowBatch): number {
  let same = wideCode !== 0
  for (let word = 0; word < 4; word++) {
    const value = view.getUint32(at + word * 4)
    if (wide[word] !== value) same = false
    wide[word] = value
  }
  if (!same) wideCode = batch.code(EXPORTER, (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8))
  return wideCode
}

/** Gives the row to the exporter at `at`, where the sender is known to be a relay. An address of zero tells none. */
export function relay(view: DataView, at: number, bytes: number, batch: FlowBatch, row: number, context: RecordContext): void {
  if (!context.exporter.settings.relay) return
  if (batchOfCodes !== batch || useOfCodes !== batch.use) {
    batchOfCodes = batch
    useOfCodes = batch.use
    narrow.clear()
    wideCode = 0
  }
  const rows = batch.need(EXPORTER)
  if (bytes === 4) {
    const address = view.getUint32(at)
    if (address !== 0) rows[row] = codeOfNarrow(batch, address)
  } else if (bytes === 16 && (view.getBigUint64(at) | view.getBigUint64(at + 8)) !== 0n) rows[row] = codeOfWide(view, at, batch)
}
