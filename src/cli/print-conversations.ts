/** Conversations as a table for people. */
import type { Conversation } from '../query/index.ts'
import { alignColumns, short } from './print-table.ts'

const HEADER = ['started', 'client', 'server', 'app', 'state', 'request', 'response', 'duration', 'answered after'] as const
const FIRST_FIGURE = 5

/** An address with its port; none where the protocol has none. */
const end = (address: string, port: number): string => (port === 0 ? address : `${address.includes(':') ? `[${address}]` : address}:${port}`)

/** Microseconds in the unit that fits. */
function span(us: number): string {
  if (us < 1000) return `${us} µs`
  if (us < 1_000_000) return `${Number((us / 1000).toPrecision(3))} ms`
  return `${Number((us / 1_000_000).toPrecision(us < 1e9 ? 3 : 6))} s`
}

/** What was measured, or the estimate after a ~. */
const answered = ({ response_time: measured, response_time_estimate: estimate }: Conversation): string =>
  measured !== null ? span(measured) : estimate !== null ? `~${span(estimate)}` : '—'

/** A line a conversation, bytes and durations in the units that fit. */
export function printConversations(rows: readonly Conversation[]): string {
  const lines = rows.map(row => [
    row.started.replace('T', ' ').replace('Z', ''),
    end(row.client, row.client_port),
    end(row.server, row.server_port),
    row.app === '' ? '—' : row.app,
    row.state,
    short(Number(row.request_bytes)),
    short(Number(row.response_bytes)),
    span(row.duration),
    answered(row),
  ])
  return alignColumns([HEADER, ...lines], column => column >= FIRST_FIGURE)
}
