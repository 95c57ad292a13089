/**
 * What to say about an exporter: from what is known of it to sentences that name what is wrong and what to configure. Counters count
 * since ingest started, so whatever only matters in bulk is judged by its share, and fades when the cause is gone.
 */
import { ADVICE } from './advice-table.ts'
import { ofRefusals } from './advice-refusals.ts'
import { figure, listed, many, percent, span, type Say } from './advice-words.ts'
import type { Advice, DomainDetail, ExporterDetail, UnknownElement } from './books.ts'

/** What an exporter does not tell itself. */
export interface AdviceContext {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Datagrams the kernel of this machine dropped at all listeners; 0 where it is not known. */
  readonly kernelDropped: number
  /** The longest flow of late, ms; null where nobody looked. */
  readonly longestFlowMs: number | null
}

const MINUTE_MS = 60_000
const SILENT_MS = 15 * MINUTE_MS
const NO_FLOWS_MS = 10 * MINUTE_MS
const RECENT_MS = 60 * MINUTE_MS
const SKEW_MS = MINUTE_MS
const ACTIVE_MS = MINUTE_MS
const IMPLAUSIBLE_RATE = 1_000_000
/** Redefinitions of one template that are more than a change of its configuration. */
const FLIP_FLOPS = 5
const RESETS = 10
/** Samples after which the rate in effect is no accident, and how far it may be from the one that is told. */
const MANY_SAMPLES = 1000
const OFF_RATE = 0.2
const TEMPLATED = new Set(['netflow9', 'ipfix'])
const FIXED = new Set(['netflow1', 'netflow5', 'netflow7'])

const SEVERITY = new Map<string, Advice['severity']>(ADVICE.map(({ code, severity }) => [code, severity]))
const RANK = new Map<string, number>(ADVICE.map(({ code }, at) => [code, at]))

const domainName = (domain: DomainDetail): string => `${domain.protocol} domain ${domain.id}`

/** Read from files alone, whose times are long past. */
const isFile = ({ transports }: ExporterDetail): boolean => transports.length > 0 && transports.every(transport => transport === 'file')

const REFRESH =
  'Have the device send its templates every minute: template timeout-rate or refresh-rate on Cisco, template-refresh-rate on Juniper, template data timeout in a flow exporter of IOS-XE.'

function ofTemplates(detail: ExporterDetail, now: number, say: Say): void {
  const lifetime = detail.settings.template_lifetime_ms
  const without: string[] = []
  const slow: { id: string; ms: number }[] = []
  const flipping: string[] = []
  const redefined: string[] = []
  const lost = (detail.rejected['no_template'] ?? 0) + (detail.rejected['pending_expired'] ?? 0)
  let waiting = 0
  let waitingBytes = 0
  for (const domain of detail.domain_details) {
    if (!TEMPLATED.has(domain.protocol)) continue
    waiting += domain.waiting.sets
    waitingBytes += domain.waiting.bytes
    const data = domain.templates.filter(template => template.kind === 'data')
    if (data.length === 0 && (domain.waiting.sets > 0 || (lost > 0 && domain.templates.length === 0))) without.push(domainName(domain))
    for (const template of domain.templates) {
      const id = `${template.id} of ${domainName(domain)}`
      const since = detail.last_seen - template.last_seen
      if (domain.transport === 'udp' && (template.refresh_ms > lifetime || since > lifetime)) slow.push({ id, ms: Math.max(template.refresh_ms, since) })
      const recent = now - (template.redefined_at ?? 0) < RECENT_MS
      if (recent && template.redefined >= FLIP_FLOPS) flipping.push(`${id} (${figure(template.redefined)} times)`)
      else if (recent && template.redefined > 0) redefined.push(id)
    }
  }
  const waits = [
    ...(waiting > 0 ? [`${many(waiting, 'set')} (${figure(waitingBytes)} bytes) wait`] : []),
    ...(lost > 0 ? [`${many(lost, 'set')} given up`] : []),
  ].join(', ')
  if (without.length > 0)
    say(
      'no_template',
      `Data comes, but no template for it has been seen in ${listed(without)}: ${waits}.`,
      `${REFRESH} Until one comes, flows can't be read; those of the last seconds are kept for it.`,
    )
  else if (waiting > 0 || lost > 0)
    say(
      'template_waiting',
      `Some data has no template: ${waits}.`,
      `${REFRESH} If the device sends from several processes under one domain id, give each an id of its own.`,
    )
  if (slow.length > 0) {
    const worst = Math.max(...slow.map(one => one.ms))
    say(
      'template_refresh',
      `Template ${listed(slow.map(one => one.id))} was not sent again for ${span(worst)}, longer than the ${span(lifetime)} that templates live.`,
      `${REFRESH} Or raise templates.lifetimeSeconds.`,
    )
  }
  if (flipping.length > 0)
    say(
      'template_flip_flop',
      `The definition of template ${listed(flipping)} changes again and again.`,
      'Two processes or devices send under the same address and domain id, or somebody forges templates. Give each its own source id or observation domain; with templates: pin under exporters in the configuration its first definition stays, and others are refused.',
    )
  if (redefined.length > 0)
    say(
      'template_redefined',
      `The definition of template ${listed(redefined)} changed within the last hour.`,
      'This is right after a change of the device’s configuration. If nobody changed it, look whether another sender uses its address; templates: pin under exporters refuses such changes.',
    )
}

