/** The same samples of sFlow put on the wire in other ways give the same rows. Seeds are fixed; the drawn structures are those of the differential tests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCaptures } from './differential/run.ts'
import { drawFrom, noise, u32, type Draw } from './wire/bytes.ts'
import { frame } from './wire/frames.ts'
import { block, counterSample, flowSample, rawHeader, sflowDatagram, type SampleHead } from './wire/sflow.ts'

interface Sample {
  readonly head: SampleHead
  readonly records: readonly (readonly number[])[]
}

const RUNS = 60
const AGENT = [10, 0, 0, 9]

function samplesOf(draw: Draw): Sample[] {
  let [sequence, pool] = [draw(1000), draw(10_000)] as [number, number]
  return Array.from({ length: 1 + draw(6) }, () => {
    const header = frame(draw, { tunnels: true }).slice(0, 200)
    const records = [
      rawHeader(header, header.length + 4),
      block(0, 1001, [...u32(1 + draw(4000)), ...u32(draw(8)), ...u32(1 + draw(4000)), ...u32(draw(8))]),
      block(0, 1002, [...u32(1), 10, ...noise(draw, 3), ...u32(draw(33)), ...u32(draw(33))]),
    ].filter((_, index) => index === 0 || draw.once(2))
    return { head: { sequence: sequence++, source: 3, rate: 100, pool: (pool += 100), drops: 0, input: 1 + draw(1000), output: 1 + draw(1000) }, records }
  })
}

const compact = ({ head, records }: Sample): number[] => flowSample(head, records, false)
const datagram = (samples: readonly (readonly number[])[], sequence = 1): Uint8Array =>
  sflowDatagram({ agent: AGENT, subAgent: 0, sequence, uptimeMs: 5 }, samples)

function rowsOf(datagrams: readonly Uint8Array[]): unknown[] {
  const [decoded = []] = decodeCaptures([{ seed: 0, kind: 'sflow', mutated: false, datagrams }])
  for (const { refused, incomplete } of decoded) assert.deepEqual([refused, incomplete], [null, false])
  return decoded.flatMap(({ rows }) => rows)
}

function law(name: string, other: (samples: readonly Sample[], draw: Draw) => readonly Uint8Array[]): void {
  test(name, () => {
    for (let seed = 1; seed <= RUNS; seed++) {
      const draw = drawFrom(seed)
      const samples = samplesOf(draw)
      const plainly = rowsOf([datagram(samples.map(compact))])
      assert.equal(plainly.length, samples.length)
      assert.deepEqual(rowsOf(other(samples, draw)), plainly, `seed ${seed}`)
    }
  })
}

law('one datagram or one a sample', samples => samples.map((sample, index) => datagram([compact(sample)], index + 1)))

law('[SFLOW5-5-h] expanded samples or compact ones', (samples, draw) => [datagram(samples.map(({ head, records }) => flowSample(head, records, draw.once(2))))])

law('records in another order', samples => [datagram(samples.map(({ head, records }) => flowSample(head, records.toReversed(), false)))])

law('unknown records between, of any enterprise and length', (samples, draw) => [
  datagram(
    samples.map(({ head, records }) =>
      flowSample(
        head,
        records.flatMap(record => [block(1 + draw(1_000_000), draw(4096), noise(draw, draw(70))), record]),
        false,
      ),
    ),
  ),
])

law('unknown samples and counters between', (samples, draw) => [
  datagram(
    samples.flatMap(sample => [
      block(1 + draw(1_000_000), draw(4096), noise(draw, draw(70))),
      compact(sample),
      counterSample(1, 3, [block(0, 900 + draw(50), noise(draw, 40))], draw.once(2)),
    ]),
  ),
])
