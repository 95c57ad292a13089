import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exporterDetail } from '../api/fixtures/exporter.ts'
import { adviseExporter } from '../telemetry/index.ts'
import { ago, printExporter, printExporters, type ListedExporter } from './print-exporter.ts'

const NOW = Date.UTC(2026, 0, 31, 12)

const row = (exporter: string, change: Partial<ListedExporter> = {}): ListedExporter => ({
  exporter,
  state: 'ok',
  protocols: ['ipfix'],
  transports: ['udp'],
  last_seen: NOW - 3000,
  fps: 1234,
  templates: 3,
  sampling: { rate: 1000, source: 'options' },
  sequence_missing: 0,
  skew_ms: 12,
  advice: [],
  ...change,
})

test('the list: attention first, then the busiest; what is not known is a dash', () => {
  const rows = [
    row('192.0.2.1', { fps: 5 }),
    row('192.0.2.2'),
    row('192.0.2.3', { state: 'unknown', protocols: [], transports: [], last_seen: null, sampling: null, skew_ms: null, fps: 0 }),
    row('192.0.2.4', { state: 'attention', skew_ms: -95_000, sequence_missing: 12_345, advice: ['clock_skew', 'restarted'], fps: 1 }),
  ]
  assert.equal(
    printExporters(rows, NOW),
    [
      'exporter   state      protocol  transport  last seen  flows/s  sampling    lost     skew  advice',
      '192.0.2.4  attention  ipfix     udp        3 s ago          1    1:1000  12.3 k  -95.0 s  clock_skew restarted',
      '192.0.2.2  ok         ipfix     udp        3 s ago     1.23 k    1:1000       0    12 ms',
      '192.0.2.1  ok         ipfix     udp        3 s ago          5    1:1000       0    12 ms',
      '192.0.2.3  unknown    —         —          —                0         —       0        —',
      '',
    ].join('\n'),
  )
  assert.match(printExporters([], NOW), /no exporter/)
})

test('how long ago is told in one unit', () => {
  for (const [ms, text] of [
    [0, '0 s ago'],
    [119_000, '119 s ago'],
    [120_000, '2 min ago'],
    [7_200_000, '2 h ago'],
    [172_800_000, '2 days ago'],
    [-5000, '0 s ago'],
  ] as const)
    assert.equal(ago(NOW - ms, NOW), text)
  assert.equal(ago(null, NOW), '—')
})

test('one exporter: advice first, then domains with templates and fields, elements, changes, interfaces', () => {
  const detail = exporterDetail(NOW)
  const advice = adviseExporter(detail, { now: NOW, kernelDropped: 0, longestFlowMs: null })
  const place = { name: 'edge1', group: 'edge', role: '', site: 'Paris', region: '', tenant: '' }
  const text = printExporter({ ...detail, ...place, notes: ['2000 interfaces with names, of which 2 are shown'], at: NOW, advice })
  for (const line of [
    '192.0.2.1',
    'name edge1, group edge, site Paris',
    'ipfix over udp; first seen 60 min ago, last seen 1 s ago',
    '  warning: The clock of the exporter is 95 s behind ours, and its flows stand at the wrong time.',
    '    Set the clock of the device by NTP, and that of this machine too. (clock_skew)',
    'ipfix domain 1',
    '  sequence (records): 4 missing, 0 twice, 1 out of order, 0 resets, 1 restarts',
    '  sampling 1:100, sampler 1 one-in-100 (options)',
    '  template 256 (data): 2.00 k records, sent 20 s ago, every 60 s, redefined 1 times',
    '    8 sourceIPv4Address 4 → src',
    '    29305/7 ? 4, skipped',
    '    (scope) 302 selectorId 8',
    '  3 sets (4200 bytes) wait for a template',
    '  template 256 (data): 400 records, sent 20 s ago, every 60 s, kept from before a restart',
    '  29305/7 ? (unknown), 4 bytes, 2000 records, as 0000002a',
    '  ipfix domain 1 template 256: 1 times, last 10 min ago',
    '  1  xe-0/0/0  transit',
    '  2000 interfaces with names, of which 2 are shown',
  ])
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`)
})
