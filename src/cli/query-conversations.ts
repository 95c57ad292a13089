/** `flowlens query --conversations`: flows of both directions told as one, or figures of them by columns. */
import { csvLine } from '../api/index.ts'
import type { Conversation } from '../query/index.ts'
import { printConversations } from './print-conversations.ts'
import { printTable, type Row } from './print-table.ts'
import { askServer, printRefusal, type Refusal, type Server } from './server.ts'

/** What is asked, in the words of the API. */
export interface ConversationsAsked {
  readonly filter: string
  readonly by: readonly string[]
  readonly from: string
  readonly to: string
  readonly limit: number
  readonly sort?: string | undefined
  readonly gap?: string | undefined
  readonly duplicates?: string | undefined
}

interface Page extends Refusal {
  readonly rows: readonly Conversation[]
  readonly total: number
  readonly complete: boolean
  readonly notes: readonly string[]
}

interface Figures extends Refusal {
  readonly rows: readonly Row[]
  readonly totals: Row
  readonly complete: boolean
  readonly notes: readonly string[]
}

/** Asks, and prints the answer as a table for people, JSON or CSV; gives the exit code. */
export async function queryConversations(server: Server, asked: ConversationsAsked, form: 'table' | 'json' | 'csv'): Promise<number> {
  const grouped = asked.by.length > 0
  const keys: Readonly<Record<string, string | undefined>> = {
    filter: asked.filter,
    from: asked.from,
    to: asked.to,
    limit: String(asked.limit),
    gap: asked.gap,
    duplicates: asked.duplicates,
    ...(grouped ? { by: asked.by.join(), metric: asked.sort } : { order: asked.sort }),
  }
  const search = new URLSearchParams(Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
  const reply = await askServer<Page | Figures>(server, `/api/v1/conversations${grouped ? '/figures' : ''}?${search}`)
  if (printRefusal(reply)) return 1
  if (form === 'json') process.stdout.write(`${JSON.stringify(reply)}\n`)
  else if ('total' in reply) {
    if (form === 'csv') process.stdout.write(csv(reply.rows.map(row => ({ ...row, exporters: row.exporters.join(' ') }))))
    else process.stdout.write(`${printConversations(reply.rows)}${reply.rows.length} of ${reply.total} conversations${ending(reply)}`)
  } else if (form === 'csv') process.stdout.write(csv(reply.rows))
  else process.stdout.write(`${printTable([...asked.by, ...Object.keys(reply.totals)], reply.rows, reply.totals)}response times in µs${ending(reply)}`)
  return 0
}

const csv = (rows: readonly Row[]): string => {
  const columns = Object.keys(rows[0] ?? {})
  return [columns, ...rows.map(row => columns.map(column => row[column]))].map(csvLine).join('')
}

const ending = ({ complete, notes }: Page | Figures): string => `${complete ? '' : ', not complete'}\n${notes.map(note => `${note}\n`).join('')}`
