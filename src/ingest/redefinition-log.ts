/** Tells the log of templates that were redefined outside the rhythm of refreshes: of each exporter once a minute, with how many there were. */
import { elementText, type Definition, type Exporter, type Redefinition } from '../decode/index.ts'
import { printAddress } from '../schema/index.ts'
import type { LogFields } from '../telemetry/index.ts'

const QUIET_MS = 60_000
/** Exporters that are told of apart; made-up ones beyond that are told of together, by nobody. */
const MOST = 1000
/** Fields of a definition in a line of the log. */
const MOST_FIELDS = 40

const fieldsText = ({ fields }: Definition): string =>
  fields
    .slice(0, MOST_FIELDS)
    .map(({ element, length }) => `${elementText(element)}:${length}`)
    .join(' ') + (fields.length > MOST_FIELDS ? ' …' : '')

/** What a decoder is given as `onRedefinition`. */
export function createRedefinitionLog(
  warn: (message: string, fields: LogFields) => void,
  now: () => number,
): (exporter: Exporter, redefinition: Redefinition) => void {
  const told = new Map<bigint, { atMs: number; silent: number }>()
  return (exporter, { domain, template, before, after, refused, flipFlop }) => {
    const nowMs = now()
    const last = told.get(exporter.address)
    if (last !== undefined && nowMs - last.atMs < QUIET_MS) {
      last.silent++
      return
    }
    if (last === undefined && told.size >= MOST) for (const [address, { atMs }] of told) if (nowMs - atMs >= QUIET_MS) told.delete(address)
    if (last === undefined && told.size >= MOST) return
    told.set(exporter.address, { atMs: nowMs, silent: 0 })
    warn(refused ? 'a template was to be redefined; it is pinned' : flipFlop ? 'a template changes to and fro' : 'a template was redefined out of time', {
      exporter: printAddress(exporter.address),
      domain,
      template,
      before: fieldsText(before),
      after: fieldsText(after),
      others_since: last?.silent ?? 0,
    })
  }
}
