import { posix } from 'node:path'
import { lineAt, type Files } from './files.ts'

/**
 * The rooms in the order of the dataflow (DESIGN §2). A room imports from itself and from rooms before it. `cli` puts the rooms
 * together and comes last. The configuration checks its fields with the decoder's element registry, hence its place.
 */
export const ROOMS = [
  'schema',
  'filter',
  'packet',
  'decode',
  'config',
  'telemetry',
  'meter',
  'capture',
  'enrich',
  'spool',
  'ingest',
  'state',
  'access',
  'store',
  'deliver',
  'query',
  'live',
  'identity',
  'snmp',
  'probe',
  'alert',
  'report',
  'simulate',
  'api',
  'cli',
] as const

/** Folders that import nothing of Node, so that the browser and others can use them. */
const FREE_OF_NODE = ['src/schema', 'src/packet', 'src/decode', 'src/filter'] as const

/** What of src the console may import. */
const FOR_THE_BROWSER = ['src/schema/index.ts', 'src/filter/index.ts'] as const

interface Import {
  readonly from: string
  readonly line: number
  readonly specifier: string
  /** The path from the root of a relative import. */
  readonly to: string | undefined
  /** `import type`: gone before anything runs. */
  readonly erased: boolean
}

const IMPORT =
  /(?:^|[\s;}])(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])(?<from>[^'"]+)\1|(?:^|[\s;}])import\s*(['"])(?<bare>[^'"]+)\3|\bimport\(\s*(['"])(?<dynamic>[^'"]+)\5\s*\)/gm

/**
 * Finds imports against the dataflow, past another room's index.ts, of Node where it must not be, and cycles of files that load each other. Test files
 * may import what they test from anywhere, except past a face.
 */
export function checkImports(files: Files): readonly string[] {
  const imports = [...files].flatMap(([path, text]) => importsOf(path, text))
  const sources = imports.filter(({ from }) => !isTest(from))
  return [...sources.flatMap(one => [...direction(one), ...nodeFree(one)]), ...imports.flatMap(face), ...cycles(sources)].toSorted()
}

function importsOf(path: string, text: string): readonly Import[] {
  const code = withoutComments(text)
  return [...code.matchAll(IMPORT)].map(match => {
    const specifier = match.groups?.['from'] ?? match.groups?.['bare'] ?? match.groups?.['dynamic'] ?? ''
    const to = specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : undefined
    return { from: path, line: lineAt(code, match.index + match[0].indexOf(specifier)), specifier, to, erased: /^\W*(?:import|export)\s+type\b/.test(match[0]) }
  })
}

/** Blanks out comments, keeping the lines; an example in a docstring is no import. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, comment => comment.replaceAll(/[^\n]/g, ' '))
}

function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('.test.tsx')
}

/** The room that a file of src lies in. */
function roomOf(path: string): string | undefined {
  const [top, room] = path.split('/')
  return top === 'src' ? room : undefined
}

function direction({ from, to, line }: Import): readonly string[] {
  if (to === undefined) return []
  const [room, other] = [roomOf(from), roomOf(to)]
  if (room === undefined || room === other) return []
  const place = `${from}:${line}`
  // The benchmark stands beside src and uses all of it; its command is the one way in.
  if (from === 'src/cli/bench.ts' && to === 'bench/index.ts') return []
  if (other === undefined) return [`${place}: src imports nothing from ${to.split('/')[0]}/`]
  const [at, before] = [rank(room), rank(other)]
  if (at === -1) return [`${place}: the room ${room} has no place in the dataflow (scripts/checks/imports.ts)`]
  if (before === -1 || before < at) return []
  return [`${place}: ${room} comes before ${other} in the dataflow and may not import it`]
}

function rank(room: string): number {
  return ROOMS.findIndex(name => name === room)
}

function face({ from, to, line }: Import): readonly string[] {
  if (to === undefined) return []
  const place = `${from}:${line}`
  if (from.startsWith('web/') && to.startsWith('src/')) {
    return FOR_THE_BROWSER.some(path => path === to) || isTest(from) ? [] : [`${place}: the console imports only ${FOR_THE_BROWSER.join(' and ')}, not ${to}`]
  }
  const [room, other] = [roomOf(from), roomOf(to)]
  // What a room's tests are made of may serve another room's tests.
  if (isTest(from) && (to.startsWith(`src/${other}/fixtures/`) || to === `src/${other}/conformance.ts`)) return []
  if (room === undefined || other === undefined || room === other || posix.basename(to) === 'index.ts') return []
  return [`${place}: ${to} is behind the face of ${other}; import src/${other}/index.ts`]
}

function nodeFree({ from, specifier, to, line }: Import): readonly string[] {
  const folder = FREE_OF_NODE.find(free => from.startsWith(`${free}/`))
  if (folder === undefined) return []
  if (to === undefined) return specifier.startsWith('node:') ? [`${from}:${line}: ${folder} imports nothing of Node, not ${specifier}`] : []
  if (FREE_OF_NODE.some(free => to.startsWith(`${free}/`))) return []
  return [`${from}:${line}: ${folder} is free of Node and imports only what is too, not ${to}`]
}

/** Each cycle of files once, as the path round it. Two files of a room may know each other's types. */
function cycles(imports: readonly Import[]): readonly string[] {
  const graph = new Map<string, string[]>()
  for (const { from, to, erased } of imports) if (to !== undefined && !erased) graph.set(from, [...(graph.get(from) ?? []), to])
  const done = new Set<string>()
  const found = new Map<string, string>()
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at !== -1) {
      const round = path.slice(at)
      found.set(round.toSorted().join(), `cycle: ${[...round, file].join(' -> ')}`)
      return
    }
    if (done.has(file)) return
    for (const next of graph.get(file) ?? []) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return [...found.values()]
}
