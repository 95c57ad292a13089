/** Names of VRFs and applications, as options told them, beside the ids the records carry. */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { codesOf } from '../exporters.ts'
import type { Exporter, Rows } from '../types.ts'

const IN_VRF = indexOf('in_vrf')
const OUT_VRF = indexOf('out_vrf')
const IN_VRF_NAME = indexOf('in_vrf_name')
const OUT_VRF_NAME = indexOf('out_vrf_name')
const APP_ID = indexOf('app_id')
const APP = indexOf('app')
const APP_SOURCE = indexOf('app_source')
const CATEGORY = indexOf('category')

function nameVrf(exporter: Exporter, batch: FlowBatch, first: number, count: number, from: number, to: number): void {
  const vrfs = batch.columns[from]
  if (vrfs === undefined) return
  const codes = codesOf(exporter, batch).vrfs
  const side = to === IN_VRF_NAME ? 0 : 1
  let names = batch.columns[to]
  // Records of a set are mostly of one VRF.
  let last = -1
  let code = 0
  for (let row = first; row < first + count; row++) {
    // What the record itself named stays.
    if (names !== undefined && names[row] !== 0) continue
    const vrf = vrfs[row]!
    if (vrf !== last) {
      last = vrf
      code = codes.get(vrf * 2 + side) ?? -1
      if (code < 0) {
        const known = exporter.vrfs.get(vrf)
        code = known === undefined ? 0 : batch.code(to, known)
        codes.set(vrf * 2 + side, code)
      }
    }
    if (code === 0) continue
    names ??= batch.need(to)
    names[row] = code
  }
}

/** Fills `in_vrf_name` and `out_vrf_name`. */
export function nameVrfs({ batch, first, count, exporter }: Rows): void {
  if (exporter.vrfs.size === 0) return
  nameVrf(exporter, batch, first, count, IN_VRF, IN_VRF_NAME)
  nameVrf(exporter, batch, first, count, OUT_VRF, OUT_VRF_NAME)
}

const CODES = 65_536

/** Codes of application and category as one number: 0 where nothing is known. */
function applicationCodes(exporter: Exporter, batch: FlowBatch, low: number, high: number): number {
  const { applications } = codesOf(exporter, batch)
  const id = high === 0 ? low : (BigInt(high) << 32n) | BigInt(low)
  let codes = applications.get(id)
  if (codes === undefined) {
    const known = exporter.applications.get(id)
    codes =
      known === undefined
        ? 0
        : (known.name === '' ? 0 : batch.code(APP, known.name)) * CODES + (known.category === '' ? 0 : batch.code(CATEGORY, known.category))
    applications.set(id, codes)
  }
  return codes
}

/** Fills `app` and `category` from the application table of the exporter where the record itself names none. */
export function nameApplications({ batch, first, count, exporter }: Rows): void {
  const ids = batch.columns[APP_ID]
  if (exporter.applications.size === 0 || ids === undefined) return
  const apps = batch.need(APP)
  const sources = batch.need(APP_SOURCE)
  const categories = batch.need(CATEGORY)
  const source = batch.code(APP_SOURCE, 'exporter')
  for (let row = first; row < first + count; row++) {
    const low = ids[row * 2] ?? 0
    const high = ids[row * 2 + 1] ?? 0
    if (low === 0 && high === 0) continue
    const codes = applicationCodes(exporter, batch, low, high)
    if (codes === 0) continue
    const app = Math.floor(codes / CODES)
    if (app !== 0 && apps[row] === 0) {
      apps[row] = app
      sources[row] = source
    }
    if (categories[row] === 0) categories[row] = codes % CODES
  }
}
