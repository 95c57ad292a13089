/** Interface names, as options told them, beside the interfaces' numbers. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { codesOf } from '../exporters.ts'
import type { Exporter, Rows } from '../types.ts'

const IN_IF = indexOf('in_if')
const OUT_IF = indexOf('out_if')
const IN_IF_NAME = indexOf('in_if_name')
const OUT_IF_NAME = indexOf('out_if_name')

function name(exporter: Exporter, batch: FlowBatch, first: number, rows: number, from: number, to: number): void {
  const interfaces = batch.columns[from]
  if (interfaces === undefined) return
  const { interfaces: codes } = codesOf(exporter, batch)
  let names = batch.columns[to]
  for (let row = first; row < first + rows; row++) {
    const index = interfaces[row] ?? 0
    let code = codes.get(index * 2 + (to === IN_IF_NAME ? 0 : 1))
    if (code === undefined) {
      const known = exporter.interfaces.get(index)
      code = known === undefined ? 0 : batch.code(to, known.name || known.description)
      codes.set(index * 2 + (to === IN_IF_NAME ? 0 : 1), code)
    }
    if (code === 0) continue
    names ??= batch.need(to)
    names[row] = code
  }
}

/** Fills `in_if_name` and `out_if_name`. */
export function nameInterfaces({ batch, first, count, exporter }: Rows): void {
  if (exporter.interfaces.size === 0) return
  name(exporter, batch, first, count, IN_IF, IN_IF_NAME)
  name(exporter, batch, first, count, OUT_IF, OUT_IF_NAME)
}
