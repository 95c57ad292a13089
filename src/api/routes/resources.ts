/** Questions with a name: talkers, protocols, hosts, interfaces, exporters. Each is a Query, or two. */
import { Type } from 'typebox'
import type { Principal } from '../../access/index.ts'
import { askTable, inSnakeCase } from '../ask.ts'
import type { Cell, Table } from '../../query/index.ts'
import type { ApiDeps } from '../deps.ts'
import { parseRange } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { input, limit, NONE, oneOf, range, rangeKeys, tableAnswer } from '../schemas.ts'

const METRIC_WORDS = ['bytes', 'packets', 'flows'] as const
const METRICS = ['bytes', 'packets', 'flows', 'bps', 'pps']
const metric = Type.Optional(oneOf(METRIC_WORDS, 'What to rank by; bytes when absent.'))

interface Request {
  readonly from?: string
  readonly to?: string
  readonly filter?: string
  readonly limit?: number
  readonly metric?: string
}

const INTERFACES = 500
const EXPORTERS = 1000

/** A figure; sums beyond 2^53 come as text and lose their last digits here. */
const number = (value: Cell | undefined): number => Number(value ?? 0)

export function resourceRoutes(deps: ApiDeps): Route[] {
  const table = (request: Request, by: readonly string[], standard: number, principal: Principal, signal: AbortSignal): Promise<Table> =>
    askTable(
      {
        ...parseRange(request, deps.now()),
        filter: request.filter ?? '',
        by,
        metrics: METRICS,
        limit: request.limit ?? standard,
        order: `-${request.metric ?? 'bytes'}`,
      },
      principal,
      signal,
      deps,
    )

  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/top-talkers',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'The addresses with the most traffic.',
        query: input({
          ...rangeKeys,
          metric,
          limit: Type.Optional(limit(1000, 10)),
          direction: Type.Optional(oneOf(['src', 'dst', 'both'], 'As source, as destination, or either; either when absent.')),
        }),
      },
      async ({ query, principal, signal }) =>
        inSnakeCase(await table(query, [query.direction === undefined || query.direction === 'both' ? 'host' : query.direction], 10, principal, signal)),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/protocols',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'Traffic by IP protocol.',
        query: input({ ...rangeKeys, metric, limit: Type.Optional(limit(256, 50)) }),
      },
      async ({ query, principal, signal }) => inSnakeCase(await table(query, ['proto'], 50, principal, signal)),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/hosts',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        answer: tableAnswer,
        summary: 'Hosts, each with the traffic it was either side of.',
        query: input({ ...rangeKeys, metric, limit: Type.Optional(limit(1000, 100)) }),
      },
      async ({ query, principal, signal }) => inSnakeCase(await table(query, ['host'], 100, principal, signal)),
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/interfaces',
        access: 'viewer',
        tag: 'Traffic',
        params: NONE,
        body: null,
        summary: 'Interfaces of the exporters, with what came in and went out.',
        query: input({ ...rangeKeys, limit: Type.Optional(limit(INTERFACES, INTERFACES)) }),
        answer: Type.Object({
          range,
          rows: Type.Array(
            Type.Object({
              exporter: Type.String(),
              if: Type.Number(),
              name: Type.String(),
              in_bytes: Type.Number(),
              in_packets: Type.Number(),
              in_flows: Type.Number(),
              in_bps: Type.Number(),
              in_pps: Type.Number(),
              out_bytes: Type.Number(),
              out_packets: Type.Number(),
              out_flows: Type.Number(),
              out_bps: Type.Number(),
              out_pps: Type.Number(),
            }),
          ),
          answered_from: Type.String(),
          complete: Type.Boolean(),
          notes: Type.Array(Type.String()),
        }),
      },
      async ({ query, principal, signal }) => {
        const [into, out] = await Promise.all([
          table(query, ['exporter', 'in_if', 'in_if_name'], INTERFACES, principal, signal),
          table(query, ['exporter', 'out_if', 'out_if_name'], INTERFACES, principal, signal),
        ])
        return {
          range: into.range,
          rows: mergeInterfaces(into, out).slice(0, query.limit ?? INTERFACES),
          answered_from: into.answeredFrom,
          complete: into.complete && out.complete,
          notes: [...new Set([...into.notes, ...out.notes])],
        }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/exporters',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Traffic',
        params: NONE,
        body: null,
        summary: 'The devices that send: traffic of the range, and what is known of them since ingest started.',
        query: input(rangeKeys),
        answer: Type.Object({
          range,
          rows: Type.Array(
            Type.Object({
              exporter: Type.String(),
              bytes: Type.Number(),
              packets: Type.Number(),
              flows: Type.Number(),
              bps: Type.Number(),
              pps: Type.Number(),
              protocols: Type.Array(Type.String()),
              domains: Type.Number(),
              templates: Type.Number(),
              last_seen: Type.Union([Type.Number(), Type.Null()]),
              sampling: Type.Union([Type.Object({ rate: Type.Number(), source: Type.String() }), Type.Null()]),
              skew_ms: Type.Union([Type.Number(), Type.Null()], { description: 'Our clock minus the exporter’s.' }),
              datagrams: Type.Number(),
              rows: Type.Number(),
              sequence_missing: Type.Number(),
              rejected: Type.Record(Type.String(), Type.Number()),
            }),
          ),
          ledger_at: Type.Union([Type.Number(), Type.Null()]),
          answered_from: Type.String(),
          complete: Type.Boolean(),
          notes: Type.Array(Type.String()),
        }),
      },
      async ({ query, principal, signal }) => {
        const sums = await table({ ...query, limit: EXPORTERS }, ['exporter'], EXPORTERS, principal, signal)
        const ledger = deps.ledger()
        const traffic = new Map(sums.rows.map(row => [String(row['exporter']), row]))
        const known = new Map((ledger?.exporters ?? []).map(exporter => [exporter.address, exporter]))
        const rows = [...new Set([...traffic.keys(), ...known.keys()])].map(address => {
          const row = traffic.get(address)
          const exporter = known.get(address)
          return {
            exporter: address,
            bytes: number(row?.['bytes']),
            packets: number(row?.['packets']),
            flows: number(row?.['flows']),
            bps: number(row?.['bps']),
            pps: number(row?.['pps']),
            protocols: exporter?.protocols ?? [],
            domains: exporter?.domains ?? 0,
            templates: exporter?.templates ?? 0,
            last_seen: exporter?.last_seen ?? null,
            sampling: exporter?.sampling ?? null,
            skew_ms: exporter?.skew_ms ?? null,
            datagrams: exporter?.datagrams ?? 0,
            rows: exporter?.rows ?? 0,
            sequence_missing: exporter?.sequence_missing ?? 0,
            rejected: exporter?.rejected ?? {},
          }
        })
        return { range: sums.range, rows, ledger_at: ledger?.at ?? null, answered_from: sums.answeredFrom, complete: sums.complete, notes: sums.notes }
      },
    ),
  ]
}

