import type { ReactElement } from 'react'
import { useTable } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { TopPick } from '../shell/top-pick.tsx'
import { figuresOf } from '../traffic/figures.ts'
import type { TrafficRow } from '../traffic/table.tsx'
import { Failure } from '../ui/failure.tsx'
import { Breakdown, NameLink } from './breakdown.tsx'
import { textOf } from '../api/cells.ts'
import type { Look } from './look.ts'
import { shownOf } from './names.ts'
import { pageOf } from './place.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

const METRICS = ['bytes', 'packets', 'flows'] as const

const columnsOf = (side: 'src' | 'dst'): readonly string[] => [side, `${side}_country`, `${side}_as`, `${side}_as_name`]

function rowsOf(table: Table | undefined, side: 'src' | 'dst'): readonly TrafficRow[] | null {
  if (table === undefined) return null
  return table.rows.map(cells => {
    const [host = '', country = '', as = '', asName = ''] = columnsOf(side).map(column => textOf(cells[column]))
    const shown = shownOf('country', country)
    return {
      key: `${host} ${as} ${country} ${asName}`,
      name: host,
      detail: '',
      condition: { field: side, value: host },
      extra: [
        <NameLink key="country" to={pageOf({ field: 'country', value: country })}>
          {country === '' ? '' : shown.text}
        </NameLink>,
        <NameLink key="as" to={pageOf({ field: 'as', value: as })}>
          {as === '' || as === '0' ? '' : asName === '' ? `AS${as}` : asName}
        </NameLink>,
      ],
      figures: figuresOf(cells),
    }
  })
}

/** Who sent to an entity and whom it sent to, with the country and AS of each. */
export function PeersTab({ look }: { readonly look: Look }): ReactElement {
  const limit = Number(look.scope.top)
  const asked = { metrics: METRICS, order: '-bytes', limit }
  const senders = useTable({ ...look.to, ...asked, by: columnsOf('src') }, look.mark, true)
  const receivers = useTable({ ...look.from, ...asked, by: columnsOf('dst') }, look.mark, true)
  const way = look.entity.kind.sides === null ? 'whole' : 'sided'
  const shared = { look, one: words.peer, heads: [words.country, words.as], half: true }
  const error = senders.error ?? receivers.error
  return (
    <>
      {error !== null && <Failure error={error} onRetry={() => void Promise.all([senders.refetch(), receivers.refetch()])} />}
      <div className={styles.pair}>
        <Breakdown {...shared} title={words.senders[way]} rows={rowsOf(senders.data, 'src')} totals={senders.data?.totals} other={senders.data?.other} />
        <Breakdown
          {...shared}
          title={words.receivers[way]}
          rows={rowsOf(receivers.data, 'dst')}
          totals={receivers.data?.totals}
          other={receivers.data?.other}
          tools={<TopPick scope={look.scope} />}
        />
      </div>
      <AnswerFooter answers={[senders.data, receivers.data].filter(answer => answer !== undefined)}>
        <span className="wide">{words.peersNote}</span>
      </AnswerFooter>
    </>
  )
}
