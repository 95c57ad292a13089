import type { ReactElement } from 'react'
import { useTable } from '../api/queries.ts'
import type { Table } from '../api/types.ts'
import { AnswerFooter } from '../shell/answer-footer.tsx'
import { Failure } from '../ui/failure.tsx'
import { Breakdown, NameLink, TopButton, type BreakdownRow } from './breakdown.tsx'
import { textOf } from './cells.ts'
import type { Look } from './look.ts'
import { labelOf } from './names.ts'
import { pageOf } from './place.ts'
import { words } from './words.ts'
import styles from './entity.module.css'

const METRICS = ['bytes', 'packets', 'flows'] as const

const rowsOf = (table: Table | undefined): readonly BreakdownRow[] | null =>
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
      figures: cells,
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
        totals={apps.data?.totals ?? {}}
        other={apps.data?.other}
        tools={<TopButton scope={look.scope} label={words.hosts.topLabel} />}
      />
      <AnswerFooter className={styles.foot} answers={apps.data === undefined ? [] : [apps.data]} />
    </>
  )
}
