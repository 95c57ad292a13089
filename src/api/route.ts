/** What a route is: a value in a table. */
import type { FastifyReply } from 'fastify'
import type { Static, TObject, TSchema } from 'typebox'
import type { Principal } from '../access/index.ts'
import type { Role } from '../state/index.ts'

/** `public`: anyone; `metrics`: a viewer, or anyone on this machine who does not come through a proxy. */
export type RouteAccess = Role | 'public' | 'metrics'

export interface ApiRequest<Q, B, P> {
  readonly query: Q
  readonly body: B
  readonly params: P
  readonly principal: Principal
  /** Address of the peer. */
  readonly address: string
  readonly userAgent: string
  readonly requestId: string
  /** Aborted when the client goes away before the answer. */
  readonly signal: AbortSignal
}

interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path with `:parameters`. */
  readonly url: string
  readonly access: RouteAccess
  /** Only for a person signed in, never for an API key: what could give away or widen rights. */
  readonly sessionOnly?: true
  /** Shows figures that no filter can narrow; refused to whoever is limited to a part of the traffic. */
  readonly wholeOnly?: true
  readonly tag: string
  readonly summary: string
  /** Schema of the JSON answer, or the media type of another. */
  readonly answer: TSchema | string
  /** Status of a good answer, 200 when absent. */
  readonly status?: 201 | 204
  /** Left out of OpenAPI: pages and files, not the API. */
  readonly hidden?: true
}

/** A route of the table; made by `route`. */
export interface Route extends RouteFacts {
  readonly query: TObject
  readonly body: TObject | null
  readonly params: TObject
  readonly handle: (request: ApiRequest<unknown, unknown, unknown>, reply: FastifyReply) => unknown
}

/** Declares a route. The handler sees query, body and parameters as their schemas say: they have been checked before. */
export function route<Q extends TObject, P extends TObject, B extends TObject>(
  facts: RouteFacts & { readonly query: Q; readonly params: P; readonly body: B | null },
  handle: (request: ApiRequest<Static<Q>, Static<B>, Static<P>>, reply: FastifyReply) => unknown,
): Route {
  // The validator has checked the three before the handler runs; this is the one place that knows it.
  return { ...facts, handle: handle as Route['handle'] }
}

/** Media type of an answer that does not end. */
export const EVENT_STREAM = 'text/event-stream'

/** What a handler gives back to say that it has answered by itself. */
export const HANDLED = Symbol('handled')
