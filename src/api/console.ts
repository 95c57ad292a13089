/**
 * The built console, held in memory and compressed once: about a megabyte, and no request ever reaches the file system, so no path
 * can lead out of the directory.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface Console {
  /** Answers with a file, or with index.html for an address of the console's own router; false when there is neither. */
  send(path: string, request: FastifyRequest, reply: FastifyReply): boolean
  /** Hashes of the inline scripts of index.html for the content security policy (CSP3 §2.3.1). */
  readonly scriptHashes: readonly string[]
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
}
const COMPRESSED = new Set(['.html', '.js', '.css', '.json', '.svg', '.txt', '.webmanifest', '.map'])

interface File {
  readonly type: string
  readonly plain: Buffer
  readonly gzip: Buffer | null
  readonly etag: string
  readonly cache: string
}

function read(directory: string): Map<string, File> {
  const files = new Map<string, File>()
  let entries
  try {
    entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  } catch (error) {
    // Not built: the API works without it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return files
    throw error
  }
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const url = path.slice(directory.length).replaceAll('\\', '/').replace(/^\/*/, '/')
    const extension = extname(entry.name)
    const plain = readFileSync(path)
    files.set(url, {
      type: TYPES[extension] ?? 'application/octet-stream',
      plain,
      gzip: COMPRESSED.has(extension) && plain.length > 1024 ? gzipSync(plain, { level: 9 }) : null,
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      // Vite puts a hash of the content into the names below assets/.
      cache: url.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    })
  }
  return files
}

const inlineScripts = (html: string): string[] =>
  [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/gi)].map(
    match =>
      `'sha256-${createHash('sha256')
        .update(match[1] ?? '')
        .digest('base64')}'`,
  )

export function createConsole(directory: string): Console {
  const files = read(directory)
  const index = files.get('/index.html')
  return {
    scriptHashes: index === undefined ? [] : inlineScripts(index.plain.toString('utf8')),
    send(path, request, reply) {
      // Below assets/ a missing file is a mistake; any other address belongs to the console’s router, as /hosts/10.0.0.1 does.
      const file = files.get(path) ?? (path.startsWith('/assets/') ? undefined : index)
      if (file === undefined) return false
      void reply.header('etag', file.etag).header('cache-control', file.cache).header('vary', 'accept-encoding')
      if (request.headers['if-none-match'] === file.etag) {
        void reply.code(304).send()
        return true
      }
      void reply.type(file.type)
      if (file.gzip !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) void reply.header('content-encoding', 'gzip').send(file.gzip)
      else void reply.send(file.plain)
      return true
    },
  }
}
