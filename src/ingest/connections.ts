/** Connections of a stream listener and what became of each: counts that close, and the words for the log. */

/** How a connection ended. `received` of a listener is the sum of these and those that are open. */
const CONNECTION_ENDS = [
  'ended',
  'truncated',
  'reset',
  'idle',
  'slow',
  'bad_version',
  'bad_length',
  'malformed',
  'too_many',
  'too_many_of_address',
  'gave_way',
  'handshake',
  'no_certificate',
  'bad_certificate',
  'stopped',
] as const
export type ConnectionEnd = (typeof CONNECTION_ENDS)[number]

export interface ConnectionCounts {
  received: number
  open: number
  closed: Partial<Record<ConnectionEnd, number>>
}

/** What an operator reads for an end that needs doing something; the others are everyday life and not warned of. */
export const END_HELP: Readonly<Partial<Record<ConnectionEnd, string>>> = {
  truncated: 'the connection ended in the middle of a message, whose records are lost',
  slow: 'a message that was begun did not come whole in time (streams.messageSeconds)',
  bad_version: 'this is no IPFIX, which is all this port takes; NetFlow v5 and v9 and sFlow go over UDP',
  bad_length: 'a message tells a length below 16, so that the next one cannot be found',
  malformed: 'a set of a message runs over its end; the exporter is broken, or something between changed the bytes',
  too_many: 'as many connections are open as there may be (streams.connections)',
  too_many_of_address: 'as many connections of this address are open as there may be (streams.connectionsPerAddress)',
  gave_way: 'it never sent a message, and another connection needed its place (streams.connections)',
  no_certificate:
    'this listener takes only exporters with a certificate (tls.requireClientCertificate), and this one showed none: give the exporter a certificate and key',
  bad_certificate:
    'the exporter’s certificate is not signed by an authority in tls.ca, or is not valid now: sign it with one of them, or add its authority there',
}

/** What to do about a TLS handshake that failed, by the code of the error. */
export function handshakeHelp(code: string, message: string): string {
  switch (code) {
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_HTTP_REQUEST':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_RECORD_LAYER_FAILURE':
      return 'it does not speak TLS: switch TLS on at the exporter, or point it at a listener with transport: tcp'
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION':
      return 'it speaks no TLS 1.2 or later: update it, or let it allow TLS 1.2'
    case 'ERR_SSL_NO_SHARED_CIPHER':
      return 'it has no cipher in common with this collector: let it allow those of TLS 1.2 or 1.3'
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
      return 'it does not trust the certificate of this collector (tls.cert): give the exporter the authority that signed it, and look at name and validity'
    case 'ERR_TLS_HANDSHAKE_TIMEOUT':
      return 'it began no TLS in time (streams.messageSeconds)'
    case 'ECONNRESET':
      return 'it left before the handshake was done'
    default:
      return message
  }
}

/** A TLS client hello where IPFIX should begin: content type 22, major version 3 (RFC 8446 §5.1). */
export const looksLikeTls = (bytes: Uint8Array): boolean => bytes[0] === 0x16 && bytes[1] === 3
