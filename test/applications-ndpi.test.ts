// What FlowLens calls an application by its server's name and by nDPI's name for it, against nDPI's own results for its captures.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { applicationOf, numberOfServer, spokenApplication } from '../src/enrich/applications/index.ts'
import { CORPUS, skipWithoutCorpus } from './helpers/corpus.ts'

/** nDPI names the owner of a platform where it sees no more; the suffix then tells more than it does. */
const COARSE: ReadonlySet<string> = new Set(['web', 'cloud', 'cdn', 'dns'])

interface Seen {
  /** As nDPI prints it: `TLS.YouTube`. */
  readonly protocol: string
  readonly serverName: string | undefined
  readonly bytes: number
}

function flows(): readonly Seen[] {
  const folder = join(CORPUS, 'packets/ndpi/nDPI')
  return readdirSync(folder)
    .filter(file => file.endsWith('.ndpi.out'))
    .flatMap(file => readFileSync(join(folder, file), 'utf8').split('\n'))
    .flatMap(line => {
      const protocol = /\[proto: [\d.]+\/([^\]]+)\]/.exec(line)?.[1]
      const counted = [...line.matchAll(/\d+ pkts\/(\d+) bytes/g)].map(([, octets]) => Number(octets))
      if (protocol === undefined) return []
      return [{ protocol, serverName: /\[Hostname\/SNI: ([^\]]+)\]/.exec(line)?.[1], bytes: counted.reduce((sum, octets) => sum + octets, 0) }]
    })
}

test('by the name of its server a flow is what nDPI says it is, in nine of ten', { skip: skipWithoutCorpus }, t => {
  const compared = flows().flatMap(({ protocol, serverName }) => {
    const theirs = spokenApplication(protocol)
    const ours = applicationOf(numberOfServer(serverName ?? ''))
    const over = /^(?:TLS|QUIC|HTTP)\./.test(protocol)
    return over && ours.name !== '' && theirs.category !== '' && !COARSE.has(theirs.category) ? [{ ours, theirs, serverName }] : []
  })
  const other = compared.filter(({ ours, theirs }) => ours.category !== theirs.category)
  for (const { ours, theirs, serverName } of other) t.diagnostic(`${serverName}: ${ours.name}, nDPI ${theirs.name}`)
  assert.ok(compared.length >= 100, `${compared.length} flows are too few`)
  assert.ok(other.length <= compared.length / 10, `${other.length} of ${compared.length} differ`)
})

test('of what nDPI names, 95 % of the bytes have a category of ours', { skip: skipWithoutCorpus }, t => {
  let all = 0
  let known = 0
  for (const { protocol, bytes } of flows()) {
    const { name, category } = spokenApplication(protocol)
    if (name === '') continue
    all += bytes
    if (category !== '') known += bytes
  }
  t.diagnostic(`${((known / all) * 100).toFixed(1)} %`)
  assert.ok(known / all >= 0.95, `${known / all}`)
})
