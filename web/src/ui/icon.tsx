import type { ReactElement } from 'react'

/** Outlines of the icons, drawn on a grid of 16. */
const PATHS = {
  monitor: 'M2 11.5h2.6l2-7 2.8 9 2-5.5H14',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4l3.4 3.4',
  devices:
    'M3 3h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM3 9h10a1 1 0 0 1 1 1v2a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-2a1 1 0 0 1 1-1zM4.5 5h.1M4.5 11h.1',
  admin: 'M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M10.7 2.8a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4zM5.2 9.8a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4z',
  book: 'M8 4.2C6.6 3.2 4.6 2.8 2.2 3v9.4c2.4-.2 4.4.2 5.8 1.2 1.4-1 3.4-1.4 5.8-1.2V3c-2.4-.2-4.4.2-5.8 1.2zM8 4.2v9.2',
  chevron: 'm5 6.5 3 3 3-3',
  left: 'm9.5 4.5-3.5 3.5 3.5 3.5',
  right: 'm6.5 4.5 3.5 3.5-3.5 3.5',
  close: 'm4.8 4.8 6.4 6.4M11.2 4.8l-6.4 6.4',
  plus: 'M8 3.5v9M3.5 8h9',
  minus: 'M3.5 8h9',
  filter: 'M2.5 4.5h11M4.7 8h6.6M6.8 11.5h2.4',
  clock: 'M8 2.4a5.6 5.6 0 1 0 0 11.2A5.6 5.6 0 0 0 8 2.4zM8 5v3.2l2.2 1.3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  table: 'M3.2 3h9.6a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3.2a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM2.2 6.3h11.6M6 6.3V13',
  chart: 'M2.5 2.5v11h11M5 10.5l2.5-3 2 2 4-5',
  down: 'M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M3 13.3h10',
  copy: 'M6.7 5.5h5.1A1.2 1.2 0 0 1 13 6.7v5.6a1.2 1.2 0 0 1-1.2 1.2H6.7a1.2 1.2 0 0 1-1.2-1.2V6.7a1.2 1.2 0 0 1 1.2-1.2zM10.5 5.5V3.7a1.2 1.2 0 0 0-1.2-1.2H4.2A1.2 1.2 0 0 0 3 3.7v5.6a1.2 1.2 0 0 0 1.2 1.2h1.3',
  open: 'M6.5 3.5H3.7A1.2 1.2 0 0 0 2.5 4.7v7.6a1.2 1.2 0 0 0 1.2 1.2h7.6a1.2 1.2 0 0 0 1.2-1.2V9.5M9.5 2.5h4v4M13.3 2.7 7.5 8.5',
  eye: 'M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z',
  columns: 'M3.2 3h9.6a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3.2a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM6 3v10M10 3v10',
  ok: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM5.4 8.2l1.8 1.8 3.5-3.8',
  warning: 'M8 2.2 14.2 13H1.8zM8 6.5v3M8 11.2v.1',
  critical: 'M5.5 2.3h5l3.2 3.2v5l-3.2 3.2h-5l-3.2-3.2v-5zM8 5v3.6M8 10.8v.1',
  info: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM8 7.4v3.4M8 5.2v.1',
  code: 'm5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  key: 'M5 8.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6.8 9.2l6-6M10.6 5.4l1.8 1.8',
  up: 'm5 9.5 3-3 3 3',
  leave: 'M6.5 2.8H4.2A1.2 1.2 0 0 0 3 4v8a1.2 1.2 0 0 0 1.2 1.2h2.3M10 5l3 3-3 3M13 8H6.5',
  rows: 'M2.5 3.5h11M2.5 6.5h11M2.5 9.5h11M2.5 12.5h11',
  ranking: 'M2.5 4h11M2.5 8h7.5M2.5 12h4',
  routes:
    'M3.8 2.6a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zM12.2 10.2a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zM5.4 4.2h4.1a2.2 2.2 0 0 1 0 4.4h-3a1.7 1.7 0 0 0 0 3.4h4.1',
  window: 'M3.2 3h9.6a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3.2a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM2.2 6h11.6M4.4 4.5h.1M6.4 4.5h.1',
  tag: 'M8.6 2.5h4.9v4.9l-6.1 6.1-4.9-4.9zM11 5h.1',
  globe: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2zM2.2 8h11.6M8 2.2c3.4 3.6 3.4 8 0 11.6M8 2.2c-3.4 3.6-3.4 8 0 11.6',
  network: 'M6.3 2.5h3.4v3H6.3zM2.3 10.5h3.4v3H2.3zM10.3 10.5h3.4v3h-3.4zM8 5.5V8M4 10.5V8h8v2.5',
  gauge: 'M3.6 12.2a5.8 5.8 0 1 1 8.8 0M8 9.2l2.6-3.4',
  timer: 'M8 3.6a5.1 5.1 0 1 0 0 10.2A5.1 5.1 0 0 0 8 3.6zM8 6v2.8M6.3 1.9h3.4',
  phone: 'M4.2 2.4h1.9l1 2.7-1.4 1a7.4 7.4 0 0 0 3.9 3.9l1-1.4 2.7 1v1.9a1.3 1.3 0 0 1-1.4 1.3A9.7 9.7 0 0 1 2.9 3.8a1.3 1.3 0 0 1 1.3-1.4z',
  lock: 'M4.7 7h6.6a1.2 1.2 0 0 1 1.2 1.2v4.1a1.2 1.2 0 0 1-1.2 1.2H4.7a1.2 1.2 0 0 1-1.2-1.2V8.2A1.2 1.2 0 0 1 4.7 7zM5.5 7V5a2.5 2.5 0 0 1 5 0v2',
  host: 'M3.5 3h9a1 1 0 0 1 1 1v5.5a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM5.5 13.3h5M8 10.5v2.8',
  zoom: 'M2.5 6V2.5H6M13.5 6V2.5H10M2.5 10v3.5H6M13.5 10v3.5H10',
} as const

export type IconName = keyof typeof PATHS | 'theme' | 'only'

/** An icon beside a word; hidden from assistive technology, the word says it. */
export function Icon({ name, small = false }: { readonly name: IconName; readonly small?: boolean }): ReactElement {
  const className = small ? 'i s' : 'i'
  if (name === 'theme') {
    return (
      <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 2.4a5.6 5.6 0 1 0 0 11.2z" fill="currentColor" />
        <circle cx="8" cy="8" r="5.6" />
      </svg>
    )
  }
  if (name === 'only') {
    return (
      <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="5.6" />
        <circle cx="8" cy="8" r="1.6" fill="currentColor" />
      </svg>
    )
  }
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The mark of FlowLens: one flow split by a lens. */
export function Mark(): ReactElement {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <circle cx="10" cy="10" r="7.2" strokeWidth="1.7" />
      <path strokeWidth="1.5" d="M.8 10h5.4c2.8 0 3-3.4 5.8-3.4h7.2M6.2 10c2.8 0 3 3.4 5.8 3.4h7.2" />
    </svg>
  )
}
