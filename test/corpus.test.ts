/** Every NetFlow v5, v9 and IPFIX scenario of the corpus gives the counts other decoders see in it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeFiles, type Summary } from '../src/cli/decode.ts'

const CORPUS = join(import.meta.dirname, '../../shared/corpus')

interface Scenario {
  readonly name: string
  readonly kind: string
  readonly files: readonly string[]
  readonly expected: Readonly<Record<'datagrams' | 'records' | 'optionRecords' | 'templates' | 'optionTemplates' | 'octets' | 'packets', number>>
}

function scenarios(): Scenario[] {
  const lines = readFileSync(join(CORPUS, 'REFERENCE.tsv'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
  return lines.slice(1).map(line => {
    const cells = line.split('\t')
    const number = (index: number): number => Number(cells[index] ?? 0)
    return {
      name: cells[0] ?? '',
      kind: cells[1] ?? '',
      files: (cells[3] ?? '').split(' ; ').map(file => join(CORPUS, file.trim())),
      expected: {
        datagrams: number(5),
        records: number(6),
        optionRecords: number(7),
        templates: number(8),
        optionTemplates: number(9),
        octets: number(10),
        packets: number(11),
      },
    }
  })
}

const skip = existsSync(CORPUS) ? false : 'the corpus of real captures is not beside the checkout (../shared/corpus)'

/** Scenarios where FlowLens differs on purpose, with the argument from the specification. */
const EXPLAINED: Readonly<Record<string, { readonly why: string; readonly counts: Partial<Summary> }>> = {
  'logstash:netflow5_test_invalid01': {
    why: 'The header promises 55,582 records in 1,464 bytes. A count beyond the length means the datagram is no NetFlow v5 (at most 30 records): it is refused whole, as nfdump does.',
    counts: { records: 0, octets: 0, packets: 0, rejected: { bad_length: 1 } },
  },
  'akvorado:data+templates': {
    why: 'A data set comes before its template in the same datagram. RFC 7011 §9.3 and RFC 3954 §9 let a collector hold it; the 11 records are decoded when the template comes.',
    counts: { records: 21, octets: 58_329, packets: 66, waiting: 0 },
  },
}

test('scenarios of NetFlow v5, v9 and IPFIX', { skip }, async t => {
  for (const { name, kind, files, expected } of skip === false ? scenarios() : []) {
    if (kind === 'sflow') continue
    await t.test(`${kind} ${name}`, async () => {
      const got = await decodeFiles(files)
      const want = { ...expected, ...EXPLAINED[name]?.counts }
      assert.deepEqual(Object.fromEntries(Object.keys(want).map(key => [key, got[key as keyof Summary]])), want)
    })
  }
})

test('nothing in the corpus crashes or hangs the decoder', { skip }, async () => {
  const files = readdirSync(CORPUS, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  assert.ok(files.length > 1500)
  for (const file of files) await decodeFiles([file])
})
