import type { Device } from './device.ts'

export const FIREWALLS: readonly Device[] = [
  {
    id: 'fortigate',
    name: 'FortiGate',
    models: 'FortiOS 7.2 and newer',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'diagnose test application sflowd 3',
        text: `# Every packet is counted: nothing to set for sampling
config system netflow
  set active-flow-timeout 60
  set inactive-flow-timeout 15
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
    ],
    notes: [
      'Before 7.2 there is one collector, without the list: `set collector-ip` and `set collector-port` stand in `config system netflow` itself. Before 6.4 its timeouts are in minutes.',
      'Types 23 and 24 carry what went back, from destination to source. They are read so beside 1 and 2; the profile `fortigate` of the section `exporters` says it for all templates.',
    ],
  },
  {
    id: 'panos',
    name: 'Palo Alto',
    models: 'PAN-OS 9 and newer',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'debug log-receiver netflow statistics',
        text: `# Minutes; in the web interface: Device, Server Profiles, NetFlow
set shared server-profile netflow FLOWLENS server flowlens host {host} port {port}
set shared server-profile netflow FLOWLENS template-refresh-rate minutes 1 packets 20
set shared server-profile netflow FLOWLENS active-timeout 1
set shared server-profile netflow FLOWLENS export-enterprise-fields yes
set network interface ethernet ethernet1/1 layer3 netflow-profile FLOWLENS
commit`,
      },
    ],
    notes: [
      'The enterprise fields carry App-ID and User-ID; they become application and user.',
      'A subinterface needs the profile too.',
      'On the PA-7000 and PA-5000 series the log card or the management port sends: set a service route for NetFlow.',
    ],
  },
  {
    id: 'pfsense',
    name: 'pfSense, OPNsense',
    models: 'and OpenBSD by pflow',
    ways: [
      {
        name: 'OPNsense, NetFlow v9',
        port: 2055,
        text: `# In the web interface: Reporting, NetFlow
Listening interfaces: LAN, WAN
WAN interfaces: WAN
Version: v9
Destinations: {host}:{port}
Active timeout: 60
Inactive timeout: 15`,
      },
      {
        name: 'pfSense, softflowd',
        port: 2055,
        check: 'softflowctl statistics',
        text: `# Package softflowd; in the web interface: Services, softflowd
Interface: WAN
Host: {host}
Port: {port}
Netflow version: 10
Maximum Lifetime: 60
Expiry Interval: 10`,
      },
      {
        name: 'OpenBSD, pflow',
        port: 2055,
        check: 'netstat -s -p pflow',
        text: `# /etc/pf.conf: set state-defaults pflow
ifconfig pflow0 create
ifconfig pflow0 flowsrc 10.0.0.1 flowdst {host}:{port} pflowproto 10
pfctl -f /etc/pf.conf`,
      },
    ],
    notes: [
      'pflow tells a state when it ends, and has no active timeout: a long connection comes late, and is then spread over the time it lasted.',
      'pfSense Plus from 24.03 has pflow as well.',
      'Choose one interface a packet passes, or it is counted on each.',
    ],
  },
  {
    id: 'vyos',
    name: 'VyOS',
    models: '1.3 and 1.4',
    ways: [
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'show flow-accounting',
        text: `set system flow-accounting interface eth0
set system flow-accounting netflow version 9
set system flow-accounting netflow server {host} port {port}
set system flow-accounting netflow timeout expiry-interval 60
set system flow-accounting netflow timeout max-active-life 60
set system flow-accounting netflow timeout flow-generic 15`,
      },
      {
        name: 'sFlow, from 1.4',
        port: 6343,
        check: 'show sflow',
        text: `set system sflow agent-address 10.0.0.1
set system sflow interface eth0
set system sflow polling 20
set system sflow sampling-rate {rate}
set system sflow server {host} port {port}`,
      },
    ],
    notes: [
      '`version 10` sends IPFIX. VyOS exports by pmacct in these releases.',
      'In 1.5 the interfaces stand one level deeper: `set system flow-accounting netflow interface eth0`.',
    ],
  },
]
