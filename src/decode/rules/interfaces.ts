/** Interface names, as options told them, beside the interfaces' numbers. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { codesOf } from '../exporters.ts'
import type { Exporter, Rows } from '../types.ts'

const IN_IF = indexOf('in_if')
const OUT_IF = indexOf('out_if')
const IN_IF_NAME = indexOf('in_if_name')
const OUT_IF_NAME = indexOf('out_if_name')
const VLAN = indexOf('vlan')
const POST_VLAN = indexOf('post_vlan')

/** Where the keys of VLANs begin in the cache of codes: above those of interfaces, which have 32 bits and a side. */
const VLAN_KEYS = 2 ** 34

const byIndex = (exporter: Exporter, index: number): string => {
  const known = exporter.interfaces.get(index)
  return known === undefined ? '' : known.name || known.description
}

const byVlan = (exporter: Exporter, vlan: number): string => exporter.vlans.get(vlan) ?? ''

function name(
  exporter: Exporter,
  batch: FlowBatch,
  first: number,
  rows: number,
  from: number,
  to: number,
  base: number,
  find: (exporter: Exporter, key: number) => string,
): void {
  const keys = batch.columns[from]
  if (keys === undefined) return
  const { interfaces: codes } = codesOf(exporter, batch)
  const side = base + (to === IN_IF_NAME ? 0 : 1)
  let names = batch.columns[to]
  for (let row = first; row < first + rows; row++) {
    if (names !== undefined && names[row] !== 0) continue
    const index = keys[row] ?? 0
    let code = codes.get(index * 2 + side)
    if (code === undefined) {
      const known = find(exporter, index)
      code = known === '' ? 0 : batch.code(to, known)
      codes.set(index * 2 + side, code)
    }
    if (code === 0) continue
    names ??= batch.need(to)
    names[row] = code
  }
}

/** Fills `in_if_name` and `out_if_name`: by the interface's number, else by the VLAN where the exporter names those. */
export function nameInterfaces({ batch, first, count, exporter }: Pick<Rows, 'batch' | 'first' | 'count' | 'exporter'>): void {
  if (exporter.interfaces.size > 0) {
    name(exporter, batch, first, count, IN_IF, IN_IF_NAME, 0, byIndex)
    name(exporter, batch, first, count, OUT_IF, OUT_IF_NAME, 0, byIndex)
  }
  if (exporter.vlans.size === 0) return
  name(exporter, batch, first, count, VLAN, IN_IF_NAME, VLAN_KEYS, byVlan)
  name(exporter, batch, first, count, POST_VLAN, OUT_IF_NAME, VLAN_KEYS, byVlan)
}
