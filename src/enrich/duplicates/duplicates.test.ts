import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowBatch, NOTES, indexOf, readAddress } from '../../schema/index.ts'
import { batchOf, createRandom, type PlainRow } from '../../schema/fixtures/index.ts'
import { createDuplicateMarker, type DuplicateMarker } from './index.ts'
import { createFlowTable, createSought } from './flow-table.ts'
import { CHUNK } from './keys.ts'
import { createTellings, type Tellings } from './tellings.ts'

const T = Date.UTC(2026, 0, 31, 12)
const S = 1000
const SYN_ACK_DATA = { proto: 6, src: '10.0.0.1', dst: '198.51.100.7', src_port: 50_000, dst_port: 443 }

/** A record of a flow, as an exporter tells it when it is over. */
const record = (exporter: string, startS: number, endS: number, more: PlainRow = {}): PlainRow => ({
  ...SYN_ACK_DATA,
  exporter,
  export_protocol: 'netflow9',
  start_at: T + startS * S,
  end_at: T + endS * S,
  bytes: 1000,
  packets: 10,
  ...more,
})

/** What the marker says of each row, told at this second, one batch a row. */
function tell(marker: DuplicateMarker, atS: number, rows: readonly PlainRow[], family: 4 | 6 = 4): number[] {
  return rows.map(row => {
    const batch = batchOf(family, [{ ...row, received_at: T + atS * S }])
    batch.lastReceivedAt = T + atS * S
    const marks = batch.need(indexOf('duplicate'))
    marker.mark(batch.seal(), T + atS * S)
    return marks[0]!
  })
}

const marker = (): DuplicateMarker => createDuplicateMarker({ maxBytes: 8 * 2 ** 20 })
const A = '192.0.2.1'
const B = '192.0.2.2'
const C = '192.0.2.3'

test('a flow that three exporters tell counts once; whoever told it first goes on telling it', () => {
  const m = marker()
  assert.deepEqual(tell(m, 0, [record(C, -9, -8, { src_port: 1 })]), [0])
  assert.deepEqual(tell(m, 61, [record(A, 0, 60), record(B, 0, 60, { bytes: 998 }), record(C, 1, 60)]), [0, 1, 1])
  assert.deepEqual(tell(m, 121, [record(B, 60, 120), record(A, 60, 120), record(C, 60, 120)]), [1, 0, 1])
  assert.deepEqual(tell(m, 150, [record(C, 120, 130), record(A, 120, 130)]), [1, 0])
  assert.deepEqual(m.counts, { otherExporter: 5, sameExporter: 0 })
})

test('records cut at other times are of the same flow', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2 })])
  for (let minute = 1; minute <= 30; minute++) assert.deepEqual(tell(m, minute * 60, [record(A, minute * 60 - 60, minute * 60)]), [0])
  assert.deepEqual(tell(m, 1801, [record(B, 0, 1800, { bytes: 30_000 })]), [1])
})

test('ingress and egress of one exporter are two tellings of the same one', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1, direction: 1 })])
  assert.deepEqual(tell(m, 5, [record(A, 0, 4, { direction: 0 }), record(A, 0, 4, { direction: 1, bytes: 999 })]), [0, 2])
})

test('of an exporter whose flows another one owns, one of both meterings is left for its own interfaces', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2, direction: 1 })])
  const told = tell(m, 5, [record(A, 0, 4), record(B, 0, 4, { direction: 0 }), record(B, 0, 4, { direction: 1, bytes: 999 })])
  assert.deepEqual(told, [0, 1, 2])
})

test('a record that comes again is one telling, samples of equal packets are many', () => {
  const m = marker()
  tell(m, 0, [record(B, -1, 0, { src_port: 1 })])
  assert.deepEqual(tell(m, 5, [record(A, 0, 4), record(A, 0, 4), record(A, 4, 5), record(A, 0, 4, { out_if: 3 })]), [0, 2, 0, 0])
  const untimed = record(A, 8, 8, { notes: NOTES.time_replaced })
  assert.deepEqual(tell(m, 8, [untimed, untimed]), [0, 0], 'records without times of their own may be alike')
  const sample = record(A, 9, 9, { export_protocol: 'sflow', packets: 1, src_port: 7 })
  assert.deepEqual(tell(m, 9, [sample, sample, sample]), [0, 0, 0])
})

