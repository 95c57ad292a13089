import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SPECIAL } from '../../src/decode/compile/special.ts'
import { describeElement, elementText, knownElements } from '../../src/decode/registry/facts.ts'
import { v9TypeOf } from '../../src/decode/registry/elements.ts'
import { STANDARD_MAPPING } from '../../src/decode/registry/mapping.ts'
import { PROFILES } from '../../src/decode/registry/index.ts'
import { GROUPS, STORED_COLUMNS, type Column } from '../../src/schema/index.ts'
import { code, page, table } from './markdown.ts'

const SOURCE = 'src/decode/registry/elements.tsv'

/**
 * The element registry as the decoder loads it: one line an element, `enterprise,id,name,type,unit,semantics,sentinel`. A type of
 * NetFlow v9 that no rule turns into an element has enterprise 0 and its own number, which IPFIX cannot have (15 bits).
 */
export function elementsModule(root: string): string {
  const [head = '', ...rows] = readFileSync(join(root, SOURCE), 'utf8').trimEnd().split('\n')
  const columns = 'pen id v9 name type unit semantics sentinel'
  if (head !== columns.replaceAll(' ', '\t')) throw new Error(`${SOURCE}: the first line names the columns: ${columns}`)
  const seen = new Set<string>()
  const lines = rows.map((row, index) => {
    const [pen = '', id = '', v9 = '', name = '', type = '', unit = '', semantics = '', sentinel = '', ...more] = row.split('\t')
    const wrong = (what: string): Error => new Error(`${SOURCE}:${index + 2}: ${what}`)
    if (more.length > 0 || row.includes(',') || row.includes('`') || row.includes('\\')) throw wrong('eight columns, without comma, backslash and backtick')
    if (!/^\d+$/.test(pen) || !/^\d+$/.test(id) || !/^[a-zA-Z][a-zA-Z0-9]*$/.test(name)) throw wrong('wants a number, a number and a name')
    if (v9 !== '' && (pen !== '0' || v9 !== id || Number(id) < 32_768)) throw wrong('a type of NetFlow v9 without a rule is element 0 of its own number')
    if (sentinel !== '' && !/^\d+$/.test(sentinel)) throw wrong('a sentinel is a number')
    if (seen.has(`${pen}/${id}`)) throw wrong(`${pen}/${id} stands there twice`)
    seen.add(`${pen}/${id}`)
    return [pen, id, name, type, unit, semantics, sentinel].join(',').replace(/,+$/, '')
  })
  return `// Generated from ${SOURCE} by \`npm run docs\`; do not edit.\n\nexport const ELEMENTS = \`\n${lines.join('\n')}\n\`\n`
}

/** Enterprises as IANA's list of private enterprise numbers has them, with what their elements are known as. */
const ENTERPRISES: Readonly<Record<number, string>> = {
  0: 'IANA',
  9: 'Cisco',
  637: 'Nokia',
  2636: 'Juniper',
  3054: 'Ixia',
  5951: 'Citrix NetScaler',
  6871: 'CERT (YAF)',
  6876: 'VMware',
  8057: 'CESNET',
  8741: 'SonicWall',
  12276: 'F5',
  15397: 'Procera',
  26866: 'Gigamon',
  29305: 'Reverse of IANA (RFC 5103)',
  35632: 'ntop (nProbe)',
  39499: 'Flowmon',
  45346: 'VeloCloud',
  47269: 'Pluribus',
}

interface Row {
  readonly key: number
  readonly columns: readonly Column[]
}

