import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENVIRONMENT, configFields, sizeText, type ConfigField } from '../../src/config/index.ts'
import { DATAGRAM_REASONS, DECODE_NOTES, SET_REASONS } from '../../src/decode/index.ts'
import { COLUMNS, ERRORS, GROUPS, type Column, type ElementRef } from '../../src/schema/index.ts'
import { ADVICE, METRICS } from '../../src/telemetry/index.ts'
import type { Lockfile, Manifest } from '../checks/packages.ts'
import { capture } from '../test/steps.ts'
import { applicationsPage } from './applications.ts'
import { conformancePage, readTests } from './conformance/page.ts'
import { REASONS } from './dependencies.ts'
import { devicesPage } from './devices.ts'
import { elementsModule, elementsPage } from './elements.ts'
import { code, page, table } from './markdown.ts'

export interface Page {
  /** From the root. */
  readonly path: string
  readonly text: string
}

/** The generated pages of the reference, as they should be. Runs every command once for its help. */
export async function pages(root: string): Promise<readonly Page[]> {
  return [
    { path: 'docs/reference/command-line.md', text: await commandLinePage(root) },
    { path: 'docs/reference/columns.md', text: columnsPage() },
    { path: 'docs/reference/applications.md', text: applicationsPage() },
    { path: 'docs/reference/configuration.md', text: configurationPage() },
    { path: 'docs/reference/environment.md', text: environmentPage() },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/metrics.md', text: metricsPage() },
    { path: 'docs/reference/exporter-advice.md', text: advicePage() },
    { path: 'docs/reference/conformance.md', text: conformancePage(readTests(root)) },
    { path: 'docs/reference/dependencies.md', text: dependenciesPage(root) },
    { path: 'docs/how-to/exporters.md', text: devicesPage() },
    { path: 'docs/reference/elements.md', text: elementsPage() },
    { path: 'src/decode/registry/elements.generated.ts', text: elementsModule(root) },
  ]
}

async function commandLinePage(root: string): Promise<string> {
  const help = async (...args: readonly string[]): Promise<string> => {
    const { code: exit, output } = await capture(join(root, 'bin', 'flowlens'), [...args, '--help'], root)
    if (exit !== 0) throw new Error(`flowlens ${args.join(' ')} --help: ${output}`)
    return `\`\`\`\n${output.trim()}\n\`\`\``
  }
  const top = await help()
  const names = [...top.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(match => match[1] ?? '')
  const texts = await Promise.all(names.map(name => help(name)))
  return page(
    'the help of each command',
    'Command line',
    'From a checkout the command is `bin/flowlens`, installed it is `flowlens`. The exit code is 0 after success, 1 after a failure, and 2 for a command line that was not understood. Results go to standard output, everything else to standard error.',
    top,
    ...names.flatMap((name, index) => [`## ${name}`, texts[index] ?? '']),
  )
}

function columnsPage(): string {
  const columns: readonly Column[] = COLUMNS
  const sections = GROUPS.flatMap(group => {
    const rows = columns
      .filter(column => column.group === group)
      .map(({ name, label, kind, unit, doc, formerly, measured, ...from }) => [
        code(name),
        label,
        unit === undefined ? kind : `${kind}, ${unit}`,
        sourceOf(from),
        [
          doc,
          ...(formerly === undefined ? [] : [`Formerly ${formerly.map(code).join(', ')}.`]),
          ...(measured === undefined ? [] : [`Known where \`measured\` has the bit ${code(measured)}.`]),
        ].join(' '),
      ])
    return [`## ${group.charAt(0).toUpperCase()}${group.slice(1)}`, table(['Column', 'Label', 'Kind', 'From', 'Meaning'], rows)]
  })
  return page(
    'src/schema/columns.ts',
    'Columns of a flow',
    'A column has one name everywhere: in filters, SQL, JSON, CSV and the API. *From* tells what fills it: IPFIX elements by number, which up to 127 are the types of NetFlow v9 too; `PEN/n` is element n of an enterprise; `v9:n` is a type of NetFlow v9 only. `2 * e` is a factor, `a + b` a sum, `a per b` a quotient. Where a record holds several of them, the first wins. [Information elements](elements.md) has their names, units and numbers in NetFlow v9.',
    ...sections,
  )
}

function sourceOf({ elements, origin }: Pick<Column, 'elements' | 'origin'>): string {
  const numbers = (elements ?? []).map((element: ElementRef) => code(String(element))).join(' ')
  const words = {
    receiver: 'the receiver',
    header: 'the header',
    options: 'options data',
    enrichment: 'enrichment',
    packets: 'packets',
    computed: 'computed',
  } as const
  return [numbers, origin === undefined ? '' : words[origin]].filter(part => part !== '').join(', else ')
}

function configurationPage(): string {
  const rows = (fields: readonly ConfigField[]): readonly (readonly string[])[] =>
    fields.flatMap(field => [...(field.kind === 'object' ? [] : [[code(field.path), field.type, defaultOf(field), field.doc]]), ...rows(field.fields)])
  const top = configFields()
  const plain = top.filter(field => field.kind !== 'object')
  const sections = top.filter(field => field.kind === 'object')
  return page(
    'src/config/schema.ts',
    'Configuration',
    'FlowLens reads one file, `flowlens.yaml`. Every setting has a default that works; an empty file is a valid one. `flowlens config example` prints a commented file with all of them, `flowlens config check` tells mistakes with line and column, `flowlens config schema` prints a JSON Schema for editors. An unknown key is a mistake. Relative paths count from the file.',
    table(['Key', 'What may stand there', 'Default', 'Meaning'], rows(plain)),
    ...sections.flatMap(section => [`## ${section.key}`, section.doc, table(['Key', 'What may stand there', 'Default', 'Meaning'], rows(section.fields))]),
  )
}

function defaultOf({ default: value, required, path, key }: ConfigField): string {
  if (required) return 'none, needed'
  if (value === undefined) return ''
  if (path === 'listeners') return 'UDP 2055, 9995, 4739 and 6343 on every IPv4 address'
  if (key.endsWith('Bytes') && typeof value === 'number') return sizeText(value)
  return code(typeof value === 'string' ? value : JSON.stringify(value))
}

function environmentPage(): string {
  return page(
    'src/config/env.ts',
    'Environment variables',
    'FlowLens reads these and no others; a `FLOWLENS_…` that is not here is reported at the start of every command. An empty value counts as not set.',
    table(
      ['Variable', 'Meaning'],
      ENVIRONMENT.map(({ name, doc, secret }) => [code(name), secret ? `${doc} Never shown or logged.` : doc]),
    ),
  )
}

function errorsPage(): string {
  return page(
    'src/schema/errors.ts',
    'Errors',
    'Every error has a code, which never changes its meaning. The API answers with the status and, in the body, code, message, help and the id of the request. *Again* tells whether the same thing tried later can work. Malformed datagrams are no errors: they are counted by reason, see [metrics](metrics.md).',
    table(
      ['Code', 'Where', 'Status', 'Again', 'What it means and what to do'],
      ERRORS.map(({ code: name, stage, status, retry, help }) => [code(name), stage, String(status), retry ? 'yes' : 'no', help]),
    ),
  )
}

function metricsPage(): string {
  return page(
    'src/telemetry/metric-table.ts',
    'Metrics',
    'Served at `/metrics` in the text format of Prometheus. Labels are bounded: none holds what an exporter sends. A figure that nobody knows is absent, not zero.',
    table(
      ['Metric', 'Type', 'Labels', 'Meaning'],
      METRICS.map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(' '), help]),
    ),
    '## Reasons',
    `A datagram is rejected as ${DATAGRAM_REASONS.map(code).join(', ')}.`,
    `A set in a datagram is rejected as ${SET_REASONS.map(code).join(', ')}.`,
    `Noted of input that is taken all the same: ${DECODE_NOTES.map(code).join(', ')}.`,
  )
}

