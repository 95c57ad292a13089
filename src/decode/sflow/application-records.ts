/** Records of who talked and about what: users, URLs, sockets, HTTP requests (sFlow Version 5 §5.4; sFlow Host and Application Structures). */
import { MEASURED_GROUPS, indexOf } from '../../schema/index.ts'
import { put, putAddress, putWide } from '../put.ts'
import type { ReadRecord } from './sample.ts'
import { behindBytes, putText } from './xdr.ts'

const SRC = indexOf('src')
const DST = indexOf('dst')
const PROTO = indexOf('proto')
const SRC_PORT = indexOf('src_port')
const DST_PORT = indexOf('dst_port')
const SRC_USER = indexOf('src_user')
const DST_USER = indexOf('dst_user')
const HTTP_URL = indexOf('http_url')
const HTTP_METHOD = indexOf('http_method')
const HTTP_STATUS = indexOf('http_status')
const HTTP_VERSION = indexOf('http_version')
const USER_AGENT = indexOf('user_agent')
const CONTENT_TYPE = indexOf('content_type')
const SERVER_NAME = indexOf('server_name')
const REVERSE_BYTES = indexOf('reverse_bytes')
const RESPONSE_TIME = indexOf('response_time')
const MEASURED = indexOf('measured')

/** All ones: not known. */
const NOT_KNOWN = 0xffff_ffff
const RESPONSE_TIME_MEASURED = 1 << MEASURED_GROUPS.indexOf('response_time')

/** Character set and name of the source's user, then of the destination's. */
const user: ReadRecord = (view, at, end, { batch, row }) => {
  const next = behindBytes(view, at + 4, end)
  if (next < 0 || behindBytes(view, next + 4, end) < 0) return false
  putText(view, at + 4, batch, SRC_USER, row)
  putText(view, next + 4, batch, DST_USER, row)
  return true
}

/** Direction · URL · host. */
const url: ReadRecord = (view, at, end, { batch, row }) => {
  const host = behindBytes(view, at + 4, end)
  if (host < 0 || behindBytes(view, host, end) < 0) return false
  putText(view, at + 4, batch, HTTP_URL, row)
  putText(view, host, batch, SERVER_NAME, row)
  return true
}

/** 0 protocol · 4 local address · remote address · local port · remote port. Who asks is the source. */
function socket(width: 4 | 16): ReadRecord {
  return (view, at, end, sample) => {
    const ports = at + 4 + 2 * width
    if (ports + 8 > end) return false
    if (sample.addresses) return true
    const { batch, row } = sample
    sample.addresses = true
    const version = width === 4 ? 4 : 6
    put(batch, PROTO, row, view.getUint32(at))
    putAddress(view, at + 4 + width, version, batch, SRC, row)
    putAddress(view, at + 4, version, batch, DST, row)
    put(batch, SRC_PORT, row, view.getUint32(ports + 4))
    put(batch, DST_PORT, row, view.getUint32(ports))
    return true
  }
}

const METHODS = ['', 'OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']

/**
 * Method · version × 1000 · URI · host · referer · agent · forwarded for · user · content type · bytes asked (64) · bytes answered
 * (64) · microseconds · status.
 */
const http: ReadRecord = (view, at, end, sample) => {
  const host = behindBytes(view, at + 8, end)
  const referer = behindBytes(view, host, end)
  const agent = behindBytes(view, referer, end)
  const forwarded = behindBytes(view, agent, end)
  const name = behindBytes(view, forwarded, end)
  const type = behindBytes(view, name, end)
  const figures = behindBytes(view, type, end)
  if (figures < 0 || figures + 24 > end) return false
  const { batch, row } = sample
  const method = METHODS[view.getUint32(at)] ?? ''
  const version = view.getUint32(at + 4)
  if (method !== '') put(batch, HTTP_METHOD, row, batch.code(HTTP_METHOD, method))
  if (version >= 1000 && version < 10_000) put(batch, HTTP_VERSION, row, batch.code(HTTP_VERSION, `HTTP/${Math.floor(version / 1000)}.${version % 1000}`))
  putText(view, at + 8, batch, HTTP_URL, row)
  putText(view, host, batch, SERVER_NAME, row)
  putText(view, agent, batch, USER_AGENT, row)
  putText(view, name, batch, SRC_USER, row)
  putText(view, type, batch, CONTENT_TYPE, row)
  if (!sample.header && view.getUint32(figures) === 0) sample.ipBytes = view.getUint32(figures + 4)
  putWide(batch, REVERSE_BYTES, row, view.getUint32(figures + 12), view.getUint32(figures + 8))
  const micros = view.getUint32(figures + 16)
  if (micros !== NOT_KNOWN) {
    put(batch, RESPONSE_TIME, row, micros)
    put(batch, MEASURED, row, (batch.columns[MEASURED]?.[row] ?? 0) | RESPONSE_TIME_MEASURED)
  }
  put(batch, HTTP_STATUS, row, view.getUint32(figures + 20))
  return true
}

/** By format. */
export const APPLICATION_RECORDS: readonly (readonly [number, ReadRecord])[] = [
  [1004, user],
  [1005, url],
  [2100, socket(4)],
  [2101, socket(16)],
  [2206, http],
]