test('ports that are used again, tenants with the same addresses and other directions are other flows', () => {
  const m = marker()
  assert.deepEqual(tell(m, 5, [record(A, 0, 4), record(B, 0, 4)]), [0, 0], 'of one exporter alone nothing is remembered')
  assert.deepEqual(tell(m, 6, [record(B, 5, 6), record(A, 5, 6)]), [0, 1])
  assert.deepEqual(tell(m, 90, [record(B, 60, 80), record(A, 60, 80)]), [0, 1], 'a new one belongs to whoever tells it first')
  assert.deepEqual(tell(m, 91, [record(C, 60, 80, { exporter_tenant: 'acme' })]), [0])
  assert.deepEqual(tell(m, 92, [record(C, 60, 80, { src: SYN_ACK_DATA.dst, dst: SYN_ACK_DATA.src, src_port: 443, dst_port: 50_000 })]), [0])
  assert.deepEqual(tell(m, 93, [record(C, 60, 80)], 6), [1], 'IPv4 among rows of both families is the same')
})

test('when the owner falls silent in the middle of a flow another exporter takes over', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2 })])
  assert.deepEqual(tell(m, 61, [record(A, 0, 60), record(B, 0, 60)]), [0, 1])
  assert.deepEqual(tell(m, 121, [record(B, 60, 120)]), [1], 'the owner may only be late')
  assert.deepEqual(tell(m, 181, [record(B, 120, 180)]), [0])
  assert.deepEqual(tell(m, 241, [record(B, 180, 240), record(A, 180, 240)]), [0, 1])
})

test('a translation links the flow before and after', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2 })])
  const outside = { src: '203.0.113.9', src_port: 1025 }
  const translated = record(B, 0, 4, { nat_src: '203.0.113.9', nat_src_port: 1025 })
  assert.deepEqual(tell(m, 5, [record(A, 0, 4), translated, record(C, 0, 4, outside)]), [0, 1, 1], 'inside first')
  const later = (row: PlainRow): PlainRow => ({ ...row, dst: '198.51.100.8' })
  assert.deepEqual(tell(m, 5, [record(C, 0, 4, outside), translated, record(A, 0, 4)].map(later)), [0, 1, 1], 'outside first')
})

test('an event that tells of a translation before anybody tells the flow makes one of both names, of the way back too', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2 })])
  const created = record(B, 0, 0, { nat_src: '203.0.113.9', nat_src_port: 1025, bytes: 0, packets: 0, firewall_event: 1 })
  const outside = { src: '203.0.113.9', src_port: 1025 }
  const wayBack = { src: SYN_ACK_DATA.dst, src_port: 443 }
  assert.deepEqual(tell(m, 5, [created, record(C, 0, 4, outside), record(A, 0, 4)]), [0, 0, 1])
  assert.deepEqual(
    tell(m, 6, [record(C, 0, 4, { ...wayBack, dst: outside.src, dst_port: 1025 }), record(A, 0, 4, { ...wayBack, dst: SYN_ACK_DATA.src, dst_port: 50_000 })]),
    [0, 1],
  )
})

test('a clock that is hours off is replaced by the time of reception', () => {
  const m = marker()
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(B, -1, 0, { src_port: 2 })])
  assert.deepEqual(tell(m, 5, [record(A, 0, 4), record(B, -7200, -7196)]), [0, 1])
})

test('the configuration may say that nobody else tells an exporter’s flows, or that others tell all of them', () => {
  const m = createDuplicateMarker({ maxBytes: 2 ** 22, ruleOf: address => (address === readAddress(B) ? 'none' : address === readAddress(C) ? 'all' : 'find') })
  tell(m, 0, [record(A, -1, 0, { src_port: 1 }), record(C, -1, 0, { src_port: 2 })])
  assert.deepEqual(tell(m, 5, [record(B, 0, 4), record(C, 0, 4), record(A, 0, 4), record(B, 0, 4)]), [0, 1, 0, 0])
})

