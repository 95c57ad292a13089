/** Questions with a name: talkers, protocols, hosts. Each is a Query. */
import { Type } from 'typebox'
import { inSnakeCase } from '../ask.ts'
import type { ApiDeps } from '../deps.ts'
import { askNamed } from '../named.ts'
import { route, type Route } from '../route.ts'
import { input, limit, NONE, oneOf, rangeKeys, tableAnswer } from '../schemas.ts'

const METRIC_WORDS = ['bytes', 'packets', 'flows'] as const
const metric = Type.Optional(oneOf(METRIC_WORDS, 'What to rank by; bytes when absent.'))

export function resourceRoutes(deps: ApiDeps): Route[] {
  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/top-talkers',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'The addresses with the most traffic.',
        query: input({
          ...rangeKeys,
          metric,
          limit: Type.Optional(limit(1000, 10)),
          direction: Type.Optional(oneOf(['src', 'dst', 'both'], 'As source, as destination, or either; either when absent.')),
        }),
      },
      async ({ query, principal, signal }) =>
        inSnakeCase(
          await askNamed(query, [query.direction === undefined || query.direction === 'both' ? 'host' : query.direction], 10, principal, signal, deps),
        ),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/protocols',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'Traffic by IP protocol.',
        query: input({ ...rangeKeys, metric, limit: Type.Optional(limit(256, 50)) }),
      },
      async ({ query, principal, signal }) => inSnakeCase(await askNamed(query, ['proto'], 50, principal, signal, deps)),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/hosts',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'Hosts, each with the traffic it was either side of.',
        query: input({ ...rangeKeys, metric, limit: Type.Optional(limit(1000, 100)) }),
      },
      async ({ query, principal, signal }) => inSnakeCase(await askNamed(query, ['host'], 100, principal, signal, deps)),
    ),
  ]
}
