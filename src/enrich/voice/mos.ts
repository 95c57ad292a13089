/**
 * The E-model, ITU-T G.107 (06/2015): how a call is rated from its delay, its loss and its codec.
 *
 *     R = Ro − Is − Id − Ie,eff + A
 *
 * What no exporter tells (loudness, noise, echo loss of the phones) has the default of G.107 table 3, so Ro and Is are those of an
 * ordinary call and A, the patience of who is on the move, is 0. Without delay and loss R is 93.2 and MOS 4.41.
 */

/** Defaults of G.107 table 3, dB and dBm0p, by their names there. */
const SLR = 8
const RLR = 2
const STMR = 15
const D_S = 3
const D_R = 3
const TELR = 65
const WEPL = 110
const P_S = 35
const P_R = 35
const N_C = -70
const N_FOR = -64
const QDU = 1
/** Sensitivity to delay, and the smallest one that is noticed, ms (the default class of calls). */
const S_T = 1
const M_T = 100

const { log10, sqrt, exp } = Math
const power = (db: number): number => 10 ** (db / 10)
const root = (value: number, degree: number): number => value ** (1 / degree)

const OLR = SLR + RLR
/** Sum of the noises at the 0 dBr point, dBm0p (§7.2, equations 7-3 to 7-7). */
const NOISE = (() => {
  const sender = P_S - SLR - D_S - 100 + 0.004 * (P_S - OLR - D_S - 14) ** 2
  const effective = P_R + 10 * log10(1 + power(10 - (STMR + D_R)))
  const receiver = RLR - 121 + effective + 0.008 * (effective - 35) ** 2
  return 10 * log10(power(N_C) + power(sender) + power(receiver) + power(N_FOR + RLR))
})()

/** Signal against noise (equation 7-2). */
const R_O = 15 - 1.5 * (SLR + NOISE)

/** Impairments that come with the voice: too loud, sidetone, quantising (§7.3). `echoMs` is the one-way delay of the echo path. */
function simultaneous(echoMs: number): number {
  const x = OLR + 0.2 * (64 + NOISE - RLR)
  const loudness = 20 * (root(1 + (x / 8) ** 8, 8) - x / 8)
  const stmr = -10 * log10(power(-STMR) + exp(-echoMs / 4) * power(-TELR))
  const sidetone = 12 * root(1 + ((stmr - 13) / 6) ** 8, 8) - 28 * root(1 + ((stmr + 1) / 19.4) ** 35, 35) - 13 * root(1 + ((stmr - 3) / 33) ** 13, 13) + 29
  const q = 37 - 15 * log10(QDU)
  const g = 1.07 + 0.258 * q + 0.0602 * q ** 2
  const quantising = 15 * log10(1 + 10 ** ((R_O - 100) / 15 + 46 / 8.4 - g / 9) + 10 ** (46 / 30 - g / 40))
  return loudness + sidetone + quantising
}

/** Impairment by the delay alone, with perfect echo control (equations 7-27 and 7-28). Milliseconds from mouth to ear. */
export function pureDelay(delayMs: number): number {
  if (delayMs <= M_T) return 0
  const x = log10(delayMs / M_T) / log10(2)
  const degree = 6 * S_T
  return 25 * (root(1 + x ** degree, degree) - 3 * root(1 + (x / 3) ** degree, degree) + 2)
}

/** Echo to the talker, echo to the listener, and the delay itself (§7.4). The way back is as long as the way there. */
function delayed(delayMs: number): number {
  const terv = TELR - 40 * log10((1 + delayMs / 10) / (1 + delayMs / 150)) + 6 * exp(-0.3 * delayMs ** 2)
  const apart = (-1.5 * (NOISE - RLR) - (80 + 2.5 * (terv - 14))) / 2
  const talker = (apart + sqrt(apart ** 2 + 100) - 1) * (1 - exp(-delayMs))
  const away = (R_O - 10.5 * (WEPL + 7) * (2 * delayMs + 1) ** -0.25) / 2
  const listener = away + sqrt(away ** 2 + 169)
  return talker + listener + pureDelay(delayMs)
}

/** What a codec costs by itself (Ie) and how well it bears loss (Bpl, where anybody knows): ITU-T G.113 Appendix I. */
export interface Impairment {
  readonly ie: number
  readonly bpl?: number
}

/**
 * Ie,eff (equation 7-29). `lossPercent` is the share of packets lost; `burstRatio` is the mean length of the gaps over that of
 * random loss: 1 where nothing is known of it. Without loss the robustness does not matter; with loss and none known it is NaN.
 */
export function equipment({ ie, bpl = NaN }: Impairment, lossPercent: number, burstRatio: number): number {
  if (lossPercent === 0) return ie
  return ie + ((95 - ie) * lossPercent) / (lossPercent / burstRatio + bpl)
}

/** Beyond this a conversation has ended; longer delays are rated as this one. */
const LONGEST_MS = 2000
/** Ro − Is − Id by milliseconds of delay, as far as it was asked for; 0 is not yet. */
const byDelay = new Float64Array(LONGEST_MS + 1)

/** The rating R of a call, 0 to 100; NaN where it lost packets and nobody knows how its codec bears that. The delay is one way from mouth to ear and counts by whole milliseconds. */
export function ratingOf(delayMs: number, lossPercent: number, burstRatio: number, codec: Impairment): number {
  const delay = Math.min(LONGEST_MS, Math.max(0, Math.round(delayMs)))
  const clean = (byDelay[delay] ||= R_O - simultaneous(delay) - delayed(delay))
  return Math.min(100, Math.max(0, clean - equipment(codec, lossPercent, burstRatio)))
}

/** The mean opinion score of a rating (Annex B, equation B-4), 1 to 4.5. The cubic dips below 1 between 0 and 6.5; no opinion is lower than 1. */
export function mosOf(rating: number): number {
  if (rating <= 0) return 1
  if (rating >= 100) return 4.5
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
}
