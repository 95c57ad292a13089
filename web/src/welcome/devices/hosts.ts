import type { Device } from './device.ts'

export const HOSTS: readonly Device[] = [
  {
    id: 'softflowd',
    name: 'softflowd',
    models: 'Linux and BSD hosts, mirror ports',
    ways: [
      {
        name: 'IPFIX',
        port: 2055,
        check: 'softflowctl statistics',
        text: `# Every packet is counted; -s 100 would look at one in 100, and tell it
softflowd -i eth0 -n {host}:{port} -v 10 -A milli -t maxlife=60 -t expint=10`,
      },
      {
        name: 'NetFlow v9',
        port: 2055,
        check: 'softflowctl statistics',
        text: `softflowd -i eth0 -n {host}:{port} -v 9 -t maxlife=60 -t expint=10`,
      },
    ],
    notes: [
      'In Debian’s package the same options stand in `/etc/softflowd/default.conf`.',
      'Its own timeouts are an hour for TCP and a week for the life of a flow; `maxlife` is the active timeout.',
      '`-b` puts both directions into one record (IPFIX).',
    ],
  },
  {
    id: 'hsflowd',
    name: 'Host sFlow',
    models: 'Linux, from kernel 4.19',
    ways: [
      {
        name: 'sFlow',
        port: 6343,
        check: 'systemctl status hsflowd',
        text: `# /etc/hsflowd.conf; sFlow carries its sampling rate in every sample
sflow {
  collector { ip={host} udpport={port} }
  sampling = {rate}
  polling = 20
  pcap { dev=eth0 }
}`,
      },
    ],
    notes: [
      'Counters of the interfaces come each `polling` seconds and stand beside the flows on the exporter’s page.',
      '`pcap { speed=1- }` takes every interface that has a speed.',
    ],
  },
  {
    id: 'pmacct',
    name: 'pmacct',
    models: 'Linux and BSD hosts: nfprobe',
    ways: [
      {
        name: 'IPFIX',
        port: 2055,
        text: `# /etc/pmacct/pmacctd.conf, started with: pmacctd -f /etc/pmacct/pmacctd.conf
pcap_interface: eth0
plugins: nfprobe
aggregate: src_host, dst_host, src_port, dst_port, proto, tos, tcpflags
nfprobe_receiver: {host}:{port}
nfprobe_version: 10
nfprobe_timeouts: maxlife=60:expint=15`,
      },
    ],
    notes: ['`nfprobe_version: 9` sends NetFlow v9.', '`sampling_rate: 100` looks at one packet in 100, and tells it by options.'],
  },
  {
    id: 'ovs',
    name: 'Open vSwitch',
    models: 'br0 is the bridge',
    ways: [
      {
        name: 'IPFIX',
        port: 4739,
        check: 'ovs-vsctl list IPFIX',
        text: `ovs-vsctl -- set Bridge br0 ipfix=@i -- --id=@i create IPFIX targets=\\"{host}:{port}\\" obs_domain_id=1 obs_point_id=1 sampling={rate} cache_active_timeout=60 cache_max_flows=8192`,
      },
      {
        name: 'sFlow',
        port: 6343,
        check: 'ovs-vsctl list sFlow',
        text: `ovs-vsctl -- --id=@s create sFlow agent=eth0 target=\\"{host}:{port}\\" header=128 sampling={rate} polling=20 -- set Bridge br0 sflow=@s`,
      },
      {
        name: 'NetFlow v5',
        port: 2055,
        check: 'ovs-vsctl list NetFlow',
        text: `ovs-vsctl -- set Bridge br0 netflow=@n -- --id=@n create NetFlow targets=\\"{host}:{port}\\" active_timeout=60`,
      },
    ],
    notes: [
      'NetFlow v5 is IPv4 only.',
      'IPFIX sends its templates each 10 minutes; from 3.1 on `template_interval=60` makes it a minute.',
      'To end it: `ovs-vsctl clear Bridge br0 ipfix` (or `sflow`, `netflow`).',
    ],
  },
  {
    id: 'vmware',
    name: 'VMware vDS',
    models: 'vSphere distributed switch, 5.1 and newer',
    ways: [
      {
        name: 'IPFIX',
        port: 2055,
        text: `# In the vSphere client: the switch, Configure, Settings, NetFlow
Collector IP address: {host}
Collector port: {port}
Observation Domain ID: 1
Switch IP address: 10.0.0.1
Active flow export timeout: 60
Idle flow export timeout: 15
Sampling rate: 0
# Then for each port group: Edit settings, Monitoring, NetFlow: Enabled`,
      },
    ],
    notes: [
      'A sampling rate of 0 counts every packet.',
      'With a switch IP address all hosts are one exporter; without it each host sends by its own address.',
      'Flows between machines of one host are told too, unless “process internal flows only” is on, which leaves all others out.',
    ],
  },
]
