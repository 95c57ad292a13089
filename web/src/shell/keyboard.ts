/** Single keys of the console. They rest while a person types, and one switch turns them off for good. */
import { useEffect, useRef } from 'react'

const STORED = 'flowlens.single-keys'

export function singleKeysOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true // storage is off: the default holds
  }
}

export function setSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off')
  } catch (cause) {
    console.info('the choice is not kept', cause)
  }
}

/** Keys by name; `g o` is two keys in a row. */
export type KeyMap = Readonly<Record<string, () => void>>

const SEQUENCE_MS = 1200

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role=menu], [role=dialog], dialog') !== null)

/** Listens for the keys of the map while the caller is shown. */
export function useKeys(map: KeyMap): void {
  const current = useRef(map)
  useEffect(() => {
    current.current = map
  })
  useEffect(() => {
    let first = ''
    let firstAt = 0
    const onKey = (event: KeyboardEvent): void => {
      const { key } = event
      if ((event.ctrlKey || event.metaKey) && key === 'k') {
        event.preventDefault()
        current.current['/']?.()
        return
      }
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !singleKeysOn()) return
      const pair = event.timeStamp - firstAt < SEQUENCE_MS ? `${first} ${key}` : ''
      const act = current.current[pair] ?? current.current[key]
      first = key
      firstAt = event.timeStamp
      if (act === undefined) return
      event.preventDefault()
      first = ''
      act()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
