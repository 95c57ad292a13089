/** The order of the list of exporters. All of them come in one answer, so it is made here. */
import type { ExporterSummary } from './answers.ts'

/** A column one can sort by, and its key in the address. */
export const SORTS = ['state', 'exporter', 'sampling', 'rate', 'flows', 'missing', 'clock', 'templates', 'seen'] as const
export type Sort = (typeof SORTS)[number]

export interface Order {
  readonly by: Sort
  readonly descending: boolean
}

/** What needs attention first, then the busiest. */
const DEFAULT: Order = { by: 'state', descending: true }

export function readOrder(text: string): Order {
  const by = SORTS.find(sort => sort === text.replace(/^-/, ''))
  return by === undefined ? DEFAULT : { by, descending: text.startsWith('-') }
}

/** The key after a click on a column: numbers begin with the largest, addresses with the lowest. */
export function nextOrder(now: Order, by: Sort): string {
  const descending = now.by === by ? !now.descending : by !== 'exporter'
  const same = by === DEFAULT.by && descending === DEFAULT.descending
  return same ? '' : `${descending ? '-' : ''}${by}`
}

const STATE = { attention: 2, unknown: 1, ok: 0 } as const
const natural = new Intl.Collator('en', { numeric: true })

/** Figures a row is put in order by; `rates` are those of now where the stream has them. */
function weight(row: ExporterSummary, by: Exclude<Sort, 'exporter'>): number {
  switch (by) {
    case 'state':
      return STATE[row.state]
    case 'sampling':
      return row.sampling?.rate ?? 0
    case 'rate':
      return row.bps
    case 'flows':
      return row.fps
    case 'missing':
      return row.sequence_missing
    case 'clock':
      return Math.abs(row.skew_ms ?? 0)
    case 'templates':
      return row.templates
    case 'seen':
      return row.last_seen ?? 0
    default:
      return by satisfies never
  }
}

/** Rows in order; equal ones by their rate, then by address, so that nothing jumps. */
export function ordered(rows: readonly ExporterSummary[], order: Order): readonly ExporterSummary[] {
  const { by, descending } = order
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => {
    const first = by === 'exporter' ? natural.compare(a.exporter, b.exporter) : weight(a, by) - weight(b, by)
    return first * sign || b.bps - a.bps || natural.compare(a.exporter, b.exporter)
  })
}
