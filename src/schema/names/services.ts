/**
 * Names of well-known ports: what `port = https` means and what a port is called. Source: IANA, Service Name and Transport Protocol
 * Port Number Registry, and for ports it names otherwise or not at all the name in common use. One line a port: port, transports
 * (t TCP, u UDP, s SCTP), name, other names.
 */
const TABLE = `
1 t tcpmux
7 tu echo
9 tu discard
11 t systat
13 tu daytime
17 tu qotd
19 tu chargen
20 t ftp-data
21 t ftp
22 t ssh
23 t telnet
25 t smtp mail
37 tu time
42 tu nameserver wins
43 t whois nicname
49 tu tacacs
53 tu domain dns
67 u bootps dhcp-server dhcps
68 u bootpc dhcp-client dhcpc
69 u tftp
70 t gopher
79 t finger
80 tu http www
88 tu kerberos
102 t iso-tsap s7comm
104 t acr-nema
106 t poppassd
109 t pop2
110 t pop3
111 tu sunrpc rpcbind portmapper
113 t ident auth
119 t nntp
123 u ntp
135 tu epmap msrpc
137 tu netbios-ns
138 u netbios-dgm
139 t netbios-ssn
143 t imap imap2
161 tu snmp
162 tu snmptrap snmp-trap
163 tu cmip-man
164 tu cmip-agent
174 t mailq
177 u xdmcp
179 t bgp
194 t irc
199 t smux
201 tu at-rtmp
209 t qmtp
210 t z3950
213 u ipx
220 t imap3
259 tu esro-gen
264 t bgmp
311 t asip-webadmin
318 tu pkix-timestamp
319 u ptp-event
320 u ptp-general
369 tu rpc2portmap
370 tu codaauth2
371 u clearcase
383 tu hp-alarm-mgr
387 tu aurp
389 tu ldap
401 tu ups
427 tu svrloc slp
443 tu https
444 tu snpp
445 tu microsoft-ds smb cifs
464 tu kpasswd
465 t submissions smtps
497 tu dantz retrospect
500 u isakmp ike
502 t modbus mbap
504 tu citadel
512 t exec
513 t login rlogin
514 u syslog
515 t printer lpd
517 u talk
518 u ntalk
520 u rip route
521 u ripng
524 tu ncp
530 t courier
532 t netnews
538 tu gdomap
540 t uucp
543 t klogin
544 t kshell
546 u dhcpv6-client
547 u dhcpv6-server dhcpv6
548 t afp afpovertcp
554 tu rtsp
556 t remotefs
563 t nntps
587 t submission
591 t http-filemaker
593 t http-rpc-epmap
607 t nqs
623 tu asf-rmcp ipmi
625 t asipregistry
628 t qmqp
631 tu ipp cups
636 tu ldaps
639 t msdp
646 tu ldp
647 t dhcp-failover
648 t rrp
655 tu tinc
666 t doom
674 t acap
688 tu realm-rusd
691 t msexch-routing
694 u ha-cluster
698 u olsr
700 t epp
701 tu lmp
706 t silc
749 tu kerberos-adm
750 tu kerberos4
751 tu kerberos-master
752 u passwd-server
754 t krb-prop
775 t moira-db
777 t moira-update
783 t spamd spamassassin
808 t ccproxy-http
829 t cmp
830 t netconf-ssh netconf
831 t netconf-beep
832 t netconfsoaphttp
833 t netconfsoapbeep
847 t dhcp-failover2
853 tu domain-s dot dns-over-tls
860 t iscsi-system
861 tu owamp-control
862 tu twamp-control twamp
871 t supfilesrv
873 t rsync
888 t cddbp
902 tu ideafarm-door vmware-auth
953 t rndc
989 t ftps-data
990 t ftps
992 t telnets
993 t imaps
994 t ircs
995 t pop3s
1025 tu blackjack
1080 t socks
1085 tu webobjects
1093 t proofd
1094 t rootd
1098 t rmiactivation
1099 t rmiregistry rmi
1109 t kpop
1119 tu bnetgame
1127 t supfiledbg
1167 tus cisco-ipsla
1178 t skkserv
1186 t mysql-cluster
1194 tu openvpn
1198 tu cajo-discovery
1214 tu kazaa
1220 t qt-serveradmin
1234 tu hotline
1293 tu ipsec-msft
1311 t rxmon dell-openmanage
1313 t xtel
1314 t xtelw
1337 t menandmice-dns
1344 t icap
1352 t lotusnote lotusnotes
1414 t ibm-mqseries mqseries
1433 t ms-sql-s mssql
1434 tu ms-sql-m
1494 tu ica citrix-ica
1500 t vlsi-lm
1512 tu wins-replication
1521 t oracle oracle-tns
1524 t ingreslock
1525 t orasrv
1527 t tlisrv derby
1533 t virtual-places
1547 tu laplink
1589 tu vqp
1604 u ica-browser citrix-browser
1645 tu datametrics radius-old
1646 tu sa-msg-port radacct-old
1649 t kermit
1666 t netview-aix perforce
1677 t groupwise
1701 u l2f
1718 u h323gatedisc
1719 u h323gatestat h323-ras
1720 t h323hostcall h323
1723 t pptp
1755 tu ms-streaming mms
1761 t cft-0
1801 tu msmq
1812 tu radius
1813 tu radius-acct radacct
1863 t msnp msn
1883 t mqtt
1900 u ssdp upnp
1935 t rtmp macromedia-fcs
1944 t close-combat
1967 u cisco-ipsla-control
1985 u hsrp
2000 t cisco-sccp sccp skinny
2029 u hsrpv6
2041 t interbase
2049 tu nfs
2055 u netflow
2082 t cpanel infowave
2083 tu cpanels radsec
2086 t whm gnunet
2087 t whms eli
2095 t webmail
2096 t webmails
2101 t rtcm-sc104
2102 u zephyr-srv
2103 u zephyr-clt
2104 u zephyr-hm
2119 t gsigatekeeper
2121 t iprop
2123 u gtp-c gtpc
2135 t gris
2152 u gtp-u gtpu
2181 t zookeeper eforward
2195 t apns
2196 t apns-feedback
2222 t ethernet-ip-1 directadmin
2302 u binderysupport
2375 t docker
2376 t docker-s
2377 t swarm
2379 t etcd-client etcd
2380 t etcd-server
2401 t cvspserver
2404 t iec-104 iec104
2427 u mgcp-gateway mgcp
2430 tu venus
2431 tu venus-se
2432 u codasrv
2433 u codasrv-se
2483 tu oracle-ttc
2484 tu oracle-ttc-ssl
2525 t smtp-alt
2583 tu mon
2598 t citrix-cgp
2600 t zebrasrv
2601 t zebra
2602 t ripd
2603 t ripngd
2604 t ospfd
2605 t bgpd
2606 t ospf6d
2607 t ospfapi
2608 t isisd
2628 t dict
2638 t sybaseanywhere
2710 t sso-service
2727 u mgcp-callagent
2775 t smpp
2792 t f5-globalsite
2809 t corbaloc
2811 t gsiftp
2869 t icslap
2905 s m3ua
2944 tus megaco-h248 megaco
2945 tus h248-binary
2947 t gpsd
2948 tu wap-push
2967 t ssc-agent
3000 t hbci
3020 t sunrpc-cifs
3050 tu gds-db firebird
3074 tu xbox
3101 t blackberry
3128 t squid squid-http
3130 u icpv2
3205 tu isns
3225 tu fcip-port fcip
3260 t iscsi-target iscsi
3268 t msft-gc
3269 t msft-gc-ssl
3283 tu net-assistant
3299 t saprouter
3300 t ceph sap-gw
3306 t mysql
3310 t clamav dyna-access
3343 u ms-cluster-net
3386 u gtp-prime
3389 tu ms-wbt-server rdp-server ms-rdp
3391 u savant rdp-gateway
3478 tu stun turn
3493 tu nut
3527 tu beserver-msg-q
3544 u teredo
3632 t distcc
3659 tu apple-sasl
3689 t daap
3690 t svn subversion
3702 tu ws-discovery
3724 tu blizwow
3784 u bfd-control bfd
3785 u bfd-echo
3799 u radius-dynauth
3868 ts diameter
3872 t oem-agent
3899 t itv-control
3900 t udt-os
3998 t dnx
4031 t suucp
4070 u tripe
4094 t sysrqd
4100 t igo-incognito
4190 t sieve managesieve
4222 t nats
4242 t vrml-multi-use
4243 t crashplan
4341 u lisp-data lisp
4342 u lisp-cons
4353 t f5-iquery
4369 t epmd
4373 t remctl
4379 u lsp-ping
4430 t rsqlserver
4460 t ntske ntp-ke
4500 u ipsec-nat-t nat-t
4505 t salt-publish
4506 t salt-return
4557 t fax
4559 t hylafax
4567 t tram galera
4569 u iax iax2
4662 t edonkey
4664 t google-desktop
4672 u emule
4689 t altovacentral
4691 t mtn
4711 t trinity-dist
4730 t gearman
4739 tus ipfix
4740 tus ipfixs
4754 u gre-in-udp
4784 u bfd-multi-ctl
4789 u vxlan
4790 u vxlan-gpe
4840 tu opcua-tcp opcua
4843 t opcua-tls
4848 t appserv-http
4894 tu lyskom
4899 t radmin-port radmin
4949 t munin
5000 tu commplex-main
5001 tu iperf commplex-link
5004 u rtp avt-profile-1
5005 u rtcp avt-profile-2
5010 t telelpathstart
5038 t asterisk-manager
5050 t mmcc
5051 t ita-agent
5060 tus sip
5061 ts sips sip-tls
5082 tu qpur-sec
5093 tu sentinel-lm
5104 t ibm-gcp
5120 tu barracuda-bbs
5190 t aol
5201 tu iperf3 targus-getdata1
5222 t xmpp-client xmpp jabber
5223 t xmpp-client-ssl hpvirtgrp
5228 t google-play hpvroom
5246 u capwap-control capwap
5247 u capwap-data
5269 t xmpp-server
5280 t xmpp-bosh
5298 t presence
5308 t cfengine
5349 tu stuns turns
5351 u nat-pmp pcp
5353 u mdns
5355 tu llmnr
5357 t wsdapi
5358 t wsdapi-s
5400 t pcduo-old
5405 u pcduo
5432 t postgresql postgres
5439 t redshift
5480 t vami
5500 t hotline-old
5522 t cockroach-ssh
5555 tu adb personal-agent
5556 t freeciv
5601 t kibana esmagent
5631 t pcanywheredata pcanywhere
5632 u pcanywherestat
5666 t nrpe
5667 t nsca
5671 t amqps
5672 ts amqp rabbitmq
5680 t canna
5683 u coap
5684 u coaps
5693 t rbsysmon
5713 t proshareaudio
5800 t vnc-http
5858 t node-debug
5900 t rfb vnc
5901 t vnc-1
5902 t vnc-2
5938 tu teamviewer
5984 t couchdb
5985 t wsman winrm
5986 t wsmans winrms
6000 t x11
6001 t x11-1
6002 t x11-2
6003 t x11-3
6004 t x11-4
6005 t x11-5
6006 t x11-6
6007 t x11-7
6080 u gue novnc
6081 u geneve
6082 t varnish
6112 tu dtspcd battle-net
6129 t dameware
6160 t ecmp
6343 u sflow
6346 tu gnutella-svc gnutella
6347 tu gnutella-rtr
6379 t redis
6380 t rediss
6432 t pgbouncer
6443 t kubernetes-api sun-sr-https
6444 t sge-qmaster
6445 t sge-execd
6446 t mysql-proxy
6513 t netconf-tls
6514 tu syslog-tls
6566 t sane-port
6600 t mpd mshvlm
6633 t openflow-old
6635 u mpls-udp
6640 t ovsdb
6641 t ovn-nb
6642 t ovn-sb
6653 t openflow
6660 t irc-6660
6665 t irc-6665
6666 t irc-6666
6667 t ircd irc-u
6668 t irc-6668
6669 t irc-6669
6679 t osaut
6696 u babel
6697 t ircs-u
6699 tu napster
6701 t kti-icad-srvr
6771 u lpd-bittorrent
6784 u bfd-lag
6789 t ibm-db2-admin
6881 tu bittorrent
6888 t muse
6969 t bittorrent-tracker acmsoda
7000 tu afs3-fileserver
7001 u afs3-callback
7002 u afs3-prserver
7003 u afs3-vlserver
7004 u afs3-kaserver
7005 u afs3-volser
7007 u afs3-bos
7008 u afs3-update
7009 u afs3-rmtsys
7070 t realserver arcp
7077 t spark
7100 t font-service
7199 t cassandra-jmx
7400 u rtps-discovery
7401 u rtps-dd-ut
7473 t neo4j-https
7474 t neo4j
7547 t cwmp tr-069
7624 t indi
7680 tu pando-pub ms-do
7687 t bolt
7946 tu docker-swarm-gossip
7990 t bitbucket
8000 t irdmi
8006 t proxmox wpl-analytics
8008 t http-alt-8008
8009 t ajp13 ajp chromecast
8021 t zope-ftp
8080 t http-alt http-proxy webcache
8081 t tproxy sunproxyadmin
8086 t influxdb d-s-n
8088 t radan-http omniorb
8089 t splunkd
8090 t opsmessaging
8091 t couchbase
8096 t jellyfin
8123 t clickhouse-http polipo
8125 u statsd
8139 t puppet-client
8140 t puppet
8172 t msdeploy
8200 t vault trivnet1
8243 t synapse-nhttps
8291 t winbox
8301 tu consul-lan
8302 tu consul-wan
8333 t bitcoin
8400 t cvd
8443 t https-alt pcsync-https
8448 t matrix
8472 u otv vxlan-linux flannel
8500 t consul fmtp
8530 t wsus
8531 t wsuss
8554 t rtsp-alt
8600 tu consul-dns
8649 tu ganglia
8686 t sun-as-jmxrmi
8728 t mikrotik-api
8729 t mikrotik-apis
8767 u teamspeak2
8834 t nessus-web
8880 t cddbp-alt
8883 t secure-mqtt mqtts
8888 t ddi-tcp-1 jupyter
8983 t solr
8990 t clc-build-daemon
8998 u i2p
9000 t cslistener clickhouse-native
9001 t etlservicemgr tor-orport
9002 t dynamid
9009 t pichat
9030 t tor-dirport
9042 t cassandra
9050 t tor-socks
9080 t glrpc
9090 t prometheus websm
9091 t transmission xmltec-xmlmail
9092 t kafka
9093 t alertmanager copycat
9094 t kafka-tls
9098 t xinetd
9100 t jetdirect pdl-datastream
9101 t bacula-dir
9102 t bacula-fd
9103 t bacula-sd
9160 t cassandra-thrift apani1
9200 t elasticsearch wap-wsp
9201 t wap-wsp-wtp
9300 t elasticsearch-transport vrace
9306 t sphinxql
9312 t sphinxapi
9387 tu d2dconfig
9389 t adws
9390 t openvas
9392 t openvas-web
9418 t git
9440 t clickhouse-secure
9443 t tungsten-https
9535 t man
9600 tu micromuse-ncpw
9667 t xmms2
9673 t zope
9800 t davsrc
9898 t monkeycom
9987 u teamspeak3 dsm-scm-target
9993 tu zerotier palace-2
9995 u netflow-alt palace-4
9996 u netflow-9996 palace-5
9999 t distinct
10000 t webmin ndmp
10001 u ubiquiti-discovery
10050 t zabbix-agent
10051 t zabbix-trapper
10080 t amanda
10081 t kamanda
10082 t amandaidx
10083 t amidxtape
10161 t snmptls
10162 t snmptls-trap
10250 t kubelet
10255 t kubelet-ro
10257 t kube-controller
10259 t kube-scheduler
10809 t nbd
11112 t dicom
11211 tu memcache memcached
11371 t hkp
11751 u intrepid-ssl
12000 tu cce4x
12201 tu gelf
12345 t netbus
13720 t bprd netbackup
13721 t bpdbm
13724 t vnetd
13782 t bpcd
14550 u mavlink
15672 t rabbitmq-management
16379 t redis-cluster
16509 t libvirt
16992 t amt-soap-http
16993 t amt-soap-https
17001 u sgi-cmsd
17002 u sgi-crsd
17003 u sgi-gcd
17004 t sgi-cad
17500 tu db-lsp dropbox-lan
18080 t monero
18083 t emqx
19132 u minecraft-bedrock
19302 u google-stun
20000 tu dnp dnp3
20048 tu mountd
22125 t dcap
22128 t gsidcap
22222 t easyengine
22273 t wnn6
22350 tu codemeter
24007 t glusterd
24554 t binkp
25565 t minecraft
25826 u collectd
26379 t redis-sentinel
27015 tu steam
27017 t mongodb
27018 t mongodb-shard
27019 t mongodb-config
27374 tu asp
27500 u quakeworld
27960 u quake3
28015 t rethinkdb
30303 tu ethereum
30865 t csync2
31337 t eldim back-orifice
32400 t plex
33060 t mysqlx
33434 u traceroute
34962 tu profinet-rt
34964 tu profinet-cm
36412 s s1-control s1ap
36422 s x2-control x2ap
37777 t dahua
38412 s ng-control ngap
38422 s xn-control
41641 u tailscale
44818 tu ethernet-ip-2 enip
47808 u bacnet
50000 t db2 ibm-db2
50070 t hdfs-namenode
51413 tu transmission-peer
51820 u wireguard
57000 t dircproxy
60000 u mosh
60177 t tfido
60179 t fido
61616 t activemq
64738 tu mumble
`

export interface Service {
  readonly port: number
  /** The name that is shown. */
  readonly name: string
  /** Transports it is known over. */
  readonly transports: readonly ('tcp' | 'udp' | 'sctp')[]
  readonly aliases: readonly string[]
}

const TRANSPORTS = { t: 'tcp', u: 'udp', s: 'sctp' } as const

/** Well-known ports in rising order. */
export const SERVICES: readonly Service[] = TABLE.trim().split('\n').map(line => {
  const [port = '', over = '', name = '', ...aliases] = line.split(' ')
  const transports = ([...over] as (keyof typeof TRANSPORTS)[]).map(letter => TRANSPORTS[letter])
  return { port: Number(port), name, transports, aliases }
})

const byPort = new Map(SERVICES.map(service => [service.port, service]))
const byName = new Map(SERVICES.flatMap(({ port, name, aliases }) => [name, ...aliases].map(known => [known, port] as const)))

/** The port of a service by any of its names, in any case. */
export const servicePort = (name: string): number | undefined => byName.get(name.toLowerCase())

/** What a port is called, or undefined where it has no well-known name. */
export const serviceName = (port: number): string | undefined => byPort.get(port)?.name
