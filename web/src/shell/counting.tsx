/** How often a flow counts that several exporters told: a badge that says it and a menu that changes it, and the words of a footer. */
import { useRef, useState, type ReactElement } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { COUNTINGS, type Counting } from '../address/scope.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import styles from './counting.module.css'

type Told = Exclude<Counting, ''>
const isTold = (text: string | undefined): text is Told => text !== undefined && text in words.counting.told

/** Beside the badge of the sampling: how the figures count. `answered` is what the server says it did. */
export function CountingBadge({ answered }: { readonly answered?: string | undefined }): ReactElement | null {
  const [scope] = useScope()
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const told = isTold(answered) ? answered : scope.duplicates
  if (told === '') return null
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={styles.badge}
        aria-haspopup="menu"
        aria-expanded={open}
        title={words.counting.titles[told]}
        aria-label={words.counting.label(words.counting.told[told])}
        onClick={() => setOpen(!open)}
      >
        {words.counting.told[told]}
        <Icon name="chevron" small />
      </button>
      {open && anchor.current !== null && (
        <Menu
          anchor={anchor.current}
          label={words.counting.menu}
          onClose={() => setOpen(false)}
          groups={[
            COUNTINGS.map(counting => ({
              label: words.counting.choices[counting],
              checked: counting === scope.duplicates,
              onSelect: () => changeScope({ duplicates: counting }),
            })),
          ]}
        />
      )}
    </>
  )
}

/** In a footer: how flows counted, and the other way of counting one click away. */
export function CountingLine({ answered, live = false }: { readonly answered: string | undefined; readonly live?: boolean }): ReactElement | null {
  if (!isTold(answered)) return null
  const other: Told = answered === 'once' ? 'hops' : 'once'
  return (
    <span>
      {words.counting.counted[answered]}
      {live && answered !== 'once' && ` ${words.counting.live}`}
      {' · '}
      <button type="button" className={`link ${styles.other}`} onClick={() => changeScope({ duplicates: other })}>
        {words.counting.show[other]}
      </button>
    </span>
  )
}
