/** What applications are for: the closed list of categories, in the order they are shown in. */

export interface Category {
  /** The value of the column. */
  readonly name: string
  readonly label: string
  /** One sentence. */
  readonly doc: string
}

export const CATEGORIES = [
  { name: 'web', label: 'Web', doc: 'Pages and services over HTTP, HTTPS or QUIC of which no more is known, search engines, proxies.' },
  { name: 'streaming', label: 'Streaming', doc: 'Films, television, video and music as they are played.' },
  { name: 'social', label: 'Social', doc: 'Social networks and forums.' },
  { name: 'messaging', label: 'Messaging', doc: 'Chat between people and the push channels of phones.' },
  { name: 'collaboration', label: 'Collaboration', doc: 'Meetings, office suites and the shared documents of a team.' },
  { name: 'voip', label: 'VoIP', doc: 'Telephony: signalling, media, and what helps it through NAT.' },
  { name: 'mail', label: 'Mail', doc: 'Sending, relaying and reading mail.' },
  { name: 'business', label: 'Business', doc: 'Customer relations, accounting, personnel and other software of the trade.' },
  { name: 'cloud', label: 'Cloud', doc: 'Platforms others build on, where the application behind is not known.' },
  { name: 'cdn', label: 'CDN', doc: 'Content delivery networks, where the site behind is not known.' },
  { name: 'file transfer', label: 'File transfer', doc: 'File servers, file exchange and files kept with a provider.' },
  { name: 'storage', label: 'Storage', doc: 'Block and object storage of servers.' },
  { name: 'backup', label: 'Backup', doc: 'Copies for safety: their agents, servers and online services.' },
  { name: 'database', label: 'Database', doc: 'Databases, caches, search indexes.' },
  { name: 'middleware', label: 'Middleware', doc: 'Queues, buses and coordination between servers.' },
  { name: 'development', label: 'Development', doc: 'Source code, packages, containers and their platforms.' },
  { name: 'remote access', label: 'Remote access', doc: 'Shells and desktops of other machines.' },
  { name: 'vpn', label: 'VPN', doc: 'Encrypted tunnels between sites and for people on the way.' },
  { name: 'tunnel', label: 'Tunnel', doc: 'Encapsulation of networks in networks.' },
  { name: 'dns', label: 'DNS', doc: 'Name resolution, plain, encrypted and on the local link.' },
  { name: 'network', label: 'Network', doc: 'What keeps a network running: addresses, time, discovery, control messages.' },
  { name: 'routing', label: 'Routing', doc: 'Routing protocols, redundancy of routers, and their liveness.' },
  { name: 'management', label: 'Management', doc: 'Monitoring, logs, flow export and remote configuration.' },
  { name: 'authentication', label: 'Authentication', doc: 'Directories, single sign-on and access control.' },
  { name: 'security', label: 'Security', doc: 'Security services: filters, scanners, reputation, certificates.' },
  { name: 'update', label: 'Update', doc: 'Updates of operating systems and programs.' },
  { name: 'mobile', label: 'Mobile', doc: 'Interfaces of mobile networks.' },
  { name: 'printing', label: 'Printing', doc: 'Printers and scanners.' },
  { name: 'iot', label: 'IoT', doc: 'Sensors, cameras and appliances.' },
  { name: 'industrial', label: 'Industrial', doc: 'Controllers of plants, buildings and grids.' },
  { name: 'gaming', label: 'Gaming', doc: 'Games, their shops and their platforms.' },
  { name: 'p2p', label: 'P2P', doc: 'File sharing between peers.' },
  { name: 'anonymiser', label: 'Anonymiser', doc: 'Services that hide who talks to whom.' },
  { name: 'ai', label: 'AI', doc: 'Assistants and models as a service.' },
  { name: 'shopping', label: 'Shopping', doc: 'Shops and market places.' },
  { name: 'finance', label: 'Finance', doc: 'Payments, banks, exchanges and crypto currencies.' },
  { name: 'news', label: 'News', doc: 'Newspapers, broadcasters’ pages, weather.' },
  { name: 'education', label: 'Education', doc: 'Encyclopedias, courses, science.' },
  { name: 'travel', label: 'Travel', doc: 'Maps, journeys, lodging.' },
  { name: 'advertising', label: 'Advertising', doc: 'Advertisements, tracking, audience measurement.' },
] as const satisfies readonly Category[]

export type CategoryName = (typeof CATEGORIES)[number]['name']

/** Whether a text is the name of one of our categories. */
export const isCategory = (text: string): text is CategoryName => CATEGORIES.some(({ name }) => name === text)
