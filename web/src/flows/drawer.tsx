import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react'
import { GROUPS, columnByName, type Column } from '../../../src/schema/index.ts'
import { changeScope } from '../address/location.ts'
import { useFlow } from '../api/queries.ts'
import type { Cell, FlowDetail, FlowRow } from '../api/types.ts'
import { ValueButton } from '../filter/value.tsx'
import { conditionText } from '../filter/language.ts'
import { Badge, Button } from '../ui/button.tsx'
import { Failure } from '../ui/failure.tsx'
import { clockSeconds, day, duration, exactTime, join, zone } from '../ui/format.ts'
import { copyText } from '../ui/copy.ts'
import { words } from '../words.ts'
import { FlowValue, plainValue, wasMeasured } from './cell.tsx'
import { ALL_COLUMNS, conditionOf, duplicateText, isAbsent, protocolText } from './columns.ts'
import { Directions, Tunnel, endName } from './directions.tsx'
import styles from './drawer.module.css'

/** The stored columns and the computed ones as one row. */
function flatten(detail: FlowDetail, id: string): FlowRow {
  const cells = Object.entries(detail).filter((entry): entry is [string, Cell] => typeof entry[1] !== 'object' || entry[1] === null)
  const computed = detail['computed']
  return { ...Object.fromEntries(cells), ...(typeof computed === 'object' && computed !== null ? computed : {}), id }
}

const EMPTY_ZERO: ReadonlySet<string> = new Set(['id', 'octet', 'count', 'duration', 'real', 'port', 'flags', 'bool'])

/** A field that says nothing: no text, no address, or a zero nobody measured. The figures everyone looks for are always said. */
function isEmpty(column: Column, row: FlowRow): boolean {
  const value = row[column.name]
  if (isAbsent(column, value) || !wasMeasured(column, row)) return true
  if (column.name === 'bytes' || column.name === 'packets' || column.measured !== undefined || column.name === 'row') return false
  return EMPTY_ZERO.has(column.kind) && (value === 0 || value === false)
}

function Fields({ row }: { readonly row: FlowRow }): ReactElement {
  const [all, setAll] = useState(false)
  const empty = ALL_COLUMNS.filter(column => isEmpty(column, row)).length
  return (
    <>
      {GROUPS.map(group => {
        const members = ALL_COLUMNS.filter(column => column.group === group && (all || !isEmpty(column, row)))
        return members.length === 0 ? null : (
          <section key={group}>
            <h3>{group}</h3>
            <table className={styles.fields}>
              <caption className="vh">{group}</caption>
              <tbody>
                {members.map(column => {
                  const condition = conditionOf(column, row)
                  const at = column.kind === 'time' && !isAbsent(column, row[column.name]) ? Date.parse(String(row[column.name])) : Number.NaN
                  const value = Number.isNaN(at) ? (
                    <FlowValue column={column} row={row} />
                  ) : (
                    <span title={exactTime(at)}>
                      {day(at)} {clockSeconds(at, true)} {zone(at)}
                    </span>
                  )
                  return (
                    <tr key={column.name}>
                      <th scope="row" title={`${column.name} · ${column.doc}`}>
                        {column.label}
                      </th>
                      <td>
                        {condition === null || isEmpty(column, row) ? (
                          value
                        ) : (
                          <ValueButton condition={condition} label={plainValue(column, row)} detail={column.label} className={styles.cell}>
                            {value}
                          </ValueButton>
                        )}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </section>
        )
      })}
      <section>
        <Button look="line" onClick={() => setAll(!all)}>
          {all ? words.flow.hideEmpty : words.flow.empty(empty)}
        </Button>
      </section>
    </>
  )
}

/** The five-tuple of a flow as a filter. */
function tupleFilter(row: FlowRow): string {
  return ['src', 'dst', 'proto', 'src_port', 'dst_port']
    .flatMap(name => {
      const column = columnByName(name)
      const condition = column === undefined ? null : conditionOf(column, row)
      return condition === null || (name.endsWith('port') && row[name] === 0) ? [] : [conditionText(condition)]
    })
    .join(' and ')
}

interface DrawerProps {
  /** The page the flow is one of. */
  readonly base: string
  readonly id: string
  readonly previous: string | null
  readonly next: string | null
}

/** One flow: what went where, the tunnel it was in, and every field by its group. */
export function FlowDrawer({ base, id, previous, next }: DrawerProps): ReactElement {
  const closeDrawer = useCallback(() => changeScope({}, { path: base }), [base])
  const openFlow = (other: string): void => changeScope({}, { path: `${base}/${other}`, replace: true })
  const { data, error, refetch } = useFlow(id)
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('[role=menu], [role=dialog], dialog[open]:not([data-flow])') === null)
        closeDrawer()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [closeDrawer])
  const row = data === undefined ? null : flatten(data, id)
  const started = row === null ? Number.NaN : Date.parse(String(row['start_at'] ?? row['received_at']))
  const rate = Number(row?.['sampling_rate'] ?? 0)
  const app = String(row?.['app'] ?? '')
  return (
    <aside ref={box} className={styles.drawer} aria-label={`${words.flow.label} ${id}`}>
      <header>
        <div className="grow">
          <div className={styles.above}>
            {row !== null && (
              <>
                <span className="ell">{app === '' ? protocolText(row['proto']) : `${app} over ${protocolText(row['proto'])}`}</span>
                <span>·</span>
                <span title={exactTime(started)}>
                  {clockSeconds(started, true)} {zone(started)}
                </span>
              </>
            )}
          </div>
          <h2 className="ell">{row === null ? `${words.flow.label} ${id}` : `${endName(row, 'src')} → ${endName(row, 'dst')}`}</h2>
        </div>
        <Button icon="left" aria-label={words.flow.previous} disabled={previous === null} onClick={() => previous !== null && openFlow(previous)} />
        <Button icon="right" aria-label={words.flow.next} disabled={next === null} onClick={() => next !== null && openFlow(next)} />
        <Button icon="close" aria-label={words.close} onClick={closeDrawer} />
      </header>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {row !== null && (
        <>
          <div className={styles.acts}>
            <Button
              look="line"
              icon="filter"
              onClick={() =>
                changeScope({ filter: ['src', 'dst'].map(side => conditionText({ field: 'ip', value: String(row[side]) })).join(' and ') }, { path: '/flows' })
              }
            >
              {words.flow.bothHosts}
            </Button>
            <Button look="line" icon="copy" aria-label={words.flow.copyFilter} onClick={() => void copyText(tupleFilter(row))} />
          </div>
          <div className={styles.details} tabIndex={0} role="region" aria-label={words.flow.fields}>
            <Directions row={row} />
            <section className="small t3">
              {join(duration(Number(row['duration'] ?? 0)))} ·{' '}
              {rate === 0 ? (
                <span className="warning">{words.flow.samplingUnknown}</span>
              ) : rate === 1 ? (
                words.flow.unsampled
              ) : (
                words.flow.sampled(String(rate))
              )}
            </section>
            {duplicateText(row) !== null && (
              <section className="small">
                <Badge icon="copy">{words.counting.duplicate}</Badge> <span className="t2">{duplicateText(row)}</span>
              </section>
            )}
            <Tunnel row={row} />
            <Fields key={id} row={row} />
          </div>
        </>
      )}
    </aside>
  )
}
