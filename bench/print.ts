/** A report as one table for people: medians, a column for the peer, the ratio, and below it the conditions of each row. */
import { short } from '../src/cli/print-table.ts'
import type { CaseReport, Conditions, FigureReport, Report, RowReport, Unit } from './report.ts'
import type { Statistic } from './statistics.ts'

const HEADS = ['row', 'case', 'figure', 'FlowLens', 'peer', 'ratio'] as const
/** From this column on figures stand, to the right. */
const FIRST_FIGURE = 3
const NONE = '—'

/** A value with its unit. Shares just below the whole keep the digits that tell them from it. */
export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case 'yes':
      return value === 1 ? 'yes' : 'no'
    case '%':
      return `${value > 99 && value < 100 ? (Math.floor(value * 10_000) / 10_000).toFixed(4) : value.toFixed(value === 100 ? 0 : 1)} %`
    case 'flows':
    case 'rows':
      return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
    case 'ms':
      return `${value.toFixed(value < 10 ? 1 : 0)} ms`
    case 'CPU-s':
    case 'CPU-s/M flows':
      return `${value.toFixed(value < 10 ? 2 : 1)} CPU-s`
    case 'bytes/flow':
      return `${value.toFixed(2)} B`
    case 'bytes':
      return `${short(value)}B`
    case 'flows/s':
    case 'datagrams/s':
      return `${short(value)}/s`
    default:
      return unit satisfies never
  }
}

/** The median; of answers yes and no the worst, since one run that does not add up is one too many. */
function text(statistic: Statistic | null, unit: Unit): string {
  if (statistic === null) return NONE
  return valueText(unit === 'yes' ? statistic.min : statistic.median, unit)
}

function lineOf(row: RowReport, one: CaseReport, { label, unit, flowlens, peer, ratio }: FigureReport, first: boolean, firstOfRow: boolean): readonly string[] {
  const beside = unit === 'yes' || ratio === null ? NONE : ratio.median.toFixed(2)
  return [firstOfRow ? row.name : '', first ? one.name : '', label, text(flowlens, unit), text(peer, unit), beside]
}

const conditionsText = (conditions: Conditions): string =>
  Object.entries(conditions)
    .map(
      ([name, value]) =>
        `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 1 }).replaceAll(',', ' ') : value}`,
    )
    .join(', ')

/** The same said of several cases stands once; the cases are named where it is not said of all. */
function shared(row: RowReport, textsOf: (one: CaseReport) => readonly string[]): readonly string[] {
  const said = row.cases.flatMap(one => textsOf(one).map(text => ({ name: one.name, text })))
  return [...Map.groupBy(said, one => one.text)].map(([text, members]) =>
    members.length === row.cases.length ? text : `${members.map(one => one.name).join(', ')}: ${text}`,
  )
}

function notesOf(row: RowReport): readonly string[] {
  const peer = row.peer === null ? [] : [`peer: ${row.peer}`]
  const conditions = shared(row, one => [conditionsText(one.conditions)].filter(text => text !== ''))
  const failed = row.failed === null ? [] : [`not measured to its end: ${row.failed}`]
  return [`${row.name}: ${row.doc}`, ...[...peer, ...conditions, ...shared(row, one => one.notes), ...row.notes, ...failed].map(note => `  ${note}`)]
}

/** The whole report, ending in a line break. */
export function printReport(report: Report): string {
  const { machine, rows } = report
  const lines = rows.flatMap(row =>
    row.cases.flatMap((one, index) => Object.values(one.figures).map((figure, at) => lineOf(row, one, figure, at === 0, at === 0 && index === 0))),
  )
  const table = [[...HEADS], ...lines]
  const widths = HEADS.map((_, column) => Math.max(...table.map(line => (line[column] ?? '').length)))
  const laid = table.map(line =>
    line
      .map((cell, column) => (column < FIRST_FIGURE ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return [
    `FlowLens ${report.flowlens}, ${report.quick ? 'one short run' : `medians of ${report.runs} runs`}, ${report.at}`,
    `${machine.cores} cores (${machine.cpu}), ${short(machine.memory_bytes)}B memory, ${machine.system}, Node ${machine.node}, ${machine.nfdump === null ? 'no nfdump' : `nfdump ${machine.nfdump}`}, load ${machine.load_average.toFixed(1)} before`,
    ...(machine.scratch.in_memory ? ['The scratch directory is in memory: what is said of the disk means nothing. TMPDIR names another.'] : []),
    '',
    ...laid,
    '',
    'ratio: FlowLens divided by its peer, in the same run.',
    ...rows.flatMap(notesOf),
    '',
  ].join('\n')
}
