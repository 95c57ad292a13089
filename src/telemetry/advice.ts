/**
 * What to say about an exporter: from what is known of it to sentences that name what is wrong and what to configure. Counters count
 * since ingest started, so whatever only matters in bulk is judged by its share, and fades when the cause is gone.
 */
import { ADVICE, type AdviceCode } from './advice-table.ts'
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
const TEMPLATED = new Set(['netflow9', 'ipfix'])
const FIXED = new Set(['netflow1', 'netflow5', 'netflow7'])

const SEVERITY = new Map<string, Advice['severity']>(ADVICE.map(({ code, severity }) => [code, severity]))
const RANK = new Map<string, number>(ADVICE.map(({ code }, at) => [code, at]))

const figure = (value: number): string => Math.round(value).toLocaleString('en-US')

/** A length of time in the largest fitting unit, as people say it. */
function span(ms: number): string {
  for (const [unit, size] of [
    ['day', 24 * 60 * MINUTE_MS],
    ['hour', 60 * MINUTE_MS],
    ['minute', MINUTE_MS],
  ] as const) {
    if (ms >= 2 * size) return `${Math.round(ms / size)} ${unit}s`
  }
  return `${Math.round(ms / 1000)} s`
}

const percent = (share: number): string => `${(share * 100).toPrecision(2)} %`
const listed = (items: readonly string[], most = 5): string =>
  items.length <= most ? items.join(', ') : `${items.slice(0, most).join(', ')} and ${items.length - most} more`
const domainName = (domain: DomainDetail): string => `${domain.protocol} domain ${domain.id}`
/** A number of things: `set of templates` becomes `3 sets of templates`. */
const many = (count: number, one: string): string => `${figure(count)} ${count === 1 ? one : one.replace(/^\w+/, '$&s')}`

type Say = (code: AdviceCode, message: string, remedy: string) => void

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
      if (template.redefined >= FLIP_FLOPS) flipping.push(`${id} (${figure(template.redefined)} times)`)
      else if (template.redefined > 0 && now - (template.redefined_at ?? 0) < RECENT_MS) redefined.push(id)
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
      'Two processes or devices send under the same address and domain id, or somebody forges templates. Give each its own source id or observation domain; if the device is trusted, set pinned for this exporter, and changes are refused.',
    )
  if (redefined.length > 0)
    say(
      'template_redefined',
      `The definition of template ${listed(redefined)} changed within the last hour.`,
      'This is right after a change of the device’s configuration. If nobody changed it, look whether another sender uses its address; pinned refuses such changes.',
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
      'If the device samples, have it send its sampler options (option sampler-table on Cisco, sampling options on Juniper and Nokia). If the rate is known, or the device does not sample, state it in the configuration under exporters.',
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
      'Check the sampling rate on the device; RouterOS 6 is known to send wrong ones. State the true rate in the configuration under exporters.',
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
  const drops = detail.domain_details.flatMap(domain => domain.sources).reduce((sum, source) => sum + source.dropped, 0)
  if (drops > 0)
    say(
      'sample_drops',
      `The sFlow agent dropped ${many(drops, 'sample')} that it could not send.`,
      'Sample more coarsely (a larger sampling rate) on the busiest interfaces.',
    )
  const active = Math.max(...figures.map(one => (one['flowActiveTimeout'] ?? 0) * 1000), context.longestFlowMs ?? 0)
  if (active > ACTIVE_MS * 1.5)
    say(
      'active_timeout',
      `Long flows are reported up to ${span(active)} late.`,
      'Set the active timeout of the flow cache to 60 s (cache timeout active 60, flow-active-timeout 60). Graphs spread long flows over their lifetime all the same, but the last minutes come late.',
    )
  if (Math.abs(detail.skew_ms) > SKEW_MS)
    say(
      'clock_skew',
      `The clock of the exporter is ${span(Math.abs(detail.skew_ms))} ${detail.skew_ms > 0 ? 'behind' : 'ahead of'} ours, and its flows stand at the wrong time.`,
      'Set the clock of the device by NTP, and that of this machine too.',
    )
}

