/** Questions about quality: latency, TCP, calls. Each is a Query over the flows it was measured in. */
import { Type } from 'typebox'
import { inSnakeCase } from '../ask.ts'
import type { ApiDeps } from '../deps.ts'
import { byMeasured, CONVERSATION_FIGURES } from '../../query/index.ts'
import { askWithEstimates } from '../estimates.ts'
import { askNamed, askNamedSeries } from '../named.ts'
import { route, type Route } from '../route.ts'
import { commaList, compare, duplicates, input, limit, NONE, oneOf, queryAnswer, rangeKeys, split } from '../schemas.ts'

const GRANULARITY = 'auto, or the width of a bucket as 1m: the answer is a series. Absent: a table.'
const VOLUME = ['flows', 'bytes', 'packets'] as const

interface Quality {
  readonly url: string
  readonly summary: string
  /** Columns when the request names none. */
  readonly by: readonly string[]
  readonly metrics: readonly string[]
  /** Which flows it is about; all when absent. */
  readonly only?: string
  /** Tables have the figures of conversations beside those of flows. */
  readonly estimates?: true
}

const QUALITIES: readonly Quality[] = [
  {
    url: '/api/v1/latency',
    summary:
      'Round-trip, application and response times in microseconds: how many flows were measured, and their percentiles; in tables also the response times that are estimated from conversations.',
    by: ['host'],
    estimates: true,
    metrics: [
      ...VOLUME,
      'count_rtt',
      'p50_rtt',
      'p95_rtt',
      'p99_rtt',
      'count_rtt_client',
      'p50_rtt_client',
      'p95_rtt_client',
      'p99_rtt_client',
      'count_rtt_server',
      'p50_rtt_server',
      'p95_rtt_server',
      'p99_rtt_server',
      'count_app_latency',
      'p50_app_latency',
      'p95_app_latency',
      'p99_app_latency',
      'count_response_time',
      'p50_response_time',
      'p95_response_time',
      'p99_response_time',
      'count_transaction_time',
      'p50_transaction_time',
      'p95_transaction_time',
      'p99_transaction_time',
    ],
  },
  {
    url: '/api/v1/tcp',
    summary:
      'Health of TCP: packets sent again, counted or (at least so many) estimated, out of order and lost, flags, full receive buffers, handshakes that failed; and in how many flows round trips were measured.',
    by: ['host'],
    metrics: [
      ...VOLUME,
      'count_retransmitted',
      'retransmitted',
      'retransmitted_percent',
      'retransmitted_bytes',
      'retransmitted_bytes_percent',
      'retransmitted_estimate',
      'retransmitted_percent_estimate',
      'count_out_of_order',
      'out_of_order',
      'out_of_order_percent',
      'count_lost',
      'lost',
      'lost_percent',
      'count_zero_window',
      'zero_window',
      'syn_count',
      'fin_count',
      'rst_count',
      'flag_flows',
      'syn_flows',
      'fin_flows',
      'rst_flows',
      'rst_flows_percent',
      'handshake_failures_estimate',
      'handshake_failures_percent_estimate',
      'count_rtt',
      'count_rtt_client',
      'count_rtt_server',
    ],
    only: 'proto = tcp',
  },
  {
    url: '/api/v1/voip',
    summary: 'Calls: opinion score, rating, jitter in microseconds, loss in percent. Scores that were worked out are marked in `notes` of their flows.',
    by: ['host'],
    metrics: [
      ...VOLUME,
      'count_mos',
      'avg_mos',
      'p5_mos',
      'min_mos',
      'avg_r_factor',
      'min_r_factor',
      'count_jitter',
      'p50_jitter',
      'p95_jitter',
      'max_jitter',
      'count_loss',
      'avg_loss',
      'p95_loss',
      'max_loss',
      'p95_rtt',
    ],
    only: 'category = voip or mos measured or rtp_ssrc exists or codec exists or rtp_payload_type > 0',
  },
]

const isEstimate = (name: string): boolean => CONVERSATION_FIGURES.some(one => one === name)

export function qualityRoutes(deps: ApiDeps): Route[] {
  return QUALITIES.map(({ url, summary, by, metrics, only, estimates }) =>
    route(
      {
        method: 'GET',
        url,
        access: 'viewer',
        tag: 'Quality',
        params: NONE,
        body: null,
        answer: queryAnswer,
        summary,
        query: input({
          ...rangeKeys,
          by: Type.Optional(commaList(`Columns to group by, at most four; when absent ${by.join()} in a table and none over time`)),
          granularity: Type.Optional(Type.String({ maxLength: 20, description: GRANULARITY })),
          metrics: Type.Optional(commaList('Figures of the answer; all of this question when absent, which costs more')),
          metric: Type.Optional(
            oneOf([...metrics, ...(estimates === undefined ? [] : CONVERSATION_FIGURES)], 'What to rank by, the most first; bytes when absent.'),
          ),
          limit: Type.Optional(limit(1000, 50)),
          compare: Type.Optional(compare),
          duplicates,
        }),
      },
      async ({ query, principal, signal }) => {
        const columns = split(query.by)
        const wanted = split(query.metrics)
        const named = { metrics: wanted.length === 0 ? metrics : [...new Set([...wanted, query.metric ?? 'bytes'])], ...(only === undefined ? {} : { only }) }
        if (query.granularity !== undefined) return inSnakeCase(await askNamedSeries(query, query.granularity, columns, principal, signal, deps, named))
        const rows = columns.length === 0 ? by : columns
        const measured = named.metrics.filter(name => !isEstimate(name))
        // Estimates read single flows: who names other figures does not wait for them.
        const estimated = wanted.length === 0 || [...wanted, query.metric ?? ''].some(isEstimate)
        return inSnakeCase(
          estimates === undefined || !estimated || byMeasured(rows)
            ? await askNamed(query, rows, 50, principal, signal, deps, named)
            : await askWithEstimates(query, rows, 50, principal, signal, deps, measured),
        )
      },
    ),
  )
}
