import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf, rowsIn, type PlainRow } from '../../schema/fixtures/index.ts'
import { MEASURED_GROUPS, NOTES, type MeasuredGroup } from '../../schema/index.ts'
import { rateCalls } from './index.ts'

const bits = (...groups: readonly MeasuredGroup[]): number => groups.reduce((sum, group) => sum | (1 << MEASURED_GROUPS.indexOf(group)), 0)
const UDP = 17
/** A stream of G.711 with 20 ms from end to end and back, no jitter and no loss. */
const STREAM = {
  proto: UDP,
  rtp_payload_type: 8,
  rtp_ssrc: 77,
  jitter: 0,
  loss: 0,
  rtt: 20_000,
  measured: bits('jitter', 'loss', 'rtt', 'rtp_payload_type'),
}

/** The row as it is afterwards, among others that must not change it. */
function rated(row: PlainRow): PlainRow {
  const before: PlainRow = { proto: UDP, codec: 'opus', rtp_payload_type: 111, measured: bits('rtp_payload_type') }
  const batch = batchOf(4, [before, row, { proto: 6, bytes: 5 }])
  rateCalls(batch)
  const [first, second, last] = rowsIn(batch)
  assert.deepEqual([first, last], [before, { proto: 6, bytes: 5 }])
  return second ?? {}
}

const score = (row: PlainRow): readonly [mos: number | null, rating: number | null] => {
  const { mos, r_factor: rating } = rated(row)
  return [mos === undefined ? null : Math.round(Number(mos) * 100) / 100, rating === undefined ? null : Math.round(Number(rating) * 10) / 10]
}

test('jitter and loss without a score give one, which is marked', () => {
  const { mos, r_factor: rating, ...rest } = rated(STREAM)
  assert.ok(Math.abs(Number(mos) - 4.4) < 0.01 && Math.abs(Number(rating) - 92.9) < 0.5, `${mos} ${rating}`)
  assert.deepEqual(
    rest,
    // A measured zero is a value; the plain form of a row leaves zeros out.
    {
      proto: UDP,
      rtp_payload_type: 8,
      rtp_ssrc: 77,
      codec: 'PCMA',
      rtt: 20_000,
      measured: STREAM.measured | bits('mos', 'r_factor'),
      notes: NOTES.mos_estimated,
    },
  )
})

test('what an exporter sent stays', () => {
  const sent = { ...STREAM, mos: 3.5, measured: STREAM.measured | bits('mos') }
  assert.deepEqual([rated(sent)['mos'], rated(sent)['r_factor'], rated(sent)['notes'], rated(sent)['measured']], [3.5, undefined, undefined, sent.measured])
  const halfSent = rated({ ...STREAM, r_factor: 80, measured: STREAM.measured | bits('r_factor') })
  assert.deepEqual(
    [halfSent['r_factor'], Number(halfSent['mos']).toFixed(2), halfSent['notes']],
    [80, '4.02', NOTES.mos_estimated],
    'the score is that of its rating',
  )
  assert.equal(rated({ ...STREAM, codec: 'G.729' })['codec'], 'G.729')
  assert.equal(rated({ ...STREAM, notes: NOTES.limited })['notes'], NOTES.limited | NOTES.mos_estimated)
})

test('the codec, loss, jitter and delay of the row all count', () => {
  const [best] = score(STREAM)
  for (const worse of [{ rtp_payload_type: 18 }, { codec: 'G.723.1' }, { loss: 2 }, { jitter: 100_000 }, { rtt: 400_000 }]) {
    const [mos] = score({ ...STREAM, ...worse })
    assert.ok(mos !== null && best !== null && mos < best - 0.05, JSON.stringify(worse))
  }
  // G.729A at 2 % loss without delay is R 74.2 by hand, and a round trip of 2 × 5 ms with a jitter of 2.5 ms is 10 ms one way as in STREAM.
  const { rtt: _, ...alone } = { ...STREAM, measured: bits('jitter', 'loss', 'rtp_payload_type') }
  assert.deepEqual(score({ ...alone, rtp_payload_type: 18, loss: 2 }), [3.79, 74.2])
  assert.deepEqual(score({ ...STREAM, rtt: 10_000, jitter: 2500 }), score(STREAM))
  const sides = { ...alone, rtt_client: 15_000, rtt_server: 5000, measured: alone.measured | bits('rtt_client', 'rtt_server') }
  assert.deepEqual(score(sides), score(STREAM), 'both halves of the path are the path')
  assert.deepEqual(score({ ...alone, rtt: 999_999 }), [4.41, 93.2], 'a round trip that was not measured counts for nothing')
})

test('nothing is guessed of what cannot be rated', () => {
  for (const [what, row] of [
    ['no loss measured', { ...STREAM, measured: bits('jitter', 'rtp_payload_type') }],
    ['no jitter measured', { ...STREAM, measured: bits('loss', 'rtp_payload_type') }],
    ['not over UDP', { ...STREAM, proto: 6 }],
    ['a wideband codec', { ...STREAM, rtp_payload_type: 9 }],
    ['video', { ...STREAM, rtp_payload_type: 34 }],
    ['a payload type that the call agreed on', { ...STREAM, rtp_payload_type: 96 }],
    ['a codec by a name nobody knows', { ...STREAM, codec: 'constructor' }],
  ] as const)
    assert.deepEqual([...score(row), rated(row)['notes']], [null, null, undefined], what)
})

test('a codec whose robustness nobody knows gets a score where nothing was lost', () => {
  // R 86.2 by hand, less what 10 ms of delay cost.
  const lossless = { ...STREAM, rtp_payload_type: 15 }
  const [mos, rating] = score(lossless)
  assert.ok(mos !== null && Math.abs(mos - 4.22) < 0.02 && rating !== null && rating < 86.2, `${mos} ${rating}`)
  const lossy = rated({ ...lossless, loss: 0.1 })
  assert.deepEqual(
    [lossy['mos'], lossy['r_factor'], lossy['notes'], lossy['codec'], lossy['measured']],
    [undefined, undefined, undefined, 'G728', STREAM.measured],
  )
})

test('payload type 0 is PCMU where it was sent, and no codec where it was not; either is rated as G.711', () => {
  const { rtp_payload_type: _, ...none } = STREAM
  assert.deepEqual([rated(none)['codec'], score(none)], ['PCMU', score(STREAM)])
  const untold = { ...none, measured: bits('jitter', 'loss', 'rtt') }
  assert.deepEqual([rated(untold)['codec'], score(untold)], [undefined, score(STREAM)])
})

test('a flow in a template with RTP fields is no call because of its zeros', () => {
  const { rtp_payload_type: _, rtp_ssrc: __, ...zeros } = STREAM
  assert.deepEqual([rated(zeros)['codec'], score(zeros), rated(zeros)['notes']], [undefined, [null, null], undefined])
  assert.deepEqual(score({ ...zeros, jitter: 1 }), [4.4, score({ ...STREAM, jitter: 1 })[1]], 'jitter alone is the sign of a stream')
})

test('a batch without RTP fields stays as it is', () => {
  const batch = batchOf(6, [{ proto: UDP, bytes: 5 }])
  rateCalls(batch)
  assert.deepEqual(rowsIn(batch), [{ proto: UDP, bytes: 5 }])
})