function ofSampling(detail: ExporterDetail, say: Say): void {
  const domains = detail.domain_details
  const samplers = domains.flatMap(domain => domain.samplers)
  const unknown = domains.filter(
    domain => domain.samplers.length === 0 && (TEMPLATED.has(domain.protocol) ? domain.templates.some(one => one.kind === 'data' && one.records > 0) : false),
  )
  if (detail.rows > 0 && unknown.length > 0)
    say(
      'sampling_unknown',
      `Nothing tells the sampling rate of ${listed(unknown.map(domainName))}; its flows count as unsampled.`,
      'If the device samples, have it send its sampler options (option sampler-table on Cisco, sampling options on Juniper and Nokia). If the rate is known, or the device does not sample, state it as samplingRateDefault in the configuration under exporters (1 where it does not sample).',
    )
  const foreign = samplers.filter(sampler => sampler.source === 'options_of_other_domain')
  if (foreign.length > 0)
    say(
      'sampling_other_domain',
      `The sampling rate ${listed(foreign.map(sampler => `1:${figure(sampler.rate ?? 0)}`))} was told by options of another observation domain.`,
      'This is right when all line cards sample alike. If they do not, have each domain send its own sampler options.',
    )
  const wild = samplers.filter(sampler => (sampler.rate ?? 0) > IMPLAUSIBLE_RATE)
  if (wild.length > 0)
    say(
      'sampling_implausible',
      `The sampling rate 1:${figure(wild[0]?.rate ?? 0)} was told, and bytes are multiplied by it.`,
      'Check the sampling rate on the device; RouterOS 6 is known to send wrong ones. State the true rate as samplingRate in the configuration under exporters.',
    )
}

const UNITS = { flows: 'flow', datagrams: 'datagram', records: 'record' } as const

