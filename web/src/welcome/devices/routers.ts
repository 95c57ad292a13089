import type { Device } from './device.ts'

export const ROUTERS: readonly Device[] = [
  {
    id: 'junos',
    name: 'Juniper Junos',
    models: 'MX, PTX, SRX; EX and QFX by sFlow',
    ways: [
      {
        name: 'IPFIX, inline J-Flow',
        port: 2055,
        check: 'show services accounting flow inline-jflow',
        text: `# 10.0.0.1 is an address of the router; fpc 0 holds the interface
set chassis fpc 0 sampling-instance FLOWLENS
set services flow-monitoring version-ipfix template FLOWLENS ipv4-template
set services flow-monitoring version-ipfix template FLOWLENS flow-active-timeout 60
set services flow-monitoring version-ipfix template FLOWLENS flow-inactive-timeout 15
set services flow-monitoring version-ipfix template FLOWLENS template-refresh-rate seconds 60
set services flow-monitoring version-ipfix template FLOWLENS option-refresh-rate seconds 60
set forwarding-options sampling instance FLOWLENS input rate {rate}
set forwarding-options sampling instance FLOWLENS family inet output flow-server {host} port {port}
set forwarding-options sampling instance FLOWLENS family inet output flow-server {host} version-ipfix template FLOWLENS
set forwarding-options sampling instance FLOWLENS family inet output inline-jflow source-address 10.0.0.1
set interfaces xe-0/0/1 unit 0 family inet sampling input`,
      },
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'show services accounting flow inline-jflow',
        text: `set chassis fpc 0 sampling-instance FLOWLENS
set services flow-monitoring version9 template FLOWLENS ipv4-template
set services flow-monitoring version9 template FLOWLENS flow-active-timeout 60
set services flow-monitoring version9 template FLOWLENS flow-inactive-timeout 15
set services flow-monitoring version9 template FLOWLENS template-refresh-rate seconds 60
set services flow-monitoring version9 template FLOWLENS option-refresh-rate seconds 60
set forwarding-options sampling instance FLOWLENS input rate {rate}
set forwarding-options sampling instance FLOWLENS family inet output flow-server {host} port {port}
set forwarding-options sampling instance FLOWLENS family inet output flow-server {host} version9 template FLOWLENS
set forwarding-options sampling instance FLOWLENS family inet output inline-jflow source-address 10.0.0.1
set interfaces xe-0/0/1 unit 0 family inet sampling input`,
      },
      {
        name: 'sFlow, EX and QFX',
        port: 6343,
        check: 'show sflow collector',
        text: `set protocols sflow agent-id 10.0.0.1
set protocols sflow collector {host} udp-port {port}
set protocols sflow sample-rate ingress {rate}
set protocols sflow polling-interval 20
set protocols sflow interfaces ge-0/0/0`,
      },
    ],
    notes: [
      'IPv6 needs a second template with `ipv6-template`, and the same lines under `family inet6`.',
      'Each forwarding engine is an observation domain of its own.',
      'An SRX counts totals of the flow (elements 85 and 86) instead of deltas; they are read as such.',
    ],
  },
  {
    id: 'eos',
    name: 'Arista EOS',
    models: '7000 series',
    ways: [
      {
        name: 'sFlow',
        port: 6343,
        check: 'show sflow',
        text: `! sFlow carries its sampling rate in every sample; counters come each 20 seconds
sflow sample 16384
sflow polling-interval 20
sflow destination {host} {port}
sflow source-interface Loopback0
sflow run`,
      },
      {
        name: 'IPFIX, sampled flow tracking',
        port: 4739,
        check: 'show flow tracking sampled',
        text: `! Times are in milliseconds
flow tracking sampled
   sample {rate}
   tracker FLOWLENS
      record export on inactive timeout 15000
      record export on interval 60000
      exporter FLOWLENS
         collector {host} port {port}
         local interface Loopback0
         template interval 60000
   no shutdown
interface Ethernet1
   flow tracker sampled FLOWLENS`,
      },
    ],
    notes: [
      'A finer rate of sFlow than the platform’s least is taken with `sflow sample dangerous 1000` only.',
      '`sflow extension bgp` adds AS path and communities, on platforms that have it.',
      'Sampled flow tracking needs EOS 4.23 or newer, on R-series and X-series hardware.',
    ],
  },
  {
    id: 'sros',
    name: 'Nokia SR OS',
    models: '7750 SR, 7450 ESS, 7250 IXR: cflowd',
    ways: [
      {
        name: 'IPFIX',
        port: 2055,
        check: 'show cflowd collector detail',
        text: `# Classic CLI; the active timeout is in minutes, the others in seconds
configure cflowd rate {rate}
configure cflowd active-timeout 1
configure cflowd inactive-timeout 15
configure cflowd template-retransmit 60
configure cflowd collector {host}:{port} version 10
configure cflowd collector {host}:{port} template-set mpls-ip
configure cflowd collector {host}:{port} no shutdown
configure cflowd no shutdown
configure router interface "to-core" cflowd-parameters sampling unicast type interface direction ingress-only`,
      },
    ],
    notes: [
      'Newer releases write the timeouts in seconds, `active-flow-timeout 60` and `inactive-flow-timeout 15`, and the rate in a profile, `sample-profile 1 sample-rate 1000`.',
      '`template-set basic` leaves out MPLS labels, `version 9` sends NetFlow v9.',
    ],
  },
  {
    id: 'huawei',
    name: 'Huawei NetStream',
    models: 'AR and NE routers, VRP 5 and 8',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'display ip netstream statistic',
        text: `# Minutes, but for the inactive timeout, which is in seconds
ip netstream export version 9 origin-as
ip netstream export template timeout-rate 1
ip netstream timeout active 1
ip netstream timeout inactive 15
ip netstream export source 10.0.0.1
ip netstream export host {host} {port}
interface GigabitEthernet0/0/1
 ip netstream sampler fix-packets {rate} inbound
 ip netstream inbound`,
      },
    ],
    notes: [
      'NE routers: `ip netstream as-mode 32` and `ip netstream export index-switch 32` send AS numbers and interface numbers whole.',
      'Some send type 232 with 2 bytes, which is not the counter IANA has there: it is not read as bytes of the reverse direction.',
      'S switches begin the same commands otherwise (`netstream export ip host`, `netstream sampler`): see the guide of the model.',
    ],
  },
  {
    id: 'mikrotik',
    name: 'MikroTik RouterOS',
    models: 'RouterOS 7 and 6',
    ways: [
      {
        name: 'IPFIX',
        port: 2055,
        check: '/ip traffic-flow print',
        text: `# Every packet is counted: nothing to set for sampling
/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s
/ip traffic-flow target add dst-address={host} port={port} version=ipfix v9-template-refresh=20 v9-template-timeout=1m`,
      },
    ],
    notes: [
      '`version=9` sends NetFlow v9, with the same two settings of its template.',
      'RouterOS 6 tells wrong sampling rates. If figures are off by a factor, see what its page says of sampling.',
      'FastTrack hides packets from Traffic Flow on some releases: compare with the counters of the interface.',
    ],
  },
]
