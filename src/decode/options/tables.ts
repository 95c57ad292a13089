/** Tables of names that options carry: interfaces, VRFs, applications, and what vendors tell of their own elements (PROTOCOLS §9). */
import { IE, elementKey } from '../registry/elements.ts'
import { SCOPE_SPACE } from '../templates/read.ts'
import type { Exporter } from '../types.ts'
import type { Values } from './values.ts'

const MAX_INTERFACES = 65_536
const MAX_VRFS = 65_536
const MAX_APPLICATIONS = 65_536
const MAX_ELEMENTS = 4096

const SCOPE_INTERFACE = elementKey(SCOPE_SPACE, 2)
const VLAN = 58
const INGRESS_VRF = 234
const EGRESS_VRF = 235
const VRF_NAME = 236
const APPLICATION_DESCRIPTION = 94
const APPLICATION_ID = 95
const APPLICATION_NAME = 96
/** Category, sub-category and group, by the IANA numbers and by Cisco's (v9 types 45000 to 45002). */
const CATEGORIES = [372, elementKey(9, 12_232), 373, elementKey(9, 12_233), 374, elementKey(9, 12_234)] as const
const ELEMENT_ID = 303
const ELEMENT_DATA_TYPE = 339
const ELEMENT_NAME = 341
const ELEMENT_SEMANTICS = 344
const ELEMENT_UNITS = 345
const ENTERPRISE = 346

/** Puts a value in a table that is not full, unless it is there; true when the table changed. */
function put<K, V>(table: Map<K, V>, key: K, value: V, most: number, same: (known: V) => boolean): boolean {
  const known = table.get(key)
  if (known === undefined ? table.size >= most : same(known)) return false
  table.set(key, value)
  return true
}

/** An interface by its index, or by a VLAN where only that is its key. */
function learnInterface(exporter: Exporter, values: Values): boolean {
  const name = values.text(IE.interfaceName)
  const description = values.text(IE.interfaceDescription)
  if (name === '' && description === '') return false
  const index = values.number(IE.ingressInterface) ?? values.number(IE.egressInterface) ?? values.number(SCOPE_INTERFACE)
  const vlan = values.number(VLAN)
  if (index === undefined) return vlan !== undefined && put(exporter.vlans, vlan, name || description, MAX_INTERFACES, known => known === (name || description))
  return put(exporter.interfaces, index, { name, description }, MAX_INTERFACES, known => known.name === name && known.description === description)
}

function learnVrf(exporter: Exporter, values: Values): boolean {
  const name = values.text(VRF_NAME)
  const id = values.number(INGRESS_VRF) ?? values.number(EGRESS_VRF)
  return name !== '' && id !== undefined && put(exporter.vrfs, id, name, MAX_VRFS, known => known === name)
}

/** Name and category of an application may come in records of their own. */
function learnApplication(exporter: Exporter, values: Values): boolean {
  const id = values.big(APPLICATION_ID)
  if (id === undefined) return false
  const key = id <= 0xffff_ffffn ? Number(id) : id
  const known = exporter.applications.get(key)
  const made = {
    name: values.text(APPLICATION_NAME) || (known?.name ?? ''),
    description: values.text(APPLICATION_DESCRIPTION) || (known?.description ?? ''),
    category: CATEGORIES.map(element => values.text(element)).find(text => text !== '') ?? known?.category ?? '',
  }
  if (made.name === '' && made.description === '' && made.category === '') return false
  return put(
    exporter.applications,
    key,
    made,
    MAX_APPLICATIONS,
    was => was.name === made.name && was.description === made.description && was.category === made.category,
  )
}

/** A type record (RFC 5610 §3.1): what an enterprise's element is called, and of what type it is. */
function learnElement(exporter: Exporter, values: Values): boolean {
  const id = values.number(ELEMENT_ID)
  const name = values.text(ELEMENT_NAME)
  if (id === undefined || name === '') return false
  const made = {
    name,
    dataType: values.number(ELEMENT_DATA_TYPE) ?? -1,
    semantics: values.number(ELEMENT_SEMANTICS) ?? -1,
    units: values.number(ELEMENT_UNITS) ?? -1,
  }
  // Bit 15 marks an enterprise's element in a template; some send it here as well.
  return put(
    exporter.elements,
    elementKey(values.number(ENTERPRISE) ?? 0, id & 0x7fff),
    made,
    MAX_ELEMENTS,
    known => known.name === name && known.dataType === made.dataType && known.semantics === made.semantics && known.units === made.units,
  )
}

/** Learns what names a record of options tells; true when that changed anything. */
export function learnNames(exporter: Exporter, values: Values): boolean {
  let changed = values.has(ELEMENT_NAME) && learnElement(exporter, values)
  if (values.has(IE.interfaceName) || values.has(IE.interfaceDescription)) changed = learnInterface(exporter, values) || changed
  if (values.has(VRF_NAME)) changed = learnVrf(exporter, values) || changed
  if (values.has(APPLICATION_ID)) changed = learnApplication(exporter, values) || changed
  if (!changed) return false
  for (const family of [4, 6] as const) {
    const codes = exporter.codes[family]
    if (codes === null) continue
    codes.interfaces.clear()
    codes.vrfs.clear()
    codes.applications.clear()
    codes.places = null
  }
  return true
}