function advicePage(): string {
  return page(
    'src/telemetry/advice-table.ts',
    'Advice about exporters',
    'What FlowLens says about a device that sends, on its page in the console, in `flowlens exporters ADDRESS`, and in `GET /api/v1/exporters/{exporter}`, each with a sentence on what to configure. An *error* loses flows, a *warning* may make figures wrong, *info* is good to know. An exporter needs attention when it is given an error or a warning. Counters behind it count since receiving began; what only matters in bulk is judged by its share. `/metrics` has the number of exporters for each code as `flowlens_exporters_advised`.',
    table(
      ['Code', 'Severity', 'When it is given'],
      ADVICE.map(({ code: name, severity, when }) => [code(name), severity, when]),
    ),
  )
}

function dependenciesPage(root: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const lockfile: Lockfile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const rows = (packages: Readonly<Record<string, string>> = {}): readonly (readonly string[])[] =>
    Object.keys(packages)
      .toSorted()
      .map(name => {
        const { version = '', license = '' } = lockfile.packages[`node_modules/${name}`] ?? {}
        const reason = REASONS[name]
        if (reason === undefined) throw new Error(`${name} has no reason in scripts/docs/dependencies.ts`)
        return [code(name), version, license, reason]
      })
  const gone = Object.keys(REASONS).filter(name => manifest.dependencies?.[name] === undefined && manifest.devDependencies?.[name] === undefined)
  if (gone.length > 0) throw new Error(`scripts/docs/dependencies.ts gives reasons for packages that are not there: ${gone.join(', ')}`)
  const head = ['Package', 'Version', 'Licence', 'Why']
  return page(
    'package.json, package-lock.json and scripts/docs/dependencies.ts',
    'Dependencies',
    'Few, pinned, and each with a reason. Nothing is downloaded at run time, and nothing needs a compiler.',
    '## At run time',
    table(head, rows(manifest.dependencies)),
    '## To build and test',
    'The console is bundled from the packages named *Console* here; the others are not passed on.',
    table(head, rows(manifest.devDependencies)),
  )
}
