import type { ReactElement } from 'react'
export function AccessPage(_: object): ReactElement { return <h1>access</h1> }
