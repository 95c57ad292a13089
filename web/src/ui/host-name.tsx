import type { ReactElement } from 'react'
import { useHostName } from '../api/names.ts'

/** An address by the name DNS has for it, with the address in the tooltip; by itself where there is none. */
export function HostName({ address }: { readonly address: string }): ReactElement {
  const name = useHostName(address)
  return (
    <span className="ell" title={name === '' ? undefined : `${name} · ${address}`}>
      {name === '' ? address : name}
    </span>
  )
}
