/** What the search box finds of the network itself: what was typed as an address or a number, and names that had traffic in the range. */
import { useEffect, useState } from 'react'
import { request } from '../api/client.ts'
import type { Cell, Table } from '../api/types.ts'
import { KINDS, type EntityKind } from '../entity/kinds.ts'
import { pageOf } from '../entity/place.ts'
import { printText } from '../../../src/filter/index.ts'
import { COUNTRIES } from '../../../src/schema/index.ts'

export interface FoundEntity {
  readonly kind: EntityKind
  readonly value: string
  readonly name: string
  readonly path: string
}

const WAIT_MS = 200
const MOST = 4
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

function found(id: EntityKind['id'], value: string, name = ''): readonly FoundEntity[] {
  const kind = KINDS.find(each => each.id === id)
  const path = kind === undefined ? null : pageOf({ field: kind.field, value })
  const read = kind?.read(value)
  return kind === undefined || path === null || read === undefined
    ? []
    : [{ kind, value: read, name: name === '' ? (id === 'as' ? `AS${read}` : read) : name, path }]
}

/** What the text names by itself: an address, a number of an AS or of a port, a country. */
export function typedEntities(text: string): readonly FoundEntity[] {
  const wanted = text.trim()
  if (wanted === '') return []
  const lower = wanted.toLowerCase()
  const countries =
    wanted.length < 2
      ? []
      : [...COUNTRIES]
          .filter(code => code.toLowerCase() === lower || (wanted.length > 2 && regions.of(code)?.toLowerCase().includes(lower) === true))
          .slice(0, MOST)
  return [
    ...found('host', wanted),
    ...(/^(?:as)?\d+$/i.test(wanted) ? found('as', wanted) : []),
    ...(/^\d+$/.test(wanted) ? found('port', wanted) : []),
    ...countries.flatMap(code => found('country', code, regions.of(code) ?? code)),
  ]
}

interface Asked {
  readonly id: EntityKind['id']
  readonly by: readonly string[]
  readonly field: string
}

/** Names that flows of the range have; sums answer all but the last. */
const ASKED: readonly Asked[] = [
  { id: 'app', by: ['app'], field: 'app' },
  { id: 'as', by: ['as', 'as_name'], field: 'as_name' },
  { id: 'category', by: ['category'], field: 'category' },
  { id: 'network', by: ['net_name'], field: 'net_name' },
]

const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell))

/** Names of applications, AS, categories and networks that hold the text, those with the most traffic first; nothing for a text of one letter. */
export function useNamed(text: string, range: { readonly from: string; readonly to: string }): readonly FoundEntity[] {
  const [named, setNamed] = useState<{ readonly text: string; readonly found: readonly FoundEntity[] }>({ text: '', found: [] })
  const { from, to } = range
  const wanted = text.trim()
  useEffect(() => {
    if (wanted.length < 2) return undefined
    const control = new AbortController()
    const ask = async ({ id, by, field }: Asked): Promise<void> => {
      const body = { from, to, filter: `${field} contains ${printText(wanted)}`, by, metrics: ['bytes'], order: '-bytes', limit: MOST * 3 }
      const table = await request<Table>('/query', { method: 'POST', body, signal: control.signal })
      // The other side of a flow is told too, and need not hold the text.
      const hits = table.rows
        .filter(row => textOf(row[field]).toLowerCase().includes(wanted.toLowerCase()))
        .slice(0, MOST)
        .flatMap(row => found(id, textOf(row[by[0] ?? '']), textOf(row[field])))
      setNamed(before => ({ text: wanted, found: [...(before.text === wanted ? before.found : []), ...hits] }))
    }
    const timer = window.setTimeout(() => {
      for (const one of ASKED)
        ask(one).catch((cause: unknown) => {
          if (!control.signal.aborted) console.info('no names', cause)
        })
    }, WAIT_MS)
    return () => {
      window.clearTimeout(timer)
      control.abort()
    }
  }, [wanted, from, to])
  return named.text === wanted ? named.found : []
}
