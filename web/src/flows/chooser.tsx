import { useState, type ReactElement } from 'react'
import { GROUPS } from '../../../src/schema/index.ts'
import { changeScope } from '../address/location.ts'
import { Button } from '../ui/button.tsx'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import { ALL_COLUMNS, DEFAULT_COLUMNS, shownColumns } from './columns.ts'
import styles from './flows.module.css'

/** Which columns the table shows and in which order; kept in the address. */
export function Chooser({ columns }: { readonly columns: readonly string[] }): ReactElement {
  const [find, setFind] = useState('')
  const shown = shownColumns(columns).map(column => column.name)
  const set = (names: readonly string[]): void => {
    const same = names.length === DEFAULT_COLUMNS.length && names.every((name, index) => name === DEFAULT_COLUMNS[index])
    changeScope({ columns: same ? [] : names }, { replace: true })
  }
  const toggle = (name: string): void => {
    if (!shown.includes(name)) set([...shown, name])
    else if (shown.length > 1) set(shown.filter(other => other !== name))
  }
  const move = (index: number, by: -1 | 1): void => {
    const next = [...shown]
    const [name] = next.splice(index, 1)
    if (name === undefined) return
    next.splice(index + by, 0, name)
    set(next)
  }
  const wanted = find.trim().toLowerCase()
  return (
    <div className={styles.chooser}>
      <div>
        <input
          className={controls.field}
          data-first
          aria-label={words.flows.columnsFind}
          placeholder={words.flows.columnsFind}
          value={find}
          onChange={event => setFind(event.target.value)}
        />
        {GROUPS.map(group => {
          const members = ALL_COLUMNS.filter(
            column => column.group === group && (wanted === '' || `${column.label} ${column.name} ${column.doc}`.toLowerCase().includes(wanted)),
          )
          return members.length === 0 ? null : (
            <fieldset key={group}>
              <h3>{group}</h3>
              {members.map(column => (
                <label key={column.name} title={column.doc}>
                  <input type="checkbox" checked={shown.includes(column.name)} onChange={() => toggle(column.name)} />
                  <span className="ell">{column.label}</span>
                </label>
              ))}
            </fieldset>
          )
        })}
      </div>
      <div>
        <div className={styles.tools}>
          <h3>{words.flows.columnsShown}</h3>
          {columns.length > 0 && (
            <Button tight look="line" onClick={() => set([])}>
              {words.flows.columnsReset}
            </Button>
          )}
        </div>
        <ol className={styles.order}>
          {shownColumns(columns).map((column, index) => (
            <li key={column.name}>
              <span className="ell grow">{column.label}</span>
              <Button tight icon="up" aria-label={words.flows.columnUp(column.label)} disabled={index === 0} onClick={() => move(index, -1)} />
              <Button
                tight
                icon="chevron"
                aria-label={words.flows.columnDown(column.label)}
                disabled={index === shown.length - 1}
                onClick={() => move(index, 1)}
              />
              <Button tight icon="close" aria-label={words.filter.remove(column.label)} disabled={shown.length === 1} onClick={() => toggle(column.name)} />
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}
