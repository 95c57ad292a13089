/**
 * Numbers of Cisco's NBAR for applications that no IANA registry numbers: engine 13 (PANA-L7) of RFC 6759 §4.1. Protocol packs add
 * to them, and a number keeps its meaning. Routers tell the names of all their numbers in an options table (`option application-table`),
 * which goes before this list; it is for those that were not told to. It has the numbers of applications in our table, in our
 * spelling, from the dictionary of a collector that read them off routers, some of them checked with what others decode: 453, 473 and
 * 495. Other numbers are left to the ports.
 */
const SELECTORS = `
9 ipsec, 13 dhcp, 26 netbios, 32 pcanywhere, 41 syslog, 49 exchange, 56 citrix, 58 gnutella, 61 rtp, 62 mgcp, 63 skinny, 64 h323, 66 rtcp, 67 edonkey,
69 bittorrent, 70 direct-connect, 73 hl7, 75 msn-messenger, 76 dicom, 77 yahoo-messenger, 78 exchange, 80 smb, 82 youtube, 83 skype, 84 sap, 100 vnc,
269 icq, 313 bittorrent, 326 teredo, 378 lwapp, 414 webex, 415 windows-update, 416 edonkey, 418 rtmp, 434 apple-music, 453 https, 455 openvpn,
457 netflix, 458 hulu, 460 tor, 461 weibo, 462 gmail, 465 bing, 472 steam, 473 ldap, 476 horizon, 479 icmp, 486 perforce, 488 sharepoint, 490 exchange,
494 teamviewer, 495 microsoft-365, 497 windows-update, 499 gotomypc, 509 salesforce, 510 azure, 511 outlook, 512 paypal, 515 pandora, 517 x,
518 facebook, 519 logmein, 520 google-services, 522 google-docs, 526 yahoo-mail, 527 linkedin, 531 skype, 532 skype, 535 facetime, 537 thunder,
543 bittorrent, 545 webex, 546 webex, 549 airplay, 550 outlook, 553 whatsapp, 555 modbus, 559 skype, 560 skype, 562 onedrive, 564 apple-services,
566 rtp, 567 rtp, 568 smtps, 573 line, 577 apple-services, 585 apple-update, 586 apple-update, 588 app-store, 589 google-play, 590 microsoft-store,
598 instagram, 600 stack-overflow, 602 prime-video, 603 aws, 604 netflow, 606 ipfix, 608 wikipedia, 611 yandex, 615 vk, 621 bbc, 625 github,
641 flickr, 648 twitch, 685 zendesk, 687 evernote, 692 speedtest, 712 wetransfer, 735 airbnb, 746 bitbucket, 747 blackboard, 752 pinterest, 768 ted,
769 atlassian, 777 microsoft-services, 778 quic, 779 xbox, 809 webex, 819 certificate-status, 820 crashplan, 830 prime-video, 831 yahoo, 1017 avast,
1031 mcafee, 1037 wechat, 1038 xmpp, 1048 webex, 1050 webex, 1051 webex, 1059 skype, 1074 box, 1082 webex, 1084 splunk, 1087 google-meet,
1088 google-meet, 1089 google-meet, 1090 google-meet, 1091 google-meet, 1095 apple-update, 1122 capwap, 1125 bitcoin, 1130 zoom, 1165 spotify,
1166 goto-meeting, 1167 cnn, 1168 vimeo, 1169 push, 1171 akamai, 1172 h323, 1173 h323, 1179 atlassian, 1181 servicenow, 1183 zoho, 1184 oracle,
1186 workday, 1187 netsuite, 1188 ringcentral, 1197 hubspot, 1208 teams, 1209 teams, 1210 igmp, 1211 umbrella, 1213 teams, 1214 teams, 1310 msrpc,
1320 viber, 2000 lotus-notes`

/** Selector and application of each number that is known, by rising selector. */
export const NBAR_SELECTORS: readonly (readonly [selector: number, name: string])[] = SELECTORS.split(',').map(pair => {
  const [selector = '', name = ''] = pair.trim().split(' ')
  return [Number(selector), name]
})
