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
import { labelOf } from './names.ts'
import { pageOf } from './place.ts'
import { words } from './words.ts'

const METRICS = ['bytes', 'packets', 'flows'] as const

const rowsOf = (table: Table | undefined): readonly TrafficRow[] | null =>
  table?.rows.map(cells => {
    const [app, category] = [textOf(cells['app']), textOf(cells['category'])]
    return {
      key: `${app} ${category}`,
      name: app === '' ? words.unknown : app,
      detail: '',
      condition: { field: 'app', value: app },
      extra: [
        <NameLink key="category" to={pageOf({ field: 'category', value: category })}>
          {category === '' ? '' : labelOf('category', category)}
        </NameLink>,
      ],
      figures: figuresOf(cells),
    }
  }) ?? null

/** The applications of an entity, with the category of each. */
export function AppsTab({ look }: { readonly look: Look }): ReactElement {
  const apps = useTable({ ...look.either, by: ['app', 'category'], metrics: METRICS, order: '-bytes', limit: Number(look.scope.top) }, look.mark, true)
  return (
    <>
      {apps.error !== null && <Failure error={apps.error} onRetry={() => void apps.refetch()} />}
      <Breakdown
        look={look}
        title={words.apps}
        one={words.app}
        heads={[words.category]}
        rows={rowsOf(apps.data)}
        totals={apps.data?.totals}
        other={apps.data?.other}
        tools={<TopPick scope={look.scope} />}
      />
      <AnswerFooter answers={apps.data === undefined ? [] : [apps.data]} />
    </>
  )
}
