/** The server: security first, then the routes of the table, then the console for every other address. */
import { randomBytes } from 'node:crypto'
import { isIPv6, type AddressInfo } from 'node:net'
import type { Server } from 'node:https'
import { Readable } from 'node:stream'
import swagger from '@fastify/swagger'
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify'
import { ANONYMOUS, type Principal } from '../access/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'
import { createConsole, type Console } from './console.ts'
import type { ApiDeps } from './deps.ts'
import { createDocs } from './docs.ts'
import { sendError } from './errors.ts'
import { authorize, checkOrigin, denyByDefault, identify, type RouteGuard } from './guard.ts'
import { createLiveStreams, type LiveStreams } from './live.ts'
import { openApi, openApiSchema } from './openapi.ts'
import { EVENT_STREAM, HANDLED, type Route } from './route.ts'
import { conversationRoutes } from './routes/conversations.ts'
import { exporterRoutes } from './routes/exporters.ts'
import { flowRoutes } from './routes/flows.ts'
import { interfaceRoutes } from './routes/interfaces.ts'
import { nameRoutes } from './routes/names.ts'
import { pageRoutes } from './routes/pages.ts'
import { peopleRoutes } from './routes/people.ts'
import { queryRoutes } from './routes/query.ts'
import { qualityRoutes } from './routes/quality.ts'
import { resourceRoutes } from './routes/resources.ts'
import { runningRoutes } from './routes/running.ts'
import { viewRoutes } from './routes/views.ts'
import { installSecurity } from './security.ts'
import { readPair, watchPair, type TlsFiles } from './tls.ts'
import { installValidation } from './validation.ts'

/** `http` of the configuration. */
export interface ApiConfig {
  readonly address: string
  readonly port: number
  readonly tls?: TlsFiles | undefined
  readonly cors: readonly string[]
  /** Requests a minute of one key, session or address. */
  readonly rateLimit: number
}

export interface Api {
  /** Listens. Throws FL_API_LISTEN, FL_API_TLS. */
  start(): Promise<void>
  /** Ends streams and requests, then closes. */
  stop(): Promise<void>
  /** Where it listens, as `http://127.0.0.1:8080`; null before the start. */
  address(): string | null
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
    refusal: FlowLensError | null
  }
  interface FastifyContextConfig {
    guard?: RouteGuard
  }
}

const BODY_BYTES = 1024 * 1024
const REQUEST_MS = 30_000

/** Aborted when the client goes away before it has its answer. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  // The response's own event, not the socket's: a connection that is kept alive would gather a listener a request.
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort(new FlowLensError('FL_QUERY_CANCELLED', 'the client went away'))
  })
  return controller.signal
}

function addRoute(app: FastifyInstance, route: Route): void {
  app.route({
    method: route.method,
    url: route.url,
    config: {
      guard: { access: route.access, sessionOnly: route.sessionOnly ?? false, wholeOnly: route.wholeOnly ?? false },
      ...(route.hidden === true ? { rateLimit: false } : {}),
    },
    // HEAD of a stream would open one that nobody reads.
    exposeHeadRoute: route.answer !== EVENT_STREAM,
    schema: openApiSchema(route),
    async handler(request, reply) {
      if (route.status !== undefined) void reply.code(route.status)
      const answer = await route.handle(
        {
          query: request.query,
          body: request.body,
          params: request.params,
          principal: request.principal,
          address: request.ip,
          userAgent: request.headers['user-agent'] ?? '',
          requestId: request.id,
          signal: signalOf(reply),
        },
        reply,
      )
      // A reply that was sent is waited for; null is an answer without a body.
      return answer === HANDLED ? reply : (answer ?? reply.send())
    },
  })
}

/** The table of routes: every address that FlowLens answers. */
export function routesOf(deps: ApiDeps, web: Console, streams: LiveStreams, tls: boolean, document: () => unknown): Route[] {
  return [
    ...queryRoutes(deps),
    ...flowRoutes(deps),
    ...conversationRoutes(deps),
    ...resourceRoutes(deps),
    ...qualityRoutes(deps),
    ...interfaceRoutes(deps),
    ...exporterRoutes(deps),
    ...viewRoutes(deps),
    ...nameRoutes(deps),
    ...runningRoutes(deps, streams),
    ...peopleRoutes(deps, tls),
    ...pageRoutes(web, createDocs(deps.docsDirectory), document),
  ]
}

