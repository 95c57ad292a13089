/**
 * What to type on an exporter. `{host}`, `{port}` and `{rate}` are filled in; lines that begin with `#`, `!` or `//` are remarks.
 * Each sends the sampling rate and repeats its templates every minute, so that figures are right from the first flow on.
 */

export interface Vendor {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly models: string
  readonly port: 2055 | 6343
  readonly sampled: boolean
  readonly text: string
  /** Shows on the device that it sends. */
  readonly check: string
}

export const VENDORS: readonly Vendor[] = [
  {
    id: 'ios-xe',
    name: 'Cisco IOS XE',
    title: 'Cisco IOS XE, Flexible NetFlow',
    models: 'Catalyst, ISR, ASR 1000',
    port: 2055,
    sampled: true,
    check: 'show flow exporter FLOWLENS statistics',
    text: `! Sends IPFIX with its sampling rate; templates are sent again each minute
flow exporter FLOWLENS
 destination {host}
 transport udp {port}
 export-protocol ipfix
 template data timeout 60
 option sampler-table timeout 60
 option interface-table timeout 60
flow monitor FLOWLENS
 exporter FLOWLENS
 cache timeout active 60
 record netflow ipv4 original-input
sampler FLOWLENS
 mode random 1 out-of {rate}
interface GigabitEthernet0/0/0
 ip flow monitor FLOWLENS sampler FLOWLENS input`,
  },
  {
    id: 'ios-xr',
    name: 'Cisco IOS XR',
    title: 'Cisco IOS XR, NetFlow v9',
    models: 'ASR 9000, NCS',
    port: 2055,
    sampled: true,
    check: 'show flow exporter FLOWLENS location 0/0/CPU0',
    text: `! Sends NetFlow v9 with its sampling rate; templates are sent again each minute
flow exporter-map FLOWLENS
 version v9
  options sampler-table timeout 60
  options interface-table timeout 60
  template data timeout 60
 transport udp {port}
 destination {host}
flow monitor-map FLOWLENS
 record ipv4
 exporter FLOWLENS
 cache timeout active 60
sampler-map FLOWLENS
 random 1 out-of {rate}
interface TenGigE0/0/0/0
 flow ipv4 monitor FLOWLENS sampler FLOWLENS ingress`,
  },
  {
    id: 'junos',
    name: 'Juniper Junos',
    title: 'Juniper Junos, inline IPFIX',
    models: 'MX, PTX, SRX, from 15.1',
    port: 2055,
    sampled: true,
    check: 'show services accounting flow inline-jflow',
    text: `# Sends IPFIX with its sampling rate; templates are sent again each minute
set services flow-monitoring version-ipfix template FLOWLENS ipv4-template
set services flow-monitoring version-ipfix template FLOWLENS option-refresh-rate seconds 60
set services flow-monitoring version-ipfix template FLOWLENS template-refresh-rate seconds 60
set forwarding-options sampling instance I1 input rate {rate}
set forwarding-options sampling instance I1 family inet output flow-server {host} port {port}
set forwarding-options sampling instance I1 family inet output flow-server {host} version-ipfix template FLOWLENS
set forwarding-options sampling instance I1 family inet output inline-jflow source-address 10.0.0.1
set interfaces xe-0/0/1 unit 0 family inet sampling input
set interfaces xe-0/0/1 unit 0 family inet sampling output`,
  },
  {
    id: 'eos',
    name: 'Arista EOS',
    title: 'Arista EOS, sFlow',
    models: '7000 series',
    port: 6343,
    sampled: true,
    check: 'show sflow',
    text: `! sFlow carries its sampling rate in every sample
sflow sample {rate}
sflow polling-interval 20
sflow destination {host} {port}
sflow source-interface Loopback0
sflow run`,
  },
  {
    id: 'mikrotik',
    name: 'MikroTik',
    title: 'MikroTik RouterOS, IPFIX',
    models: 'RouterOS 7',
    port: 2055,
    sampled: false,
    check: '/ip traffic-flow monitor',
    text: `# Every packet is counted: nothing to set for sampling
/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m
/ip traffic-flow target add dst-address={host} port={port} version=ipfix v9-template-refresh=20 v9-template-timeout=1m`,
  },
  {
    id: 'sros',
    name: 'Nokia SR OS',
    title: 'Nokia SR OS, cflowd',
    models: '7750 SR, 7250 IXR',
    port: 2055,
    sampled: true,
    check: 'show cflowd collector detail',
    text: `# Sends IPFIX; templates are sent again each minute
configure cflowd rate {rate}
configure cflowd active-timeout 1
configure cflowd template-retransmit 60
configure cflowd collector {host}:{port} version 10
configure cflowd collector {host}:{port} no shutdown
configure router interface "to-core" cflowd-parameters sampling unicast type interface direction ingress-only`,
  },
  {
    id: 'fortigate',
    name: 'FortiGate',
    title: 'FortiGate, NetFlow v9',
    models: 'FortiOS 7',
    port: 2055,
    sampled: false,
    check: 'diagnose test application sflowd 3',
    text: `# Every packet is counted: nothing to set for sampling
config system netflow
  set active-flow-timeout 60
  set template-tx-timeout 60
  config collectors
    edit 1
      set collector-ip {host}
      set collector-port {port}
    next
  end
end
config system interface
  edit "port1"
    set netflow-sampler both
  next
end`,
  },
  {
    id: 'softflowd',
    name: 'pfSense, softflowd',
    title: 'softflowd, on a firewall or a host',
    models: 'pfSense, OPNsense, Linux, BSD',
    port: 2055,
    sampled: false,
    check: 'softflowctl statistics',
    text: `# Every packet is counted; in pfSense the same values are under Services, softflowd
softflowd -i eth0 -n {host}:{port} -v 10 -t maxlife=60 -t expint=10`,
  },
  {
    id: 'hsflowd',
    name: 'Linux, hsflowd',
    title: 'Host sFlow',
    models: 'Linux, from kernel 4.19',
    port: 6343,
    sampled: true,
    check: 'systemctl status hsflowd',
    text: `# /etc/hsflowd.conf; sFlow carries its sampling rate in every sample
sflow {
  collector { ip={host} udpport={port} }
  sampling = {rate}
  polling = 20
  pcap { speed=1- }
}`,
  },
]

export interface Part {
  readonly text: string
  readonly kind: 'plain' | 'remark' | 'filled'
}

/** The text of a vendor in parts: remarks, what was filled in, and the rest. */
export function partsOf(vendor: Vendor, values: { readonly host: string; readonly rate: string }): readonly Part[] {
  const filled: Readonly<Record<string, string>> = { '{host}': values.host, '{port}': String(vendor.port), '{rate}': values.rate }
  return vendor.text.split('\n').flatMap((line, index): readonly Part[] => {
    const end = index === 0 ? '' : '\n'
    if (/^\s*(#|!|\/\/)/.test(line)) return [{ text: `${end}${line}`, kind: 'remark' }]
    const parts = line
      .split(/(\{host\}|\{port\}|\{rate\})/)
      .map((text): Part => (filled[text] === undefined ? { text, kind: 'plain' } : { text: filled[text], kind: 'filled' }))
    return [{ text: end, kind: 'plain' }, ...parts]
  })
}
