/** Interfaces of the exporters: what flows say of them, and what their own counters say. */
import { Type } from 'typebox'
import type { Principal } from '../../access/index.ts'
import type { Series, Table } from '../../query/index.ts'
import { ask } from '../ask.ts'
import { counterRates } from '../counter-schema.ts'
import type { ApiDeps } from '../deps.ts'
import { askNamed, numberOf } from '../named.ts'
import { parseGranularity, parseRange } from '../ranges.ts'
import { route, type Route } from '../route.ts'
import { input, limit, NONE, range, rangeKeys, time } from '../schemas.ts'
import { addressOf } from './exporters.ts'

const INTERFACES = 500

export function interfaceRoutes(deps: ApiDeps): Route[] {
  /** What flows say of one direction of the interface, by bucket. */
  async function flowsOf(
    side: 'in' | 'out',
    of: { readonly exporter: string; readonly index: number; readonly from: number; readonly to: number; readonly granularity: number },
    principal: Principal,
    signal: AbortSignal,
  ): Promise<Series> {
    const { exporter, index, from, to, granularity } = of
    const filter = `exporter = ${exporter} and ${side}_if = ${index}`
    const answer = await ask(
      { from, to, granularity, filter, by: [], metrics: ['bps', 'pps', 'bytes', 'packets'], limit: 1, order: '-bytes' },
      principal,
      signal,
      deps,
    )
    if (answer.kind !== 'series') throw new Error('a query with granularity was answered by a table')
    return answer
  }

  return [
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
          askNamed(query, ['exporter', 'in_if', 'in_if_name'], INTERFACES, principal, signal, deps),
          askNamed(query, ['exporter', 'out_if', 'out_if_name'], INTERFACES, principal, signal, deps),
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
        url: '/api/v1/interfaces/:exporter/:index/counters',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Exporters',
        params: input({
          exporter: Type.String({ description: 'Address of the exporter, IPv4 or IPv6.' }),
          index: Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'ifIndex.' }),
        }),
        query: input({
          from: Type.Optional(time('Start')),
          to: Type.Optional(time('End, exclusive')),
          granularity: Type.Optional(Type.String({ maxLength: 20, description: 'Width of a bucket as 1m, or auto.' })),
        }),
        body: null,
        summary: 'Rates of an interface by its own counters (sFlow counter samples), beside what its flows add up to.',
        answer: counterRates,
      },
      async ({ params, query, principal, signal }) => {
        const exporter = addressOf(params.exporter)
        const asked = parseRange(query, deps.now())
        const granularity = parseGranularity(query.granularity ?? 'auto', asked)
        const of = { exporter, index: params.index, from: asked.from, to: asked.to, granularity }
        const [counters, into, out] = await Promise.all([
          deps.query.counters(of, signal),
          flowsOf('in', of, principal, signal),
          flowsOf('out', of, principal, signal),
        ])
        const { times, totals, last, samples, resets } = counters
        const rates = (series: Series) => ({ bps: series.series[0]?.values['bps'] ?? [], pps: series.series[0]?.values['pps'] ?? [] })
        const sums = (series: Series) => ({ bytes: series.totals['bytes'] ?? 0, packets: series.totals['packets'] ?? 0 })
        return {
          exporter,
          if: params.index,
          range: asked,
          granularity,
          times,
          counters: { in: counters.in, out: counters.out, totals, last, samples, resets },
          flows: { times: into.times, in: rates(into), out: rates(out), totals: { in: sums(into), out: sums(out) } },
          answered_from: into.answeredFrom,
          complete: into.complete && out.complete,
          notes: [...new Set([...into.notes, ...out.notes])],
        }
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
      const index = numberOf(row[`${side}_if`])
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
      for (const figure of ['bytes', 'packets', 'flows', 'bps', 'pps'] as const) line[`${side}_${figure}`] += numberOf(row[figure])
    }
  }
  return [...lines.values()].toSorted((a, b) => b.in_bytes + b.out_bytes - a.in_bytes - a.out_bytes)
}
