import type { AnchorHTMLAttributes, MouseEvent, ReactElement } from 'react'
import { go, useHref } from './location.ts'
import type { Scope } from './scope.ts'

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly to: string
  readonly change?: Partial<Scope>
}

/** A link within the console: the scope goes along, and a new tab still works. */
export function Link({ to, change, onClick, ...rest }: LinkProps): ReactElement {
  const href = useHref()(to, change)
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(href)
  }
  return <a {...rest} href={href} onClick={follow} />
}
