import { sep } from 'node:path'

/** What `npm test` may be narrowed to: files that need nothing, whole programs, the console in a browser. */
export const GROUPS = ['unit', 'program', 'browser'] as const
export type Group = (typeof GROUPS)[number]

/** The one group that a test file belongs to, by its path from the root. */
export function groupOf(file: string): Group {
  const path = file.split(sep).join('/')
  if (path.startsWith('web/test/') || path.startsWith('test/browser/')) return 'browser'
  return path.startsWith('test/') ? 'program' : 'unit'
}

/** The longest ones; begun last, one of them would run alone at the end while the other processors wait. */
export const LONG: readonly string[] = [
  'web/test/accessibility.test.ts',
  'test/kill.test.ts',
  'test/reload.test.ts',
  'src/spool/kill.test.ts',
  'test/full-disk.test.ts',
  'src/store/store.engine.test.ts',
]

/** In the order in which they are begun: the longest, then those that wait as well as compute, then the many short ones. */
export function longestFirst(files: readonly string[]): string[] {
  const rank = (file: string): number => (LONG.includes(file.split(sep).join('/')) ? 0 : groupOf(file) === 'unit' ? 2 : 1)
  return files.toSorted((a, b) => rank(a) - rank(b))
}
