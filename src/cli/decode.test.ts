import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../config/index.ts'
import { encodeIpfix, encodeV9, parseTemplate, type WireSet } from '../simulate/index.ts'
import { decodeFiles } from './decode.ts'

const SECONDS = 1_700_000_000

/** What these entries of a configuration make of the first record of a datagram. */
async function rowOf(yaml: string, datagram: Uint8Array): Promise<Record<string, unknown>> {
  const parsed = parseConfig(yaml, '/')
  assert.ok(parsed.ok, JSON.stringify(parsed))
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-decode-'))
  try {
    const file = join(folder, 'datagram.bin')
    writeFileSync(file, datagram)
    const lines: string[] = []
    await decodeFiles([file], async line => void lines.push(line), undefined, parsed.config)
    assert.equal(lines.length, 1)
    return JSON.parse(lines[0] ?? '')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One record of these fields, in a set behind its template. */
function sets(notation: string, values: readonly (number | string)[]): readonly WireSet[] {
  const template = parseTemplate(300, notation)
  return [
    { kind: 'templates', templates: [template] },
    { kind: 'data', template, rows: [values], padding: 0 },
  ]
}

test('custom fields of a configuration, from the file to the row', async () => {
  const datagram = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets('4:1 4242/17:v 4242/18:4 4242/19:4', [6, 'blue', 25, 1000]))
  const fields = `
      - { element: 4242/17, column: custom_text_1, type: string }
      - { element: 4242/18, column: rtt, unit: ms, sentinel: 4294967295 }
      - { element: 4242/19, column: bytes, scale: 64 }`
  const row = await rowOf(`exporters:\n  - match: [0.0.0.0/0]\n    fields:${fields}\n`, datagram)
  assert.deepEqual([row['proto'], row['custom_text_1'], row['rtt'], row['bytes']].map(String), ['6', 'blue', '25000', '64000'])
  const other = await rowOf(`exporters:\n  - match: [192.0.2.1]\n    fields:${fields}\n`, datagram)
  assert.deepEqual([other['custom_text_1'], other['rtt'], other['bytes']], [undefined, undefined, undefined])
})

test('rules for applications, from the file to the row', async () => {
  const datagram = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets('4:1 7:2 11:2', [6, 51_000, 8443]))
  const row = await rowOf('applicationRules: [{ filter: port = 8443, app: billing, category: accounts }]', datagram)
  assert.deepEqual([row['app'], row['category'], row['app_source']], ['billing', 'accounts', 'rule'])
  assert.deepEqual((await rowOf('', datagram))['app'], 'https')
})

test('the numbers of the profile request-numbers mean that under it only', async () => {
  const datagram = encodeIpfix({ seconds: SECONDS, sequence: 0, domain: 0 }, sets('4:1 321:4 322:4 387:4 411:2 412:2', [6, 7, 3, 12, 100, 200]))
  const meaning = ({ retransmitted, syn_count: syn, jitter, src_sgt: from, dst_sgt: to }: Record<string, unknown>): unknown =>
    [retransmitted, syn, jitter, from, to].map(String)
  assert.deepEqual(meaning(await rowOf('exporters: [{ match: [0.0.0.0/0], profiles: [request-numbers] }]', datagram)), ['7', '3', '12000', '100', '200'])
  assert.deepEqual(meaning(await rowOf('', datagram)), ['undefined', 'undefined', '0', 'undefined', 'undefined'])
})

test('latencies of old nProbe under their profile, throughputs without it', async () => {
  const header = { uptimeMs: 5000, seconds: SECONDS, sequence: 0, domain: 0 }
  // Client 0 s 1500 µs, server 1 s 250 µs (halves of round trips), application 2 s 5 µs.
  const datagram = encodeV9(header, sets('4:1 57554:4 57555:4 57556:4 57557:4 57558:4 57559:4', [6, 0, 1500, 1, 250, 2, 5]))
  const row = await rowOf('exporters: [{ match: [0.0.0.0/0], profiles: [nprobe-old] }]', datagram)
  assert.deepEqual([row['rtt_client'], row['rtt_server'], row['app_latency']].map(String), ['3000', '2000500', '2000005'])
  const today = await rowOf('', datagram)
  assert.equal(today['rtt_client'], undefined)
})
