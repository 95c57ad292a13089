/** What is known of an entity beside its traffic: what answers about its flows say of its own end, and when it was seen. */
import type { ReactElement, ReactNode } from 'react'
import { Link } from '../address/link.tsx'
import { useTable } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { Fact, Facts } from '../shell/identity.tsx'
import { clock, day, exactTime, join, percent, sameDay, span } from '../ui/format.ts'
import { words as shared } from '../words.ts'
import { serviceName } from '../../../src/schema/index.ts'
import { numberOf, textOf, type Cells } from '../api/cells.ts'
import type { EntityKind } from './kinds.ts'
import type { Look } from './look.ts'
import { shownOf } from './names.ts'
import { pageOf } from './place.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

/** Columns of its own end that tell something of a kind; without `src_` and `dst_` where a flow has one as a whole. */
const STEMS: Readonly<Record<EntityKind['id'], readonly string[]>> = {
  host: ['as', 'as_name', 'country', 'net_name'],
  as: ['as_name', 'country'],
  country: ['as', 'as_name'],
  app: ['category'],
  category: [],
  network: [],
  port: [],
}
const MOST_ROWS = 20

interface Own {
  readonly bytes: number
  readonly cells: Cells
}

export interface Known {
  readonly id: EntityKind['id']
  readonly value: string
  /** What the network calls it; empty where nobody told. */
  readonly name: string
  /** Null while they are asked for. */
  readonly own: readonly Own[] | null
  readonly firstSeen: number | null
  readonly lastSeen: number | null
}

/** Rows of one answer under the stems of their columns. */
const rowsOf = (table: Table | undefined, prefix: string, stems: readonly string[]): readonly Own[] =>
  table?.rows.map(row => ({ bytes: numberOf(row['bytes']), cells: Object.fromEntries(stems.map(stem => [stem, row[`${prefix}${stem}`] ?? null])) })) ?? []

const METRICS = ['bytes', 'first_seen', 'last_seen'] as const

/** Asks both ends, since a host that only receives is no source of any flow. */
export function useFacts(look: Look): Known {
  const { kind, value } = look.entity
  const sided = kind.sides !== null
  const stems = STEMS[kind.id]
  const asked = (prefix: string): { by: readonly string[]; metrics: readonly string[]; order: string; limit: number } => ({
    by: stems.map(stem => `${prefix}${stem}`),
    metrics: METRICS,
    order: '-bytes',
    limit: MOST_ROWS,
  })
  const [src, dst] = sided && kind.id !== 'port' ? ['src_', 'dst_'] : ['', '']
  const source = useTable({ ...look.from, ...asked(src) }, look.mark, true)
  const destination = useTable({ ...look.to, ...asked(dst) }, look.mark, sided)
  const settled = source.data !== undefined && (!sided || destination.data !== undefined)
  const own = [...rowsOf(source.data, src, stems), ...rowsOf(sided ? destination.data : undefined, dst, stems)].toSorted((a, b) => b.bytes - a.bytes)
  const times = (name: string): readonly number[] => [source.data, destination.data].flatMap(table => table?.totals[name] ?? [])
  const first = times('first_seen')
  const last = times('last_seen')
  return {
    id: kind.id,
    value,
    name: kind.id === 'as' ? (own.map(row => textOf(row.cells['as_name'])).find(name => name !== '') ?? '') : '',
    own: settled ? own : null,
    firstSeen: first.length === 0 ? null : Math.min(...first),
    lastSeen: last.length === 0 ? null : Math.max(...last),
  }
}

/** The value of a column with the most bytes, and its share of those that have one. */
function mostOf(
  own: readonly Own[],
  stem: string,
  absent: readonly string[] = [''],
): { readonly value: string; readonly share: number; readonly row: Cells } | null {
  const sums = new Map<string, { bytes: number; row: Cells }>()
  for (const { bytes, cells } of own) {
    const value = textOf(cells[stem])
    if (!absent.includes(value)) sums.set(value, { bytes: bytes + (sums.get(value)?.bytes ?? 0), row: sums.get(value)?.row ?? cells })
  }
  const all = [...sums.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  const [best] = [...sums].toSorted((a, b) => b[1].bytes - a[1].bytes)
  return best === undefined ? null : { value: best[0], share: all === 0 ? 1 : best[1].bytes / all, row: best[1].row }
}

function To({
  id,
  field,
  value,
  name = '',
}: {
  readonly id: EntityKind['id']
  readonly field: string
  readonly value: string
  readonly name?: string
}): ReactElement {
  const shown = shownOf(id, value, name)
  const to = pageOf({ field, value })
  return (
    <>
      {to === null ? (
        shown.text
      ) : (
        <Link className={styles.to} to={to}>
          {shown.text}
        </Link>
      )}
      {shown.detail !== '' && <span className="t3"> {shown.detail}</span>}
    </>
  )
}

const nobody = (
  <span className="t3" title={words.unknown}>
    {shared.none}
  </span>
)

interface OneFact {
  readonly name: string
  readonly title?: string
  readonly value: ReactNode
}

function factsOf({ id, value, own }: Known): readonly OneFact[] {
  const rows = own ?? []
  const country = mostOf(rows, 'country')
  const as = mostOf(rows, 'as', ['', '0'])
  const asFact = as === null ? nobody : <To id="as" field="as" value={as.value} name={textOf(as.row['as_name'])} />
  switch (id) {
    case 'host': {
      const network = mostOf(rows, 'net_name')
      return [
        { name: words.as, value: asFact },
        { name: words.country, value: country === null ? nobody : <To id="country" field="country" value={country.value} /> },
        { name: words.network, value: network === null ? nobody : <To id="network" field="net_name" value={network.value} /> },
      ]
    }
    case 'as':
      return [
        {
          name: words.mostly,
          title: words.mostlyTitle,
          value:
            country === null ? (
              nobody
            ) : (
              <>
                <To id="country" field="country" value={country.value} /> <span className="t3">{join(percent(country.share))}</span>
              </>
            ),
        },
      ]
    case 'country':
      return [{ name: words.as, title: words.mostlyTitle, value: asFact }]
    case 'app': {
      const category = mostOf(rows, 'category')
      return [{ name: words.category, value: category === null ? nobody : <To id="category" field="category" value={category.value} /> }]
    }
    case 'port':
      return [{ name: words.service, value: serviceName(Number(value)) ?? nobody }]
    case 'category':
    case 'network':
      return []
    default:
      return id satisfies never
  }
}

function Time({ at, ago = false }: { readonly at: number | null; readonly ago?: boolean }): ReactElement {
  if (at === null) return nobody
  const now = Date.now()
  const when = sameDay(at, now) ? clock(at) : `${day(at)}, ${clock(at)}`
  return <span title={exactTime(at)}>{ago && now - at < 3_600_000 ? words.ago(span(now - at)) : when}</span>
}

export function KnownFacts({ facts }: { readonly facts: Known }): ReactElement {
  const loading = facts.own === null
  const shown: readonly OneFact[] = [
    { name: words.lastSeen, value: <Time at={facts.lastSeen} ago /> },
    { name: words.firstSeen, value: <Time at={facts.firstSeen} /> },
    ...factsOf(facts),
  ]
  return (
    <Facts busy={loading}>
      {shown.map(({ name, title, value }) => (
        <Fact key={name} name={name} title={title}>
          {loading ? <span className="sk" style={{ width: '72px', display: 'inline-block', verticalAlign: 'middle' }} /> : value}
        </Fact>
      ))}
    </Facts>
  )
}
