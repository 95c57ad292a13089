/** Row `datagrams`: one flow a datagram, where the cost of a datagram is all there is. */
import { repeat, type Row } from '../bench.ts'
import { templateText } from '../conditions.ts'
import { measureReceiving, RECEIVE_FIGURES } from '../receive.ts'
import { caseReport } from '../report.ts'

const PROFILE = 'softflowd-v9'
const PER_SECOND = 150_000

export const datagrams: Row = {
  name: 'datagrams',
  doc: 'One flow a datagram to the durable spool, one receiving thread.',
  peer: 'nfcapd, which writes its files without syncing them',
  async measure(bench, done) {
    const seconds = bench.quick ? 1 : 5
    const runs = await repeat(bench, `datagrams: ${PER_SECOND} a second for ${seconds} s`, () =>
      measureReceiving(bench, { protocol: 'v9', profile: PROFILE, flowsPerSecond: PER_SECOND, seconds, perDatagram: 1 }),
    )
    done(caseReport('150k', RECEIVE_FIGURES, runs, { conditions: { template: templateText(PROFILE), seconds } }))
  },
}
