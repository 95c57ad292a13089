/** Certificates of a listener: read, checked, and read again when they are renewed. */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { ListenerConfig } from '../config/index.ts'
import { FlowLensError, toError } from '../schema/index.ts'

export type TlsFiles = NonNullable<ListenerConfig['tls']>

/** The files as they are used, for TLS 1.2 and later. Throws FL_RECEIVE_TLS. */
export function readTls({ cert, key, ca }: TlsFiles): SecureContextOptions {
  const read = (what: string, path: string): Buffer => {
    try {
      return readFileSync(path)
    } catch (cause) {
      throw new FlowLensError('FL_RECEIVE_TLS', `the ${what} ${path} cannot be read: ${toError(cause).message.split(':')[0] ?? ''}`, { cause })
    }
  }
  const options: SecureContextOptions = {
    cert: read('certificate', cert),
    key: read('private key', key),
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: read('list of authorities', ca) }),
  }
  try {
    createSecureContext(options)
  } catch (cause) {
    throw new FlowLensError('FL_RECEIVE_TLS', `the certificate ${cert} with its key ${key} cannot be used: ${toError(cause).message}`, { cause })
  }
  return options
}

/** What tells one state of the files from another; '' while one is missing, as it is for a moment when files are replaced. */
export function stampOf({ cert, key, ca }: TlsFiles): string {
  try {
    return [cert, key, ...(ca === undefined ? [] : [ca])]
      .map(path => statSync(path))
      .map(({ ino, mtimeMs, size }) => `${ino}/${mtimeMs}/${size}`)
      .join(' ')
  } catch {
    return '' // The next look finds them, or what they are replaced by.
  }
}