test('a batch in which nothing is told twice is written without the column', () => {
  const batch = batchOf(4, [record(A, 0, 1)])
  batch.need(indexOf('duplicate'))
  const sealed = batch.seal()
  const marked = marker().mark(sealed, T)
  assert.deepEqual(
    marked.present,
    sealed.present.filter(index => index !== indexOf('duplicate')),
  )
  assert.equal(marked.memory.length, marked.present.length)
})

/** Flows of a network: packets of each, few of them large. */
const packetsOf = (random: () => number): number => Math.ceil(Math.exp(random() * 4) * (random() < 0.02 ? 2000 : 1))

interface Sampler {
  readonly exporter: string
  readonly rate: number
  /** Whether it sees a flow. */
  readonly sees: (flow: number) => boolean
}

/** Half an hour of flows, sampled; gives the truth of the last twenty minutes and the estimate from rows that count. */
function sampled(samplers: readonly Sampler[], seed: number, m = marker()): { truth: number; estimate: number; every: number; deviation: number } {
  const random = createRandom(seed)
  let [truth, estimate, every, variance] = [0, 0, 0, 0]
  const batch = new FlowBatch(1, 4)
  const worst = Math.max(...samplers.map(({ rate }) => rate))
  for (let second = 0; second < 1800; second++) {
    const counted = second >= 600
    const rows: PlainRow[] = []
    for (let flow = 0; flow < 20; flow++) {
      const packets = packetsOf(random)
      const port = 1024 + Math.floor(random() * 60_000)
      const host = Math.floor(random() * 250)
      if (counted && samplers.some(({ sees }) => sees(host))) {
        truth += packets
        variance += packets * (worst - 1)
      }
      for (const { exporter, rate, sees } of samplers) {
        if (!sees(host)) continue
        let seen = rate === 1 ? packets : 0
        if (rate > 1) for (let packet = 0; packet < packets; packet++) if (random() * rate < 1) seen++
        if (seen > 0)
          rows.push({
            proto: 17,
            src: `10.0.0.${host}`,
            dst: `198.51.100.${host}`,
            src_port: port,
            dst_port: 53,
            exporter,
            export_protocol: 'ipfix',
            sampling_rate: rate,
            in_if: 1,
            out_if: 2,
            packets: seen,
            bytes: seen,
            start_at: T + second * S - 500,
            end_at: T + second * S,
            received_at: T + second * S,
          })
      }
    }
    if (rows.length === 0) continue
    batchOf(4, rows, batch)
    batch.lastReceivedAt = T + second * S
    const marks = batch.need(indexOf('duplicate'))
    m.mark(batch.seal(), T + second * S)
    if (!counted) continue
    rows.forEach((row, at) => {
      const scaled = Number(row['packets']) * Number(row['sampling_rate'])
      every += scaled
      if (marks[at] === 0) estimate += scaled
    })
  }
  return { truth, estimate, every, deviation: Math.sqrt(variance) }
}

const all = (): boolean => true
const near = ({ truth, estimate, deviation }: ReturnType<typeof sampled>, more = 0): void =>
  assert.ok(Math.abs(estimate - truth) <= 4 * deviation + more * truth, `${estimate} for ${truth}, deviation ${Math.round(deviation)}`)

test('samplers that see the same traffic count once, whatever their rates', () => {
  for (const seed of [1, 2]) {
    const three = sampled(
      [
        { exporter: A, rate: 100, sees: all },
        { exporter: B, rate: 100, sees: all },
        { exporter: C, rate: 200, sees: all },
      ],
      seed,
    )
    near(three)
    assert.ok(three.every > 2.7 * three.truth, 'every row would be three times as much')
    near(
      sampled(
        [
          { exporter: A, rate: 1, sees: all },
          { exporter: B, rate: 100, sees: all },
        ],
        seed,
      ),
    )
  }
})

