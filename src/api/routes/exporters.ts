/** The devices that send: the list with their traffic, and everything known of one. */
import { Type } from 'typebox'
import { FlowLensError, printAddress, readAddress } from '../../schema/index.ts'
import { adviseExporter, needsAttention } from '../../telemetry/index.ts'
import type { ApiDeps, ExporterPlace } from '../deps.ts'
import { exporterDetail, place, reasons, sampling, state } from '../exporter-schema.ts'
import { askNamed, numberOf } from '../named.ts'
import { route, type Route } from '../route.ts'
import { input, NONE, range, rangeKeys } from '../schemas.ts'

const EXPORTERS = 1000
const strings = Type.Array(Type.String())
/** The last minutes tell how long flows are cut now; older ones may come from before somebody changed the device. */
const LONGEST_OF_MS = 15 * 60_000

/** The address in a path as FlowLens prints it. Throws FL_API_INVALID. */
export function addressOf(text: string): string {
  const address = readAddress(text)
  if (address === undefined)
    throw new FlowLensError('FL_API_INVALID', `${JSON.stringify(text)} is no address; an exporter is named by its IPv4 or IPv6 address`)
  return printAddress(address)
}

const NOWHERE: ExporterPlace = { name: '', group: '', role: '', site: '', region: '', tenant: '' }

export function exporterRoutes(deps: ApiDeps): Route[] {
  function placeOf(address: string): ExporterPlace {
    const { name, group, role, site, region, tenant } = deps.place(address) ?? NOWHERE
    return { name, group, role, site, region, tenant }
  }

  /** The longest flow the exporter reported of late, ms; null when the store cannot tell. */
  async function longestFlow(address: string, now: number, signal: AbortSignal): Promise<number | null> {
    const range = { from: now - LONGEST_OF_MS, to: now }
    const answer = await deps.query.run(
      { ...range, filter: `exporter = ${address}`, by: [], metrics: ['max_duration'], limit: 1, order: '-max_duration' },
      signal,
    )
    const longest = answer.totals['max_duration']
    return longest === undefined || longest === null ? null : longest / 1000
  }

  return [
    route(
      {
        method: 'GET',
        url: '/api/v1/exporters',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Exporters',
        params: NONE,
        body: null,
        summary: 'The devices that send: traffic of the range, and what is known of them since ingest started.',
        query: input(rangeKeys),
        answer: Type.Object({
          range,
          rows: Type.Array(
            Type.Object({
              exporter: Type.String(),
              ...place,
              bytes: Type.Number(),
              packets: Type.Number(),
              flows: Type.Number(),
              bps: Type.Number(),
              pps: Type.Number(),
              fps: Type.Number(),
              protocols: strings,
              transports: strings,
              domains: Type.Number(),
              templates: Type.Number(),
              last_seen: Type.Union([Type.Number(), Type.Null()]),
              sampling,
              skew_ms: Type.Union([Type.Number(), Type.Null()], { description: 'Our clock minus the exporter’s.' }),
              datagrams: Type.Number(),
              rows: Type.Number(),
              sequence_missing: Type.Number(),
              rejected: reasons,
              state,
              advice: Type.Array(Type.String(), { description: 'Codes of what there is to say about it, the worst first.' }),
            }),
          ),
          ledger_at: Type.Union([Type.Number(), Type.Null()]),
          answered_from: Type.String(),
          complete: Type.Boolean(),
          notes: strings,
        }),
      },
      async ({ query, principal, signal }) => {
        const sums = await askNamed({ ...query, limit: EXPORTERS }, ['exporter'], EXPORTERS, principal, signal, deps)
        const seconds = Math.max(1, (sums.range.to - sums.range.from) / 1000)
        const ledger = deps.ledger()
        const traffic = new Map(sums.rows.map(row => [String(row['exporter']), row]))
        const known = new Map((ledger?.exporters ?? []).map(exporter => [exporter.address, exporter]))
        const rows = [...new Set([...traffic.keys(), ...known.keys()])].map(address => {
          const row = traffic.get(address)
          const exporter = known.get(address)
          return {
            exporter: address,
            ...placeOf(address),
            bytes: numberOf(row?.['bytes']),
            packets: numberOf(row?.['packets']),
            flows: numberOf(row?.['flows']),
            bps: numberOf(row?.['bps']),
            pps: numberOf(row?.['pps']),
            fps: numberOf(row?.['flows']) / seconds,
            protocols: exporter?.protocols ?? [],
            transports: exporter?.transports ?? [],
            domains: exporter?.domains ?? 0,
            templates: exporter?.templates ?? 0,
            last_seen: exporter?.last_seen ?? null,
            sampling: exporter?.sampling ?? null,
            skew_ms: exporter?.skew_ms ?? null,
            datagrams: exporter?.datagrams ?? 0,
            rows: exporter?.rows ?? 0,
            sequence_missing: exporter?.sequence_missing ?? 0,
            rejected: exporter?.rejected ?? {},
            state: exporter === undefined ? 'unknown' : needsAttention(exporter.advice) ? 'attention' : 'ok',
            advice: exporter?.advice ?? [],
          }
        })
        return { range: sums.range, rows, ledger_at: ledger?.at ?? null, answered_from: sums.answeredFrom, complete: sums.complete, notes: sums.notes }
      },
    ),

    route(
      {
        method: 'GET',
        url: '/api/v1/exporters/:exporter',
        access: 'viewer',
        wholeOnly: true,
        tag: 'Exporters',
        params: input({ exporter: Type.String({ description: 'Address of the exporter, IPv4 or IPv6.' }) }),
        query: NONE,
        body: null,
        summary:
          'Everything known of one exporter since ingest started: templates, samplers, sequence, clock, unknown elements, what was rejected, and advice.',
        answer: exporterDetail,
      },
      async ({ params, signal }) => {
        const address = addressOf(params.exporter)
        const detail = await deps.exporter(address)
        if (detail === null) {
          const since = deps.ledger()?.started_at
          throw new FlowLensError(
            'FL_API_EXPORTER',
            `${address} has sent nothing${since === undefined ? '' : ` since ${new Date(since).toISOString()}, when receiving began`}`,
          )
        }
        const now = deps.now()
        // Without its flows everything else is still worth telling.
        const longestFlowMs = await longestFlow(address, now, signal).catch(() => null)
        const kernelDropped = (deps.ledger()?.listeners ?? []).reduce((sum, listener) => sum + (listener.kernel_dropped ?? 0), 0)
        const advice = adviseExporter(detail, { now, kernelDropped, longestFlowMs })
        return { at: now, state: needsAttention(advice.map(one => one.code)) ? 'attention' : 'ok', ...detail, ...placeOf(address), advice }
      },
    ),
  ]
}
