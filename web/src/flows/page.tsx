import type { ReactElement } from 'react'
export function FlowsPage(_: object): ReactElement { return <h1>flows</h1> }
