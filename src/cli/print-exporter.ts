/** Exporters as text for people: the list, and everything about one. */
import type { Advice, DomainDetail, ExporterDetail, TemplateDetail, TemplateField } from '../telemetry/index.ts'
import { alignColumns, short } from './print-table.ts'

/** A row of `GET /api/v1/exporters`, as far as it is shown. */
export interface ListedExporter {
  readonly exporter: string
  readonly state: string
  readonly protocols: readonly string[]
  readonly transports: readonly string[]
  readonly last_seen: number | null
  readonly fps: number
  readonly templates: number
  readonly sampling: { readonly rate: number; readonly source: string } | null
  readonly sequence_missing: number
  readonly skew_ms: number | null
  readonly advice: readonly string[]
}

const PLACE = ['name', 'group', 'role', 'site', 'region', 'tenant'] as const

/** `GET /api/v1/exporters/{exporter}`. */
export type AdvisedDetail = ExporterDetail & Readonly<Record<(typeof PLACE)[number], string>> & { readonly at: number; readonly advice: readonly Advice[] }

/** How long ago something was, in one unit. */
export function ago(at: number | null, now: number): string {
  if (at === null || at === 0) return '—'
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} days ago`
}

const skewText = (ms: number | null): string => (ms === null ? '—' : Math.abs(ms) < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`)
const rateText = (rate: number | null): string => (rate === null ? 'as each record says' : `1:${rate}`)

/** The list, what needs attention first. */
export function printExporters(rows: readonly ListedExporter[], now: number): string {
  if (rows.length === 0) return 'no exporter has sent anything yet\n'
  const order = ['attention', 'ok', 'unknown']
  const sorted = rows.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || b.fps - a.fps)
  const lines = sorted.map(row => [
    row.exporter,
    row.state,
    row.protocols.join(',') || '—',
    row.transports.join(',') || '—',
    ago(row.last_seen, now),
    short(row.fps),
    row.sampling === null ? '—' : rateText(row.sampling.rate),
    short(row.sequence_missing),
    skewText(row.skew_ms),
    row.advice.join(' '),
  ])
  return alignColumns([['exporter', 'state', 'protocol', 'transport', 'last seen', 'flows/s', 'sampling', 'lost', 'skew', 'advice'], ...lines], column =>
    [5, 6, 7, 8].includes(column),
  )
}

const indent = (text: string, by = '  '): string => text.replaceAll(/^(?=.)/gm, by)
const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}\n${indent(body)}`)

function fieldText({ element, name, length, scope, column, skipped }: TemplateField): string {
  const fills = column !== null ? ` → ${column}` : skipped ? ', skipped' : ''
  return `${scope ? '(scope) ' : ''}${element} ${name ?? '?'} ${length ?? 'variable'}${fills}`
}

function templateText(template: TemplateDetail, now: number): string {
  const { id, kind, records, refresh_ms: refresh, restored, redefined } = template
  const facts = [
    `${short(records)} records`,
    `sent ${ago(template.last_seen, now)}`,
    ...(refresh > 0 ? [`every ${refresh < 1000 ? `${refresh} ms` : `${Math.round(refresh / 1000)} s`}`] : []),
    ...(redefined > 0 ? [`redefined ${redefined} times`] : []),
    ...(restored ? ['kept from before a restart'] : []),
  ]
  return `template ${id} (${kind}): ${facts.join(', ')}\n${indent(template.fields.map(field => `${fieldText(field)}\n`).join(''))}`
}

function domainText(domain: DomainDetail, now: number): string {
  const { missing, duplicate, reordered, reset } = domain.sequence
  const lines = [
    `last seen ${ago(domain.last_seen, now)}`,
    `sequence (${domain.sequence_unit}): ${missing} missing, ${duplicate} twice, ${reordered} out of order, ${reset} resets, ${domain.restarts} restarts`,
    ...domain.samplers.map(
      ({ id, name, rate, source }) => `sampling ${rateText(rate)}${id === null ? '' : `, sampler ${id}`}${name === null ? '' : ` ${name}`} (${source})`,
    ),
    ...domain.sources.map(
      ({ id, rate, effective_rate: effective, dropped, missing: lost }) =>
        `source ${id}: 1:${rate}${effective === null ? '' : `, in effect 1:${Math.round(effective)}`}, ${dropped} samples dropped by the agent, ${lost} lost`,
    ),
    ...(domain.waiting.sets === 0 ? [] : [`${domain.waiting.sets} sets (${domain.waiting.bytes} bytes) wait for a template`]),
    ...Object.entries(domain.statistics).map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.map(line => `${line}\n`).join('')}${domain.templates.map(template => templateText(template, now)).join('')}`
}

const adviceText = ({ severity, message, remedy, code }: Advice): string => `${severity}: ${message}\n  ${remedy} (${code})\n`

/** Everything about one exporter. */
export function printExporter(detail: AdvisedDetail): string {
  const { at: now } = detail
  const rejected = Object.entries(detail.rejected).filter(([, count]) => count > 0)
  const { settings, names } = detail
  const head = [
    `${detail.address}${detail.source === null ? '' : ` (datagrams come from ${detail.source})`}`,
    ...(PLACE.every(key => detail[key] === '') ? [] : [PLACE.flatMap(key => (detail[key] === '' ? [] : [`${key} ${detail[key]}`])).join(', ')]),
    `${detail.protocols.join(', ')} over ${detail.transports.join(', ')}; first seen ${ago(detail.first_seen, now)}, last seen ${ago(detail.last_seen, now)}`,
    `${detail.datagrams} datagrams, ${detail.rows} flows, clock skew ${skewText(detail.skew_ms)}`,
    `named by options: ${detail.interfaces.length} interfaces, ${names.vrfs} VRFs, ${names.applications} applications, ${names.samplers} samplers, ${names.elements} elements`,
    `configured: ${settings.profiles.length === 0 ? 'no profile' : settings.profiles.join(', ')}, ${settings.fields} custom fields${settings.pinned ? ', templates pinned' : ''}${settings.relay ? ', relay' : ''}`,
  ]
  return [
    head.map(line => `${line}\n`).join(''),
    section('advice', detail.advice.map(adviceText).join('')),
    section('refused', rejected.map(([reason, count]) => `${reason}: ${count}\n`).join('')),
    ...detail.domain_details.map(domain => section(`${domain.protocol} domain ${domain.id}`, domainText(domain, now))),
    section(
      'elements and structures nobody reads',
      detail.unknown_elements
        .map(
          ({ element, name, kind, length, sample, records }) =>
            `${element} ${name ?? '?'} (${kind}), ${length === 65_535 ? 'variable length' : `${length} bytes`}, ${records} records${sample === null ? '' : `, as ${sample}`}\n`,
        )
        .join(''),
    ),
    section(
      'changes of templates',
      detail.template_changes
        .map(
          ({ protocol, domain, template, at, count, refused, flip_flop: flips }) =>
            `${protocol} domain ${domain} template ${template}: ${count} times, last ${ago(at, now)}${refused ? ', refused' : ''}${flips ? ', back and forth' : ''}\n`,
        )
        .join(''),
    ),
    section('interfaces', alignColumns(detail.interfaces.map(({ index, name, description }) => [String(index), name, description]))),
    section('left out', detail.notes.map(note => `${note}\n`).join('')),
  ].join('')
}