test('what was learned is known again after a restart; what is no such text is refused', () => {
  const three = [A, B, C].map((exporter): Sampler => ({ exporter, rate: 100, sees: all }))
  const before = marker()
  sampled(three, 6, before)
  const after = marker()
  assert.ok(after.restore(before.save()))
  const row = (exporter: string): PlainRow => record(exporter, 0, 1, { sampling_rate: 100, export_protocol: 'ipfix', in_if: 1, out_if: 2, src_port: 9 })
  assert.deepEqual(tell(after, 2, [row(C), row(B), row(A)]), [1, 1, 0], 'who counts is known before the first large flow')
  for (const text of ['', '{"version":2}', '{"version":1,"classes":[{"exporter":"x"}]}']) assert.equal(marker().restore(text), false)
})

test('samplers that see different traffic all count', () => {
  const even = (flow: number): boolean => flow % 2 === 0
  near(
    sampled(
      [
        { exporter: A, rate: 100, sees: even },
        { exporter: B, rate: 100, sees: flow => !even(flow) },
      ],
      3,
    ),
  )
})

test('one that sees a part is left out in favour of the one that sees all, whoever samples finer', () => {
  near(
    sampled(
      [
        { exporter: A, rate: 50, sees: flow => flow < 100 },
        { exporter: B, rate: 200, sees: all },
      ],
      4,
    ),
  )
  near(
    sampled(
      [
        { exporter: A, rate: 50, sees: flow => flow < 100 },
        { exporter: B, rate: 200, sees: all },
        { exporter: C, rate: 50, sees: flow => flow >= 100 },
      ],
      5,
    ),
  )
})

/** Tellings of flows with these keys, as many as a chunk has. */
function tellingsOf(flows: readonly (readonly [a: number, b: number])[]): Tellings {
  const tellings = createTellings()
  tellings.count = flows.length
  flows.forEach(([a, b], at) => {
    tellings.a[at] = a
    tellings.b[at] = b
  })
  tellings.teller.fill(1)
  tellings.start.fill(10)
  tellings.end.fill(20)
  tellings.record.fill(3)
  return tellings
}

const everyTelling = Uint16Array.from({ length: CHUNK }, (_, at) => at)

test('the table of flows grows, and keeps what it holds', () => {
  const table = createFlowTable({ maxBytes: 2 ** 24 })
  const random = createRandom(7)
  const flows = Array.from({ length: 100_000 }, () => [Math.floor(random() * 2 ** 32) | 0, Math.floor(random() * 65_536)] as const)
  const sought = createSought()
  const chunks = Array.from({ length: Math.ceil(flows.length / CHUNK) }, (_, at) => tellingsOf(flows.slice(at * CHUNK, (at + 1) * CHUNK)))
  for (const tellings of chunks) {
    table.seek(tellings, everyTelling, tellings.count, sought)
    table.add(tellings, sought, 5)
    table.growIfNeeded()
  }
  let kept = 0
  for (const tellings of chunks) {
    table.seek(tellings, everyTelling, tellings.count, sought)
    kept += sought.knownCount
  }
  assert.ok(table.bytes > 2 ** 20 && table.bytes <= 2 ** 24)
  assert.ok(kept > 0.85 * flows.length, `${kept} of ${flows.length}`)
})

test('of the flows of a chunk those told twice are found, those alike in half of their keys are not', () => {
  const table = createFlowTable({ maxBytes: 2 ** 20 })
  const sought = createSought()
  const tellings = tellingsOf([
    [0, 1],
    [5, 1],
    [5, 2],
    [5, 1],
  ])
  table.seek(tellings, everyTelling, 4, sought)
  assert.deepEqual([sought.knownCount, sought.freshCount], [1, 3], 'an empty entry looks like half a key of 0')
  sought.fresh[sought.freshCount++] = sought.known[0]!
  table.add(tellings, sought, 5)
  assert.deepEqual([sought.knownCount, sought.known[0]], [1, 3])
  const first = sought.at[3]
  table.seek(tellingsOf([[5, 1]]), everyTelling, 1, sought)
  assert.deepEqual([sought.knownCount, sought.at[0]], [1, first])
})

test('a batch is told apart by the memory it has', () => {
  // A row beyond the batch's own is never read.
  const batch = new FlowBatch(0, 4)
  batch.need(indexOf('duplicate'))
  assert.equal(marker().mark(batch.seal(), T).rows, 0)
})
