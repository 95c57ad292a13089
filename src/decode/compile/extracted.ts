/** Values NBAR2 takes out of a flow's packets (Cisco AVC Metric Definition Guide, table B-1, subApplicationValue). */
import { indexOf, type FlowBatch } from '../../schema/index.ts'
import { readText } from './text.ts'

const SERVER_NAME = indexOf('server_name')
const HTTP_URL = indexOf('http_url')
const USER_AGENT = indexOf('user_agent')

/** Application id: one byte of engine, three of selector; sub-application ids count within an application. */
const HTTP = 0x0300_0050
const RTSP = 0x0300_022a
const SSL = 0x0d00_01c5
const FIRST = 0x3401

const columns: ReadonlyMap<number, readonly (number | null)[]> = new Map([
  // URL, host, user agent; the referer behind them has no column.
  [HTTP, [HTTP_URL, SERVER_NAME, USER_AGENT]],
  [SSL, [SERVER_NAME]],
  [RTSP, [SERVER_NAME]],
])

/** Application id 4, sub-application id 2, text. A value that was not seen has no text. */
export function extracted(view: DataView, at: number, bytes: number, batch: FlowBatch, row: number): void {
  if (bytes <= 6) return
  const column = columns.get(view.getUint32(at))?.[view.getUint16(at + 4) - FIRST]
  if (column === undefined || column === null) return
  const codes = batch.need(column)
  if (codes[row] !== 0) return
  const text = readText(view, at + 6, bytes - 6)
  if (text !== '') codes[row] = batch.code(column, text)
}
