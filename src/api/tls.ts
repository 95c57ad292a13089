/** HTTPS with a certificate that can be renewed while the server runs (F-22.8). */
import { readFileSync, watch, type FSWatcher } from 'node:fs'
import type { Server } from 'node:https'
import { dirname } from 'node:path'
import { createSecureContext } from 'node:tls'
import { FlowLensError, toError } from '../schema/index.ts'
import type { Log } from '../telemetry/index.ts'

export interface TlsFiles {
  readonly cert: string
  readonly key: string
}
export interface Pair {
  readonly cert: Buffer
  readonly key: Buffer
}

/** Reads certificate and key and checks that they fit together. Throws FL_API_TLS. */
export function readPair({ cert, key }: TlsFiles): Pair {
  try {
    const pair = { cert: readFileSync(cert), key: readFileSync(key) }
    createSecureContext(pair)
    return pair
  } catch (cause) {
    throw new FlowLensError('FL_API_TLS', `cannot use certificate ${cert} with key ${key}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** Renewals write two files and may replace directories (Kubernetes): wait until they have settled. */
const SETTLE_MS = 200

/**
 * Watches the directories of both files, since a file that is replaced is not seen any more, and gives the server the new pair.
 * A pair that does not fit is told in the log and the one in use stays. Gives back how to stop.
 */
export function watchPair(files: TlsFiles, server: Pick<Server, 'setSecureContext'>, log: Log): () => void {
  let inUse = readPair(files)
  let timer: NodeJS.Timeout | undefined
  const reload = (): void => {
    try {
      const pair = readPair(files)
      if (pair.cert.equals(inUse.cert) && pair.key.equals(inUse.key)) return
      server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
      inUse = pair
      log.info('certificate renewed', { cert: files.cert })
    } catch (error) {
      log.error('certificate not renewed, the old one stays', { error: toError(error, 'FL_API_TLS') })
    }
  }
  const changed = (): void => {
    clearTimeout(timer)
    timer = setTimeout(reload, SETTLE_MS)
  }
  const watchers: FSWatcher[] = [...new Set([dirname(files.cert), dirname(files.key)])].map(directory => watch(directory, changed))
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
