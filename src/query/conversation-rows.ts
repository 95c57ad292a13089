/** From what is known of the two directions of a conversation to who asked whom, how it went, and its figures. */
import { FlowLensError } from '../schema/index.ts'
import type { Field } from '../store/index.ts'
import { DETAILS, SIDE } from './conversation-sql.ts'
import { exact, shown } from './dimensions.ts'

/** How a conversation went, as far as its flows tell. */
export const STATES = ['answered', 'refused', 'no answer', 'one-way', 'in progress', 'unknown'] as const
export type ConversationState = (typeof STATES)[number]

/** What told the client: a record of both directions, a SYN, who sent first, the lower port; `sender` where only that is known. */
export const CLIENT_BY = ['initiator', 'syn', 'first', 'port', 'sender'] as const
export type ClientBy = (typeof CLIENT_BY)[number]

/** Bytes and packets are times the sampling rate; times are µs; null is unknown. */
export interface Conversation {
  readonly client: string
  readonly client_port: number
  readonly server: string
  readonly server_port: number
  readonly proto: number
  readonly app: string
  readonly category: string
  readonly server_name: string
  /** ISO 8601: first and last packet, by the exporters’ clocks. */
  readonly started: string
  readonly ended: string
  readonly duration: number
  readonly state: ConversationState
  readonly client_by: ClientBy
  readonly request_bytes: number | string
  readonly request_packets: number | string
  readonly request_flows: number
  readonly response_bytes: number | string
  readonly response_packets: number | string
  readonly response_flows: number
  /** Joined flags of all packets of that direction; null where none were told. */
  readonly request_flags: number | null
  readonly response_flags: number | null
  readonly response_time: number | null
  readonly response_time_estimate: number | null
  readonly rtt: number | null
  readonly rtt_client: number | null
  readonly rtt_server: number | null
  /** A part of the packets was not seen. */
  readonly sampled: boolean
  readonly exporters: readonly string[]
}

/** What the list told of a conversation: begin and end in ms, the estimate in µs. */
export interface Found {
  readonly begun: number
  readonly ended: number
  readonly estimate: number | null
}

const TCP = 6
const [FIN, SYN, RST, ACK] = [1, 2, 4, 16]
const ACTIVE_TIMEOUT = 2
const PRIVILEGED = 1024

/** One direction: the flows from one end to the other. */
interface Direction {
  readonly bytes: number | string
  readonly packets: number | string
  readonly flows: number
  readonly flags: number
  readonly bothWays: boolean
  readonly opens: boolean
  readonly accepts: boolean
  readonly first: number
}

function directionOf(row: readonly Field[], at: number): Direction {
  const value = (name: keyof typeof SIDE): Field => row[at + SIDE[name]] ?? 0
  return {
    bytes: exact(value('bytes')),
    packets: exact(value('packets')),
    flows: Number(value('flows')),
    flags: Number(value('flags')),
    bothWays: Number(value('bothWays')) === 1,
    opens: Number(value('opens')) === 1,
    accepts: Number(value('accepts')) === 1,
    first: Number(value('first')),
  }
}

interface Ends {
  readonly forward: Direction
  readonly backward: Direction
  readonly forwardFrom: number
  readonly backwardFrom: number
  readonly tcp: boolean
  readonly sampled: boolean
  /** One clock told the times of all flows, to the millisecond. */
  readonly comparable: boolean
}

/** Whether the client is the end that `forward` starts from, and what told so. */
function clientOf({ forward, backward, forwardFrom, backwardFrom, tcp, sampled, comparable }: Ends): readonly [forward: boolean, by: ClientBy] {
  if (forward.bothWays !== backward.bothWays) return [forward.bothWays, 'initiator']
  if (forward.opens !== backward.opens) return [forward.opens, 'syn']
  if (forward.accepts !== backward.accepts) return [backward.accepts, 'syn']
  const both = forward.flows > 0 && backward.flows > 0
  // Of TCP whose opening nobody saw, the first flow is merely the first that was told.
  const openingSeen = !tcp || ((forward.flags | backward.flags) & SYN) !== 0
  if (both && comparable && !sampled && openingSeen && forward.first !== backward.first) return [forward.first < backward.first, 'first']
  if (forwardFrom !== backwardFrom && (both || Math.min(forwardFrom, backwardFrom) < PRIVILEGED)) return [forwardFrom > backwardFrom, 'port']
  return both ? [forward.first <= backward.first, 'first'] : [forward.flows > 0, 'sender']
}