/** Every element that fills a column, and of vendors every one the registry knows. */
function rowsByEnterprise(): ReadonlyMap<number, readonly Row[]> {
  const columns = new Map<number, Set<Column>>()
  const add = (key: number, index: number): void => {
    const column = STORED_COLUMNS[index]
    if (column !== undefined) columns.set(key, (columns.get(key) ?? new Set()).add(column))
  }
  for (const [key, { column }] of STANDARD_MAPPING.filledBy) add(key, column)
  for (const [index, formulas] of STANDARD_MAPPING.computed) {
    for (const { terms, per } of formulas) for (const key of [...terms.map(term => term.element), ...(per === null ? [] : [per])]) add(key, index)
  }
  for (const key of knownElements()) if (key >= 32_768 && !columns.has(key)) columns.set(key, new Set())
  for (const key of SPECIAL.keys()) if (!columns.has(key)) columns.set(key, new Set())
  return Map.groupBy(
    [...columns].map(([key, filled]) => ({ key, columns: [...filled] })).toSorted((a, b) => a.key - b.key),
    ({ key }) => Math.floor(key / 65_536),
  )
}

function line({ key, columns }: Row): readonly string[] {
  const known = describeElement(key)
  const type = v9TypeOf(key)
  return [
    code(elementText(key)),
    type === null || elementText(key) === String(type) ? '' : String(type),
    known?.name ?? '',
    known === null ? '' : [known.type, known.unit].filter(part => part !== '').join(', '),
    columns.length === 0 ? (SPECIAL.has(key) ? 'a rule of its own' : 'none') : columns.map(({ name }) => code(name)).join(' '),
    known?.sentinel == null ? '' : String(known.sentinel),
  ]
}

/** Which element fills which column, by enterprise, and within one by the group of its columns. */
export function elementsPage(): string {
  const head = ['Element', 'v9 type', 'Name', 'Type, unit', 'Column', 'Not available']
  const groupOf = ({ key, columns }: Row): string => columns[0]?.group ?? (SPECIAL.has(key) ? 'read by a rule' : 'known, in no column')
  const order = [...GROUPS, 'read by a rule', 'known, in no column']
  const sections = [...rowsByEnterprise()].flatMap(([enterprise, rows]) => {
    const title = `## ${ENTERPRISES[enterprise] ?? 'Enterprise'}${enterprise === 0 ? '' : `, ${enterprise}`}`
    const groups = Map.groupBy(rows, groupOf)
    const parts = order.flatMap(group => {
      const those = groups.get(group)
      return those === undefined ? [] : [`### ${title.slice(3).split(',')[0]}: ${group}`, table(head, those.map(line))]
    })
    return [title, ...(rows.length > 12 ? parts : [table(head, rows.map(line))])]
  })
  return page(
    `${SOURCE} and src/schema/columns.ts`,
    'Information elements',
    'What FlowLens reads, by enterprise. *v9 type* is the number in NetFlow v9 where it differs: Cisco’s types are 32,768 + the element of enterprise 9, nProbe’s 57,472 + the element of enterprise 35632. *Not available* is a value that counts as none. An element that is not here is skipped by its length, never with its record; `flowlens exporters` shows it with a sample, and [a field of the configuration](../how-to/custom-fields.md) gives it a column. Latencies whose unit nobody documents fill no column by themselves. A latency or score of zero counts as none, since devices send zero where they measured nothing; zeros of retransmitted, out of order and counts of flags count in flows of TCP only, zeros of jitter and loss in flows of UDP.',
    'Some numbers of NetFlow v9 mean two things. Types from 57472 to 58509 are nProbe’s and not Cisco’s, 51108 to 51110 Riverbed’s, 56701 and 56702 Palo Alto’s. 57554 to 57559 are throughputs of today’s nProbe; the profile `nprobe-old` reads them as latencies. Type 232 of two bytes, which Huawei sends, counts no octets. 8192 to 8391 (a vendor without enterprise number) and 20000 (wireless controllers) fill no column.',
    ...sections,
    '## Profiles',
    'For exporters whose numbers mean something of their own: `exporters[].profiles` of the configuration.',
    table(
      ['Profile', 'What it is for', 'What it reads'],
      PROFILES.map(({ name, doc, fields }) => [code(name), doc, fields.map(({ column, from }) => `${code(column)} from ${code(from)}`).join(', ')]),
    ),
  )
}
