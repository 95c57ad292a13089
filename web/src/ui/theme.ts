/** The theme has one owner: `data-theme` on the root, set before first paint by theme.js and here by the switch. */
import { useSyncExternalStore } from 'react'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const STORED = 'flowlens.theme'
const listeners = new Set<() => void>()

function read(): Theme {
  return THEMES.find(theme => theme === document.documentElement.dataset['theme']) ?? 'system'
}

/** Sets the theme for this browser; `system` follows it again. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'system') localStorage.removeItem(STORED)
    else localStorage.setItem(STORED, theme)
  } catch (cause) {
    // Storage can be off; the theme then holds until the page is left.
    console.info('the theme is not kept', cause)
  }
  for (const listener of listeners) listener()
}

export function useTheme(): Theme {
  return useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }, read)
}
