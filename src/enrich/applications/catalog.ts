/**
 * The table as the hot path asks it: each application has a number, and ports, protocols, names and suffixes lead to numbers. 0 is
 * "not known".
 */
import { protocolName } from '../../schema/index.ts'
import { APPLICATIONS } from './table.ts'

const TCP = 6
const UDP = 17
/** IANA keeps it; nobody speaks it. */
const RESERVED = 255

/** Name and category by number. */
const numbered: { readonly name: string; readonly category: string }[] = [{ name: '', category: '' }]

/** Numbers by port of the server; 65,536 entries. */
export const byPort = { tcp: new Uint16Array(65_536), udp: new Uint16Array(65_536), sctp: new Uint16Array(65_536) } as const

/** Numbers by IP protocol; 256 entries. TCP and UDP themselves say nothing. */
export const byProtocol = new Uint16Array(256)

const byName = new Map<string, number>()
/** The same names without hyphens: one exporter writes `riotgames`, another `riot-games`. */
const bySqueezedName = new Map<string, number>()
const squeezed = (name: string): string => name.replaceAll('-', '')
const bySuffix = new Map<string, number>()
/** The last two labels of every suffix, so that most unknown names cost one question. */
const endings = new Set<string>()

/** Where the last two labels of a name begin. */
const endingAt = (name: string): number => name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1

for (const application of APPLICATIONS) {
  const number = numbered.push(application) - 1
  for (const over of ['tcp', 'udp', 'sctp'] as const) for (const port of application[over]) byPort[over][port] = number
  for (const protocol of application.protocols) byProtocol[protocol] = number
  for (const suffix of application.suffixes) {
    bySuffix.set(suffix, number)
    endings.add(suffix.slice(endingAt(suffix)))
  }
  byName.set(application.name, number)
}
for (const [index, { otherNames }] of APPLICATIONS.entries()) for (const name of otherNames) if (!byName.has(name)) byName.set(name, index + 1)
for (const [name, number] of byName) if (!bySqueezedName.has(squeezed(name))) bySqueezedName.set(squeezed(name), number)
// Protocols that no line names keep the name IANA gives them.
for (let protocol = 1; protocol < RESERVED; protocol++) {
  const name = protocolName(protocol)
  if (byProtocol[protocol] !== 0 || protocol === TCP || protocol === UDP || name === undefined) continue
  byProtocol[protocol] = byName.get(name) ?? numbered.push({ name, category: 'network' }) - 1
}

/** How many numbers there are, 0 among them. */
export const NUMBERS = numbered.length

/** Name and category of a number; empty for 0. */
export const applicationOf = (number: number): { readonly name: string; readonly category: string } => numbered[number] ?? { name: '', category: '' }

/** The number of an application by its name or another it goes by, normalised, with hyphens or without; 0 where it is not known. */
export const numberOfName = (name: string): number => byName.get(name) ?? bySqueezedName.get(squeezed(name)) ?? 0

/** Names are no longer (RFC 1035 §2.3.4). */
const LONGEST_NAME = 253

/**
 * The number of the application that a server's name belongs to: the longest suffix that the table has wins. Takes what exporters
 * send: any case, a final dot, a port behind the name. 0 where no suffix is known.
 */
export function numberOfServer(sent: string): number {
  if (sent.length > LONGEST_NAME + ':65535'.length) return 0
  let name = sent.toLowerCase()
  const colon = name.lastIndexOf(':')
  if (colon !== -1) name = name.slice(0, colon)
  if (name.endsWith('.')) name = name.slice(0, -1)
  const last = endingAt(name)
  if (!endings.has(name.slice(last))) return 0
  for (let at = 0; at <= last;) {
    const number = bySuffix.get(at === 0 ? name : name.slice(at))
    if (number !== undefined) return number
    at = name.indexOf('.', at) + 1
  }
  return 0
}
