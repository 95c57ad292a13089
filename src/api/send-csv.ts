/** A CSV file as an answer, streamed: a page is made when the client has taken the one before. */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { HANDLED } from './route.ts'

/** `name` is ours, never a client's, so it needs no quoting (RFC 6266). */
export function sendCsv(reply: FastifyReply, name: string, chunks: AsyncIterable<string>): typeof HANDLED {
  void reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="flowlens-${name}.csv"`)
    .send(Readable.from(chunks))
  return HANDLED
}
