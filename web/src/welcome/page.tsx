import type { ReactElement } from 'react'
export function WelcomePage(_: object): ReactElement { return <h1>welcome</h1> }
