/**
 * Names of numbers whose meaning is fixed, by column: code points of services, reasons, events. Sources: IANA's registries of DSCP
 * (RFC 2474, 2597, 3246, 5865, 8622), flowEndReason, forwardingStatus (RFC 7270 §4.12), firewallEvent, natEvent, flowDirection; and
 * of ICMP and ICMPv6 parameters. A name is one word, so that a filter takes it; shown to people its hyphens are spaces.
 */

/** A name and the numbers it stands for: most stand for one. */
export interface NamedValue {
  readonly name: string
  readonly low: number
  readonly high: number
  /** Other ways to write it in a filter. */
  readonly aliases: readonly string[]
}

/** "number name" or "low-high name", then other names; one an entry. */
const TABLES: Readonly<Record<string, string>> = {
  dscp: `0 cs0 be df default,1 le,8 cs1,10 af11,12 af12,14 af13,16 cs2,18 af21,20 af22,22 af23,24 cs3,26 af31,28 af32,30 af33,
32 cs4,34 af41,36 af42,38 af43,40 cs5,44 va voice-admit,46 ef,48 cs6,56 cs7`,
  direction: '0 ingress,1 egress',
  end_reason: '1 idle-timeout idle,2 active-timeout active,3 end-of-flow end,4 forced-end forced,5 lack-of-resources',
  forwarding_status: `64 forwarded-unknown,65 forwarded-fragmented,66 forwarded-not-fragmented,67 forwarded-tunneled,68 forwarded-acl-redirect,
128 dropped-unknown,129 dropped-acl-deny,130 dropped-acl-drop,131 dropped-unroutable,132 dropped-adjacency,133 dropped-fragmentation-and-df-set,
134 dropped-bad-header-checksum,135 dropped-bad-total-length,136 dropped-bad-header-length,137 dropped-bad-ttl,138 dropped-policer,139 dropped-wred,
140 dropped-rpf,141 dropped-for-us,142 dropped-bad-output-interface,143 dropped-hardware,192 consumed-unknown,193 consumed-punt-adjacency,
194 consumed-incomplete-adjacency,195 consumed-for-us,64-127 forwarded,128-191 dropped,192-255 consumed`,
  firewall_event: '1 created,2 deleted,3 denied,4 alert,5 update',
  nat_event: `1 translation-create,2 translation-delete,3 addresses-exhausted,4 nat44-session-create,5 nat44-session-delete,6 nat64-session-create,
7 nat64-session-delete,8 nat44-bib-create,9 nat44-bib-delete,10 nat64-bib-create,11 nat64-bib-delete,12 ports-exhausted,13 quota-exceeded,
14 address-binding-create,15 address-binding-delete,16 port-block-allocation,17 port-block-release,18 threshold-reached`,
}

const read = (table: string): readonly NamedValue[] =>
  table.split(/,\s*/).map(entry => {
    const [numbers = '', name = '', ...aliases] = entry.split(' ')
    const [low, high = low] = numbers.split('-').map(Number)
    return { name, low: low ?? 0, high: high ?? 0, aliases }
  })

const columns = new Map(Object.entries(TABLES).map(([column, table]) => [column, read(table)]))
const byNumber = new Map([...columns].map(([column, all]) => [column, new Map(all.filter(({ low, high }) => low === high).map(({ low, name }) => [low, name]))]))
const byName = new Map([...columns].map(([column, all]) => [column, new Map(all.flatMap(value => [value.name, ...value.aliases].map(name => [name, value] as const)))]))

/** All named values of a column, in ascending order and ranges last; empty where its numbers are just numbers. */
export const namedValues = (column: string): readonly NamedValue[] => columns.get(column) ?? []

/** The name of one number in a column, or undefined where it has none. */
export const valueName = (column: string, value: number): string | undefined => byNumber.get(column)?.get(value)

/** What a name, in any case, stands for in a column. */
export const valueNamed = (column: string, name: string): NamedValue | undefined => byName.get(column)?.get(name.toLowerCase())

/** Type, its name, and where codes have names those from code 0 on; a dot is a code without one. */
const ICMP = `0 echo reply;3 destination unreachable:network,host,protocol,port,fragmentation needed,source route failed,network unknown,
host unknown,source host isolated,network prohibited,host prohibited,network for this service,host for this service,communication prohibited,
host precedence,precedence cutoff;4 source quench;5 redirect:network,host,service and network,service and host;8 echo request;9 router advertisement;
10 router solicitation;11 time exceeded:in transit,in reassembly;12 parameter problem:pointer,missing option,bad length;13 timestamp request;
14 timestamp reply;15 information request;16 information reply;17 address mask request;18 address mask reply;30 traceroute;40 photuris;
42 extended echo request;43 extended echo reply`
const ICMP6 = `1 destination unreachable:no route,prohibited,beyond scope,address,port,source policy,route rejected,source routing;2 packet too big;
3 time exceeded:in transit,in reassembly;4 parameter problem:header field,next header,option,incomplete chain;128 echo request;129 echo reply;
130 multicast listener query;131 multicast listener report;132 multicast listener done;133 router solicitation;134 router advertisement;
135 neighbour solicitation;136 neighbour advertisement;137 redirect;141 inverse neighbour solicitation;142 inverse neighbour advertisement;
143 multicast listener report 2;151 multicast router advertisement;152 multicast router solicitation;153 multicast router termination;155 rpl control;
157 duplicate address request;158 duplicate address confirmation;160 extended echo request;161 extended echo reply`

interface IcmpType {
  readonly name: string
  readonly codes: readonly string[]
}

const readIcmp = (table: string): ReadonlyMap<number, IcmpType> =>
  new Map(
    table
      .replaceAll('\n', '')
      .split(';')
      .map(entry => {
        const [, number, name = '', codes] = /^(\d+) ([^:]+)(?::(.*))?$/.exec(entry) ?? []
        return [Number(number), { name, codes: codes?.split(',') ?? [] }]
      }),
  )

const icmp4 = readIcmp(ICMP)
const icmp6 = readIcmp(ICMP6)
const icmpOf = (protocol: number): ReadonlyMap<number, IcmpType> | undefined => (protocol === 1 ? icmp4 : protocol === 58 ? icmp6 : undefined)

/** The name of an ICMP (protocol 1) or ICMPv6 (58) type in words, or undefined. */
export const icmpTypeName = (protocol: number, type: number): string | undefined => icmpOf(protocol)?.get(type)?.name

/** The name of a code of that type in words, or undefined. */
export const icmpCodeName = (protocol: number, type: number, code: number): string | undefined => icmpOf(protocol)?.get(type)?.codes[code]
