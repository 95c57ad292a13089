import type { ReactElement } from 'react'
import type { Measure } from './format.ts'

/** A figure: the number in ink, its unit in grey. */
export function Figure({ of }: { readonly of: Measure }): ReactElement {
  return of.unit === '' ? (
    <>{of.value}</>
  ) : (
    <>
      {of.value}
      {'\u00a0'}
      <span className="u">{of.unit}</span>
    </>
  )
}
