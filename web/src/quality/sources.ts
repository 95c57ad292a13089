/** Which exporters can fill a column, as the declaration of columns has it: nothing here is written by hand but the vendors' names. */
import { columnByName, type Column } from '../../../src/schema/index.ts'

const VENDORS: Readonly<Record<string, string>> = {
  '9': 'Cisco',
  '5951': 'NetScaler',
  '6871': 'YAF',
  '6876': 'VMware',
  '35632': 'nProbe',
  '39499': 'Flowmon',
  '45346': 'VeloCloud',
  '47269': 'Pluribus',
}

/** Types of NetFlow v9 that are Riverbed's. */
const RIVERBED = /^v9:511\d\d$/

/** The numbers of an element as it is declared: `0.01 * 35632/434`, `9/9313 per 9/9282`, 386. */
function vendorOf(element: string | number): string | undefined {
  if (typeof element === 'number') return undefined
  const first = element.replace(/^[\d.]+ \* /, '').split(' ')[0] ?? ''
  return RIVERBED.test(first) ? 'Riverbed' : VENDORS[first.split('/')[0] ?? '']
}

/** Vendors whose exporters fill a column, each once, by name; empty for one that no exporter sends. */
export function fillersOf(name: string): readonly string[] {
  const column: Column | undefined = columnByName(name)
  const vendors = (column?.elements ?? []).flatMap(element => vendorOf(element) ?? [])
  return [...new Set(vendors)].toSorted((a, b) => a.localeCompare(b))
}