/** Builds the server without listening; for `createApi` and for tests, which talk to it by `inject`. */
export async function buildApp(config: ApiConfig, deps: ApiDeps, streams: LiveStreams): Promise<FastifyInstance> {
  const log = deps.log.child({ room: 'api' })
  const tls = config.tls !== undefined
  const app = fastify({
    // The types of an HTTPS server differ in nothing that is used here.
    ...(config.tls === undefined ? {} : ({ https: { ...readPair(config.tls), minVersion: 'TLSv1.2' } } as object)),
    logger: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: REQUEST_MS,
    genReqId: () => randomBytes(9).toString('base64url'),
    routerOptions: { maxParamLength: 256 },
    // An address that cannot even be read never reaches the hooks that set the headers.
    frameworkErrors: (error, request, reply) => {
      void reply.headers({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-request-id': request.id,
      })
      void sendError(error, request, reply, log)
    },
  })
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('principal')
  app.decorateRequest('refusal', null)
  installValidation(app)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log))
  app.setNotFoundHandler((request, reply) => sendError(new FlowLensError('FL_API_NOT_FOUND', 'there is nothing at this address'), request, reply, log))

  denyByDefault(app)
  const web = createConsole(deps.webDirectory)
  await installSecurity(app, {
    tls,
    cors: config.cors,
    rateLimit: config.rateLimit,
    scriptHashes: web.scriptHashes,
    countFor: request => (request.principal.kind === 'anonymous' ? request.ip : `${request.principal.kind} ${request.principal.credential}`),
  })
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    const found = identify(request, deps.access, tls)
    request.principal = found instanceof FlowLensError ? ANONYMOUS : found
    request.refusal = found instanceof FlowLensError ? found : null
  })
  // After the rate limit has counted the request, before its body is read.
  app.addHook('preParsing', async request => {
    const guard = request.routeOptions.config.guard
    if (guard === undefined) return
    if (request.refusal !== null && guard.access !== 'public') throw request.refusal
    authorize(request, request.principal, guard)
    checkOrigin(request, request.principal, config.cors)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (payload instanceof Readable) {
      // Fastify cuts the connection, so that nobody takes half a file for the whole; telling why is left to us.
      payload.once('error', thrown => {
        const error = toError(thrown)
        if (error.code !== 'FL_QUERY_CANCELLED') log.error('answer broke off', { request_id: request.id, route: request.routeOptions.url ?? '', error })
      })
    }
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    deps.metrics.count('flowlens_http_requests_total', { method: request.method, route, status: String(reply.statusCode) })
    deps.metrics.observe('flowlens_http_request_duration_seconds', { route }, reply.elapsedTime / 1000)
    log.debug('request', {
      request_id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      actor: request.principal.actor,
    })
  })

  await app.register(swagger, openApi(deps.version))
  for (const route of routesOf(deps, web, streams, tls, () => app.swagger())) addRoute(app, route)
  await app.ready()
  return app
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|localhost$)/.test(address)

/** Makes the API; inert until started. */
export function createApi(config: ApiConfig, deps: ApiDeps): Api {
  const log = deps.log.child({ room: 'api' })
  let app: FastifyInstance | undefined
  let streams: LiveStreams | undefined
  const undo: (() => void)[] = []

  return {
    async start() {
      const opened = (streams = createLiveStreams(deps))
      app = await buildApp(config, deps, opened)
      undo.push(
        deps.metrics.collect(() => [
          { name: 'flowlens_live_clients', value: opened.count() },
          { name: 'flowlens_healthy', value: deps.health.assess().status === 'ok' ? 1 : 0 },
        ]),
      )
      try {
        await app.listen({ host: config.address, port: config.port })
      } catch (cause) {
        await this.stop()
        const code = cause instanceof Error && 'code' in cause ? cause.code : ''
        const why =
          code === 'EADDRINUSE'
            ? 'another program uses the port'
            : code === 'EACCES'
              ? 'this port needs a privilege'
              : code === 'EADDRNOTAVAIL'
                ? 'this machine has no such address'
                : cause instanceof Error
                  ? cause.message
                  : String(cause)
        throw new FlowLensError('FL_API_LISTEN', `cannot open console and API on ${config.address} port ${config.port}: ${why}`, {
          cause,
          context: { address: config.address, port: config.port },
        })
      }
      if (config.tls !== undefined) undo.push(watchPair(config.tls, app.server as unknown as Server, log))
      else if (!isLoopback(config.address))
        log.warn('console and API are served without TLS: passwords cross the network in the clear; set http.tls, or listen on loopback behind a proxy', {
          address: config.address,
        })
      log.info('listening', { url: this.address() })
    },

    async stop() {
      for (const step of undo.splice(0)) step()
      streams?.stop()
      await app?.close()
      app = undefined
    },

    address() {
      const at = app?.server.address() as AddressInfo | string | null | undefined
      if (at === null || at === undefined || typeof at === 'string') return null
      const host = at.address === '0.0.0.0' || at.address === '::' ? 'localhost' : isIPv6(at.address) ? `[${at.address}]` : at.address
      return `${config.tls === undefined ? 'http' : 'https'}://${host}:${at.port}`
    },
  }
}
