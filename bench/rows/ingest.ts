/** Row `ingest`: datagrams to rows that survive a power cut, at rates that break collectors. */
import { repeat, type Row } from '../bench.ts'
import { templateText } from '../conditions.ts'
import { measureReceiving, RECEIVE_FIGURES } from '../receive.ts'
import { caseReport } from '../report.ts'

const PROFILE = 'softflowd-v9'
const RATES = [1_000_000, 2_000_000, 3_000_000] as const

export const ingest: Row = {
  name: 'ingest',
  doc: 'NetFlow v9 to the durable spool, one receiving thread.',
  peer: 'nfcapd, which writes its files without syncing them',
  async measure(bench, done) {
    const seconds = bench.quick ? 1 : 5
    for (const flowsPerSecond of RATES) {
      const name = `${flowsPerSecond / 1e6}m`
      const runs = await repeat(bench, `ingest: ${flowsPerSecond / 1e6} M flows/s for ${seconds} s`, () =>
        measureReceiving(bench, { protocol: 'v9', profile: PROFILE, flowsPerSecond, seconds }),
      )
      done(caseReport(name, RECEIVE_FIGURES, runs, { conditions: { template: templateText(PROFILE), seconds } }))
    }
  },
}
