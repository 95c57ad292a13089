import { useId, useMemo, useState, type KeyboardEvent, type ReactElement } from 'react'
import { go, useHref, useScope } from '../address/location.ts'
import { readFilter } from '../filter/language.ts'
import { Icon, type IconName } from '../ui/icon.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import { typedEntities, useNamed, type FoundEntity } from './found.ts'
import { GROUPS } from './pages.ts'
import styles from './panels.module.css'

interface Hit {
  readonly key: string
  readonly label: string
  readonly icon: IconName
  readonly act: () => void
}

const ICONS = { host: 'host', as: 'routes', app: 'window', category: 'tag', country: 'globe', network: 'network', port: 'code' } as const satisfies Record<
  FoundEntity['kind']['id'],
  IconName
>

/** One box that finds pages, what the network has a page for, and turns a filter into the flows it stands for. */
export function Search({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const href = useHref()
  const [scope] = useScope()
  const list = useId()
  const wanted = text.trim().toLowerCase()
  const pages: readonly Hit[] = GROUPS.flatMap(group => group.pages)
    .filter(page => page.label.toLowerCase().includes(wanted))
    .map(page => ({
      key: page.path,
      label: page.label,
      icon: page.icon,
      act: () => (page.served === true ? window.location.assign(page.path) : go(href(page.path))),
    }))
  const read = text.trim() === '' ? null : readFilter(text)
  const filters: readonly Hit[] =
    read === null || !read.ok
      ? []
      : [
          { key: 'flows', label: words.search.flowsOf(read.text), icon: 'rows', act: () => go(href('/flows', { filter: read.text })) },
          { key: 'keep', label: words.search.keep(read.text), icon: 'filter', act: () => go(href(window.location.pathname, { ...scope, filter: read.text })) },
        ]
  const named = useNamed(text, scope)
  const entities = useMemo(() => [...typedEntities(text), ...named], [text, named]).map(({ kind, name, path }): Hit => ({
    key: path,
    label: words.search.entity(kind.one, name),
    icon: ICONS[kind.id],
    act: () => go(href(path)),
  }))
  const hits = [...pages, ...entities, ...filters]
  const chosen = Math.min(at, hits.length - 1)
  const run = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    onClose()
    hit.act()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setAt((chosen + (event.key === 'ArrowDown' ? 1 : -1) + hits.length) % Math.max(1, hits.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      run(hits[chosen])
    }
  }
  return (
    <Dialog title={words.scope.search} onClose={onClose}>
      <input
        className={controls.field}
        role="combobox"
        aria-label={words.scope.search}
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={hits[chosen] === undefined ? undefined : `${list}-${chosen}`}
        placeholder={words.search.placeholder}
        autoFocus
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={event => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={words.scope.search} className={styles.found}>
        {hits.map((hit, index) => (
          <div key={hit.key} id={`${list}-${index}`} role="option" aria-selected={index === chosen} onPointerMove={() => setAt(index)} onClick={() => run(hit)}>
            <Icon name={hit.icon} small />
            <span className="ell">{hit.label}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className="t3 small">{words.search.nothing}</p>}
    </Dialog>
  )
}
