/** How FlowLens itself is doing: the books, the live stream, health, metrics. */
import { Type } from 'typebox'
import { METRICS_CONTENT_TYPE } from '../../telemetry/index.ts'
import { scoped } from '../ask.ts'
import type { ApiDeps } from '../deps.ts'
import type { LiveStreams } from '../live.ts'
import { EVENT_STREAM, HANDLED, route, type Route } from '../route.ts'
import { filterText, input, NONE } from '../schemas.ts'

const health = { status: Type.String({ description: 'ok, degraded or not_ready.' }), reasons: Type.Array(Type.String()) }

export function runningRoutes(deps: ApiDeps, streams: LiveStreams): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/pipeline',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Running',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'The way of a flow with the count on each edge: received, rejected, decoded, spooled, delivered, waiting, expired.',
        answer: Type.Object({
          at: Type.Number(),
          ledger: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
            description: 'Counts since ingest started; null before its first report.',
          }),
          sinks: Type.Array(Type.Object({}, { additionalProperties: true })),
          store: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
          live_clients: Type.Integer(),
          health: Type.Object(health),
        }),
      },
      () => ({
        at: deps.now(),
        ledger: deps.ledger(),
        sinks: deps.delivery()?.sinks ?? [],
        store: deps.sizes(),
        live_clients: streams.count(),
        health: deps.health.assess(),
      }),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/live',
        access: 'viewer',
        tag: 'Running',
        params: NONE,
        query: input({ filter: Type.Optional(filterText) }),
        body: null,
        answer: EVENT_STREAM,
        summary: 'Live figures, one `live` event a second.',
      },
      ({ query, principal }, reply) => {
        streams.open(principal, scoped(principal, query.filter ?? '', deps), reply)
        return HANDLED
      },
    ),

    route(
      {
        method: 'GET',
        url: '/healthz',
        access: 'public',
        tag: 'Running',
        params: NONE,
        query: NONE,
        body: null,
        summary: 'Whether FlowLens works: 200 for ok and degraded, 503 for not ready; the reasons in words.',
        answer: Type.Object({ ...health, version: Type.String() }),
      },
      (_request, reply) => {
        const verdict = deps.health.assess()
        void reply.code(verdict.status === 'not_ready' ? 503 : 200).header('cache-control', 'no-store')
        return { ...verdict, version: deps.version }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/metrics',
        access: 'metrics',
        wholeOnly: true,
        tag: 'Running',
        params: NONE,
        query: NONE,
        body: null,
        answer: METRICS_CONTENT_TYPE,
        summary: 'Metrics for Prometheus.',
      },
      (_request, reply) => {
        void reply.type(METRICS_CONTENT_TYPE)
        return deps.metrics.text()
      },
    ),
  ]
}
