import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ADVICE } from './advice-table.ts'
import { adviseExporter, needsAttention, type AdviceContext } from './advice.ts'
import type { DomainDetail, ExporterDetail, TemplateDetail, UnknownElement } from './books.ts'

const NOW = Date.UTC(2026, 0, 31, 12)
const MINUTE = 60_000
const LIFETIME = 30 * MINUTE

const template: TemplateDetail = {
  id: 256,
  kind: 'data',
  fields: [],
  first_seen: NOW - 60 * MINUTE,
  last_seen: NOW - 20_000,
  refresh_ms: MINUTE,
  records: 1000,
  redefined: 0,
  redefined_at: null,
  restored: false,
}
const domain: DomainDetail = {
  protocol: 'ipfix',
  transport: 'udp',
  id: 7,
  templates: [template],
  samplers: [{ id: 1, name: null, rate: 100, source: 'options' }],
  sequence_unit: 'records',
  sequence: { missing: 0, duplicate: 0, reordered: 0, reset: 0 },
  restarts: 0,
  last_seen: NOW - 1000,
  waiting: { sets: 0, bytes: 0 },
  statistics: { flowActiveTimeout: 60 },
  sources: [],
}
/** An exporter about which there is nothing to say. */
const healthy: ExporterDetail = {
  address: '192.0.2.1',
  source: null,
  protocols: ['ipfix'],
  transports: ['udp'],
  domains: 1,
  templates: 1,
  first_seen: NOW - 60 * MINUTE,
  last_seen: NOW - 1000,
  datagrams: 10_000,
  rows: 100_000,
  sampling: { rate: 100, source: 'options' },
  sequence_missing: 0,
  skew_ms: 300,
  rejected: {},
  domain_details: [domain],
  interfaces: [{ index: 1, name: 'xe-0/0/0', description: '' }],
  unknown_elements: [],
  template_changes: [],
  lists: { read: 0, unknown_template: 0, unknown_element: 0, malformed: 0, too_deep: 0, not_compiled: 0 },
  names: { vrfs: 0, applications: 0, samplers: 1, elements: 0 },
  settings: { profiles: [], fields: 0, pinned: false, relay: false, template_lifetime_ms: LIFETIME },
  notes: [],
}
const unknown: UnknownElement = { element: '29305/7', name: null, kind: 'unknown', length: 4, sample: '0000002a', records: 5, templates: [256] }

const context: AdviceContext = { now: NOW, kernelDropped: 0, longestFlowMs: 60_000 }
const of = (change: Partial<ExporterDetail>, more: Partial<AdviceContext> = {}) => adviseExporter({ ...healthy, ...change }, { ...context, ...more })
const ofDomain = (change: Partial<DomainDetail>, more: Partial<ExporterDetail> = {}) => of({ domain_details: [{ ...domain, ...change }], ...more })
const ofTemplate = (change: Partial<TemplateDetail>) => ofDomain({ templates: [{ ...template, ...change }] })
const rejected = (reason: string, count: number) => of({ rejected: { [reason]: count } })

test('a healthy exporter is told nothing', () => assert.deepEqual(of({}), []))

