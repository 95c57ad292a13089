/** Codecs: their names by payload type, and what they cost a call. */
import type { Impairment } from './mos.ts'

/** Encoding names of static payload types, RFC 3551 tables 4 and 5. Those from 96 on mean what a session agreed on. */
export const PAYLOAD_CODECS: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  4: 'G723',
  5: 'DVI4',
  6: 'DVI4',
  7: 'LPC',
  8: 'PCMA',
  9: 'G722',
  10: 'L16',
  11: 'L16',
  12: 'QCELP',
  13: 'CN',
  14: 'MPA',
  15: 'G728',
  16: 'DVI4',
  17: 'DVI4',
  18: 'G729',
  25: 'CelB',
  26: 'JPEG',
  28: 'nv',
  31: 'H261',
  32: 'MPV',
  33: 'MP2T',
  34: 'H263',
}

/** Whoever receives G.711 today conceals what is lost (G.711 Appendix I); without that Bpl would be 4.3. */
export const G711: Impairment = { ie: 0, bpl: 25.1 }
/** G.729A with silence suppression; payload type 18 is all of G.729. */
const G729: Impairment = { ie: 11, bpl: 19 }
/** G.723.1 at 6.3 kbit/s with silence suppression. */
const G723: Impairment = { ie: 15, bpl: 16.1 }
const GSM_EFR: Impairment = { ie: 5, bpl: 10 }

/** Those without a robustness are in table I.1 alone: a call that lost nothing can be rated. */
const G726_40: Impairment = { ie: 2 }
const G726_32: Impairment = { ie: 7 }
const G726_24: Impairment = { ie: 25 }
const G726_16: Impairment = { ie: 50 }

/** ITU-T G.113 (11/2007) Appendix I, tables I.1 and I.4. By name without case and signs. */
const IMPAIRMENTS: Readonly<Record<string, Impairment>> = {
  PCMU: G711,
  PCMA: G711,
  G711: G711,
  G711U: G711,
  G711A: G711,
  G711ULAW: G711,
  G711ALAW: G711,
  G729: G729,
  G729A: G729,
  G729B: G729,
  G729AB: G729,
  G723: G723,
  G7231: G723,
  GSMEFR: GSM_EFR,
  // RFC 3551 §4.5.8 and §4.5.13: GSM is full rate.
  GSM: { ie: 20 },
  GSMFR: { ie: 20 },
  GSMHR: { ie: 23 },
  GSMHR08: { ie: 23 },
  G721: G726_32,
  G726: G726_32,
  G72640: G726_40,
  G72632: G726_32,
  G72624: G726_24,
  G72616: G726_16,
  AAL2G72640: G726_40,
  AAL2G72632: G726_32,
  AAL2G72624: G726_24,
  AAL2G72616: G726_16,
  // 16 kbit/s, the only rate of RFC 3551 §4.5.12.
  G728: { ie: 7 },
  // IS-127.
  EVRC: { ie: 6 },
}

/** What the codec of this name costs; undefined where G.113 says nothing, as of wideband and of video. */
export function impairmentOf(codec: string): Impairment | undefined {
  const name = codec.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
  return Object.hasOwn(IMPAIRMENTS, name) ? IMPAIRMENTS[name] : undefined
}
