/** What networks themselves speak. Ports: the registry of IANA and the documentation of the vendors. How a line is read: `table.ts`. */
export const INFRASTRUCTURE = `
[dns]
dns both/53 sctp/53 =dns-base =domain
mdns udp/5353
llmnr both/5355
dns-over-tls both/853 =dot =doh-dot =dns-over-tls-base
dns-over-https dns.google cloudflare-dns.com one.one.one.one dns.quad9.net doh.opendns.com dns.adguard-dns.com dns.nextdns.io doh.cleanbrowsing.org dns.sb doh.mullvad.net =doh dns.adguard.com dns10.quad9.net doh.dnslify.com doh.seby.io odvr.nic.cz doh.ffmuc.net dns.digitale-gesellschaft.ch
dnscrypt udp/5443 =dns-crypt dnscrypt.info
rndc tcp/953
[network]
dhcp udp/67,68 =dhcp-base =bootp
dhcpv6 udp/546,547
dhcp-failover tcp/647,847
ntp udp/123 pool.ntp.org time.windows.com time.apple.com time.google.com time.cloudflare.com time.nist.gov ntp.ubuntu.com =ntp-base
nts-ke tcp/4460
ptp udp/319,320 =ptpv2
ssdp udp/1900 =upnp
ws-discovery both/3702 tcp/5357,5358 =wsd
netbios both/137 udp/138 =netbios-ns =netbios-dg =netbios-dgm
wins both/42 tcp/1512
slp both/427 =service-location-protocol
nat-pmp udp/5350,5351 =pcp =natpmp
icmp ip/1 =ping =traceroute =icmp-base
icmpv6 ip/58 =icmp6 =ipv6-icmp
igmp ip/2
msdp tcp/639
rsvp ip/46
rsvp-e2e ip/134
sctp ip/132
dccp ip/33
udp-lite ip/136
egp ip/8
mobile-ip udp/434 ip/55,135
hip ip/139 udp/10500
pgm ip/113
manet udp/269 ip/138
echo both/7
discard both/9
daytime both/13
quote-of-the-day both/17
chargen both/19
time both/37
whois tcp/43,4321
finger tcp/79
ident tcp/113
iperf both/5001,5201,5202
speedtest speedtest.net ookla.com fast.com nperf.com =ookla
cldap udp/389
capwap udp/5246,5247
lwapp udp/12222,12223
connectivity-check connectivitycheck.gstatic.com captive.apple.com msftconnecttest.com msftncsi.com detectportal.firefox.com connectivity-check.ubuntu.com nmcheck.gnome.org
ubiquiti udp/10001 ui.com ubnt.com unifi-ai.com =ubntac2
meraki udp/7351,9350-9381 meraki.com =meraki-cloud
lisp udp/4341,4342
owamp tcp/861
twamp tcp/862 udp/862
dropbox-lan udp/17500
wlccp udp/2887
vqp udp/1589
zeroconf-apple udp/5297,5298
[routing]
bgp tcp/179
bfd udp/3784,3785,4784,6784
rip udp/520 =ripv1 =ripv2
ripng udp/521
hsrp udp/1985,2029
glbp udp/3222
vrrp ip/112 =carp
ldp both/646
eigrp ip/88
ospf ip/89 =ospfigp
pim ip/103
isis ip/124 =is-is
igrp ip/9
babel udp/6696
olsr udp/698
rpki-rtr tcp/323,324
auto-rp udp/496
zebra tcp/2600-2608
bmp tcp/11019
pcep tcp/4189
lmp udp/701
nhrp ip/54
idrp ip/45
[tunnel]
gre ip/47 =gre-base
ipip ip/4,94 =ipv4
6in4 ip/41 =ipv6 =ip-in-ip =6to4
etherip ip/97
mpls-in-ip ip/137 udp/6635
vxlan udp/4789,4790,8472
geneve udp/6081
gre-in-udp udp/4754
teredo udp/3544
gue udp/6080
l2tpv3 ip/115
nsh ip/145
fcip tcp/3225
ip-comp ip/108
amt udp/2268
stt tcp/7471
[vpn]
ipsec udp/500,4500 ip/50,51 =ipsec-esp =ipsec-ah =ike =isakmp =ipsec-esp-udp =esp =ah =ciscovpn =ipsec-nat-t
wireguard udp/51820,51821
openvpn both/1194
l2tp udp/1701
pptp tcp/1723
tailscale udp/41641 tailscale.com tailscale.io
zerotier both/9993 zerotier.com
tinc both/655
softether softether.net
cisco-anyconnect =anyconnect =cisco-anyconnect-base
fortinet-vpn tcp/10443 =forticlient
globalprotect udp/4501 gpcloudservice.com =panos-global-protect
pulse-secure =pulse =ivanti-connect
zscaler zscaler.net zscloud.net zscalertwo.net zscalerthree.net zscalergov.net zpath.net
cloudflare-warp udp/2408 cloudflareclient.com =cloudflarewarp
nordvpn nordvpn.com nordcdn.com
expressvpn expressvpn.com expressapisv2.net
surfshark surfshark.com
protonvpn protonvpn.com protonvpn.ch vpn-api.proton.me
mullvad mullvad.net
hotspot-shield hotspotshield.com hsselite.com
hamachi both/12975 both/32976 hamachi.cc
netbird netbird.io
openconnect =openconnect-base
[anonymiser]
tor tcp/9001,9030,9040,9050,9051,9150,9151 torproject.org
i2p both/7654 geti2p.net
psiphon psiphon.ca psiphon3.com
ultrasurf ultrasurf.us
icloud-private-relay mask.icloud.com mask-h2.icloud.com mask-api.icloud.com =icloudprivaterelay
[management]
snmp both/161,162,10161,10162 =snmp-base =snmptrap
syslog both/514 udp/5140 tcp/1514,6514,601
netflow udp/2055,2056,9995,9996,9555
ipfix both/4739,4740 sctp/4739,4740
sflow udp/6343
gelf both/12201
netconf tcp/830,831,832,833,6513
gnmi tcp/9339,57400 =grpc-telemetry
openflow tcp/6633,6653
ovsdb tcp/6640-6642
prometheus tcp/9090,9091,9104,9115,9182
grafana tcp/3000 grafana.net grafana.com
zabbix tcp/10050,10051 zabbix.com
nagios tcp/5666,5667 =nrpe =nsca
icinga tcp/5665
checkmk tcp/6556
munin tcp/4949
collectd udp/25826
statsd udp/8125
graphite tcp/2003,2004
ganglia udp/8649
opentelemetry tcp/4317,4318
jaeger tcp/14250,14268,16686 udp/6831,6832
fluentd tcp/24224
logstash tcp/5044 =beats
splunk tcp/8089,9997 splunkcloud.com splunk.com
datadog datadoghq.com datadoghq.eu ddog-gov.com
newrelic newrelic.com nr-data.net
dynatrace dynatrace.com dynatracelabs.com
solarwinds tcp/17777,17778,17790,17791 solarwinds.com
prtg tcp/23560 prtg.com paessler.com
sentry sentry.io sentry-cdn.com
pagerduty pagerduty.com opsgenie.com
ipmi udp/623,664 tcp/623 =rmcp
intel-amt tcp/16992-16995
redfish-ilo tcp/17988,17990
cisco-smart-install tcp/4786
mikrotik tcp/8291,8728,8729 udp/5678,20561 mikrotik.com
tr-069 tcp/7547 =cwmp
sccm tcp/10123,2701 =ms-sms
scom tcp/5723
puppet tcp/8140
chef tcp/8889
salt tcp/4505,4506
ansible tcp/2217
nut tcp/3493
apc-ups udp/3052 tcp/3052,6547
omi tcp/1270
wmi =wmi-base
vcenter udp/902 tcp/902,903,5480 =vmware =vmware-auth
proxmox tcp/8006
cisco-ipsla udp/1167,1967
jamf jamfcloud.com jamf.com
intune manage.microsoft.com
mobileiron mobileiron.com
rmm-ninja ninjarmm.com ninjaone.com
n-able n-able.com
kaseya tcp/5721 kaseya.com kaseya.net
sunrpc both/111 =rpc-portmapper =portmapper
msrpc tcp/135,593 udp/135 =dcerpc =dce-rpc =rpc =msrpc-base =epmap =ms-rpc
java-rmi tcp/1098,1099 =rmi-iiop =jrmi
corba tcp/683,684,2809
[authentication]
radius udp/1812,1813,1645,1646,3799
tacacs both/49 =tacacs-plus =tacplus
kerberos both/88,464,749,750
ldap tcp/389,3268 =active-directory =ldap-base
ldaps tcp/636,3269
diameter tcp/3868 sctp/3868
microsoft-login login.microsoftonline.com login.live.com login.windows.net login.microsoft.com msauth.net msftauth.net microsoftonline-p.com logon.live.com account.live.com adsync.windows.net =ms-live-accounts =azure-active-directory
google-login accounts.google.com
okta okta.com oktacdn.com okta-emea.com oktapreview.com
duo duosecurity.com duo.com
onelogin onelogin.com
auth0 auth0.com
ping-identity pingidentity.com pingone.com pingone.eu
adws tcp/9389
lastpass lastpass.com
1password 1password.com 1password.eu
bitwarden bitwarden.com bitwarden.net bitwarden.eu
ccm-auth tcp/2444
[security]
certificate-status crl.microsoft.com ocsp.apple.com pki.goog lencr.org digicert.com sectigo.com globalsign.com entrust.net identrust.com amazontrust.com comodoca.com usertrust.com =ocsp
letsencrypt letsencrypt.org
icap tcp/1344
nessus tcp/1241,8834 nessus.org tenable.com
openvas tcp/9390,9392
qualys qualys.com qualys.eu
rapid7 tcp/31400 rapid7.com
clamav tcp/3310 clamav.net
spamassassin tcp/783
mcafee mcafee.com trellix.com mcafee-cloud.com
symantec symantec.com symantecliveupdate.com broadcom.com norton.com
sophos udp/8190 tcp/8190-8193 sophos.com sophosxl.net sophosupd.com
kaspersky tcp/13000,13291,14000 kaspersky.com kaspersky-labs.com kaspersky.net
trend-micro trendmicro.com trendmicro.eu tmok.tm
crowdstrike crowdstrike.com cloudsink.net
sentinelone sentinelone.net sentinelone.com
defender wdcp.microsoft.com wd.microsoft.com securitycenter.windows.com smartscreen.microsoft.com smartscreen-prod.microsoft.com endpoint.security.microsoft.com =ms-defender =windows-defender
carbon-black conferdeploy.net carbonblack.io
eset eset.com
avast avast.com avcdn.net avg.com =avast-secure-dns
bitdefender bitdefender.com bitdefender.net
malwarebytes malwarebytes.com mwbsys.com
palo-alto paloaltonetworks.com both/28769 =paloalto-updates =paloalto-wildfire-cloud =pan-db-cloud
fortinet fortinet.com fortinet.net fortiguard.com fortiguard.net fortigate.com tcp/541 udp/8888,5199 =fortiguard
check-point checkpoint.com tcp/18190,18191,18192,18208,18210,18211,18264,257,256 udp/259,2746,8116
umbrella umbrella.com opendns.com =cisco-umbrella =opendns
netskope netskope.com goskope.com
virustotal virustotal.com
proofpoint proofpoint.com pphosted.com
cisco-security both/8910 amp.cisco.com =cisco-amp
sourcefire tcp/8305
recaptcha recaptcha.net hcaptcha.com
wazuh tcp/1515,55000 wazuh.com
[mobile]
gtp udp/2123,2152,3386 =gtp-c =gtp-u =gtp-prime
pfcp udp/8805
s1ap sctp/36412
x2ap sctp/36422
ngap sctp/38412
xnap sctp/38422
f1ap sctp/38472
m3ua sctp/2905
m2ua sctp/2904
sua sctp/14001
sgsap sctp/29118
smpp tcp/2775
wap udp/9200-9203
`