/** For each code: a state that gives it alone, and the words its message and remedy must hold. */
const CASES: Readonly<Record<string, readonly [advice: ReturnType<typeof of>, message: RegExp, remedy: RegExp]>> = {
  no_template: [ofDomain({ templates: [], waiting: { sets: 3, bytes: 4200 } }), /ipfix domain 7: 3 sets \(4,200 bytes\) wait/, /every minute/],
  all_rejected: [
    of({ rows: 0, datagrams: 50, rejected: { bad_version: 50 } }).filter(one => one.code === 'all_rejected'),
    /Every one of 50 datagrams/,
    /decode/,
  ],
  template_waiting: [ofDomain({ waiting: { sets: 1, bytes: 100 } }), /1 set \(100 bytes\) wait/, /id of its own/],
  template_refresh: [ofTemplate({ refresh_ms: 40 * MINUTE }), /Template 256 of ipfix domain 7 was not sent again for 40 minutes/, /lifetimeSeconds/],
  template_flip_flop: [ofTemplate({ redefined: 8, redefined_at: NOW - 1000 }), /256 of ipfix domain 7 \(8 times\)/, /templates: pin/],
  template_redefined: [ofTemplate({ redefined: 1, redefined_at: NOW - MINUTE }), /256 of ipfix domain 7 changed/, /another sender/],
  no_flows: [of({ rows: 0 }), /none holds a flow/, /flow monitor/],
  silent: [
    of({ last_seen: NOW - 20 * MINUTE, domain_details: [{ ...domain, templates: [{ ...template, last_seen: NOW - 21 * MINUTE }] }] }),
    /for 20 minutes/,
    /firewall/,
  ],
  sampling_unknown: [ofDomain({ samplers: [] }), /rate of ipfix domain 7/, /sampler options|sampler-table/],
  sampling_other_domain: [ofDomain({ samplers: [{ id: null, name: null, rate: 512, source: 'options_of_other_domain' }] }), /1:512 was told/, /line cards/],
  sampling_implausible: [ofDomain({ samplers: [{ id: 1, name: null, rate: 16_777_216, source: 'options' }] }), /1:16,777,216/, /RouterOS/],
  sequence_loss: [ofDomain({ sequence: { ...domain.sequence, missing: 1000 } }), /1,000 records of ipfix domain 7 \(0.99 %\)/, /export queue/],
  sequence_duplicate: [ofDomain({ sequence: { ...domain.sequence, duplicate: 5000 } }), /5.0 % of the datagrams came twice/, /twice/],
  sequence_reset: [
    ofDomain({ sequence: { ...domain.sequence, reset: 40 }, restarts: 2 }).filter(one => one.code !== 'restarted'),
    /anew 38 times/,
    /source id/,
  ],
  exporter_dropped: [ofDomain({ statistics: { notSentFlowTotalCount: 12 } }), /notSentFlowTotalCount 12/, /cache/],
  sample_drops: [
    of({
      protocols: ['sflow'],
      domain_details: [
        {
          ...domain,
          protocol: 'sflow',
          templates: [],
          sources: [{ id: 3, rate: 512, samples: 999, effective_rate: 900, dropped: 77, missing: 0, last_seen: NOW }],
        },
      ],
    }),
    /77 samples/,
    /coarsely/,
  ],
  sample_rate: [
    of({
      protocols: ['sflow'],
      domain_details: [
        {
          ...domain,
          protocol: 'sflow',
          templates: [],
          sources: [{ id: 3, rate: 512, samples: 1000, effective_rate: 900, dropped: 0, missing: 0, last_seen: NOW }],
        },
      ],
    }),
    /source 3 1:900 instead of 1:512/,
    /power of two/,
  ],
  list_templates: [of({ lists: { ...healthy.lists, unknown_template: 2 } }), /^2 lists in records/, /RFC 6313/],
  clock_skew: [of({ skew_ms: 3_600_000 }), /60 minutes behind/, /NTP/],
  rate_limited: [rejected('rate_limited', 1), /^1 datagram was left out/, /datagramsPerSecond/],
  template_rate: [rejected('template_rate', 3), /too fast/, /32 new templates/],
  template_limit: [rejected('template_limit', 3), /^3 sets of templates were refused .* as many as it may/, /perDomain/],
  template_pinned: [rejected('template_pinned', 3), /^3 templates were refused for being changed/, /another sender/],
  pending_full: [rejected('pending_full', 3), /no more/, /pendingBytes/],
  not_allowed: [rejected('not_allowed', 3), /does not accept/, /accept/],
  exporter_limit: [rejected('exporter_limit', 3), /limits allow/, /templates\.domains/],
  truncated: [rejected('truncated', 3), /longer/, /datagramBytes/],
  bad_version: [rejected('not_supported', 3), /version/, /IPFIX/],
  malformed: [rejected('malformed', 10), /^10 messages were refused/, /firmware/],
  work_limit: [rejected('work_limit', 1), /more work/, /who else/],
  withdrawal_udp: [rejected('withdrawal_udp', 1), /ignored/, /Nothing/],
  unknown_set: [rejected('unknown_set', 1), /reserves/, /Nothing/],
  restarted: [ofDomain({ restarts: 2, sequence: { ...domain.sequence, reset: 2 } }), /2 times since 2026-01-31T11:00/, /planned/],
  kernel_drops: [
    of({ domain_details: [{ ...domain, sequence: { ...domain.sequence, missing: 1000 } }] }, { kernelDropped: 9 }).filter(one => one.code === 'kernel_drops'),
    /dropped 9 datagrams/,
    /rmem_max/,
  ],
  active_timeout: [of({}, { longestFlowMs: 30 * MINUTE }), /up to 30 minutes late/, /60 s/],
  unknown_elements: [of({ unknown_elements: [unknown] }), /does not know 1 element of the records: 29305\/7\./, /custom field/],
  unused_elements: [
    of({ unknown_elements: [{ ...unknown, element: '459', name: 'httpRequestMethod', kind: 'unused' }] }),
    /carry 459 httpRequestMethod, which/,
    /custom field/,
  ],
  interface_names: [of({ interfaces: [] }), /numbers only/, /interface-table/],
  fixed_format: [
    of({ protocols: ['netflow5'], domain_details: [{ ...domain, protocol: 'netflow5', templates: [], samplers: [] }] }),
    /NetFlow v5: no IPv6/,
    /IPFIX/,
  ],
}

