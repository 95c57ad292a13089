/** Headers, cookies, origins and rates: what stands before every route (RELIABILITY §4). */
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { FlowLensError } from '../schema/index.ts'

export interface SecurityConfig {
  readonly tls: boolean
  readonly cors: readonly string[]
  /** Requests a minute. */
  readonly rateLimit: number
  readonly scriptHashes: readonly string[]
  /** Whom a request counts for. */
  readonly countFor: (request: FastifyRequest) => string
}

export async function installSecurity(app: FastifyInstance, config: SecurityConfig): Promise<void> {
  await app.register(cookie)
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", ...config.scriptHashes],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // Without TLS the header would be ignored by browsers and mislead people.
    strictTransportSecurity: config.tls ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
  })
  // No credentials: the cookie is SameSite=Strict and stays here; other sites bring an API key.
  await app.register(cors, {
    origin: [...config.cors],
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type'],
    exposedHeaders: ['x-request-id', 'retry-after', 'content-disposition'],
    maxAge: 600,
    credentials: false,
  })
  await app.register(rateLimit, {
    max: config.rateLimit,
    timeWindow: 60_000,
    cache: 10_000,
    keyGenerator: config.countFor,
    errorResponseBuilder: (_request, context) =>
      new FlowLensError('FL_ACCESS_THROTTLED', `more than ${context.max} requests a minute`, { context: { retry_after_s: Math.ceil(context.ttl / 1000) } }),
  })
}