interface Course {
  readonly request: Direction
  readonly response: Direction
  readonly tcp: boolean
  readonly sampled: boolean
  readonly allSeen: boolean
  readonly denied: boolean
  readonly endReason: number
  /** It ended less than a gap before what is known ends. */
  readonly late: boolean
}

function stateOf({ request, response, tcp, sampled, allSeen, denied, endReason, late }: Course): ConversationState {
  if (denied) return 'refused'
  const opening = (request.flags & (SYN | ACK)) === SYN
  if (tcp && opening && allSeen && (response.flags & RST) !== 0 && (response.flags & SYN) === 0) return 'refused'
  const closed = tcp && (((request.flags | response.flags) & RST) !== 0 || (request.flags & response.flags & FIN) !== 0)
  const goesOn = late && !closed && (endReason === ACTIVE_TIMEOUT || (endReason === 0 && tcp && request.flags + response.flags !== 0))
  if (request.flows > 0 && response.flows > 0) return goesOn ? 'in progress' : 'answered'
  // An acknowledgement answers something: the other way was taken, where no exporter saw it.
  if (request.flows === 0 || request.bothWays || (tcp && (request.flags & ACK) !== 0)) return 'one-way'
  if (sampled || (tcp && request.flags === 0)) return 'unknown'
  return 'no answer'
}

const whole = (field: Field | undefined): number | null =>
  field === null || field === undefined || Number.isNaN(Number(field)) ? null : Math.round(Number(field))
const text = (field: Field | undefined): string => String(field ?? '')

/** The conversation of a row of details. `horizon` is until when flows are known, ms; `gap` as in the question. */
export function conversationOf(row: readonly Field[], { begun, ended, estimate }: Found, horizon: number, gap: number): Conversation {
  const forward = directionOf(row, DETAILS.forwards)
  const backward = directionOf(row, DETAILS.backwards)
  const number = (name: keyof typeof DETAILS): number => Number(row[DETAILS[name]] ?? 0)
  const tcp = number('proto') === TCP
  const sampled = number('sampled') === 1
  const [lowPort, highPort] = [number('lowPort'), number('highPort')]
  const [isForward, by] = clientOf({ forward, backward, forwardFrom: lowPort, backwardFrom: highPort, tcp, sampled, comparable: number('comparable') === 1 })
  const [low, high] = [shown('ip', row[DETAILS.low] ?? null), shown('ip', row[DETAILS.high] ?? null)].map(String)
  const [client, server] = isForward ? [low, high] : [high, low]
  if (client === undefined || server === undefined) throw new FlowLensError('FL_STORE_QUERY', 'a conversation came without its ends')
  const [request, response] = isForward ? [forward, backward] : [backward, forward]
  const allSeen = number('allSeen') === 1
  const flags = (direction: Direction): number | null => (tcp && direction.flags !== 0 ? direction.flags : null)
  const measured = whole(row[DETAILS.responseTime])
  return {
    client,
    client_port: isForward ? lowPort : highPort,
    server,
    server_port: isForward ? highPort : lowPort,
    proto: number('proto'),
    app: text(row[DETAILS.app]),
    category: text(row[DETAILS.category]),
    server_name: text(row[DETAILS.serverName]),
    started: new Date(begun).toISOString(),
    ended: new Date(ended).toISOString(),
    duration: (ended - begun) * 1000,
    state: stateOf({ request, response, tcp, sampled, allSeen, denied: number('denied') === 1, endReason: number('endReason'), late: ended > horizon - gap }),
    client_by: by,
    request_bytes: request.bytes,
    request_packets: request.packets,
    request_flows: request.flows,
    response_bytes: response.bytes,
    response_packets: response.packets,
    response_flows: response.flows,
    request_flags: flags(request),
    response_flags: flags(response),
    response_time: measured,
    // Both look at who sent first; where a SYN tells of another client, what came first was no request.
    response_time_estimate: measured === null && request.first <= response.first ? estimate : null,
    rtt: whole(row[DETAILS.rtt]),
    rtt_client: whole(row[DETAILS.rttClient]),
    rtt_server: whole(row[DETAILS.rttServer]),
    sampled,
    exporters: (Array.isArray(row[DETAILS.exporters]) ? (row[DETAILS.exporters] as readonly Field[]) : []).map(one => String(shown('ip', one))).toSorted(),
  }
}
