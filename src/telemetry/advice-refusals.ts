/** Advice about what was refused: each reason with its remedy. */
import type { AdviceCode } from './advice-table.ts'
import { many, type Say } from './advice-words.ts'
import type { ExporterDetail } from './books.ts'

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
    what: 'left out because the exporter sends more a second than its limit; the sampling rate of the others makes up for it',
    remedy: 'Raise datagramsPerSecond of this exporter in the configuration, or sample more coarsely on the device.',
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
    remedy: 'If the device was configured anew, take templates: pin away for a while; else another sender uses its address.',
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

/** What is said about the datagrams and sets of an exporter that were refused. */
export function ofRefusals(detail: ExporterDetail, say: Say): void {
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