function ofSequence(detail: ExporterDetail, context: AdviceContext, say: Say): void {
  const losing: string[] = []
  let resets = 0
  let restarts = 0
  let duplicate = 0
  for (const domain of detail.domain_details) {
    const { missing } = domain.sequence
    const came = domain.sequence_unit === 'datagrams' ? detail.datagrams : detail.rows
    const share = missing / Math.max(1, missing + came)
    if (missing > 0 && share >= 0.001) losing.push(`${many(missing, UNITS[domain.sequence_unit])} of ${domainName(domain)} (${percent(share)})`)
    resets += Math.max(0, domain.sequence.reset - domain.restarts)
    restarts += domain.restarts
    duplicate += domain.sequence.duplicate / Math.max(1, came)
  }
  if (losing.length > 0) {
    say(
      'sequence_loss',
      `Sequence numbers show that ${listed(losing)} never came.`,
      'Look for drops on the way: the export queue of the device, a policer or a full link; prefer a path of management traffic. If two collectors share the numbers, each sees gaps.',
    )
    if (context.kernelDropped > 0)
      say(
        'kernel_drops',
        `The kernel of this machine dropped ${many(context.kernelDropped, 'datagram')} at the listeners; a part of the loss may be here.`,
        'Raise net.core.rmem_max and receive.bufferBytes; the page on the receive buffer tells how.',
      )
  }
  if (duplicate >= 0.01)
    say(
      'sequence_duplicate',
      `About ${percent(Math.min(1, duplicate))} of the datagrams came twice.`,
      'The device has this collector configured twice, or the network copies its datagrams: remove one of the destinations.',
    )
  if (resets > RESETS)
    say(
      'sequence_reset',
      `Sequence numbers began anew ${figure(resets)} times without a restart of the device.`,
      'Several processes send under one address and domain id, so that loss can’t be told: give each its own source id, or its own address.',
    )
  if (restarts > 0)
    say(
      'restarted',
      `The exporter has restarted ${many(restarts, 'time')} since ${new Date(detail.first_seen).toISOString()}.`,
      'Nothing, if it was planned; else look at the log of the device.',
    )
}

/** Statistics of the exporting process that tell of loss in the device (RFC 7011 §4.3, sFlow v5 §5.3). */
const LOST_IN_DEVICE = ['ignoredPacketTotalCount', 'notSentFlowTotalCount', 'notSentPacketTotalCount'] as const

function ofDevice(detail: ExporterDetail, context: AdviceContext, say: Say): void {
  const figures = detail.domain_details.map(domain => domain.statistics)
  const told = (name: string): number => figures.reduce((sum, one) => sum + (one[name] ?? 0), 0)
  const lost = LOST_IN_DEVICE.filter(name => told(name) > 0)
  if (lost.length > 0)
    say(
      'exporter_dropped',
      `The exporter reports ${lost.map(name => `${name} ${figure(told(name))}`).join(', ')}: packets and flows that are in no record.`,
      'The flow cache of the device is full or its processor too slow: sample more coarsely, or make the cache larger.',
    )
  const sources = detail.domain_details.flatMap(domain => domain.sources)
  const drops = sources.reduce((sum, source) => sum + source.dropped, 0)
  if (drops > 0)
    say(
      'sample_drops',
      `The sFlow agent dropped ${many(drops, 'sample')} that it could not send.`,
      'Sample more coarsely (a larger sampling rate) on the busiest interfaces.',
    )
  const off = sources.filter(
    ({ rate, effective_rate: effective, samples }) => samples >= MANY_SAMPLES && effective !== null && Math.abs(effective / rate - 1) > OFF_RATE,
  )
  if (off.length > 0)
    say(
      'sample_rate',
      `The sFlow agent takes samples at another rate than it tells: ${listed(off.map(({ id, rate, effective_rate: effective }) => `source ${id} 1:${figure(effective ?? 0)} instead of 1:${figure(rate)}`))}.`,
      'Samples are being lost in the device, or its hardware rounds the rate: choose a rate that it supports, a power of two on most, or state the true rate as samplingRate in the configuration under exporters.',
    )
  const lists = detail.lists.unknown_template
  if (lists > 0)
    say(
      'list_templates',
      `${many(lists, 'list')} in records name templates that were never sent, and ${lists === 1 ? 'is' : 'are'} skipped.`,
      'Have the device send all its templates again; those of lists are sent like any other (RFC 6313 §4.5.2).',
    )
  const active = Math.max(...figures.map(one => (one['flowActiveTimeout'] ?? 0) * 1000), context.longestFlowMs ?? 0)
  if (active > ACTIVE_MS * 1.5)
    say(
      'active_timeout',
      `Long flows are reported up to ${span(active)} late.`,
      'Set the active timeout of the flow cache to 60 s (cache timeout active 60, flow-active-timeout 60). Graphs spread long flows over their lifetime all the same, but the last minutes come late.',
    )
  if (!isFile(detail) && Math.abs(detail.skew_ms) > SKEW_MS)
    say(
      'clock_skew',
      `The clock of the exporter is ${span(Math.abs(detail.skew_ms))} ${detail.skew_ms > 0 ? 'behind' : 'ahead of'} ours, and its flows stand at the wrong time.`,
      'Set the clock of the device by NTP, and that of this machine too.',
    )
}

