/** Ready-made sets of settings for exporters whose numbers mean something of their own (PROTOCOLS §11, collisions; FEATURES §15). */
import type { ElementRef } from '../../schema/index.ts'
import type { ElementType } from './facts.ts'

/** What a profile says of an element or a formula: as `FieldRule`, without the parts no profile needs. */
export interface ProfileField {
  readonly column: string
  readonly from: ElementRef
  readonly type?: ElementType
  readonly unit?: string
}

export interface Profile {
  readonly name: string
  /** One sentence for the reference page: what it is for. */
  readonly doc: string
  readonly fields: readonly ProfileField[]
  readonly postCounters?: 'post' | 'reverse'
}

const declare = <const T extends readonly Profile[]>(profiles: T): T => profiles

export const PROFILES = declare([
  {
    name: 'cisco-trustsec',
    doc: 'Security group tags and names of Cisco TrustSec, as types 34000 to 34004 of NetFlow v9. They are read without it, unless another profile or field takes one of the numbers.',
    fields: [
      { column: 'src_sgt', from: '9/1232' },
      { column: 'dst_sgt', from: '9/1233' },
      { column: 'src_sgt_name', from: '9/1234' },
      { column: 'dst_sgt_name', from: '9/1235' },
      { column: 'switch_sgt', from: '9/1236' },
    ],
  },
  {
    name: 'request-numbers',
    doc: 'For exporters that send retransmissions as 321, SYN packets as 322, RTP jitter in milliseconds as 387 and security group tags as 411 and 412. By IANA these are a relative error, a time of observation, jitter in nanoseconds and the tags of 802.1ah.',
    fields: [
      { column: 'retransmitted', from: '321', type: 'unsigned64' },
      { column: 'syn_count', from: '322', type: 'unsigned64' },
      { column: 'jitter', from: '387', type: 'unsigned64', unit: 'milliseconds' },
      { column: 'src_sgt', from: '411', type: 'unsigned64' },
      { column: 'dst_sgt', from: '412', type: 'unsigned64' },
    ],
  },
  {
    name: 'nprobe',
    doc: 'nProbe’s types 57472 to 58509 are read without it; it says that types 23 and 24 are the other direction also where no 1 and 2 stand beside them.',
    fields: [],
    postCounters: 'reverse',
  },
  {
    name: 'nprobe-old',
    doc: 'nProbe before its latencies in milliseconds: seconds and microseconds of half a round trip in 57554 to 57559 (today these are throughputs), and RTP loss in packets.',
    fields: [
      // Seconds and microseconds apart: what the factors lead to is in microseconds.
      { column: 'rtt_client', from: '2000000 * 35632/82 + 2 * 35632/83', type: 'unsigned32', unit: 'microseconds' },
      { column: 'rtt_server', from: '2000000 * 35632/84 + 2 * 35632/85', type: 'unsigned32', unit: 'microseconds' },
      { column: 'app_latency', from: '1000000 * 35632/86 + 35632/87', type: 'unsigned32', unit: 'microseconds' },
      { column: 'lost', from: '35632/156 + 35632/157', type: 'unsigned32' },
    ],
    postCounters: 'reverse',
  },
  {
    name: 'palo-alto',
    doc: 'App-ID and User-ID of Palo Alto Networks, types 56701 and 56702 of NetFlow v9. They are read without it, unless another profile or field takes the numbers.',
    fields: [
      { column: 'app', from: 'v9:56701' },
      { column: 'src_user', from: 'v9:56702' },
    ],
  },
  {
    name: 'cisco-asa-old',
    doc: 'Cisco ASA before 8.3: user, translated addresses and ports, and event as types 40000 to 40005. They are read without it, unless another profile or field takes one of the numbers.',
    fields: [
      { column: 'src_user', from: '9/7232' },
      { column: 'nat_src', from: '9/7233' },
      { column: 'nat_dst', from: '9/7234' },
      { column: 'nat_src_port', from: '9/7235' },
      { column: 'nat_dst_port', from: '9/7236' },
      { column: 'firewall_event', from: '9/7237' },
    ],
  },
  {
    name: 'riverbed',
    doc: 'Retransmitted packets and bytes and the round trip of Riverbed, types 51108 to 51110 of NetFlow v9. They are read without it, unless another profile or field takes one of the numbers.',
    fields: [
      { column: 'retransmitted', from: 'v9:51108' },
      { column: 'retransmitted_bytes', from: 'v9:51109' },
      { column: 'rtt', from: 'v9:51110' },
    ],
  },
  {
    name: 'fortigate',
    doc: 'FortiGate sends the counters of the other direction as types 23 and 24, also where no 1 and 2 stand beside them.',
    fields: [],
    postCounters: 'reverse',
  },
])

export type ProfileName = (typeof PROFILES)[number]['name']

/** The names, for the configuration; never empty. */
export const PROFILE_NAMES = PROFILES.map(({ name }) => name)
