/** Streams of real calls, as tshark tells them, told by an exporter: the codec has tshark's name, and the score is that of the formula by hand. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isFrameFile } from '../src/capture/index.ts'
import { rateCalls } from '../src/enrich/voice/index.ts'
import { batchOf, rowsIn } from '../src/schema/fixtures/index.ts'
import { MEASURED_GROUPS } from '../src/schema/index.ts'
import { CORPUS, skipWithoutCorpus, udpPayloads } from './helpers/corpus.ts'

/** Our name of a codec by tshark's. */
const NAMES: Readonly<Record<string, string>> = { g711A: 'PCMA', g711U: 'PCMU', g729: 'G729', h263: 'H263' }
/** Ie and Bpl of ITU-T G.113 Appendix I, with concealment. */
const COSTS: Readonly<Record<string, readonly [ie: number, bpl: number]>> = { PCMA: [0, 25.1], PCMU: [0, 25.1], G729: [11, 19] }
const MEASURED = ['jitter', 'loss', 'rtp_payload_type'].reduce((bits, name) => bits | (1 << MEASURED_GROUPS.findIndex(group => group === name)), 0)

interface Stream {
  readonly file: string
  readonly ssrc: number
  readonly codec: string
  readonly loss: number
  /** Mean, µs. */
  readonly jitter: number
}

function streams(): readonly Stream[] {
  const lines = readFileSync(join(CORPUS, 'RTP_REFERENCE.tsv'), 'utf8').split('\n').slice(1)
  return lines.flatMap(line => {
    const [file = '', , , , , ssrc = '', rest = ''] = line.split('\t')
    const [, codecs = '', loss = '', figures = ''] = /^(.*?) \d+ -?\d+ \((-?[\d.]+)%\) (.*)$/.exec(rest) ?? []
    const [, , , , jitter] = figures.split(' ').map(Number)
    // Several codecs in one stream are one by no record; more packets than expected are no loss.
    if (codecs === '' || codecs.includes(',') || jitter === undefined || Number(loss) < 0) return []
    return [{ file, ssrc: Number(ssrc), codec: codecs, loss: Number(loss), jitter: jitter * 1000 }]
  })
}

/** The payload type in the header of the first RTP packet of this source (RFC 3550 §5.1). */
function payloadType({ file, ssrc }: Stream): number | undefined {
  const bytes = Uint8Array.from(readFileSync(join(CORPUS, file)))
  assert.ok(isFrameFile(bytes), file)
  const found = udpPayloads(bytes).find(payload => {
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
    return payload.length >= 12 && view.getUint8(0) >> 6 === 2 && view.getUint32(8) === ssrc && (view.getUint8(1) & 0x7f) < 72
  })
  return found === undefined ? undefined : found[1]! & 0x7f
}

/** Cole and Rosenbluth’s line for the delay, G.107 for the loss; the receiver holds packets back for twice the jitter. */
const byHand = ([ie, bpl]: readonly [number, number], { loss, jitter }: Stream): number =>
  93.2 - 0.024 * ((2 * jitter) / 1000) - ie - ((95 - ie) * loss) / (loss + bpl)

test('calls that tshark measured are named and rated', { skip: skipWithoutCorpus }, () => {
  let rated = 0
  for (const stream of streams()) {
    const type = payloadType(stream)
    if (type === undefined) continue
    const batch = batchOf(4, [
      { proto: 17, rtp_ssrc: stream.ssrc, rtp_payload_type: type, jitter: Math.round(stream.jitter), loss: stream.loss, measured: MEASURED },
    ])
    rateCalls(batch)
    const [row = {}] = rowsIn(batch)
    assert.equal(row['codec'], NAMES[stream.codec], `${stream.file} ${stream.codec}`)
    const cost = COSTS[String(row['codec'])]
    if (cost === undefined) {
      assert.equal(row['mos'], undefined, `${stream.codec} has no score`)
      continue
    }
    rated++
    const expected = byHand(cost, stream)
    assert.ok(Math.abs(Number(row['r_factor']) - expected) < 0.7, `${stream.file}: R ${row['r_factor']} is not ${expected}`)
  }
  assert.ok(rated >= 10, `only ${rated} streams were rated`)
})
