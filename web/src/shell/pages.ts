/** The pages that exist, in the order of the rail. */
import type { IconName } from '../ui/icon.tsx'
import { words } from '../words.ts'

export interface Page {
  readonly path: string
  readonly label: string
  readonly icon: IconName
  /** Served by the server itself, outside the console. */
  readonly served?: boolean
}

export interface PageGroup {
  readonly id: string
  readonly label: string
  readonly icon: IconName
  readonly pages: readonly Page[]
}

export const GROUPS: readonly PageGroup[] = [
  { id: 'monitor', label: words.rail.monitor, icon: 'monitor', pages: [{ path: '/', label: words.rail.overview, icon: 'monitor' }] },
  { id: 'explore', label: words.rail.explore, icon: 'search', pages: [{ path: '/flows', label: words.rail.flows, icon: 'rows' }] },
  {
    id: 'rankings',
    label: words.rail.rankings,
    icon: 'ranking',
    pages: [
      { path: '/top/as', label: words.rail.ases, icon: 'routes' },
      { path: '/top/applications', label: words.rail.applications, icon: 'window' },
      { path: '/top/categories', label: words.rail.categories, icon: 'tag' },
      { path: '/top/countries', label: words.rail.countries, icon: 'globe' },
      { path: '/top/networks', label: words.rail.networks, icon: 'network' },
      { path: '/top/ports', label: words.rail.ports, icon: 'open' },
      { path: '/top/dscp', label: words.rail.dscp, icon: 'ranking' },
    ],
  },
  {
    id: 'infrastructure',
    label: words.rail.infrastructure,
    icon: 'devices',
    pages: [{ path: '/exporters', label: words.rail.exporters, icon: 'devices' }],
  },
  {
    id: 'administration',
    label: words.rail.administration,
    icon: 'admin',
    pages: [
      { path: '/settings/access', label: words.rail.access, icon: 'key' },
      { path: '/docs', label: words.rail.docs, icon: 'book', served: true },
      { path: '/docs/api', label: words.rail.api, icon: 'code', served: true },
    ],
  },
]

/** The page a path belongs to: `/flows/12-3` is of Flows. */
export function pageAt(path: string): Page | undefined {
  const pages = GROUPS.flatMap(group => group.pages)
  return pages.find(page => page.path === path) ?? pages.find(page => page.path !== '/' && path.startsWith(`${page.path}/`))
}
