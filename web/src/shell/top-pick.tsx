import type { ReactElement } from 'react'
import { changeScope } from '../address/location.ts'
import { TOPS, type Scope } from '../address/scope.ts'
import { Pick } from '../ui/pick.tsx'
import { words } from '../words.ts'

/** How many rows the tables of a page have; kept in the address. */
export function TopPick({ scope, label = words.rows }: { readonly scope: Scope; readonly label?: string }): ReactElement {
  return <Pick label={label} options={TOPS} value={scope.top} nameOf={top => words.top(Number(top))} onPick={top => changeScope({ top })} />
}
