/** The foot of a result: what answered, how much it read, how flows counted, and whether anything is missing. */
import type { ReactElement, ReactNode } from 'react'
import type { Answer, Series } from '../api/types.ts'
import { join, shortCount } from '../ui/format.ts'
import { words } from '../words.ts'
import controls from '../ui/controls.module.css'
import { CountingLine } from './counting.tsx'
import { Credits } from './credits.tsx'

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

interface AnswerFooterProps {
  /** The answers of the page; the first says how flows counted. */
  readonly answers: readonly Answer[]
  /** The series among them, whose points are told. */
  readonly series?: Series | undefined
  readonly live?: boolean
  readonly children?: ReactNode
}

export function AnswerFooter({ answers, series, live = false, children }: AnswerFooterProps): ReactElement | null {
  if (answers.length === 0) return null
  const sum = (of: (answer: Answer) => number): number => answers.reduce((all, answer) => all + of(answer), 0)
  const complete = answers.every(answer => answer.complete)
  const notes = unique(answers.flatMap(answer => answer.notes)).join(' ')
  return (
    <footer className={controls.foot}>
      <span>{unique(answers.map(({ answered_from: from }) => words.footer.from[from] ?? from)).join(', ')}</span>
      {series !== undefined && <span>{words.footer.points(String(series.times.length))}</span>}
      <span>{words.footer.read(join(shortCount(sum(answer => answer.rows_read))))}</span>
      <span>{Math.round(sum(answer => answer.took_ms))} ms</span>
      {complete ? <span>{words.footer.complete}</span> : <span className="warning">{notes || words.footer.incomplete}</span>}
      {complete && notes !== '' && <span>{notes}</span>}
      <CountingLine answered={answers[0]?.duplicates} live={live} />
      <Credits />
      {children}
    </footer>
  )
}
