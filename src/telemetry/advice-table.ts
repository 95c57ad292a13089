/** Every piece of advice about an exporter, declared once: its code, how much it matters, when it is given. */
import type { Advice } from './books.ts'

export interface AdviceEntry {
  readonly code: string
  readonly severity: Advice['severity']
  /** When it is given: a sentence for the reference. */
  readonly when: string
}

const declare = <const T extends readonly AdviceEntry[]>(entries: T): T => entries

/** In the order in which they are shown: what loses flows first, then what makes figures wrong, then what is good to know. */
export const ADVICE = declare([
  { code: 'no_template', severity: 'error', when: 'Data comes, and the exporter has not sent any template of the domain.' },
  { code: 'all_rejected', severity: 'error', when: 'Datagrams come, and every one was refused.' },
  {
    code: 'template_waiting',
    severity: 'warning',
    when: 'Some data has no template, while others of its domain were sent, or data was given up waiting for one.',
  },
  { code: 'template_refresh', severity: 'warning', when: 'A template is sent less often than templates live, or it was sent once only for longer than that.' },
  { code: 'template_flip_flop', severity: 'warning', when: 'A template changed its definition five times or more, the last time within an hour.' },
  { code: 'template_redefined', severity: 'warning', when: 'A template changed its definition within the last hour.' },
  { code: 'no_flows', severity: 'warning', when: 'Datagrams have been decoded for ten minutes and none held a flow.' },
  { code: 'silent', severity: 'warning', when: 'Nothing has come for 15 minutes.' },
  { code: 'sampling_unknown', severity: 'warning', when: 'Nothing tells the sampling rate of a domain.' },
  { code: 'sampling_other_domain', severity: 'warning', when: 'The sampling rate was told by options of another observation domain.' },
  { code: 'sampling_implausible', severity: 'warning', when: 'A sampling rate above one in a million was told.' },
  { code: 'sequence_loss', severity: 'warning', when: 'Sequence numbers show that at least one unit in a thousand never came.' },
  { code: 'sequence_duplicate', severity: 'warning', when: 'At least one datagram in a hundred came twice.' },
  { code: 'sequence_reset', severity: 'warning', when: 'Sequence numbers began anew more than ten times, without a restart of the device.' },
  { code: 'exporter_dropped', severity: 'warning', when: 'The exporter itself reports flows or packets that it could not measure or send.' },
  { code: 'sample_drops', severity: 'warning', when: 'The sFlow agent reports samples that it dropped.' },
  { code: 'sample_rate', severity: 'warning', when: 'An sFlow agent takes samples at another rate than it tells, by its own count of packets.' },
  { code: 'list_templates', severity: 'warning', when: 'Lists in records (RFC 6313) name templates that were never sent.' },
  { code: 'clock_skew', severity: 'warning', when: 'The clock of the exporter differs from ours by more than a minute.' },
  { code: 'rate_limited', severity: 'warning', when: 'Datagrams were left out by the limit of datagrams a second.' },
  { code: 'template_rate', severity: 'warning', when: 'New templates came faster than the limit allows.' },
  { code: 'template_limit', severity: 'warning', when: 'A domain sent more templates than the limit allows.' },
  { code: 'template_pinned', severity: 'warning', when: 'A changed template was refused because templates of the exporter are pinned.' },
  { code: 'pending_full', severity: 'warning', when: 'Data that waited for templates was more than the limit allows.' },
  { code: 'not_allowed', severity: 'warning', when: 'Datagrams came to a listener that does not accept their protocol.' },
  { code: 'exporter_limit', severity: 'warning', when: 'Datagrams were refused because there are more exporters or domains than the limits allow.' },
  { code: 'truncated', severity: 'warning', when: 'Datagrams were longer than the receiver takes.' },
  { code: 'bad_version', severity: 'warning', when: 'Datagrams came in a version that FlowLens does not read.' },
  { code: 'malformed', severity: 'warning', when: 'At least one datagram or set in a thousand contradicts its protocol.' },
  { code: 'work_limit', severity: 'warning', when: 'Datagrams asked for more work than their length allows.' },
  { code: 'withdrawal_udp', severity: 'info', when: 'Templates were withdrawn over UDP, which the standard forbids; this is ignored.' },
  { code: 'unknown_set', severity: 'info', when: 'Sets came with an id that the standard reserves.' },
  { code: 'restarted', severity: 'info', when: 'The exporter has restarted since it was first seen.' },
  { code: 'kernel_drops', severity: 'info', when: 'Sequence numbers show loss, and the kernel of this machine dropped datagrams at a listener.' },
  { code: 'active_timeout', severity: 'info', when: 'Long flows are reported more than a minute late, told by options or by the flows themselves.' },
  { code: 'unknown_elements', severity: 'info', when: 'Records carry elements that FlowLens does not know.' },
  { code: 'unused_elements', severity: 'info', when: 'Records carry elements that FlowLens knows, and that fill no column.' },
  { code: 'interface_names', severity: 'info', when: 'Interfaces are numbers only, because no options named them.' },
  { code: 'fixed_format', severity: 'info', when: 'The exporter sends NetFlow v1, v5 or v7, which have no IPv6 and AS numbers of 16 bits.' },
])

export type AdviceCode = (typeof ADVICE)[number]['code']
