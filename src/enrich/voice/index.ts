/**
 * Calls: in, a batch with what exporters tell of RTP streams; out, the name of the codec behind a payload type, and a score where
 * jitter and loss were measured and no score was. Holds always: what an exporter sent stays, a score that was worked out carries
 * bit 32 in `notes`, and its inputs stand in the same row. A codec that cannot be rated gets no score.
 */
import { indexOf, MEASURED_GROUPS, NOTES, type FlowBatch, type MeasuredGroup } from '../../schema/index.ts'
import { G711, impairmentOf, PAYLOAD_CODECS } from './codecs.ts'
import { mosOf, ratingOf, type Impairment } from './mos.ts'

const bit = (group: MeasuredGroup): number => 1 << MEASURED_GROUPS.indexOf(group)
const HAS_PAYLOAD = bit('rtp_payload_type')
const HAS_JITTER_AND_LOSS = bit('jitter') | bit('loss')
const HAS_MOS = bit('mos')
const HAS_RATING = bit('r_factor')
const HAS_RTT = bit('rtt')
const HAS_BOTH_RTT = bit('rtt_client') | bit('rtt_server')

const MEASURED = indexOf('measured')
const PROTO = indexOf('proto')
const PAYLOAD = indexOf('rtp_payload_type')
const CODEC = indexOf('codec')
const JITTER = indexOf('jitter')
const LOSS = indexOf('loss')
const RTT = indexOf('rtt')
const RTT_CLIENT = indexOf('rtt_client')
const RTT_SERVER = indexOf('rtt_server')
const MOS = indexOf('mos')
const R_FACTOR = indexOf('r_factor')
const NOTES_COLUMN = indexOf('notes')

const SSRC = indexOf('rtp_ssrc')

const UDP = 17
/** Nothing tells how the losses lie, so they count as random. */
const RANDOM = 1

/**
 * Whether a row is a stream of RTP. Templates with RTP fields (nProbe) carry all flows of an exporter, the others with zeros; in a
 * stream of PCMU, payload type 0, at least the source or the jitter is not zero.
 */
function isStream(batch: FlowBatch, row: number): boolean {
  const { columns } = batch
  return columns[PROTO]?.[row] === UDP && ((columns[SSRC]?.[row] ?? 0) !== 0 || (columns[JITTER]?.[row] ?? 0) !== 0 || (columns[PAYLOAD]?.[row] ?? 0) !== 0)
}

/** Names the codec of each stream that tells a static payload type and no codec. */
function nameCodecs(batch: FlowBatch): void {
  const measured = batch.columns[MEASURED]
  const payload = batch.columns[PAYLOAD]
  if (measured === undefined || payload === undefined) return
  let codec = batch.columns[CODEC]
  for (let row = 0; row < batch.rows; row++) {
    if ((measured[row]! & HAS_PAYLOAD) === 0 || !isStream(batch, row)) continue
    const name = PAYLOAD_CODECS[payload[row]!]
    if (name === undefined) continue
    codec ??= batch.need(CODEC)
    if (codec[row] === 0) codec[row] = batch.code(CODEC, name)
  }
}

/** What each codec of the batch costs, by its code. */
function impairments(batch: FlowBatch): readonly (Impairment | undefined)[] {
  return [undefined, ...(batch.dictionaries[CODEC]?.values ?? []).map(name => impairmentOf(String(name)))]
}

/**
 * Rates the calls of a batch. One way takes half of the round trip, and a receiver holds packets back for twice the jitter, so that
 * few come too late (RFC 3550 §6.4.1 has jitter as a mean deviation). Without a round trip the network's delay counts as none.
 */
function rate(batch: FlowBatch): void {
  const measured = batch.columns[MEASURED]
  const jitter = batch.columns[JITTER]
  const loss = batch.columns[LOSS]
  if (measured === undefined || jitter === undefined || loss === undefined) return
  const codec = batch.columns[CODEC]
  const rtt = batch.columns[RTT]
  const rttClient = batch.columns[RTT_CLIENT]
  const rttServer = batch.columns[RTT_SERVER]
  const costs = impairments(batch)
  for (let row = 0; row < batch.rows; row++) {
    const known = measured[row]!
    if ((known & HAS_JITTER_AND_LOSS) !== HAS_JITTER_AND_LOSS || (known & HAS_MOS) !== 0 || !isStream(batch, row)) continue
    // Most telephones speak G.711, so it stands for a codec nobody told; one that was told and is not known is not guessed.
    const named = codec === undefined ? 0 : codec[row]!
    const cost = named === 0 && (known & HAS_PAYLOAD) === 0 ? G711 : costs[named]
    // Nobody published how most codecs bear loss; what they cost without is known.
    if (cost === undefined || (cost.bpl === undefined && loss[row] !== 0)) continue
    const rating = batch.need(R_FACTOR)
    if ((known & HAS_RATING) === 0) {
      const roundTrip =
        rtt !== undefined && (known & HAS_RTT) !== 0
          ? rtt[row]!
          : rttClient !== undefined && rttServer !== undefined && (known & HAS_BOTH_RTT) === HAS_BOTH_RTT
            ? rttClient[row]! + rttServer[row]!
            : 0
      rating[row] = ratingOf((roundTrip / 2 + 2 * jitter[row]!) / 1000, Math.min(100, loss[row]!), RANDOM, cost)
    }
    batch.need(MOS)[row] = mosOf(rating[row]!)
    measured[row] = known | HAS_MOS | HAS_RATING
    batch.need(NOTES_COLUMN)[row]! |= NOTES.mos_estimated
  }
}

/** Names codecs and fills `mos` and `r_factor` where no exporter did. A batch without RTP fields costs nothing. */
export function rateCalls(batch: FlowBatch): void {
  nameCodecs(batch)
  rate(batch)
}
