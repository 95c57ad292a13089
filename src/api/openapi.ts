/** The OpenAPI 3.1 document, from the table of routes. */
import type { FastifySchema } from 'fastify'
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import type { Route } from './route.ts'
import { errorAnswer } from './schemas.ts'

const ABOUT =
  'Everything the console shows, and no more than it needs. Sign in for a session cookie, or send an API key as a bearer token. Times are milliseconds since 1970 unless they are text. Bytes and packets are multiplied by the sampling rate.'

/** Settings of the document. */
export const openApi = (version: string): FastifyDynamicSwaggerOptions => ({
  openapi: {
    openapi: '3.1.0',
    info: { title: 'FlowLens', version, description: ABOUT, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'API key, flk_…' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'flowlens_session',
          description: 'Set by POST /api/v1/session; with TLS its name is __Host-flowlens_session.',
        },
      },
    },
  },
})

const operationId = (route: Route): string =>
  `${route.method.toLowerCase()}_${route.url
    .replace(/^\/api\/v1/, '')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')}`

const WHO: Readonly<Record<Route['access'], string>> = {
  public: 'For anyone.',
  metrics: 'For a viewer, or for anyone on the same machine.',
  viewer: 'For a viewer.',
  operator: 'For an operator.',
  admin: 'For an admin.',
}

/** What fastify and the document know of a route. A media type as answer documents text. */
export function openApiSchema(route: Route): FastifySchema {
  const good = String(route.status ?? 200)
  const answer =
    typeof route.answer === 'string'
      ? { description: 'Good.', content: { [route.answer]: { schema: { type: 'string' } } } }
      : { description: 'Good.', ...route.answer }
  return {
    hide: route.hidden ?? false,
    tags: [route.tag],
    summary: route.summary,
    description:
      WHO[route.access] +
      (route.sessionOnly === true ? ' Not with an API key.' : '') +
      (route.wholeOnly === true ? ' Not for who is limited to a part of the traffic.' : ''),
    operationId: operationId(route),
    security: route.access === 'public' ? [] : route.sessionOnly === true ? [{ session: [] }] : [{ key: [] }, { session: [] }],
    querystring: route.query,
    ...(Object.keys(route.params.properties).length === 0 ? {} : { params: route.params }),
    ...(route.body === null ? {} : { body: route.body }),
    response: { [good]: answer, default: { description: 'A mistake or a failure.', ...errorAnswer } },
  } as FastifySchema
}
