import { DEVICES } from '../../web/src/welcome/devices/catalog.ts'
import { filledText, isSampled, type Device, type Way } from '../../web/src/welcome/devices/device.ts'
import { code, page } from './markdown.ts'

/** Addresses of RFC 5737 and the rate the examples are written with. */
const EXAMPLE = { host: '192.0.2.10', rate: '1000' } as const

const INTRO = [
  `In all of these, ${EXAMPLE.host} is the machine that runs FlowLens, and 10.0.0.1 an address of the device that stays the same: FlowLens knows an exporter by it. Any port of FlowLens takes NetFlow v1, v5, v7 and v9, IPFIX and sFlow, whatever it is usually for.`,
  '## What matters on every device',
  [
    '- **Active timeout: 60 seconds.** A long flow is reported each minute. With the common default of 30 minutes its traffic shows up half an hour late.',
    '- **Idle timeout: 15 seconds.** A flow that has ended is told soon.',
    '- **Templates and options: every 60 seconds.** Data cannot be read before its template has come. FlowLens keeps templates over its own restart, but not those that changed meanwhile.',
    '- **Count once.** Export flows where they come in (ingress) on every interface, not ingress and egress both, or each is counted twice.',
    '- **One clock.** Set up NTP on the device: times of flows are its own.',
  ].join('\n'),
  '## What FlowLens makes use of',
  [
    '- **The sampler table** (options): the rate of each sampler. Totals are multiplied by it. Without it a sampled device counts as 1:1, and its page says so. A row tells in `sampling_source` where its rate came from.',
    '- **The interface table** (options): names instead of numbers.',
    '- **The VRF table and the application table** (options): names of VRFs and, on Cisco with NBAR, of applications.',
    '- **Exporter statistics** (options): what the device itself could not measure or send.',
    '- **Interface counters** (sFlow, `polling`): drawn beside the flows of the interface.',
    '- **AS numbers, masks, next hop**: from the routing table of the device, where the record has them.',
  ].join('\n'),
  '## What measures quality',
  'The pages Latency, TCP health and VoIP of the console show what exporters measured, and say so where none did. [Which element fills which column](../reference/elements.md).',
  [
    '- **nProbe**: name the elements in its template. Times: `%CLIENT_NW_LATENCY_MS %SERVER_NW_LATENCY_MS %APPL_LATENCY_MS`. TCP: `%RETRANSMITTED_IN_PKTS %RETRANSMITTED_OUT_PKTS %OOORDER_IN_PKTS %OOORDER_OUT_PKTS`. Calls, with its VoIP plug-in: `%RTP_IN_JITTER %RTP_OUT_JITTER %RTP_IN_PKT_LOST %RTP_OUT_PKT_LOST %RTP_MOS`.',
    '- **Cisco IOS XE**: application response time (ART, a part of AVC) tells round trips of both sides, response and transaction times and retransmissions; media performance (`match transport rtp ssrc`) tells jitter and loss of streams. Both are performance monitors, beside the flow monitor below.',
    '- **YAF, Flowmon, Citrix NetScaler, VMware, VeloCloud, Pluribus, Riverbed**: some of these figures each; the page that stays empty names those that fill it.',
    '- **TCP flags**: resets and handshakes are told from them, so nearly every exporter serves: `collect transport tcp flags` on Cisco. A device that samples says nothing of handshakes.',
    '- **None of it**: NetFlow v5, sFlow, and the flow records of Junos, PAN-OS, FortiOS, Arista, MikroTik and softflowd, apart from flags.',
  ].join('\n'),
] as const

const CHECK = [
  '## Does it arrive?',
  'The page Exporters of the console shows every device that sends, and one page for each: its templates down to the fields, samplers, gaps in its numbering, clock, elements that fill no column, and sentences that say what to configure. `flowlens exporters` prints the same, and `GET /api/v1/exporters` answers with it.',
  'If a device does not appear there at all:',
  [
    '- Does anything reach this machine? `tcpdump -ni any udp port 2055` shows it before any firewall of this machine takes it away.',
    '- Does the firewall of this machine let it in? Does the device have a route, and send from the VRF or interface you think it does?',
    '- Is the port open? The page for the first day and `GET /api/v1/pipeline` tell of each listener whether it is, and how many datagrams came.',
    '- Does it appear without flows? Wait for its template, up to the refresh it was set to. What was refused is counted by reason, on its page and in the [metrics](../reference/metrics.md).',
  ].join('\n'),
] as const

function waySection(way: Way, alone: boolean): readonly string[] {
  const text = `\`\`\`\n${filledText(way, EXAMPLE)}\n\`\`\``
  const check = way.check === undefined ? [] : [`Then, on the device: ${code(way.check)}`]
  const sampled = isSampled(way) ? '; 1000 is the sampling rate, to be chosen' : ''
  return alone && sampled === '' ? [text, ...check] : [`${alone ? way.name : `**${way.name}**`}${sampled}:`, text, ...check]
}

function deviceSection({ name, models, ways, notes }: Device): readonly string[] {
  return [
    `## ${name}`,
    `${models}.`,
    ...ways.flatMap(way => waySection(way, ways.length === 1)),
    ...(notes.length === 0 ? [] : [notes.map(note => `- ${note}`).join('\n')]),
  ]
}

/** docs/how-to/exporters.md: what to type on each device, from the same list as the page for the first day. */
export function devicesPage(): string {
  return page('web/src/welcome/devices/', 'Point an exporter here', ...INTRO, ...DEVICES.flatMap(deviceSection), ...CHECK)
}
