/**
 * What exporters call applications and categories, in our words. NBAR writes `ms-office-365`, nDPI `TLS.Microsoft365`, App-ID
 * `ms-office365-base`, a table of IPFIX options what its author liked; a chart needs one of them.
 */
import { applicationOf, numberOfName } from './catalog.ts'
import { isCategory } from './categories.ts'

/** Lower case; blanks and underscores become hyphens. */
export const normalised = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-')

/** Words by which an exporter says that it does not know, normalised: NBAR, nDPI, App-ID. */
const UNNAMED = new Set([
  '',
  '-',
  'unknown',
  'unclassified',
  'not-available',
  'n/a',
  'none',
  'other',
  'undefined',
  'unknown-tcp',
  'unknown-udp',
  'unknown-p2p',
  'incomplete',
  'insufficient-data',
  'not-applicable',
  'tcp',
  'udp',
  'ip',
])

/** Our category by what NBAR, nDPI and App-ID call it, normalised. */
const SPOKEN_CATEGORIES = new Map(
  Object.entries({
    web: ['browsing', 'general-internet', 'consumer-internet', 'internet-utility', 'general-browsing'],
    streaming: ['media', 'video', 'music', 'audio', 'video-streaming', 'audio-streaming', 'photo-video', 'consumer-streaming'],
    social: ['socialnetwork', 'social-networking', 'social-network'],
    messaging: ['chat', 'instant-messaging'],
    collaboration: ['collaborative', 'productivity', 'office-programs', 'internet-conferencing', 'collaboration-apps'],
    voip: ['voice-and-video', 'voip-video', 'voice', 'telephony'],
    mail: ['email', 'e-mail'],
    business: ['business-systems', 'business-and-productivity-tools', 'erp-crm', 'general-business', 'saas'],
    'file transfer': ['datatransfer', 'data-transfer', 'download', 'filesharing', 'file-sharing', 'download-ft'],
    backup: ['backup-and-storage', 'storage-backup'],
    middleware: ['rpc', 'inter-process-rpc'],
    development: ['software-development'],
    'remote access': ['remoteaccess', 'remote-access', 'terminal'],
    network: ['networking', 'infrastructure', 'system', 'layer3-over-ip', 'ip-protocol', 'conncheck', 'connectivity-check'],
    routing: ['routing-protocol'],
    management: ['net-admin', 'network-management'],
    authentication: ['auth-service', 'authentication-services'],
    security: ['cybersecurity', 'internet-security', 'antimalware', 'malware', 'trojan'],
    update: ['softwareupdate', 'software-update', 'software-updates'],
    iot: ['internet-of-things'],
    industrial: ['iot-scada', 'industrial-protocols', 'ics-protocols'],
    gaming: ['game', 'games', 'gambling'],
    p2p: ['peer-to-peer', 'p2p-file-transfer', 'p2p-networking'],
    anonymiser: ['internet-privacy', 'anonymizers', 'anonymizer'],
    ai: ['artifintelligence', 'artificial-intelligence', 'virtassistant'],
    finance: ['epayment', 'crypto-currency', 'cryptocurrency', 'mining', 'banking'],
    news: ['newsgroup'],
    travel: ['location-based-services'],
    advertising: ['advertisement', 'ads', 'ads-analytic-track'],
  }).flatMap(([ours, theirs]) => theirs.map(name => [name, ours] as const)),
)

/** Our category by our own word or one of theirs, normalised; empty for other words. */
function categoryOfWord(name: string): string {
  const spaced = name.replaceAll('-', ' ')
  return isCategory(spaced) ? spaced : (SPOKEN_CATEGORIES.get(name) ?? '')
}

/** A name shorter than this is too short to tell what a longer one is for: `x`, `box`, `max`. */
const SHORTEST_STEM = 4

/** Category of `facebook-posting` by `facebook`: names of App-ID and NBAR begin with the application they are part of. */
function categoryOfStem(name: string): string {
  for (let end = name.lastIndexOf('-'); end >= SHORTEST_STEM; end = name.lastIndexOf('-', end - 1)) {
    const number = numberOfName(name.slice(0, end))
    if (number !== 0) return applicationOf(number).category
  }
  return ''
}

/** nDPI joins the protocol and what runs over it: `TLS.YouTube`, `QUIC.Unknown`, `DNS.Google`. A question for a name stays a question. */
function numberOfPair(name: string): number {
  const dot = name.indexOf('.')
  const carrier = dot === -1 ? 0 : numberOfName(name.slice(0, dot))
  if (carrier === 0) return 0
  return applicationOf(carrier).category === 'dns' ? carrier : numberOfName(name.slice(dot + 1)) || carrier
}

/**
 * An application as an exporter named it, in our spelling and with our category. A name we do not know stays, in lower case; its
 * category is empty where nothing tells it. Both are empty where the exporter says that it does not know.
 */
export function spokenApplication(sent: string): { readonly name: string; readonly category: string } {
  const name = normalised(sent)
  if (UNNAMED.has(name)) return applicationOf(0)
  const number = numberOfName(name) || numberOfName(name.replace(/-base$/, '')) || numberOfPair(name)
  return number === 0 ? { name, category: categoryOfWord(name) || categoryOfStem(name) } : applicationOf(number)
}

/** A category as an exporter named it, in our words; one we have no word for stays as it was sent, and "unknown" is none. */
export function spokenCategory(sent: string): string {
  const name = normalised(sent)
  if (UNNAMED.has(name)) return ''
  return categoryOfWord(name) || sent
}
