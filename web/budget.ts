/**
 * The budgets of the console, held against web/dist: what the first page loads, and what each page adds. Prints one line a budget and
 * fails when one is exceeded. Sizes are those of gzip at its highest level, as the server sends the files.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const KIB = 1024

export const BUDGETS = { firstScript: 180 * KIB, style: 25 * KIB, lazy: 60 * KIB } as const

interface Chunk {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
  readonly css?: readonly string[]
  readonly src?: string
}

type Manifest = Readonly<Record<string, Chunk>>

export interface Measured {
  readonly name: string
  readonly bytes: number
  readonly limit: number
}

/** Every chunk a chunk cannot do without, itself included. */
function closure(manifest: Manifest, name: string, seen: Set<string> = new Set()): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined || seen.has(name)) return seen
  seen.add(name)
  for (const other of chunk.imports ?? []) closure(manifest, other, seen)
  return seen
}

/** Sizes of a build, each beside its limit: the first load, the styles, then what is loaded later, the largest first. `sizeOf` gives the compressed bytes of a file of the build. */
export function measure(manifest: Manifest, sizeOf: (file: string) => number): readonly Measured[] {
  const entry = Object.keys(manifest).find(name => manifest[name]?.isEntry === true)
  if (entry === undefined) throw new Error('the manifest has no entry')
  const first = closure(manifest, entry)
  const sum = (files: Iterable<string>): number => [...new Set(files)].reduce((bytes, file) => bytes + sizeOf(file), 0)
  const filesOf = (names: Iterable<string>): string[] => [...names].flatMap(name => manifest[name]?.file ?? [])
  const styles = Object.values(manifest).flatMap(chunk => chunk.css ?? [])
  const lazy = Object.keys(manifest).filter(name => manifest[name]?.isDynamicEntry === true)
  const pages = lazy
    .map(name => ({
      name: `lazy ${manifest[name]?.src ?? name}`,
      bytes: sum(filesOf([...closure(manifest, name)].filter(each => !first.has(each)))),
      limit: BUDGETS.lazy,
    }))
    .toSorted((a, b) => b.bytes - a.bytes)
  return [
    { name: 'first load, script', bytes: sum(filesOf(first)), limit: BUDGETS.firstScript },
    { name: 'style, all pages', bytes: sum(styles), limit: BUDGETS.style },
    ...pages,
  ]
}

export const line = ({ name, bytes, limit }: Measured): string =>
  `${bytes > limit ? 'OVER' : 'ok  '} ${name.padEnd(40)} ${(bytes / KIB).toFixed(1).padStart(7)} KiB of ${(limit / KIB).toFixed(0)}`

/** Sources of data that their licences want named with a link. A person may follow it; the console asks them for nothing. */
const CREDITED = /^https:\/\/(?:www\.routeviews\.org|db-ip\.com|www\.nro\.net|creativecommons\.org)\/(?:licenses\/by\/4\.0\/)?$/

/** References that would leave the host, in what the browser loads. */
export function offOrigin(text: string): readonly string[] {
  const allowed = /^https?:\/\/(www\.w3\.org|react\.dev|reactjs\.org|tanstack\.com|localhost|rolldown\.rs)\b/
  return [...text.matchAll(/https?:\/\/[a-z0-9.-]+[a-z0-9/._-]*/gi)].map(match => match[0]).filter(url => !allowed.test(url) && !CREDITED.test(url))
}

export interface Build {
  readonly results: readonly Measured[]
  /** Addresses of other hosts in what the browser loads. */
  readonly foreign: readonly string[]
}

/** Measures the build in a directory. */
export function measureBuild(dist: string): Build {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Manifest
  const foreign = readdirSync(join(dist, 'assets'))
    .filter(file => /\.(js|css)$/.test(file))
    .flatMap(file => offOrigin(readFileSync(join(dist, 'assets', file), 'utf8')))
  return { results: measure(manifest, file => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length), foreign: [...new Set(foreign)] }
}

if (process.argv[1] === import.meta.filename) {
  const { results, foreign } = measureBuild(join(import.meta.dirname, 'dist'))
  for (const result of results) console.log(line(result))
  if (foreign.length > 0) console.log(`addresses of other hosts in the build: ${foreign.join(', ')}`)
  process.exitCode = results.some(({ bytes, limit }) => bytes > limit) || foreign.length > 0 ? 1 : 0
}
