import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type ReactElement, type RefObject } from 'react'
import { changeScope, usePlace } from '../address/location.ts'
import { entityAt } from '../entity/place.ts'
import { Button, Kbd } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Panel } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import { ChipRow, LockedChip } from './chip.tsx'
import { Expression, type ExpressionHandle } from './expression.tsx'
import { chipsOf, placeOf, type GroupChip, type TermChip } from './language.ts'
import styles from './filter.module.css'

export interface FilterBarHandle {
  readonly focus: () => void
}

const CHIP_EXTRA_PX = 50
const LETTER_PX = 7
const CHIP_MOST_PX = 280
const CONTROLS_PX = 96
const REST_WIDTH = 360

const widthOf = (chip: TermChip | GroupChip): number =>
  (chip.kind === 'term'
    ? Math.min(CHIP_MOST_PX, chip.text.length * LETTER_PX + CHIP_EXTRA_PX)
    : chip.items.reduce((sum, item) => sum + widthOf(item) + 20, 20)) + 6

/** How many chips fit in one line; the first always does, shortened if it must be. */
function fitting(chips: readonly (TermChip | GroupChip)[], width: number): number {
  let used = 0
  const over = chips.findIndex((chip, index) => {
    used += widthOf(chip)
    return index > 0 && used > width - CONTROLS_PX
  })
  return over === -1 ? chips.length : over
}

/** The filter of the scope with two faces of one tree: chips, and the expression. Switching the face changes nothing. */
export function FilterBar({
  handle,
  stacked = false,
}: {
  readonly handle: RefObject<FilterBarHandle | null> | null
  readonly stacked?: boolean
}): ReactElement {
  const { path, scope } = usePlace()
  const { filter } = scope
  const locked = useMemo(() => entityAt(path)?.term ?? null, [path])
  const [asText, setAsText] = useState(false)
  const [draft, setDraft] = useState(filter)
  const [width, setWidth] = useState(600)
  const [rest, setRest] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const moreButton = useRef<HTMLButtonElement>(null)
  const expression = useRef<ExpressionHandle>(null)
  const selection = useRef<readonly [number, number] | null>(null)
  const chips = useMemo(() => chipsOf(filter), [filter])
  const editing = asText || !chips.ok

  useEffect(() => setDraft(filter), [filter])
  useLayoutEffect(() => {
    if (box.current === null) return undefined
    const sizes = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600))
    sizes.observe(box.current)
    return () => sizes.disconnect()
  }, [])
  const edit = (text: string, start: number, end: number): void => {
    setDraft(text)
    setRest(false)
    selection.current = [start, end]
    setAsText(true)
  }
  useEffect(() => {
    if (!asText || selection.current === null) return
    expression.current?.select(...selection.current)
    selection.current = null
  }, [asText, draft])
  useImperativeHandle(handle, () => ({ focus: () => (editing ? expression.current?.focus() : edit(filter, filter.length, filter.length)) }))

  const addTerm = (): void => {
    const text = filter === '' ? '' : `${filter} and `
    edit(text, text.length, text.length)
  }
  const onEdit = (chip: TermChip): void => {
    const place = placeOf(filter, chip.path)
    edit(filter, place?.start ?? 0, place?.end ?? filter.length)
  }
  const run = (text: string): void => {
    setAsText(false)
    changeScope({ filter: text })
  }
  const leave = (): void => {
    setDraft(filter)
    setAsText(false)
  }
  const all = chips.ok ? chips.chips : []
  const taken = locked === null ? 0 : Math.min(CHIP_MOST_PX, locked.length * LETTER_PX + CHIP_EXTRA_PX)
  const count = stacked ? all.length : fitting(all, width - taken)
  return (
    <div ref={box} className={styles.filter} role="group" aria-label={words.filter.label} data-on={editing && asText ? '' : undefined}>
      <Icon name="filter" small />
      {locked !== null && <LockedChip term={locked} />}
      {editing ? (
        <Expression handle={expression} scope={scope} text={draft} onText={setDraft} onRun={run} onLeave={leave} />
      ) : all.length === 0 ? (
        <button type="button" className={styles.ph} onClick={addTerm} aria-label={locked === null ? undefined : words.filter.add}>
          {locked === null ? (
            <>
              {words.filter.placeholder} <span className="mono">{words.filter.example}</span>
            </>
          ) : (
            <Icon name="plus" small />
          )}
        </button>
      ) : (
        <div className={styles.chips} data-stacked={stacked ? '' : undefined}>
          <ChipRow filter={filter} chips={all.slice(0, count)} joint={chips.ok ? chips.joint : 'and'} onEdit={onEdit} />
          {count < all.length && (
            <button
              ref={moreButton}
              type="button"
              className={styles.add}
              style={{ width: 'auto', padding: '0 6px' }}
              aria-haspopup="dialog"
              aria-expanded={rest}
              aria-label={words.filter.moreLabel(all.length - count)}
              onClick={() => setRest(!rest)}
            >
              {words.filter.more(all.length - count)}
            </button>
          )}
          <button type="button" className={styles.add} aria-label={words.filter.add} title={words.filter.add} onClick={addTerm}>
            <Icon name="plus" small />
          </button>
        </div>
      )}
      {rest && moreButton.current !== null && chips.ok && (
        <Panel anchor={moreButton.current} label={words.filter.moreLabel(all.length - count)} width={REST_WIDTH} onClose={() => setRest(false)}>
          <div className={styles.panel}>
            <ChipRow filter={filter} chips={all.slice(count)} joint={chips.joint} onEdit={onEdit} />
          </div>
        </Panel>
      )}
      {!editing && all.length === 0 && <Kbd>f</Kbd>}
      {(filter !== '' || editing) && (
        <Button
          tight
          icon="code"
          className={styles.toggle}
          aria-pressed={editing}
          aria-label={editing ? words.filter.showChips : words.filter.showExpression}
          disabled={editing && !chips.ok}
          title={chips.ok ? undefined : `${words.filter.asExpression} ${chips.reason}`}
          onPointerDown={event => event.preventDefault()}
          onClick={() => (editing ? leave() : edit(filter, filter.length, filter.length))}
        />
      )}
      {filter !== '' && !editing && <Button tight icon="close" aria-label={words.filter.clear} onClick={() => changeScope({ filter: '' })} />}
    </div>
  )
}
