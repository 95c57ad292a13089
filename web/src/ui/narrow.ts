import { useSyncExternalStore } from 'react'

/** True while the window is at most so many pixels wide. */
export function useNarrow(width: number): boolean {
  const query = window.matchMedia(`(max-width: ${width}px)`)
  return useSyncExternalStore(
    listener => {
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => query.matches,
  )
}
