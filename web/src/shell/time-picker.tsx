import { useState, type FormEvent, type ReactElement } from 'react'
import type { Scope } from '../address/scope.ts'
import { PRESETS, exactRange, parseTyped, resolveRange, type RangeWords } from '../address/time.ts'
import { Button } from '../ui/button.tsx'
import { zone } from '../ui/format.ts'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import styles from './panels.module.css'

/** A time as `datetime-local` writes it, in the browser's zone. */
function localField(ms: number): string {
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 19)
}

/** Presets, words, or two exact times. */
export function TimePicker({ scope, onChoose }: { readonly scope: Scope; readonly onChoose: (range: RangeWords) => void }): ReactElement {
  const [opened] = useState(() => Date.now())
  const shown = resolveRange(scope, opened)
  const [typed, setTyped] = useState('')
  const [bad, setBad] = useState<'typed' | 'exact' | null>(null)
  const [from, setFrom] = useState(() => localField(shown.from))
  const [to, setTo] = useState(() => localField(shown.to))

  const submitTyped = (event: FormEvent): void => {
    event.preventDefault()
    const range = parseTyped(typed, Date.now())
    if (range === null) setBad('typed')
    else onChoose(range)
  }
  const submitExact = (event: FormEvent): void => {
    event.preventDefault()
    const range = { from: new Date(from).getTime(), to: new Date(to).getTime() }
    if (range.from < range.to) onChoose(exactRange(range))
    else setBad('exact')
  }
  return (
    <div className={styles.picker}>
      <div className={styles.presets} role="group" aria-label={words.scope.time}>
        {PRESETS.map(({ words: range, label }) => (
          <button key={label} type="button" aria-pressed={range.from === scope.from && range.to === scope.to} onClick={() => onChoose(range)}>
            {label}
          </button>
        ))}
      </div>
      <div className={styles.exact}>
        <form onSubmit={submitTyped}>
          <label className={controls.label} htmlFor="range-typed">
            {words.time.typed}
          </label>
          <input
            id="range-typed"
            className={controls.field}
            data-first
            value={typed}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={bad === 'typed'}
            aria-describedby="range-hint"
            onChange={event => {
              setTyped(event.target.value)
              setBad(null)
            }}
          />
          <p id="range-hint" className={styles.hint} data-bad={bad === 'typed' ? '' : undefined}>
            {bad === 'typed' ? words.time.typedBad : words.time.typedHint}
          </p>
        </form>
        <form className={styles.exact} style={{ padding: 0 }} onSubmit={submitExact}>
          <div>
            <label className={controls.label} htmlFor="range-from">
              {words.time.from}
            </label>
            <input id="range-from" className={controls.field} type="datetime-local" step="1" value={from} onChange={event => setFrom(event.target.value)} />
          </div>
          <div>
            <label className={controls.label} htmlFor="range-to">
              {words.time.to}
            </label>
            <input
              id="range-to"
              className={controls.field}
              type="datetime-local"
              step="1"
              value={to}
              aria-invalid={bad === 'exact'}
              onChange={event => setTo(event.target.value)}
            />
          </div>
          <div className={styles.apply}>
            <span className={styles.hint} data-bad={bad === 'exact' ? '' : undefined}>
              {bad === 'exact' ? words.time.backwards : words.time.zone(zone(shown.to))}
            </span>
            <Button look="line" type="submit">
              {words.time.apply}
            </Button>
          </div>
        </form>
      </div>
    </div>
  )
}