function ofPresence(detail: ExporterDetail, { now }: AdviceContext, say: Say): void {
  const silence = now - detail.last_seen
  if (!isFile(detail) && silence > SILENT_MS)
    say(
      'silent',
      `Nothing has come for ${span(silence)}.`,
      'Look whether the device runs, still exports to this collector, and whether a firewall between them was changed.',
    )
  else if (detail.rows === 0 && detail.last_seen - detail.first_seen > NO_FLOWS_MS && detail.domain_details.some(domain => domain.waiting.sets === 0))
    say(
      'no_flows',
      'Datagrams come and are read, and none holds a flow.',
      'Apply the flow monitor to interfaces of the device, in the direction of its traffic.',
    )
  const fixed = detail.protocols.filter(protocol => FIXED.has(protocol))
  if (fixed.length > 0)
    say(
      'fixed_format',
      `The exporter sends ${fixed.map(protocol => `NetFlow v${protocol.slice(7)}`).join(', ')}: no IPv6, AS numbers above 65,535 as 23456 or 0, no VLAN or MAC address.`,
      'If the device can, export NetFlow v9 or IPFIX.',
    )
  if (detail.rows > 0 && detail.interfaces.length === 0 && detail.protocols.some(protocol => TEMPLATED.has(protocol)))
    say(
      'interface_names',
      'Interfaces are numbers only: no options told their names.',
      'Have the device send its interface table (option interface-table on Cisco), if it can.',
    )
}

const KEEP =
  'To keep the values, choose a ready-made profile for this exporter, or map elements to columns as custom fields, in the configuration under exporters.'

function ofElements({ unknown_elements: elements }: ExporterDetail, say: Say): void {
  const unknown = elements.filter(one => one.kind === 'unknown' || one.kind === 'structure')
  const unused = elements.filter(one => one.kind === 'unused')
  const named = ({ element, name }: UnknownElement): string => (name === null ? element : `${element} ${name}`)
  if (unknown.length > 0)
    say(
      'unknown_elements',
      `FlowLens does not know ${many(unknown.length, 'element')} of the records: ${listed(unknown.map(named))}. They are skipped, and nothing else is lost.`,
      KEEP,
    )
  if (unused.length > 0) say('unused_elements', `Records carry ${listed(unused.map(named))}, which FlowLens knows but keeps in no column.`, KEEP)
}

/** Everything worth saying about an exporter, what matters most first. The same detail always gives the same advice. */
export function adviseExporter(detail: ExporterDetail, context: AdviceContext): Advice[] {
  const advice: Advice[] = []
  const say: Say = (code, message, remedy) => void advice.push({ severity: SEVERITY.get(code) ?? 'info', code, message, remedy })
  ofTemplates(detail, context.now, say)
  ofSampling(detail, say)
  ofSequence(detail, context, say)
  ofDevice(detail, context, say)
  ofPresence(detail, context, say)
  ofElements(detail, say)
  ofRefusals(detail, say)
  return advice.toSorted((a, b) => (RANK.get(a.code) ?? 0) - (RANK.get(b.code) ?? 0))
}

/** Whether an exporter with this advice needs somebody's attention: whatever is worse than good to know. */
export const needsAttention = (codes: readonly string[]): boolean => codes.some(code => SEVERITY.get(code) !== 'info')