function ofPresence(detail: ExporterDetail, { now }: AdviceContext, say: Say): void {
  const silence = now - detail.last_seen
  if (silence > SILENT_MS)
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

/** Refusals, each with what to do. `share`: the least part of all that came which is worth a word. */
const REFUSALS: readonly {
  readonly code: AdviceCode
  readonly reasons: readonly string[]
  readonly share: number
  readonly noun: string
  readonly what: string
  readonly remedy: string
}[] = [
  {
    code: 'rate_limited',
    reasons: ['rate_limited'],
    share: 0,
    noun: 'datagram',
    what: 'refused because the exporter sends more a second than its limit',
    remedy: 'Raise the limit of this exporter in the configuration, or sample more coarsely on the device.',
  },
  {
    code: 'template_rate',
    reasons: ['template_rate'],
    share: 0,
    noun: 'set of templates',
    what: 'refused because new templates came too fast',
    remedy: 'No device needs more than 32 new templates a second for long: look whether somebody forges its address, or several devices share it.',
  },
  {
    code: 'template_limit',
    reasons: ['template_limit'],
    share: 0,
    noun: 'set of templates',
    what: 'refused because the domain has as many as it may',
    remedy: 'Raise templates.perDomain if the device really has so many; else somebody forges its address.',
  },
  {
    code: 'template_pinned',
    reasons: ['template_pinned'],
    share: 0,
    noun: 'template',
    what: 'refused for being changed, because this exporter’s templates are pinned',
    remedy: 'If the device was configured anew, take pinned away, or restart FlowLens after the change; else another sender uses its address.',
  },
  {
    code: 'pending_full',
    reasons: ['pending_full'],
    share: 0,
    noun: 'set',
    what: 'given up while waiting for a template, because there is room for no more',
    remedy: 'Have the device send its templates more often, or raise templates.pendingBytes.',
  },
  {
    code: 'not_allowed',
    reasons: ['not_allowed'],
    share: 0,
    noun: 'datagram',
    what: 'sent to a listener that does not accept the protocol',
    remedy: 'Send them to another port, or change accept of the listener.',
  },
  {
    code: 'exporter_limit',
    reasons: ['exporter_limit'],
    share: 0,
    noun: 'datagram',
    what: 'refused because there are more exporters or observation domains than the limits allow',
    remedy: 'Raise templates.domains or templates.exporters; a device that changes its domain id with every datagram is broken.',
  },
  {
    code: 'truncated',
    reasons: ['truncated'],
    share: 0,
    noun: 'datagram',
    what: 'cut, being longer than the receiver takes',
    remedy: 'Raise receive.datagramBytes, or have the device send datagrams that fit its path, 1,400 bytes or so.',
  },
  {
    code: 'bad_version',
    reasons: ['bad_version', 'not_supported'],
    share: 0,
    noun: 'datagram',
    what: 'sent in a version that FlowLens does not read',
    remedy: 'It reads NetFlow v1, v5, v7, v9, IPFIX and sFlow v5: choose one of them on the device, and look whether something else sends to this port.',
  },
  {
    code: 'malformed',
    reasons: ['malformed', 'bad_length'],
    share: 0.001,
    noun: 'message',
    what: 'refused for contradicting the protocol',
    remedy: 'Look for a newer firmware of the device; a capture of its datagrams, read by flowlens decode, shows what is wrong.',
  },
  {
    code: 'work_limit',
    reasons: ['work_limit'],
    share: 0,
    noun: 'datagram',
    what: 'refused for asking more work than its length allows',
    remedy: 'No device does so: look who else sends from this address.',
  },
  {
    code: 'withdrawal_udp',
    reasons: ['withdrawal_udp'],
    share: 0,
    noun: 'set with withdrawals of templates',
    what: 'sent over UDP and ignored, as RFC 7011 §8.4 wants',
    remedy: 'Nothing; a newer firmware of the device may stop it.',
  },
  {
    code: 'unknown_set',
    reasons: ['unknown_set'],
    share: 0,
    noun: 'set',
    what: 'skipped, having an id that the standard reserves',
    remedy: 'Nothing; flows in other sets are read.',
  },
]

function ofRefusals(detail: ExporterDetail, say: Say): void {
  const datagramReasons = [
    'rate_limited',
    'exporter_limit',
    'not_allowed',
    'truncated',
    'bad_version',
    'not_supported',
    'bad_length',
    'malformed',
    'work_limit',
  ]
  const refused = datagramReasons.reduce((sum, reason) => sum + (detail.rejected[reason] ?? 0), 0)
  if (detail.datagrams > 0 && refused >= detail.datagrams && detail.rows === 0)
    say(
      'all_rejected',
      `Every one of ${many(detail.datagrams, 'datagram')} was refused.`,
      'The reasons stand beside this; a capture of its datagrams, read by flowlens decode, shows more.',
    )
  for (const { code, reasons, share, noun, what, remedy } of REFUSALS) {
    const count = reasons.reduce((sum, reason) => sum + (detail.rejected[reason] ?? 0), 0)
    if (count > 0 && count / Math.max(1, detail.datagrams) >= share) say(code, `${many(count, noun)} ${count === 1 ? 'was' : 'were'} ${what}.`, remedy)
  }
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
