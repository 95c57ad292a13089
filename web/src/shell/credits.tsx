/** Who made the data that names addresses, as its licence asks: with links, in the foot of every answer that may show some of it. */
import { Fragment, type ReactElement } from 'react'
import { words } from '../words.ts'

const LICENCE = { name: 'CC BY 4.0', address: 'https://creativecommons.org/licenses/by/4.0/' } as const
const SOURCES = [
  { name: 'RouteViews', address: 'https://www.routeviews.org/' },
  { name: 'DB-IP', address: 'https://db-ip.com/' },
  { name: 'NRO', address: 'https://www.nro.net/' },
] as const

function To({ name, address }: { readonly name: string; readonly address: string }): ReactElement {
  return (
    <a className="link" href={address} target="_blank" rel="noopener">
      {name}
    </a>
  )
}

export function Credits(): ReactElement {
  return (
    <span>
      {words.credits}{' '}
      {SOURCES.map(({ name, address }, index) => (
        <Fragment key={name}>
          {index > 0 && ', '}
          <To name={name} address={address} />
        </Fragment>
      ))}{' '}
      (<To {...LICENCE} />)
    </span>
  )
}
