/** Colours of the tokens as a canvas needs them, resolved for the theme of now. */

export interface Palette {
  readonly line: readonly string[]
  readonly fill: readonly string[]
  readonly other: { readonly line: string; readonly fill: string }
}

const NAMES = 9

/** Reads the tokens through a probe element, since `light-dark()` is resolved only in a property that is used. */
export function readPalette(host: HTMLElement): Palette {
  const probe = document.createElement('i')
  probe.hidden = true
  host.append(probe)
  const resolve = (color: string): string => {
    probe.style.color = color
    return getComputedStyle(probe).color
  }
  const pair = (token: string): { line: string; fill: string } => ({
    line: resolve(`var(${token})`),
    fill: resolve(`color-mix(in oklab, var(${token}) 58%, var(--sheet))`),
  })
  const pairs = Array.from({ length: NAMES }, (_, index) => pair(`--data-${index + 1}`))
  const palette = { line: pairs.map(each => each.line), fill: pairs.map(each => each.fill), other: pair('--data-other') }
  probe.remove()
  return palette
}

/** Calls back when the theme changes, by the switch or by the system. */
export function onTheme(listener: () => void): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const observer = new MutationObserver(listener)
  system.addEventListener('change', listener)
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  return () => {
    system.removeEventListener('change', listener)
    observer.disconnect()
  }
}

/** The token of the colour a key has on its page: by its place in the order, Other in grey. */
export const colorToken = (index: number | null): string => (index === null || index >= NAMES ? 'var(--data-other)' : `var(--data-${index + 1})`)
