/** Who is signed in, and the live stream of the page, handed to all below. */
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import { createLive, type Live, type LiveView } from './live.ts'
import type { Me, User } from './types.ts'

export const live: Live = createLive()

export const UserContext = createContext<Me>({ user: { name: '', role: 'viewer' }, version: '' })
export const useUser = (): User => useContext(UserContext).user
export const useVersion = (): string => useContext(UserContext).version

/** The live stream as a value to draw; changes once a second. */
export function useLive(): LiveView {
  return useSyncExternalStore(live.subscribe, live.view)
}

/** Keeps the stream open while a page is shown, under its filter. */
export function useStream(filter: string | null): void {
  useEffect(() => {
    live.setFilter(filter)
  }, [filter])
  useEffect(() => {
    live.start()
    return () => live.stop()
  }, [])
}
