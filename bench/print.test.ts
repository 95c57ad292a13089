import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printReport, valueText } from './print.ts'
import { caseReport, type Report, type Run } from './report.ts'

const FIGURES = {
  kept_percent: { label: 'kept', unit: '%', better: 'more' },
  lost_flows: { label: 'lost flows', unit: 'flows', better: 'less' },
  equal: { label: 'equal', unit: 'yes', better: 'more' },
} as const

function report(runs: readonly Run[], failed: string | null = null, nfdump: string | null = '1.7.1'): Report {
  const shared = { conditions: { seconds: 5, flows_a_datagram: 30.04 } }
  return {
    format: 1,
    flowlens: '0.1.0',
    at: '2026-01-31T12:00:00.000Z',
    runs: 3,
    quick: false,
    machine: {
      cores: 2,
      cpu: 'a processor',
      memory_bytes: 16e9,
      system: 'Linux 6.1',
      node: 'v26.0.0',
      load_average: 0.25,
      receive_buffer_max_bytes: 4_194_304,
      scratch: { in_memory: false, free_bytes: 50e9 },
      nfdump,
    },
    rows: [
      {
        name: 'ingest',
        doc: 'To the spool.',
        peer: 'nfcapd',
        notes: [],
        failed,
        cases: [caseReport('1m', FIGURES, runs, shared), caseReport('2m', FIGURES, runs, { ...shared, notes: ['only here'] })],
      },
    ],
  }
}

test('a table has medians, those of the peer, and ratios of the same runs', () => {
  const runs: readonly Run[] = [
    { flowlens: { kept_percent: 100, lost_flows: 0, equal: 1 }, peer: { kept_percent: 50, lost_flows: 2_000_000 } },
    { flowlens: { kept_percent: 99.9999, lost_flows: 5, equal: 1 }, peer: { kept_percent: 40, lost_flows: 2_400_000 } },
    { flowlens: { kept_percent: 80, lost_flows: 800_000, equal: 0 }, peer: { kept_percent: 80, lost_flows: 800_000 } },
  ]
  assert.equal(
    printReport(report(runs)),
    `FlowLens 0.1.0, medians of 3 runs, 2026-01-31T12:00:00.000Z
2 cores (a processor), 16.0 GB memory, Linux 6.1, Node v26.0.0, nfdump 1.7.1, load 0.3 before

row     case  figure       FlowLens       peer  ratio
ingest  1m    kept        99.9999 %     50.0 %   2.00
              lost flows          5  2 000 000   0.00
              equal              no          —      —
        2m    kept        99.9999 %     50.0 %   2.00
              lost flows          5  2 000 000   0.00
              equal              no          —      —

ratio: FlowLens divided by its peer, in the same run.
ingest: To the spool.
  peer: nfcapd
  seconds 5, flows a datagram 30
  2m: only here
`,
  )
})

test('a row without its peer and one that failed say so', () => {
  const text = printReport(report([{ flowlens: { kept_percent: 100, lost_flows: null, equal: 1 }, peer: null }], 'the sender ended with code 1', null))
  assert.match(text, /no nfdump/)
  assert.match(text, /^ingest {2}1m {4}kept +100 % {5}— {6}—$/m)
  assert.match(text, /^ +lost flows +— +— +—$/m)
  assert.match(text, /^ {2}not measured to its end: the sender ended with code 1$/m)
})

test('values are printed with their unit, and a share below the whole never as the whole', () => {
  assert.equal(valueText(99.999_999_9, '%'), '99.9999 %')
  assert.equal(valueText(100, '%'), '100 %')
  assert.equal(valueText(71.84, '%'), '71.8 %')
  assert.equal(valueText(14_312_345, 'flows/s'), '14.3 M/s')
  assert.equal(valueText(1234567, 'rows'), '1 234 567')
  assert.equal(valueText(0.187, 'CPU-s/M flows'), '0.19 CPU-s')
  assert.equal(valueText(1.4e9, 'bytes'), '1.40 GB')
  assert.equal(valueText(18.468, 'bytes/flow'), '18.47 B')
  assert.equal(valueText(412.4, 'ms'), '412 ms')
})
