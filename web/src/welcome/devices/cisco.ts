import type { Device } from './device.ts'

export const CISCO: readonly Device[] = [
  {
    id: 'ios-xe',
    name: 'Cisco IOS XE',
    models: 'ISR, ASR 1000, Catalyst 8000 and 9000: Flexible NetFlow',
    ways: [
      {
        name: 'NetFlow v9, routers',
        port: 2055,
        check: 'show flow exporter FLOWLENS statistics',
        text: `! With its sampler, interface and VRF tables; templates are sent again each minute
flow record FLOWLENS
 match ipv4 tos
 match ipv4 protocol
 match ipv4 source address
 match ipv4 destination address
 match transport source-port
 match transport destination-port
 match interface input
 collect interface output
 collect counter bytes long
 collect counter packets long
 collect transport tcp flags
 collect routing source as
 collect routing destination as
 collect routing next-hop address ipv4
 collect timestamp sys-uptime first
 collect timestamp sys-uptime last
flow exporter FLOWLENS
 destination {host}
 source Loopback0
 transport udp {port}
 export-protocol netflow-v9
 template data timeout 60
 option sampler-table timeout 60
 option interface-table timeout 60
 option vrf-table timeout 60
 option exporter-stats timeout 60
flow monitor FLOWLENS
 record FLOWLENS
 exporter FLOWLENS
 cache timeout active 60
 cache timeout inactive 15
sampler FLOWLENS
 mode random 1 out-of {rate}
interface GigabitEthernet0/0/0
 ip flow monitor FLOWLENS sampler FLOWLENS input`,
      },
      {
        name: 'IPFIX, Catalyst 9000',
        port: 2055,
        check: 'show flow exporter FLOWLENS statistics',
        text: `! Switches tell absolute times, and take no record made by Cisco
flow record FLOWLENS
 match ipv4 tos
 match ipv4 protocol
 match ipv4 source address
 match ipv4 destination address
 match transport source-port
 match transport destination-port
 match interface input
 collect interface output
 collect counter bytes long
 collect counter packets long
 collect timestamp absolute first
 collect timestamp absolute last
flow exporter FLOWLENS
 destination {host}
 source Loopback0
 transport udp {port}
 export-protocol ipfix
 template data timeout 60
 option interface-table timeout 60
 option sampler-table timeout 60
flow monitor FLOWLENS
 record FLOWLENS
 exporter FLOWLENS
 cache timeout active 60
 cache timeout inactive 15
interface GigabitEthernet1/0/1
 ip flow monitor FLOWLENS input`,
      },
    ],
    notes: [
      'To count every packet, leave the sampler out: `ip flow monitor FLOWLENS input`.',
      'IPv6 needs a second record with `match ipv6 …` and a second monitor on the same exporter (`ipv6 flow monitor … input`).',
      'Applications by NBAR: `match application name` in the record, and `option application-table timeout 60` in the exporter, which tells the names.',
      'With IPFIX take `timestamp absolute`: an IPFIX header has no uptime, so times counted from it can be placed by the export time only.',
      'The default active timeout is 30 minutes.',
    ],
  },
  {
    id: 'ios',
    name: 'Cisco IOS',
    models: 'older routers: traditional NetFlow',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'show ip flow export',
        text: `! Minutes, but for the inactive timeout, which is in seconds
ip flow-export version 9 origin-as
ip flow-export source Loopback0
ip flow-export destination {host} {port}
ip flow-export interface-names
ip flow-export template timeout-rate 1
ip flow-export template options timeout-rate 1
ip flow-export template options sampler
ip flow-export template options export-stats
ip flow-cache timeout active 1
ip flow-cache timeout inactive 15
interface GigabitEthernet0/0
 ip flow ingress`,
      },
    ],
    notes: [
      '`ip flow-export interface-names` is known from 12.4(2)T on.',
      '`peer-as` instead of `origin-as` tells the neighbour AS.',
      'Where only version 5 can be sent (`ip flow-export version 5`), there is no IPv6, and AS numbers have 16 bits.',
    ],
  },
  {
    id: 'ios-xr',
    name: 'Cisco IOS XR',
    models: 'ASR 9000, NCS 5500, CRS',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'show flow exporter FLOWLENS location 0/0/CPU0',
        text: `! With its sampler, interface and VRF tables; templates are sent again each minute
flow exporter-map FLOWLENS
 version v9
  options sampler-table timeout 60
  options interface-table timeout 60
  options vrf-table timeout 60
  template data timeout 60
  template options timeout 60
 !
 transport udp {port}
 source Loopback0
 destination {host}
!
flow monitor-map FLOWLENS
 record ipv4
 exporter FLOWLENS
 cache timeout active 60
 cache timeout inactive 15
!
sampler-map FLOWLENS
 random 1 out-of {rate}
!
interface TenGigE0/0/0/0
 flow ipv4 monitor FLOWLENS sampler FLOWLENS ingress`,
      },
    ],
    notes: [
      'Each line card is an observation domain of its own; a rate told by options of another domain is used and marked as a guess.',
      'IPv6 is a monitor map of its own with `record ipv6` and `flow ipv6 monitor …`; MPLS is `record mpls ipv4-ipv6-fields labels 3`.',
      '`snmp-server ifindex persist` keeps interface numbers over a reload.',
    ],
  },
  {
    id: 'asa',
    name: 'Cisco ASA, FTD',
    models: 'ASA 9, Firepower Threat Defense: NSEL',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'show flow-export counters',
        text: `! Minutes; the event type all sends creation, update, teardown and denial
flow-export destination inside {host} {port}
flow-export template timeout-rate 1
flow-export active refresh-interval 1
flow-export delay flow-create 15
policy-map global_policy
 class class-default
  flow-export event-type all destination {host}`,
      },
    ],
    notes: [
      'A firewall tells events of connections. Bytes come with updates and teardown; rows of creation and denial are no traffic and have no counters.',
      '`flow-export active refresh-interval` (from 8.4(5)) is what an active timeout is elsewhere: without it a connection is counted when it ends.',
      '`flow-export delay flow-create` leaves out the creation of connections that end within those seconds.',
      'FTD: from 7.4 on under Devices, Platform Settings, NetFlow; before with the FlexConfig objects `Netflow_Add_Destination` and `Netflow_Set_Parameters`.',
    ],
  },
  {
    id: 'nexus',
    name: 'Cisco Nexus',
    models: 'NX-OS, 9000 and 7000',
    ways: [
      {
        name: 'NetFlow v9, Nexus 9000',
        port: 2055,
        check: 'show flow exporter FLOWLENS',
        text: `feature netflow
flow timeout 60
flow record FLOWLENS
  match ipv4 source address
  match ipv4 destination address
  match ip protocol
  match ip tos
  match transport source-port
  match transport destination-port
  collect transport tcp flags
  collect counter bytes
  collect counter packets
  collect timestamp sys-uptime first
  collect timestamp sys-uptime last
flow exporter FLOWLENS
  destination {host} use-vrf management
  transport udp {port}
  source mgmt0
  version 9
    template data timeout 60
    option exporter-stats timeout 60
    option interface-table timeout 60
flow monitor FLOWLENS
  record FLOWLENS
  exporter FLOWLENS
interface Ethernet1/1
  ip flow monitor FLOWLENS input`,
      },
      {
        name: 'sFlow, Nexus 9000 and 3000',
        port: 6343,
        check: 'show sflow statistics',
        text: `feature sflow
sflow agent-ip 10.0.0.1
sflow collector-ip {host} vrf management
sflow collector-port {port}
sflow sampling-rate 4096
sflow counter-poll-interval 20
sflow data-source interface ethernet 1/1`,
      },
    ],
    notes: [
      'Nexus 7000 has two timeouts, `flow timeout active 60` and `flow timeout inactive 15`, and samples by `sampler FLOWLENS`, `mode 1 out-of 1000` and `ip flow monitor FLOWLENS input sampler FLOWLENS`; add `option sampler-table timeout 60` to the exporter.',
      'sFlow and NetFlow cannot be used together on all models. The least sampling rate of sFlow is 4096 on most.',
    ],
  },
]
