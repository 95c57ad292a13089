/** What the API needs of other rooms: the least it uses, so that a test can stand in for each. */
import type { Access } from '../access/index.ts'
import type { ReverseDns } from '../identity/index.ts'
import type {
  Cell,
  ConversationFigures,
  ConversationFiguresQuery,
  ConversationsPage,
  ConversationsQuery,
  CountersQuery,
  FlowsPage,
  FlowsQuery,
  Key,
  Query,
  Series,
  Table,
} from '../query/index.ts'
import type { Views } from '../state/index.ts'
import type { CounterRates, DeliveryStatus, ExporterDetail, Health, Ledger, Log, Metrics, StoreSizes } from '../telemetry/index.ts'

/** Errors are FlowLensError; a bad filter has `context.start` and `context.end`, offsets in the filter's text. */
export interface QueryEngine {
  run(query: Query, signal: AbortSignal): Promise<Table | Series>
  flows(query: FlowsQuery, signal: AbortSignal): Promise<FlowsPage>
  /** One flow with every stored column and `computed`; null when there is none, or none inside `scope`. */
  flow(id: string, scope: string, signal: AbortSignal): Promise<Readonly<Record<string, Cell | Key>> | null>
  /** Flows of both directions told as one; `scope` limits the flows, `filter` chooses the conversations. */
  conversations(query: ConversationsQuery, signal: AbortSignal): Promise<ConversationsPage>
  /** How many conversations began, and how fast they were answered, by columns. */
  conversationFigures(query: ConversationFiguresQuery, signal: AbortSignal): Promise<ConversationFigures>
  complete(
    request: { readonly filter: string; readonly caret: number; readonly from: number; readonly to: number; readonly scope: string },
    signal: AbortSignal,
  ): Promise<{
    readonly start: number
    readonly end: number
    readonly items: readonly { readonly text: string; readonly kind: string; readonly detail: string; readonly bytes?: number }[]
  }>
  /** Rates of an interface by its own counters. */
  counters(query: CountersQuery, signal: AbortSignal): Promise<CounterRates>
  /** The filter as it would be printed. Throws FlowLensError with a position. */
  check(filter: string): { readonly canonical: string; readonly notes: readonly string[] }
}

/** One second of live figures; the API passes it on as it is. */
export interface LiveSecond {
  readonly at: number
  readonly age_ms?: number | null
}

export interface LiveFeed {
  /** Calls the listener once a second until the returned function is called. Throws FlowLensError for a bad filter. */
  subscribe(filter: string, listener: (second: LiveSecond) => void): () => void
  latest(): LiveSecond | null
}

/** What the configuration calls an exporter, and where it stands; empty where it does not say. */
export interface ExporterPlace {
  readonly name: string
  readonly group: string
  readonly role: string
  readonly site: string
  readonly region: string
  readonly tenant: string
}

export interface ApiDeps {
  readonly query: QueryEngine
  readonly live: LiveFeed
  readonly ledger: () => Ledger | null
  /** Everything ingest knows of an exporter now, by its printed address; null when it has heard of none. Throws FL_RECEIVE_ANSWER. */
  readonly exporter: (address: string) => Promise<ExporterDetail | null>
  /** The place of an exporter by its printed address; null where the configuration says nothing of it. */
  readonly place: (address: string) => ExporterPlace | null
  readonly delivery: () => DeliveryStatus | null
  readonly sizes: () => StoreSizes | null
  readonly health: { assess(): Health }
  readonly access: Access
  readonly views: Views
  /** Names of hosts, as far as they are known. */
  readonly names: Pick<ReverseDns, 'enabled' | 'namesOf'>
  readonly log: Log
  readonly metrics: Metrics
  /** The built console (`web/dist`); may be missing. */
  readonly webDirectory: string
  /** The Markdown of `docs/`; may be missing. */
  readonly docsDirectory: string
  /** Version of FlowLens. */
  readonly version: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}
