/** What people at a desk use. How a line is read: `table.ts`. */
export const OFFICE = `
[web]
https tcp/443,4443,8443,9443 =ssl =tls =secure-http =http-over-tls =ssl-no-cert =http2
quic udp/443,8443 =gquic =quic-base =http3
http tcp/80,81,591,8000,8008,8080,8081,8082,8088,8888 =web-browsing =http-alt =http-proxy =binary-over-http =http-download =http-connect =browsing
proxy tcp/3128 =squid =http-proxy-server
socks tcp/1080 =socks4 =socks5
wccp udp/2048
icp udp/3130
ajp tcp/8009
gopher tcp/70
cpanel tcp/2082,2083,2086,2087,2095,2096
google google.com google.de google.co.uk google.fr google.it google.es google.nl google.pl google.ca google.com.au google.com.br google.co.in google.co.jp google.com.mx google.com.tr google.ch google.at google.be googleblog.com withgoogle.com goo.gl g.co =google-search
bing bing.com bing.net bingapis.com =bing-base
msn msn.com msn.cn s-msn.com =msn-base
yahoo yahoo.com yahooapis.com yimg.com yahoodns.net yahoo.co.jp yimg.jp oath.com =yahoo-web
duckduckgo duckduckgo.com
yandex yandex.ru yandex.com yandex.net yastatic.net ya.ru yandex.kz yandex.by yandex.com.tr
baidu baidu.com bdstatic.com bdimg.com
startpage startpage.com
ecosia ecosia.org
brave brave.com bravesoftware.com
opera opera.com opera-api.com operacdn.com
t-online t-online.de telekom.de
web-archive archive.org
qwant qwant.com
naver naver.com naver.net pstatic.net
sogou sogou.com
fonts typography.com fontawesome.com fonts.gstatic.com fonts.googleapis.com use.typekit.net
[mail]
smtp tcp/25,587,2525 =submission =smtp-base
smtps tcp/465 =submissions =secure-smtp
imap tcp/143,220 =imap-base
imaps tcp/993 =secure-imap
pop3 tcp/109,110 =pop =pop3-base
pop3s tcp/995 =pops =secure-pop3
sieve tcp/4190
lmtp tcp/24
exchange tcp/691 exchange.microsoft.com =ms-exchange =exchange-base
outlook outlook.office365.com outlook.office.com outlook.live.com outlook.com hotmail.com smtp.office365.com attachments.office.net res.cdn.office.net =outlook-web-service =outlook-web-online =outlook-web =hotmail
gmail mail.google.com gmail.com inbox.google.com googlemail.com =gmail-base
yahoo-mail mail.yahoo.com mail.yahoo.net =ymail =yahoomail
icloud-mail mail.me.com
proton-mail proton.me protonmail.com protonmail.ch
gmx gmx.net gmx.de gmx.com web.de mail.com
mail-ru mail.ru imgsmail.ru
mimecast mimecast.com mimecast.co.za
mailchimp mailchimp.com list-manage.com mcusercontent.com
sendgrid sendgrid.net sendgrid.com
mailgun mailgun.org mailgun.com mailgun.net
zimbra tcp/7071,7073 zimbra.com
fastmail fastmail.com messagingengine.com
lotus-notes tcp/1352
groupwise tcp/1677
rspamd tcp/11332-11334 rspamd.com
[collaboration]
teams udp/3479-3481 teams.microsoft.com teams.live.com teams.cdn.office.net teams.cloud.microsoft trouter.skype.com =ms-teams =ms-teams-media =ms-teams-audio =ms-teams-video =ms-teams-app-sharing =skype-teams =microsoft-teams =skypeteams
microsoft-365 office.com office.net office365.com microsoft365.com office365.us cloud.microsoft officeapps.live.com onenote.com onenote.net officeclient.microsoft.com yammer.com =ms-office-365 =office365 =office-365 =microsoft365 =ms-office365 =office365-enterprise-access =office365-consumer-access
sharepoint sharepoint.com sharepointonline.com sharepoint.de svc.ms =share-point =sharepoint-online =ms-sharepoint
zoom tcp/8801,8802 udp/8801-8804,8806-8810 zoom.us zoom.com zoomgov.com zoom-cdn.com =zoom-meetings =zoom-meeting
webex udp/9000,5004 webex.com wbx2.com ciscospark.com webexcontent.com webexconnect.com =webex-meeting =webex-media =webex-control =cisco-spark =webexmeetings =cisco-collab-control
google-meet meet.google.com meetings.googleapis.com =googlemeet =googlehangout =hangouts =google-hangouts udp/19302-19309
google-docs docs.google.com sheets.google.com slides.google.com drivefrontend-pa.googleapis.com workspace.google.com calendar.google.com keep.google.com sites.google.com script.google.com =googledocs =google-docs-base =google-calendar
slack slack.com slack-edge.com slack-msgs.com slack-files.com slackb.com slack-imgs.com slack-core.com
goto-meeting tcp/8200 gotomeeting.com goto.com logmeininc.com getgo.com gotowebinar.com citrixonline.com
bluejeans bluejeans.com
ringcentral-meetings ringcentral.com ringcentral.biz
jitsi jit.si jitsi.net jitsi.org udp/10000
bigbluebutton bigbluebutton.org
whereby whereby.com
miro miro.com mirostatic.com
mural mural.co
notion notion.so notion.com notion-static.com notionusercontent.com
trello trello.com trellocdn.com
asana asana.com
monday monday.com
clickup clickup.com
airtable airtable.com airtableusercontent.com
atlassian atlassian.com atlassian.net atlassian-dev.net atl-paas.net jira.com statuspage.io =jira =confluence
basecamp basecamp.com
figma figma.com
canva canva.com canva-apps.com
adobe adobe.com adobe.io adobelogin.com adobedtm.com typekit.net adobess.com adobecc.com acrobat.com behance.net =adobe-creative-cloud =adobe-cloud
docusign docusign.com docusign.net
evernote evernote.com
grammarly grammarly.com grammarly.io
deepl deepl.com
mattermost mattermost.com
rocket-chat rocket.chat
nextcloud nextcloud.com
lotus-sametime tcp/1533
calendly calendly.com
surveymonkey surveymonkey.com
doodle doodle.com
prezi prezi.com
wetransfer wetransfer.com wetransfer.net
iwork iwork.apple.com
[business]
salesforce salesforce.com force.com sfdcstatic.com salesforceliveagent.com visualforce.com my.site.com salesforce-sites.com =salesforce-base
sap tcp/3200-3204,3206,3299,3600-3602,8101 sap.com hana.ondemand.com successfactors.com successfactors.eu ariba.com concursolutions.com =sap-base
workday workday.com myworkday.com workdaycdn.com myworkdayjobs.com
servicenow service-now.com servicenow.com
hubspot hubspot.com hubspot.net hsforms.com hs-scripts.com hsappstatic.net
zendesk zendesk.com zdassets.com zopim.com
freshworks freshdesk.com freshworks.com freshservice.com
dynamics-365 dynamics.com
power-platform powerbi.com powerapps.com powerplatform.com flow.microsoft.com powerautomate.com
netsuite netsuite.com
oracle-cloud-apps oraclecloud.com
zoho zoho.com zoho.eu zohocdn.com zohopublic.com
quickbooks intuit.com quickbooks.com
datev datev.de
tableau tableau.com tableausoftware.com tcp/8850
intercom intercom.io intercom.com intercomcdn.com
personio personio.de personio.com
odoo odoo.com tcp/8069
sage sage.com
adp adp.com
mitel-crm mitel.io
edi-as2 tcp/4080
navision tcp/7046-7049
[voip]
sip both/5060-5062 sctp/5060,5061 =sips =sip-tls =sip-base =session-initiation-protocol
rtp =srtp =rtp-audio =rtp-video =rtp-base =rtp-media
rtcp udp/5005 =rtcp-base
h323 tcp/1720 udp/1718,1719 =h-323 =h225 =h245
mgcp udp/2427,2727 tcp/2428
megaco both/2944,2945 sctp/2944
stun both/3478,5349 =turn =stuns =dtls
iax udp/4569 =iax2
skinny tcp/2000,2443 =sccp =cisco-phone =cisco-skinny
skype skype.com skypeassets.com lync.com skypeforbusiness.com =ms-lync =ms-lync-audio =ms-lync-video =skype-base =lync
asterisk tcp/5038
unistim udp/5100 =nortel
mumble both/64738
teamspeak udp/9987,8767 tcp/10011,30033 teamspeak.com
3cx tcp/5090,5015 udp/5090 3cx.com 3cx.eu 3cx.net
ringcentral =ringcentral-base
vonage vonage.com vonage.net nexmo.com
twilio twilio.com twiliocdn.com
sipgate sipgate.de sipgate.net sipgate.com
8x8 8x8.com
dialpad dialpad.com
aircall aircall.io
agora agora.io =sd-rtn
starface starface.de starface-cloud.com
facetime =face-time
wifi-calling =vowifi 3gppnetwork.org
avaya avaya.com
[file transfer]
smb tcp/445,139 =cifs =smbv1 =smbv2 =smbv23 =smbv3 =ms-ds-smb =ms-ds-smbv2 =ms-ds-smbv3 =ms-ds-smb-base =netbios-ss =netbios-ssn =microsoft-ds
nfs both/2049 tcp/20048 udp/20048 sctp/2049
afp tcp/548
ftp tcp/20,21 =ftp-control =ftp-data =ftp-base
ftps tcp/989,990 =ftps-data =secure-ftp
tftp udp/69
sftp =sftp-base
rsync tcp/873
aspera both/33001 asperasoft.com aspera.io
webdav =webdav-base
syncthing tcp/22000 udp/22000,21027 syncthing.net
resilio both/55555 resilio.com
dropbox dropbox.com dropboxapi.com dropboxstatic.com dropboxusercontent.com db.tt =dropbox-base
onedrive onedrive.com onedrive.live.com 1drv.com 1drv.ms storage.live.com onedrive.cloud.microsoft livefilestore.com =ms-onedrive =ms-onedrive-base =skydrive =onedrive-base =microsoft-onedrive
google-drive drive.google.com drive.usercontent.google.com drivethirdparty.google.com =googledrive =google-drive-web
icloud-drive docws.icloud.com
box box.com boxcdn.net boxcloud.com box.net =boxnet =boxnet-base
mega mega.nz mega.co.nz mega.io
mediafire mediafire.com
sharefile sharefile.com sf-api.com
egnyte egnyte.com
pcloud pcloud.com
owncloud owncloud.com owncloud.online
rapidgator rapidgator.net
uploaded uploaded.net
4shared 4shared.com
webhard tcp/5005
uucp tcp/540
odette tcp/3305,6619
connect-direct tcp/1363,1364
afs udp/7000-7009
nntp tcp/119,563
svn tcp/3690
[printing]
ipp both/631 =ipp-base =cups =internet-printing-protocol
lpd tcp/515 =lpr =printer
jetdirect tcp/9100 =raw-printing =pdl-datastream
google-cloud-print =cloudprint
papercut tcp/9191-9195 papercut.com
scan-sane tcp/6566
hp-eprint hpeprint.com
canon-print both/8611-8614 udp/8610 =bjnp
epson-print both/3289 epson.com epsonconnect.com
brother-scan udp/54925,54926
[remote access]
ssh tcp/22,2222,8022 =ssh-base =sshv2 =secure-shell
telnet tcp/23,2323 =telnet-base
telnets tcp/992
rdp both/3389 udp/3391 wvd.microsoft.com windows.cloud.microsoft =ms-rdp =ms-wbt =ms-wbt-server =windows-remote-desktop
vnc tcp/5500,5800,5900-5910 realvnc.com vnc.com =rfb =vnc-base =vnc-http
x11 tcp/6000-6010 udp/177 =xdmcp
teamviewer both/5938 teamviewer.com dyngate.com =teamviewer-base
anydesk tcp/6568,7070 anydesk.com anydesk.net
rustdesk both/21116 tcp/21114,21115,21117-21119 rustdesk.com
winrm tcp/5985,5986 =wsman =ws-management
citrix tcp/1494,2598 udp/1494,1604,2598 citrix.com cloud.com citrixworkspacesapi.net xendesktop.net =ica =citrix-ica =citrix-jedi
horizon both/4172 both/22443 tcp/32111,9427 =pcoip =vmware-horizon =vmware-view
parsec parsec.app parsecgaming.com
splashtop tcp/6783,6784,6785 splashtop.com splashtop.eu
logmein logmein.com logmein-gateway.com logmeinrescue.com
gotomypc gotomypc.com
screenconnect tcp/8040,8041 screenconnect.com connectwise.com
bomgar bomgar.com beyondtrust.com beyondtrustcloud.com
dameware tcp/6129-6133
radmin tcp/4899 radmin.com
pcanywhere tcp/5631 udp/5632
nx tcp/4000 nomachine.com =nomachine
mosh udp/60000-60010
spice tcp/5930
rlogin tcp/513 =rsh
rexec tcp/512
apple-remote-desktop both/3283 =apple-remote
chrome-remote-desktop remotedesktop.google.com remotedesktop-pa.googleapis.com
aws-workspaces both/4195
guacamole tcp/4822
supremo supremocontrol.com nanosystems.it
dwservice dwservice.net
bastion bastion.azure.com
[update]
windows-update windowsupdate.com update.microsoft.com windowsupdate.microsoft.com download.microsoft.com mp.microsoft.com =ms-update =windowsupdate =ms-windows-update =microsoft-update
wsus tcp/8530,8531
delivery-optimization both/7680 =ms-do
apple-update swcdn.apple.com swscan.apple.com mesu.apple.com updates.cdn-apple.com updates-http.cdn-apple.com gdmf.apple.com swdist.apple.com swdownload.apple.com appldnld.apple.com oscdn.apple.com =apple-software-update =apple-ios-updates
office-update officecdn.microsoft.com officecdn.microsoft.com.edgesuite.net
google-update update.googleapis.com dl.google.com gvt1.com gvt2.com gvt3.com
google-play play.google.com play-fe.googleapis.com android.clients.google.com play.googleapis.com play-lh.googleusercontent.com =playstore =google-play-base =android-market
app-store apps.apple.com itunes.apple.com.akadns.net iosapps.itunes.apple.com osxapps.itunes.apple.com apps.mzstatic.com =appstore =apple-app-store =apple-appstore
microsoft-store store-images.s-microsoft.com storeedgefd.dsx.mp.microsoft.com storecatalogrevocation.storequality.microsoft.com tlu.dl.delivery.mp.microsoft.com =windows-store =ms-store
ubuntu-update ubuntu.com snapcraft.io canonical.com launchpad.net =ubuntuone
debian-update debian.org
redhat-update redhat.com fedoraproject.org centos.org rockylinux.org almalinux.org
suse-update suse.com opensuse.org
arch-update archlinux.org
alpine-update alpinelinux.org
mozilla-update mozilla.org mozilla.net mozilla.com firefox.com
adobe-update armmf.adobe.com ardownload.adobe.com ccmdls.adobe.com =adobe-update-base
apt-cacher tcp/3142
lenovo-update lenovo.com
dell-update dell.com dellcdn.com
hp-update hp.com hpe.com hpsmart.com
nvidia-update nvidia.com
intel-update intel.com
java-update java.com javadl.oracle.com
vmware-update vmware.com
homebrew brew.sh
flathub flathub.org
[ai]
chatgpt openai.com chatgpt.com oaistatic.com oaiusercontent.com sora.com =openai =openai-base =open-ai
claude anthropic.com claude.ai claude.com claudeusercontent.com
gemini gemini.google.com bard.google.com generativelanguage.googleapis.com aistudio.google.com notebooklm.google.com
microsoft-copilot copilot.microsoft.com sydney.bing.com copilot.cloud.microsoft
perplexity perplexity.ai pplx.ai
mistral mistral.ai
deepseek deepseek.com
grok grok.com x.ai
meta-ai meta.ai
hugging-face huggingface.co hf.co hf.space
midjourney midjourney.com
elevenlabs elevenlabs.io
ollama tcp/11434 ollama.com ollama.ai
replicate replicate.com replicate.delivery
character-ai character.ai
cursor cursor.sh cursor.com
groq groq.com
stability stability.ai
`
