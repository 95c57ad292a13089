/** The one shape of an error: `{error: {code, message, help, requestId, position?}}`. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FlowLensError, toError, type ErrorEntry } from '../schema/index.ts'
import type { Log } from '../telemetry/index.ts'

export interface ErrorBody {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly help: string
    readonly requestId: string
    readonly position?: { readonly start: number; readonly end: number }
  }
}

/** What fastify and its plug-ins throw, told in our codes; everything else is our own fault. */
function normalise(thrown: unknown): FlowLensError {
  if (thrown instanceof FlowLensError) return thrown
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number') {
    if (thrown.statusCode === 413) return new FlowLensError('FL_API_TOO_LARGE', 'the request is too large', { cause: thrown })
    if (thrown.statusCode === 404) return new FlowLensError('FL_API_NOT_FOUND', 'there is nothing at this address', { cause: thrown })
    if (thrown.statusCode === 429) return new FlowLensError('FL_ACCESS_THROTTLED', thrown.message, { cause: thrown })
    if (thrown.statusCode >= 400 && thrown.statusCode < 500) return new FlowLensError('FL_API_INVALID', thrown.message, { cause: thrown })
  }
  return toError(thrown)
}

export function errorBody(error: FlowLensError, requestId: string): ErrorBody {
  const { start, end } = error.context
  return {
    error: {
      code: error.code,
      // Of an error nobody foresaw the text may hold anything; it goes to the log alone.
      message: error.code === 'FL_API_INTERNAL' ? 'something went wrong inside FlowLens' : error.message,
      help: error.entry.help,
      requestId,
      ...(typeof start === 'number' && typeof end === 'number' ? { position: { start, end } } : {}),
    },
  }
}

/** Answers with an error, and logs it when it is our fault. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): FastifyReply {
  const error = normalise(thrown)
  const entry: ErrorEntry = error.entry
  if (entry.status >= 500) log.error('request failed', { request_id: request.id, method: request.method, route: request.routeOptions.url ?? '', error })
  else if (entry.status === 401 || entry.status === 403)
    log.debug('request refused', { request_id: request.id, method: request.method, route: request.routeOptions.url ?? '', code: error.code })
  const retryAfter = error.context['retry_after_s']
  if (typeof retryAfter === 'number') void reply.header('retry-after', retryAfter)
  if (error.code === 'FL_ACCESS_UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer realm="FlowLens"')
  return reply.code(entry.status).header('cache-control', 'no-store').type('application/json; charset=utf-8').send(errorBody(error, request.id))
}