for (const { code, severity } of ADVICE) {
  test(`${code} is advised, with what is seen and what to do`, () => {
    const [advice, message, remedy] = CASES[code] ?? assert.fail('no case')
    assert.deepEqual(
      advice.map(one => [one.code, one.severity]),
      [[code, severity]],
    )
    assert.match(advice[0]?.message ?? '', message)
    assert.match(advice[0]?.remedy ?? '', remedy)
    for (const text of [advice[0]?.message ?? '', advice[0]?.remedy ?? '']) assert.match(text, /^[A-Z0-9].*\.$/s, 'a whole sentence')
  })
}

test('data that was given up is told as data without a template too', () => {
  const lost = (change: Partial<DomainDetail>) => ofDomain(change, { rejected: { pending_expired: 4 } }).map(({ code, message }) => [code, message])
  assert.deepEqual(lost({ templates: [] }), [['no_template', 'Data comes, but no template for it has been seen in ipfix domain 7: 4 sets given up.']])
  assert.deepEqual(lost({}), [['template_waiting', 'Some data has no template: 4 sets given up.']])
})

test('what only matters in bulk is left unsaid when it is rare', () => {
  assert.deepEqual(rejected('malformed', 9), [])
  assert.deepEqual(ofDomain({ sequence: { ...domain.sequence, missing: 100 } }), [])
  assert.deepEqual(ofDomain({ sequence: { ...domain.sequence, duplicate: 900 } }), [])
  assert.deepEqual(ofDomain({ sequence: { ...domain.sequence, reset: 10 } }), [])
  assert.deepEqual(ofTemplate({ redefined: 40, redefined_at: NOW - 60 * MINUTE }), [], 'it has ended')
})

test('what lies within bounds is left unsaid', () => {
  assert.deepEqual(of({ skew_ms: -60_000 }), [])
  assert.deepEqual(of({ last_seen: NOW - 15 * MINUTE, domain_details: [{ ...domain, templates: [{ ...template, last_seen: NOW - 15 * MINUTE }] }] }), [])
  assert.deepEqual(of({}, { longestFlowMs: 90_000 }), [])
  assert.deepEqual(ofDomain({ transport: 'tcp', templates: [{ ...template, last_seen: NOW - 24 * 60 * MINUTE }] }), [], 'templates of a stream are sent once')
  assert.deepEqual(of({ rows: 0, first_seen: NOW - MINUTE }), [], 'it has only begun')
})

test('elements that are only about the export are no loss', () => {
  assert.deepEqual(of({ unknown_elements: [{ ...unknown, element: '60', name: 'ipVersion', kind: 'structural' }] }), [])
})

test('what was read from files alone may be long past', () => {
  assert.deepEqual(of({ transports: ['file'], last_seen: NOW - 90 * MINUTE, skew_ms: 1e9, domain_details: [{ ...domain, transport: 'file' }] }), [])
})

test('a rate in each record, or of the samplers of sFlow, is known', () => {
  assert.deepEqual(ofDomain({ samplers: [{ id: null, name: null, rate: null, source: 'record' }] }), [])
})

test('the worst comes first, and only what is good to know needs nobody', () => {
  const codes = of({ unknown_elements: [unknown], skew_ms: 100_000, domain_details: [{ ...domain, templates: [], waiting: { sets: 1, bytes: 9 } }] }).map(
    one => one.code,
  )
  assert.deepEqual(codes, ['no_template', 'clock_skew', 'unknown_elements'])
  assert.equal(needsAttention(codes), true)
  assert.equal(needsAttention(['unknown_elements', 'restarted']), false)
  assert.equal(needsAttention([]), false)
})

test('a long list is cut in the sentence', () => {
  const many = Array.from({ length: 40 }, (_, id) => ({ ...unknown, element: `29305/${id}` }))
  assert.match(of({ unknown_elements: many })[0]?.message ?? '', /does not know 40 elements of the records: 29305\/0, .*29305\/4 and 35 more/)
})
