import { useEffect, useId, useImperativeHandle, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactElement, type Ref } from 'react'
import type { Scope } from '../address/scope.ts'
import { Button, Kbd } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { join, volume } from '../ui/format.ts'
import { words } from '../words.ts'
import { useCompletion } from './completion.ts'
import { painted, readFilter } from './language.ts'
import styles from './filter.module.css'

export interface ExpressionHandle {
  readonly focus: () => void
  readonly select: (start: number, end: number) => void
}

interface ExpressionProps {
  readonly handle: Ref<ExpressionHandle>
  readonly scope: Scope
  readonly text: string
  readonly onText: (text: string) => void
  readonly onRun: (text: string) => void
  /** Escape, or focus that went elsewhere with nothing changed. */
  readonly onLeave: () => void
}

/** Stretches of the text with their tone, cut again where the mistake begins and ends. */
function Painting({ text, wrong }: { readonly text: string; readonly wrong: { readonly start: number; readonly end: number } | null }): ReactElement {
  let at = 0
  return (
    <>
      {painted(text).flatMap(({ text: part, paint }) => {
        const start = at
        at += part.length
        const cuts = [0, ...(wrong === null ? [] : [wrong.start - start, wrong.end - start].filter(cut => cut > 0 && cut < part.length)), part.length]
        return cuts.slice(1).map((end, index) => {
          const begin = cuts[index] ?? 0
          const bad = wrong !== null && start + begin >= wrong.start && start + begin < wrong.end
          return (
            <span key={start + begin} data-paint={paint} data-wrong={bad ? '' : undefined}>
              {part.slice(begin, end)}
            </span>
          )
        })
      })}
      {wrong !== null && wrong.start >= text.length && <span data-wrong=""> </span>}
    </>
  )
}

/** The filter as an expression: coloured by the parser's tokens, completed by the parser and the store, its mistakes marked where they are. */
export function Expression({ handle, scope, text, onText, onRun, onLeave }: ExpressionProps): ReactElement {
  const input = useRef<HTMLInputElement>(null)
  const paint = useRef<HTMLPreElement>(null)
  const [caret, setCaret] = useState(text.length)
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<number | null>(null)
  const [tried, setTried] = useState(false)
  const [focused, setFocused] = useState(false)
  const nextCaret = useRef<number | null>(null)
  const list = useId()
  const read = readFilter(text)
  // Half a word at the end is no mistake yet; it becomes one when it is run.
  const shownError = !read.ok && (tried || (read.start < text.trimEnd().length && read.end < text.trimEnd().length)) ? read : null
  const { start, end, items } = useCompletion({ text, caret, from: scope.from, to: scope.to }, focused && open)
  const shown = focused && open ? items : []

  useImperativeHandle(
    handle,
    () => ({
      focus: () => input.current?.focus(),
      select: (from, to) => {
        input.current?.focus()
        input.current?.setSelectionRange(from, to)
        setCaret(to)
      },
    }),
    [],
  )
  useLayoutEffect(() => {
    if (nextCaret.current === null) return
    input.current?.setSelectionRange(nextCaret.current, nextCaret.current)
    setCaret(nextCaret.current)
    nextCaret.current = null
  }, [text])
  const follow = (): void => {
    if (paint.current !== null && input.current !== null) paint.current.scrollLeft = input.current.scrollLeft
  }
  useEffect(follow)

  const run = (): void => {
    setTried(true)
    if (!read.ok) {
      input.current?.setSelectionRange(read.start, Math.min(read.end, text.length))
      setOpen(false)
      return
    }
    setOpen(false)
    onRun(text.trim())
  }
  const accept = (index: number): void => {
    const item = items[index]
    if (item === undefined) return
    const rest = text.slice(end)
    const gap = rest.startsWith(' ') || item.text === '(' ? '' : ' '
    nextCaret.current = start + item.text.length + (item.text === '(' ? 0 : 1)
    onText(`${text.slice(0, start)}${item.text}${gap}${rest}`)
    setChosen(null)
    setTried(false)
    setOpen(true)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key } = event
    if ((key === 'ArrowDown' || key === 'ArrowUp') && items.length > 0) {
      event.preventDefault()
      if (!open) setOpen(true)
      else
        setChosen(current =>
          current === null ? (key === 'ArrowDown' ? 0 : items.length - 1) : (current + (key === 'ArrowDown' ? 1 : -1) + items.length) % items.length,
        )
    } else if (key === 'Enter') {
      event.preventDefault()
      if (chosen !== null && shown.length > 0 && !event.ctrlKey && !event.metaKey) accept(chosen)
      else run()
    } else if (key === 'Tab' && shown.length > 0 && end > start && !event.shiftKey) {
      event.preventDefault()
      accept(chosen ?? 0)
    } else if (key === ' ' && event.ctrlKey) {
      event.preventDefault()
      setOpen(true)
    } else if (key === 'Escape') {
      event.stopPropagation()
      if (shown.length > 0) {
        setOpen(false)
        setChosen(null)
      } else onLeave()
    }
  }
  return (
    <>
      <div className={styles.editor}>
        <pre ref={paint} className={styles.paint} aria-hidden="true">
          <Painting text={text} wrong={shownError} />
        </pre>
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={words.filter.input}
          aria-expanded={shown.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen !== null && shown.length > 0 ? `${list}-${chosen}` : undefined}
          aria-invalid={shownError !== null}
          aria-describedby={shownError === null ? undefined : `${list}-error`}
          placeholder={words.filter.example}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          maxLength={8192}
          value={text}
          onChange={event => {
            onText(event.target.value)
            setCaret(event.target.selectionStart ?? event.target.value.length)
            setChosen(null)
            setTried(false)
            setOpen(true)
          }}
          onSelect={event => setCaret(event.currentTarget.selectionStart ?? text.length)}
          onScroll={follow}
          onKeyDown={onKeyDown}
          onFocus={() => {
            setFocused(true)
            setOpen(true)
          }}
          onBlur={() => {
            setFocused(false)
            setOpen(false)
          }}
        />
      </div>
      <Button look="prime" tight onPointerDown={event => event.preventDefault()} onClick={run}>
        {words.filter.run} <Kbd>⏎</Kbd>
      </Button>
      {(shown.length > 0 || shownError !== null) && (
        <div className={styles.drop}>
          {shown.length > 0 && (
            <div id={list} role="listbox" aria-label={words.filter.suggestions} className={styles.list}>
              {shown.map((item, index) => (
                <div
                  key={`${item.kind} ${item.text}`}
                  id={`${list}-${index}`}
                  role="option"
                  aria-selected={index === chosen}
                  ref={element => {
                    if (index === chosen) element?.scrollIntoView({ block: 'nearest' })
                  }}
                  onPointerDown={event => event.preventDefault()}
                  onClick={() => accept(index)}
                >
                  <span className="ell">{item.text}</span>
                  <span className={styles.detail}>{[item.detail, item.bytes === undefined ? '' : join(volume(item.bytes))].filter(Boolean).join(' · ')}</span>
                </div>
              ))}
            </div>
          )}
          {shownError !== null && (
            <div className={styles.error} id={`${list}-error`} role="alert">
              <Icon name="critical" small />
              <span>
                {/[.?!]$/.test(shownError.message) ? shownError.message : `${shownError.message}.`}{' '}
                {scope.filter !== '' && scope.filter !== text && words.filter.kept}
              </span>
            </div>
          )}
        </div>
      )}
    </>
  )
}
