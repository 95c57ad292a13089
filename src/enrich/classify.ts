/**
 * Names the application of each row of a batch and how it was found: by the exporter, the server's name, the port, the protocol, in
 * this order. What nothing tells stays unknown.
 */
import { indexOf, type ColumnArray, type FlowBatch } from '../schema/index.ts'
import { NUMBERS, applicationOf, byPort, byProtocol, numberOfId, numberOfName } from './applications/index.ts'
import { applicationCodes, categoryCodes, serverNumbers } from './dictionaries.ts'
import { numberOfPorts } from './server-side.ts'

const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const TCP_FLAGS = indexOf('tcp_flags')
const PACKETS = indexOf('packets')
const REVERSE_BYTES = indexOf('reverse_bytes')
const APP = indexOf('app')
const CATEGORY = indexOf('category')
const SOURCE = indexOf('app_source')
const APP_ID = indexOf('app_id')
const SERVER_NAME = indexOf('server_name')
const DNS_QUERY = indexOf('dns_query')
const RTP_SSRC = indexOf('rtp_ssrc')

const TCP = 6
const UDP = 17
const SCTP = 132

const DNS = numberOfName('dns')
const RTP = numberOfName('rtp')

/** Stands for each column that the batch has not: zeros, as many as the widest needs. */
const nothing = new Uint32Array(2 * 65_536)

// Codes of the batch in hand, by application; one batch is classified at a time.
const appCodes = new Uint16Array(NUMBERS)
const categoriesOfApps = new Uint16Array(NUMBERS)

/** Gives the application its codes in this batch. */
function enter(batch: FlowBatch, number: number): number {
  const { name, category } = applicationOf(number)
  categoriesOfApps[number] = batch.code(CATEGORY, category)
  return (appCodes[number] = batch.code(APP, name))
}

/** What exporters named gets our spelling and our category, where a category of ours is known; "unknown" is no name. */
function translate(batch: FlowBatch, app: ColumnArray, category: ColumnArray, source: ColumnArray): void {
  const sentCategories = categoryCodes(batch)
  const sent = applicationCodes(batch)
  const exporter = batch.code(SOURCE, 'exporter')
  for (let row = 0; row < batch.rows; row++) {
    if (category[row] !== 0) category[row] = sentCategories[category[row]!]!
    const named = app[row]!
    if (named === 0 || (source[row] !== 0 && source[row] !== exporter)) continue
    const code = sent.app[named]!
    app[row] = code
    source[row] = code === 0 ? 0 : exporter
    if (sent.category[named] !== 0) category[row] = sent.category[named]!
  }
}

/**
 * Fills `app`, `category` and `app_source` of a finished batch. A row keeps what its exporter named.
 */
export function classify(batch: FlowBatch): void {
  const { rows } = batch
  const column = (index: number): ColumnArray => batch.columns[index] ?? nothing
  const sent = batch.columns[APP] !== undefined || batch.columns[CATEGORY] !== undefined
  if (!sent && batch.columns[PROTO] === undefined && batch.columns[SERVER_NAME] === undefined && batch.columns[APP_ID] === undefined) return
  const app = batch.need(APP)
  const category = batch.need(CATEGORY)
  const source = batch.need(SOURCE)
  if (sent) translate(batch, app, category, source)

  const proto = column(PROTO)
  const srcPort = column(SRC_PORT)
  const dstPort = column(DST_PORT)
  const flags = column(TCP_FLAGS)
  const packets = column(PACKETS)
  const reverse = column(REVERSE_BYTES)
  const servers = batch.columns[SERVER_NAME]
  const serverNumber = serverNumbers(batch)
  const queries = batch.columns[DNS_QUERY]
  const ids = batch.columns[APP_ID]
  const rtp = batch.columns[RTP_SSRC]
  const byExporter = ids === undefined && rtp === undefined ? 0 : batch.code(SOURCE, 'exporter')
  const byServer = servers === undefined && queries === undefined ? 0 : batch.code(SOURCE, 'server_name')
  const byPorts = batch.code(SOURCE, 'port')
  const byProto = batch.code(SOURCE, 'protocol')
  const { tcp, udp, sctp } = byPort
  appCodes.fill(0)

  for (let row = 0; row < rows; row++) {
    if (app[row] !== 0) continue
    const protocol = proto[row]!
    let how = byExporter
    let number = 0
    if (ids !== undefined && ids[row * 2 + 1] === 0 && ids[row * 2] !== 0) number = numberOfId(ids[row * 2]!, protocol)
    if (number === 0 && rtp !== undefined && rtp[row] !== 0 && protocol === UDP) number = RTP
    if (number === 0 && byServer !== 0) {
      how = byServer
      if (queries !== undefined && queries[row] !== 0) number = DNS
      else if (servers !== undefined) number = serverNumber[servers[row]!]!
    }
    if (number === 0) {
      how = byPorts
      const onePacket = packets[row * 2] === 1 && packets[row * 2 + 1] === 0
      const bothWays = reverse[row * 2] !== 0 || reverse[row * 2 + 1] !== 0
      if (protocol === TCP) number = numberOfPorts(tcp, srcPort[row]!, dstPort[row]!, flags[row]!, onePacket, bothWays)
      else if (protocol === UDP) number = numberOfPorts(udp, srcPort[row]!, dstPort[row]!, 0, onePacket, bothWays)
      else {
        if (protocol === SCTP) number = numberOfPorts(sctp, srcPort[row]!, dstPort[row]!, 0, onePacket, bothWays)
        if (number === 0) {
          how = byProto
          number = byProtocol[protocol]!
        }
      }
      if (number === 0) continue
    }
    app[row] = appCodes[number] === 0 ? enter(batch, number) : appCodes[number]!
    source[row] = how
    if (category[row] === 0) category[row] = categoriesOfApps[number]!
  }
}
