import { useEffect, useImperativeHandle, useRef, useState, type ReactElement, type RefObject } from 'react'
import { changeScope, useScope } from '../address/location.ts'
import { Icon } from '../ui/icon.tsx'
import { Kbd } from '../ui/button.tsx'
import { words } from '../words.ts'
import styles from './filter.module.css'

export interface FilterBarHandle {
  readonly focus: () => void
}

export function FilterBar({ handle }: { readonly handle: RefObject<FilterBarHandle | null> | null }): ReactElement {
  const [scope] = useScope()
  const [text, setText] = useState(scope.filter)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => setText(scope.filter), [scope.filter])
  useImperativeHandle(handle, () => ({ focus: () => input.current?.focus() }), [])
  return (
    <form className={styles.filter} role="search" aria-label={words.filter.label} onSubmit={event => {
      event.preventDefault()
      changeScope({ filter: text.trim() })
    }}>
      <Icon name="filter" small />
      <input ref={input} aria-label={words.filter.input} className="mono grow" placeholder={`${words.filter.placeholder} ${words.filter.example}`} value={text} onChange={event => setText(event.target.value)} />
      <Kbd>f</Kbd>
    </form>
  )
}
