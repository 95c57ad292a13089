/** What exporters taught outlives ingest: killed or stopped, with as many threads as before or others, with a damaged file. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { addressBytes, encodeIpfix, encodeV9, parseTemplate, type WireSet } from '../src/simulate/index.ts'
import { assertClosed, makeSite, until, type Pipeline, type Program, type Site } from './helpers/site.ts'

const FLOW = parseTemplate(256, '8:4 12:4 1:4 2:4 10:4')
const SAMPLER = parseTemplate(257, 'S1:4 34:4')
const NAMES = parseTemplate(258, 'S149:4 10:4 82:16')
const taught: readonly WireSet[] = [
  { kind: 'templates', templates: [FLOW] },
  { kind: 'templates', templates: [SAMPLER] },
  { kind: 'templates', templates: [NAMES] },
  { kind: 'data', template: SAMPLER, rows: [[0, 100]] },
  { kind: 'data', template: NAMES, rows: [[0, 7, 'uplink']] },
]
const flow = (octets: number): readonly WireSet[] => [
  { kind: 'data', template: FLOW, rows: [[addressBytes('192.0.2.1'), addressBytes('192.0.2.2'), octets, 1, 7]] },
]

const started = Date.now()
const header = (sequence: number) => ({ seconds: Math.floor(Date.now() / 1000), sequence, domain: 3, uptimeMs: Date.now() - started + 1_000_000 })

async function send(site: Site, from: string, datagram: Uint8Array): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, from)
  await once(socket, 'listening')
  await new Promise<void>((resolve, reject) => socket.send(datagram, site.udp, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
  socket.close()
}

const V9 = '127.0.0.2'
const IPFIX = '127.0.0.3'
const both = async (site: Site, sets: readonly WireSet[], sequence: number): Promise<void> => {
  await send(site, V9, encodeV9(header(sequence), sets))
  await send(site, IPFIX, encodeIpfix(header(sequence), sets))
}

const stateFile = (site: Site): string => join(site.folder, 'data/templates/exporters.log')
const states = (site: Site): string[] => readFileSync(stateFile(site), 'utf8').split('\n').slice(1, -1)

/** Rows of the flows with these octets, as they are stored. */
async function rowsOf(program: Program, octets: number): Promise<string[]> {
  const columns = 'exporter,bytes_as_sent,sampling_rate,sampling_source,in_if_name'
  const csv = await program.get<string>(`/api/v1/flows?from=now-1d&format=csv&columns=${columns}&filter=${encodeURIComponent(`bytes_as_sent = ${octets}`)}`)
  return csv.trim().split('\r\n').slice(1).toSorted()
}

/** Waits for the books of an ingest that has just begun. */
const listening = (program: Program): Promise<Pipeline> =>
  until(
    'books of a new ingest',
    () => program.get<Pipeline>('/api/v1/pipeline'),
    ({ ledger }) => ledger !== null && ledger.datagrams.received === 0 && ledger.listeners.every(({ buffer_granted }) => buffer_granted > 0),
  )

const inForce = (octets: number): string[] => [V9, IPFIX].map(address => `${address},${octets},100,options,uplink`)
const unquoted = (lines: readonly string[]): string[] => lines.map(line => line.replaceAll('"', ''))

async function assertDecoded(program: Program, octets: number, rows: number): Promise<void> {
  const { ledger } = await program.stored(rows)
  assert.ok(ledger !== null)
  assertClosed(ledger)
  assert.equal(ledger.sets.pending, 0, 'nothing waits for a template')
  assert.deepEqual(unquoted(await rowsOf(program, octets)), inForce(octets))
}

test('templates, samplers and names are there after kill -9 of ingest, and after a restart with other threads', async context => {
  const site = await makeSite(context)
  let program = await site.start()
  await both(site, taught, 0)
  await until(
    'the saved state',
    () => states(site),
    lines => lines.length >= 2,
  )
  const before = site.ingestPid()
  assert.ok(before !== null)
  process.kill(before, 'SIGKILL')
  await until(
    'another ingest',
    () => site.ingestPid(),
    pid => pid !== null && pid !== before,
  )
  await listening(program)
  await both(site, flow(1001), 2)
  await assertDecoded(program, 1001, 2)

  await program.stop()
  const config = readFileSync(site.configFile, 'utf8')
  writeFileSync(site.configFile, `${config}receive: {workers: 3}\n`)
  program = await site.start()
  await listening(program)
  await both(site, flow(1002), 3)
  await assertDecoded(program, 1002, 4)

  await program.stop()
  // One letter in each line of one exporter.
  const lines = readFileSync(stateFile(site), 'utf8').split('\n')
  writeFileSync(stateFile(site), lines.map(line => (line.includes('ffff7f000003') ? line.replace('uplink', 'upline') : line)).join('\n'))
  program = await site.start()
  await listening(program)
  await both(site, flow(1003), 4)
  await program.stored(5)
  assert.equal((await rowsOf(program, 1003)).length, 1, 'the damaged one alone is ignored')
  await both(site, [...taught, ...flow(1004)], 5)
  await program.stored(8)
  assert.equal((await rowsOf(program, 1003)).length, 2, 'its flow waited for the template')
})
