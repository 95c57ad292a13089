/** Addresses for people: documentation, the OpenAPI document, the console. */
import { Type } from 'typebox'
import { FlowLensError } from '../../schema/index.ts'
import type { Console } from '../console.ts'
import type { Docs } from '../docs.ts'
import { page, STYLE } from '../page.ts'
import { HANDLED, route, type Route } from '../route.ts'
import { NONE } from '../schemas.ts'

const HTML = 'text/html; charset=utf-8'
/** Addresses of the console carry its own keys. */
const anyKeys = Type.Object({}, { additionalProperties: true })
/** What the `*` of a route stands for; TypeBox cannot hold a key of that name. */
const tailOf = (params: object): string => ('*' in params && typeof params['*'] === 'string' ? params['*'] : '')

const NO_DOCUMENT = page('Not found', '<a href="/docs">Documentation</a>', '<h1>Not found</h1><p>There is no such document.</p>')
const NO_CONSOLE = page(
  'No console',
  '<a href="/docs">Documentation</a>',
  '<h1>The console is not built</h1><p>Run <code>npm run build</code>, or use the <a href="/docs/api">API</a>.</p>',
)

export function pageRoutes(web: Console, docs: Docs, document: () => unknown): Route[] {
  const facts = { method: 'GET', access: 'public', tag: 'Pages', body: null, hidden: true } as const
  const unknown = (): FlowLensError => new FlowLensError('FL_API_NOT_FOUND', 'there is nothing at this address')
  return [
    route({ ...facts, url: '/api/openapi.json', summary: 'This document.', params: NONE, query: NONE, answer: 'application/json; charset=utf-8' }, () =>
      document(),
    ),
    route({ ...facts, url: '/docs', summary: 'Documentation.', params: NONE, query: NONE, answer: HTML }, (_request, reply) => {
      void reply.type(HTML)
      return docs.page('index')
    }),
    route({ ...facts, url: '/docs/api', summary: 'The API for people.', params: NONE, query: NONE, answer: HTML }, (_request, reply) => {
      void reply.type(HTML)
      return docs.api(document())
    }),
    route({ ...facts, url: '/docs/style.css', summary: 'Style of the documentation.', params: NONE, query: NONE, answer: 'text/css' }, (_request, reply) => {
      void reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600')
      return STYLE
    }),
    route({ ...facts, url: '/docs/*', summary: 'A document.', params: anyKeys, query: NONE, answer: HTML }, ({ params }, reply) => {
      const html = docs.page(tailOf(params).replace(/\/$/, '') || 'index')
      void reply.code(html === undefined ? 404 : 200).type(HTML)
      return html ?? NO_DOCUMENT
    }),
    route({ ...facts, url: '/*', summary: 'The console.', params: anyKeys, query: anyKeys, answer: HTML }, ({ params }, reply) => {
      const path = `/${tailOf(params)}`
      // The console must never answer for the API: a typing mistake in an address would look like a page.
      if (path === '/api' || path.startsWith('/api/')) throw unknown()
      if (web.send(path === '/' ? '/index.html' : path, reply.request, reply)) return HANDLED
      if (path !== '/') throw unknown()
      void reply.code(404).type(HTML)
      return NO_CONSOLE
    }),
  ]
}
