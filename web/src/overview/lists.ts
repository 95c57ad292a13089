/** Rows of the ranked lists, from a second of the stream or from the table of a query. */
import { numberOf, textOf } from '../api/cells.ts'
import type { LiveInterface, LiveItem, LiveSecond, Table } from '../api/types.ts'
import type { Condition } from '../filter/language.ts'
import { protocolText } from '../flows/columns.ts'
import { shownKey } from '../rankings/key.ts'
import { words } from '../words.ts'
import type { RankedRow } from '../traffic/ranked.tsx'

export interface ListSpec {
  readonly id: 'hosts' | 'apps' | 'categories' | 'ases' | 'protocols' | 'exporters'
  /** Column of the query that answers for a range in the past. */
  readonly by: string
  /** Field of the filter a key stands for. */
  readonly field: string
}

export const LISTS: Readonly<Record<ListSpec['id'], ListSpec>> = {
  hosts: { id: 'hosts', by: 'host', field: 'ip' },
  apps: { id: 'apps', by: 'app', field: 'app' },
  categories: { id: 'categories', by: 'category', field: 'category' },
  ases: { id: 'ases', by: 'as', field: 'as' },
  protocols: { id: 'protocols', by: 'proto', field: 'proto' },
  exporters: { id: 'exporters', by: 'exporter', field: 'exporter' },
}

const NO_NAMES: ReadonlyMap<string, string> = new Map()

const asNumber = (key: string): string => (/^\d+$/.test(key) ? `AS${key}` : key)

function present(spec: ListSpec, key: string, name: string | undefined): { name: string; detail?: string; id?: string; condition: Condition | null } {
  if (key === '' || (key === '0' && spec.id === 'ases')) return { name: words.overview.unknown, condition: null }
  const condition: Condition = { field: spec.field, value: key }
  if (spec.id === 'ases') {
    const number = asNumber(key)
    return name === undefined || name === '' ? { name: number, condition } : { name, detail: number, condition }
  }
  return name === undefined || name === '' || name === key ? { name: key, condition } : { name, id: key, condition }
}

/** Rows of one list of the stream. */
export function liveRows(spec: ListSpec, second: LiveSecond, total: number, names: ReadonlyMap<string, string> = NO_NAMES): readonly RankedRow[] {
  return second[spec.id]
    .filter((item: LiveItem) => item.bps > 0)
    .map(item => ({
      key: item.key,
      value: item.bps,
      share: total > 0 ? Math.min(1, item.bps / total) : null,
      ...present(spec, item.key, item.name ?? names.get(item.key)),
    }))
}

/** Interfaces with both directions added, the busiest first. */
export function interfaceRows(interfaces: readonly LiveInterface[]): readonly RankedRow[] {
  return interfaces.map(item => {
    const name = item.name === '' ? `if ${item.if}` : item.name
    return {
      key: `${item.exporter} ${item.if}`,
      name,
      detail: item.name === '' ? item.exporter : `${item.if} · ${item.exporter}`,
      value: item.in_bps + item.out_bps,
      share: null,
      condition: { field: 'if', value: String(item.if), and: { field: 'exporter', value: item.exporter } },
    }
  })
}

/** Lists the stream does not tell; they are asked for, and are the mean of the range. */
export const ASKED_LISTS = {
  countries: { by: 'country', style: 'country' },
  networks: { by: 'net_name', style: 'text' },
} as const

/** Rows of a list that is always asked for; what nobody could place is left to the page that lists all. */
export function askedRows({ by, style }: (typeof ASKED_LISTS)[keyof typeof ASKED_LISTS], table: Table, width: number): readonly RankedRow[] {
  const total = table.totals['bytes'] ?? 0
  return table.rows
    .filter(row => textOf(row[by]) !== '')
    .map(row => {
      const key = textOf(row[by])
      const bytes = numberOf(row['bytes'])
      const shown = shownKey(style, key)
      return {
        key,
        name: shown.text,
        ...(shown.detail === '' ? {} : { id: shown.detail }),
        value: (bytes * 8000) / width,
        share: total > 0 ? bytes / total : null,
        condition: { field: by, value: key },
      }
    })
}

/** Rows of a query over a range of so many milliseconds. */
export function tableRows(spec: ListSpec, table: Table, width: number, names: ReadonlyMap<string, string> = NO_NAMES): readonly RankedRow[] {
  const total = table.totals['bytes'] ?? 0
  return table.rows.map(row => {
    const key = spec.id === 'protocols' ? protocolText(row[spec.by]) : textOf(row[spec.by])
    const bytes = numberOf(row['bytes'])
    return { key, value: (bytes * 8000) / width, share: total > 0 ? bytes / total : null, ...present(spec, key, names.get(key)) }
  })
}