interface Interface {
  exporter: string
  if: number
  name: string
  in_bytes: number
  in_packets: number
  in_flows: number
  in_bps: number
  in_pps: number
  out_bytes: number
  out_packets: number
  out_flows: number
  out_bps: number
  out_pps: number
}

/** One line an interface from both directions, the busiest first. Interface 0 is "none" (dropped or local) and is left out. */
function mergeInterfaces(into: Table, out: Table): Interface[] {
  const lines = new Map<string, Interface>()
  for (const [side, answer] of [
    ['in', into],
    ['out', out],
  ] as const) {
    for (const row of answer.rows) {
      const exporter = String(row['exporter'])
      const index = number(row[`${side}_if`])
      if (index === 0) continue
      const key = `${exporter} ${index}`
      let line = lines.get(key)
      if (line === undefined) {
        line = {
          exporter,
          if: index,
          name: '',
          in_bytes: 0,
          in_packets: 0,
          in_flows: 0,
          in_bps: 0,
          in_pps: 0,
          out_bytes: 0,
          out_packets: 0,
          out_flows: 0,
          out_bps: 0,
          out_pps: 0,
        }
        lines.set(key, line)
      }
      // An interface may have changed its name within the range: its traffic is one line, the last name seen stands.
      line.name = String(row[`${side}_if_name`] ?? '') || line.name
      for (const figure of ['bytes', 'packets', 'flows', 'bps', 'pps'] as const) line[`${side}_${figure}`] += number(row[figure])
    }
  }
  return [...lines.values()].toSorted((a, b) => b.in_bytes + b.out_bytes - a.in_bytes - a.out_bytes)
}
