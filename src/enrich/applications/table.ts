/**
 * Every application FlowLens knows by itself, as one table: name, category, ports of the server, IP protocols, suffixes of server
 * names, and what exporters call it. Made once from the lists beside this file, when the thread starts.
 *
 * A list has `[category]` lines and one line an application. Words behind the name:
 *
 *     tcp/443,8440-8443   ports of the server; udp/, sctp/, and both/ for TCP and UDP
 *     ip/47               an IP protocol
 *     youtube.com         a suffix of server names: the name itself and all below it
 *     =ms-teams           another name, as NBAR, nDPI or App-ID spell it, normalised
 */
import { CATEGORIES, isCategory, type CategoryName } from './categories.ts'
import { INFRASTRUCTURE } from './infrastructure.ts'
import { LIFE } from './life.ts'
import { MEDIA } from './media.ts'
import { OFFICE } from './office.ts'
import { SERVERS } from './servers.ts'
import { THINGS } from './things.ts'

export interface Application {
  readonly name: string
  readonly category: CategoryName
  readonly tcp: readonly number[]
  readonly udp: readonly number[]
  readonly sctp: readonly number[]
  readonly protocols: readonly number[]
  readonly suffixes: readonly string[]
  readonly otherNames: readonly string[]
}

const TRANSPORTS = { tcp: ['tcp'], udp: ['udp'], sctp: ['sctp'], both: ['tcp', 'udp'], ip: ['protocols'] } as const

function numbersIn(list: string): readonly number[] {
  return list.split(',').flatMap(part => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, at) => first + at)
  })
}

function readLine(line: string, category: CategoryName): Application {
  const [name = '', ...words] = line.split(' ')
  const read = {
    tcp: [] as number[],
    udp: [] as number[],
    sctp: [] as number[],
    protocols: [] as number[],
    suffixes: [] as string[],
    otherNames: [] as string[],
  }
  for (const word of words) {
    const [, over, list] = /^(tcp|udp|sctp|both|ip)\/([\d,-]+)$/.exec(word) ?? []
    if (over !== undefined && list !== undefined) for (const key of TRANSPORTS[over as keyof typeof TRANSPORTS]) read[key].push(...numbersIn(list))
    else if (word.startsWith('=')) read.otherNames.push(word.slice(1))
    else if (word.includes('.')) read.suffixes.push(word)
    else throw new Error(`${name}: ${word} is no port, suffix or name`)
  }
  return { name, category, ...read }
}

/** The applications of one list; throws for a line that cannot be read, which is a fault of ours. */
export function readList(text: string): readonly Application[] {
  let category: CategoryName | undefined
  return text.split('\n').flatMap(line => {
    if (line === '') return []
    const heading = /^\[(.+)\]$/.exec(line)?.[1]
    if (heading === undefined) {
      if (category === undefined) throw new Error(`${line} stands before the first category`)
      return [readLine(line, category)]
    }
    if (!isCategory(heading)) throw new Error(`${heading} is no category`)
    category = heading
    return []
  })
}

/** In the order of the categories. */
export const APPLICATIONS: readonly Application[] = (() => {
  const all = [INFRASTRUCTURE, OFFICE, SERVERS, MEDIA, LIFE, THINGS].flatMap(readList)
  return CATEGORIES.flatMap(({ name }) => all.filter(({ category }) => category === name))
})()
