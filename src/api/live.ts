/**
 * The event stream of /live (WHATWG HTML §9.2). A second that a client is too slow to take is dropped, not queued: live figures
 * are of use now or never. The stream ends when the session or key behind it ends.
 */
import type { FastifyReply } from 'fastify'
import type { Access, Principal } from '../access/index.ts'
import { FlowLensError } from '../schema/index.ts'
import type { Metrics } from '../telemetry/index.ts'
import type { LiveFeed, LiveSecond } from './deps.ts'

export interface LiveStreams {
  /** Takes over the reply and streams. Throws before that: the feed's error for a bad filter, FL_API_BUSY. */
  open(principal: Principal, filter: string, reply: FastifyReply): void
  count(): number
  /** Ends every stream; browsers connect again by themselves. */
  stop(): void
}

const HEARTBEAT_MS = 15_000
const MAX_STREAMS = 500
const RETRY_MS = 2000

export function createLiveStreams(deps: { readonly live: LiveFeed; readonly access: Access; readonly metrics: Metrics }): LiveStreams {
  const streams = new Set<() => void>()

  return {
    count: () => streams.size,
    stop() {
      for (const end of streams) end()
    },

    open(principal, filter, reply) {
      if (streams.size >= MAX_STREAMS) throw new FlowLensError('FL_API_BUSY', `${MAX_STREAMS} live streams are open`)
      const raw = reply.raw
      const send = (second: LiveSecond): void => {
        if (!raw.headersSent) return
        if (raw.writableNeedDrain) {
          deps.metrics.count('flowlens_live_events_dropped_total')
          return
        }
        raw.write(`event: live\nid: ${second.at}\ndata: ${JSON.stringify(second)}\n\n`)
      }
      const unsubscribe = deps.live.subscribe(filter, send)
      reply.hijack()
      const end = (): void => {
        if (!streams.delete(end)) return
        clearInterval(heartbeat)
        unsubscribe()
        raw.end()
      }
      const heartbeat = setInterval(() => {
        if (deps.access.renew(principal).role === null) end()
        else if (!raw.writableNeedDrain) raw.write(': alive\n\n')
      }, HEARTBEAT_MS).unref()
      streams.add(end)
      raw.on('close', end)
      // A client that went away in the middle of a write; `close` follows.
      raw.on('error', end)
      const headers = Object.entries(reply.getHeaders()).filter((header): header is [string, string | number | string[]] => header[1] !== undefined)
      raw.writeHead(200, {
        ...Object.fromEntries(headers),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      raw.write(`retry: ${RETRY_MS}\n\n`)
      // The first figures at once, where they are at hand; those of a filter come with the next second.
      const latest = filter === '' ? deps.live.latest() : null
      if (latest !== null) send(latest)
    },
  }
}
