/** Row `queries`: questions to ten million flows (300,000 in a quick run), over the API as a user asks them. */
import { repeat, type Bench, type Row } from '../bench.ts'
import { templateText } from '../conditions.ts'
import { load } from '../load.ts'
import { countFlows, topTen, type Talker } from '../nfdump.ts'
import { caseReport, type FigureSpec, type Run } from '../report.ts'
import { serve, type Serving } from '../serving.ts'
import { SEED } from '../traffic.ts'

const PROFILE = 'softflowd-v9'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Longer than in ingest: ten million flows over a day are few a second, and only the store is asked here. */
const FRAME_MS = 60_000

const FIGURES = {
  answer_ms: { label: 'answer', unit: 'ms', better: 'less' },
  same_answer: { label: 'answer equals that of nfdump', unit: 'yes', better: 'more' },
} as const satisfies Readonly<Record<string, FigureSpec>>

interface Question {
  readonly name: string
  readonly by: 'src' | 'dst'
  /** The same text means the same to both. */
  readonly filter: string
  /** Which tables must have answered. */
  readonly source: RegExp
  readonly note: string
}

const QUESTIONS: readonly Question[] = [
  {
    name: 'top-10-raw',
    by: 'src',
    filter: 'packets > 0',
    source: /^raw$/,
    note: 'top 10 sources by bytes; the filter keeps every flow, and no roll-up can answer it',
  },
  {
    name: 'top-10-day',
    by: 'src',
    filter: '',
    source: /minute|hour/,
    note: 'top 10 sources by bytes of a day, from roll-ups; nfdump has none and reads all flows',
  },
  { name: 'filter-raw', by: 'dst', filter: 'dst port 443 and proto tcp', source: /^raw$/, note: 'top 10 destinations by bytes of one service' },
]

interface Range {
  readonly from: number
  readonly to: number
}

interface Answer {
  readonly rows: readonly Readonly<Record<string, string | number>>[]
  readonly answered_from: string
  readonly complete: boolean
}

async function ask(serving: Serving, { by, filter, source }: Question, range: Range): Promise<{ talkers: readonly Talker[]; tookMs: number }> {
  const began = performance.now()
  const answer = await serving.ask<Answer>('/query', { ...range, filter, by: [by], metrics: ['bytes'], limit: 10 })
  const tookMs = performance.now() - began
  if (!source.test(answer.answered_from) || !answer.complete) {
    throw new Error(`a question to ${source.source} was answered from ${answer.answered_from}${answer.complete ? '' : ', incomplete'}`)
  }
  return { talkers: answer.rows.map(row => ({ key: String(row[by]), bytes: Number(row['bytes']) })), tookMs }
}

/** Whether two lists of ten say the same; the order of equals is nobody's mistake. */
export function sameTalkers(ours: readonly Talker[], theirs: readonly Talker[]): boolean {
  const sorted = (talkers: readonly Talker[]): string => JSON.stringify(talkers.map(({ key, bytes }) => [bytes, key]).toSorted())
  return sorted(ours) === sorted(theirs)
}

interface Data {
  readonly range: Range
  /** Files of nfcapd; null where it is not installed. */
  readonly folder: string | null
  /** nfdump leaves sums as they were sent, FlowLens multiplies by the exporter's sampling rate. */
  readonly samplingRate: number
}

async function measure(bench: Bench, serving: Serving, question: Question, { range, folder, samplingRate }: Data): Promise<Run> {
  const ours = await ask(serving, question, range)
  if (folder === null) return { flowlens: { answer_ms: ours.tookMs }, peer: null }
  const theirs = await topTen(bench.workshop, folder, question.by === 'src' ? 'srcip' : 'dstip', question.filter)
  const scaled = theirs.talkers.map(({ key, bytes }) => ({ key, bytes: bytes * samplingRate }))
  return { flowlens: { answer_ms: ours.tookMs, same_answer: Number(sameTalkers(ours.talkers, scaled)) }, peer: { answer_ms: theirs.tookMs } }
}

export const queries: Row = {
  name: 'queries',
  doc: 'Questions to the flows of one day over the HTTP API, from the request to the whole answer.',
  peer: 'nfdump on LZ4 files of nfcapd with the same flows',
  async measure(bench, done) {
    const { workshop } = bench
    const flows = bench.quick ? 300_000 : 10_000_000
    const to = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    const range = { from: to - DAY_MS, to }
    const folder = workshop.folder()
    bench.say(`queries: loading ${flows} flows`)
    // One hour of room, since flows begin before they are told.
    const flowsPerSecond = flows / ((DAY_MS - HOUR_MS) / 1000)
    const loaded = await load(
      bench,
      { seed: SEED, profile: PROFILE, flows, flowsPerSecond, spool: false, frameMs: FRAME_MS, startMs: range.from + HOUR_MS },
      folder,
    )
    const files = loaded.nfcapdFolder
    const theirs = files === null ? null : await countFlows(workshop, files)
    const serving = await serve(workshop, loaded.dataDir)
    const hosts = await serving.ask<{ readonly totals: { readonly hosts: number } }>('/query', { ...range, filter: 'packets > 0', metrics: ['hosts'] })
    for (const question of QUESTIONS) {
      const runs = await repeat(bench, `queries: ${question.name}`, () =>
        measure(bench, serving, question, { range, folder: files, samplingRate: loaded.ledger.scaledOctets / loaded.ledger.octets }),
      )
      done(
        caseReport(question.name, FIGURES, runs, {
          conditions: {
            flows: loaded.rows,
            ...(theirs === null ? {} : { flows_of_nfcapd: theirs }),
            hosts: hosts.totals.hosts,
            hours: 23,
            template: templateText(PROFILE),
          },
          notes: [question.note],
        }),
      )
    }
    await serving.stop()
    workshop.remove(folder)
  },
}
