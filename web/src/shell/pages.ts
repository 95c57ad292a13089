/** The pages that exist, in the order of the rail. */
import type { IconName } from '../ui/icon.tsx'
import { words } from '../words.ts'

export interface Page {
  readonly path: string
  readonly label: string
  readonly icon: IconName
  /** What the pages of one of its entities begin with, where that is not its own path. */
  readonly entities?: string
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
  {
    id: 'explore',
    label: words.rail.explore,
    icon: 'search',
    pages: [
      { path: '/flows', label: words.rail.flows, icon: 'rows' },
      { path: '/hosts', label: words.rail.hosts, icon: 'host' },
    ],
  },
  {
    id: 'rankings',
    label: words.rail.rankings,
    icon: 'ranking',
    pages: [
      { path: '/top/as', label: words.rail.ases, icon: 'routes', entities: '/as/' },
      { path: '/top/applications', label: words.rail.applications, icon: 'window', entities: '/apps/' },
      { path: '/top/categories', label: words.rail.categories, icon: 'tag', entities: '/categories/' },
      { path: '/top/countries', label: words.rail.countries, icon: 'globe', entities: '/countries/' },
      { path: '/top/networks', label: words.rail.networks, icon: 'network', entities: '/networks/' },
      { path: '/top/ports', label: words.rail.ports, icon: 'open', entities: '/ports/' },
      { path: '/top/dscp', label: words.rail.dscp, icon: 'ranking' },
    ],
  },
  {
    id: 'quality',
    label: words.rail.quality,
    icon: 'gauge',
    pages: [
      { path: '/quality/latency', label: words.rail.latency, icon: 'timer' },
      { path: '/quality/tcp', label: words.rail.tcp, icon: 'gauge' },
      { path: '/quality/voip', label: words.rail.voip, icon: 'phone' },
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

/** The page a path belongs to: `/flows/12-3` is of Flows, `/as/15169` of Autonomous systems. */
export function pageAt(path: string): Page | undefined {
  const pages = GROUPS.flatMap(group => group.pages)
  return pages.find(page => page.path === path) ?? pages.find(page => page.path !== '/' && path.startsWith(page.entities ?? `${page.path}/`))
}
