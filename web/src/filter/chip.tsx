import { Fragment, useRef, useState, type ReactElement } from 'react'
import { changeScope } from '../address/location.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu, toast } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import { chipParts, chipsOf, negatingChip, switchingChip, withoutChip, type GroupChip, type TermChip } from './language.ts'
import styles from './filter.module.css'

interface ChipProps {
  readonly filter: string
  readonly chip: TermChip
  readonly onEdit: (chip: TermChip) => void
}

function change(next: () => string): void {
  try {
    changeScope({ filter: next() })
  } catch (cause) {
    toast(cause instanceof Error ? cause.message : String(cause), true)
  }
}

/** Field, operator and value, each in its own tone. */
function Parts({ chip }: { readonly chip: TermChip }): ReactElement {
  const { field, op, value } = chipParts(chip)
  return (
    <>
      {chip.negated && (
        <>
          <span className={styles.not}>not</span>{' '}
        </>
      )}
      <span className={styles.f}>{field}</span> {op !== '' && <span className={styles.o}>{op}</span>}{' '}
      {value !== '' && <span className={styles.val}>{value}</span>}
    </>
  )
}

/** The term of the page itself: it belongs to the filter and cannot be taken off it. */
export function LockedChip({ term }: { readonly term: string }): ReactElement | null {
  const chips = chipsOf(term)
  const chip = chips.ok ? chips.chips[0] : undefined
  if (chip?.kind !== 'term') return null
  return (
    <span className={styles.chip} data-locked title={words.filter.locked(term)}>
      <Icon name="lock" small />
      <Parts chip={chip} />
    </span>
  )
}

/** One term: a click offers to edit, negate or switch it off; the × takes it away. */
function Chip({ filter, chip, onEdit }: ChipProps): ReactElement {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { field } = chipParts(chip)
  return (
    <span className={styles.chip} data-off={chip.off ? '' : undefined} title={chip.text}>
      <button ref={button} type="button" className={styles.edit} aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="vh">{words.filter.editTerm}</span> <Parts chip={chip} />
      </button>
      <button type="button" className={styles.x} aria-label={words.filter.remove(field)} onClick={() => change(() => withoutChip(filter, chip.path))}>
        <Icon name="close" small />
      </button>
      {open && button.current !== null && (
        <Menu
          anchor={button.current}
          label={chip.text}
          caption={<span className="mono">{chip.text}</span>}
          onClose={() => setOpen(false)}
          groups={[
            [
              { label: words.filter.editTerm, icon: 'code', onSelect: () => onEdit(chip) },
              { label: words.filter.negate, icon: 'minus', onSelect: () => change(() => negatingChip(filter, chip.path)) },
              { label: chip.off ? words.filter.on : words.filter.off, icon: 'eye', onSelect: () => change(() => switchingChip(filter, chip.path)) },
            ],
            [{ label: words.filter.remove(field), icon: 'close', onSelect: () => change(() => withoutChip(filter, chip.path)) }],
          ]}
        />
      )}
    </span>
  )
}

/** Chips in a row; those of a group stand in parentheses, joined the other way. */
export function ChipRow({
  filter,
  chips,
  joint,
  onEdit,
}: {
  readonly filter: string
  readonly chips: readonly (TermChip | GroupChip)[]
  readonly joint: 'and' | 'or'
  readonly onEdit: (chip: TermChip) => void
}): ReactElement {
  const other = joint === 'and' ? 'or' : 'and'
  return (
    <>
      {chips.map((chip, index) => (
        <Fragment key={chip.path.join('.')}>
          {index > 0 && joint === 'or' && <span className={styles.bool}>or</span>}
          {chip.kind === 'term' ? (
            <Chip filter={filter} chip={chip} onEdit={onEdit} />
          ) : (
            <>
              <span className={styles.bool}>(</span>
              {chip.items.map((item, within) => (
                <Fragment key={item.path.join('.')}>
                  {within > 0 && <span className={styles.bool}>{other}</span>}
                  <Chip filter={filter} chip={item} onEdit={onEdit} />
                </Fragment>
              ))}
              <span className={styles.bool}>)</span>
            </>
          )}
        </Fragment>
      ))}
    </>
  )
}
