/**
 * Names of hosts by reverse DNS. What is drawn says which addresses it shows; they are asked for together, a moment later, and again
 * after a while where DNS was still being asked. Nothing on a page waits for a name.
 */
import { useEffect, useSyncExternalStore } from 'react'
import { queryString, request } from './client.ts'

interface Answer {
  readonly enabled: boolean
  readonly names: Readonly<Record<string, string>>
  readonly pending: number
}

const TOGETHER_MS = 100
const AGAIN_MS = 3000
const MOST_TRIES = 4
const MOST_AT_ONCE = 200

const names = new Map<string, string>()
/** How often an address was asked for. */
const tries = new Map<string, number>()
const wanted = new Set<string>()
const listeners = new Set<() => void>()
/** Switched off in the configuration, or not for this user. */
let off = false
let timer: ReturnType<typeof setTimeout> | undefined

function askSoon(ms: number): void {
  if (!off && wanted.size > 0) timer ??= setTimeout(() => void ask(), ms)
}

async function ask(): Promise<void> {
  timer = undefined
  const addresses = [...wanted].slice(0, MOST_AT_ONCE)
  for (const address of addresses) {
    wanted.delete(address)
    tries.set(address, (tries.get(address) ?? 0) + 1)
  }
  try {
    const answer = await request<Answer>(`/names${queryString({ addresses: addresses.join(',') })}`)
    off = !answer.enabled
    for (const [address, name] of Object.entries(answer.names)) names.set(address, name)
    if (Object.keys(answer.names).length > 0) for (const listener of listeners) listener()
    if (answer.pending > 0) for (const address of addresses) if (!names.has(address) && (tries.get(address) ?? 0) < MOST_TRIES) wanted.add(address)
    askSoon(AGAIN_MS)
  } catch {
    // Whoever may not see names, or has no FlowLens to ask, sees addresses.
    off = true
  }
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The name of an address, empty while there is none; an empty address asks nothing. */
export function useHostName(address: string): string {
  useEffect(() => {
    if (address === '' || address === '::' || off || names.has(address) || tries.has(address)) return
    wanted.add(address)
    askSoon(TOGETHER_MS)
  }, [address])
  return useSyncExternalStore(subscribe, () => names.get(address) ?? '')
}
