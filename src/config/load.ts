import { readFileSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { LineCounter, isMap, isNode, isPair, isScalar, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import { ruleMistakes } from '../decode/registry/index.ts'
import { FlowLensError, STORED_COLUMNS, closest } from '../schema/index.ts'
import { applicationRuleMistakes } from './application-rules.ts'
import { configSchema, type Config } from './schema.ts'
import { keysAt } from './fields.ts'

export interface ConfigMistake {
  /** From 1; what is missing is placed at what should hold it. */
  readonly line: number
  readonly column: number
  /** Keys and numbers of list items from the top, joined by dots; empty for the file as a whole. */
  readonly key: string
  readonly message: string
}

export type ParsedConfig = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly mistakes: readonly ConfigMistake[] }

type Path = readonly (string | number)[]

/**
 * Reads a configuration. Relative paths in it count from `directory`. Every mistake of the text is told at once, in the order of
 * the lines; of a text that is not YAML only what the YAML parser found.
 */
export function parseConfig(text: string, directory: string): ParsedConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const mistake = (offset: number, key: string, message: string): ConfigMistake => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1), key, message }
  }

  const syntax = [...document.errors, ...document.warnings].map(error => mistake(error.pos[0], '', error.message))
  if (syntax.length > 0) return { ok: false, mistakes: syntax }

  const value = valueOf(document)
  if (!value.ok) return { ok: false, mistakes: [mistake(0, '', value.message)] }
  const result = configSchema.safeParse(value.value)
  if (!result.success) {
    const mistakes = result.error.issues.flatMap(issue =>
      tell(issue).map(({ path, message, atKey }) => mistake(offsetOf(document, path, atKey), path.join('.'), message)),
    )
    return { ok: false, mistakes: inOrder(mistakes) }
  }
  const { data } = result
  const unfit: readonly Unfit[] = [
    ...doubledListeners(data),
    ...unfitListeners(data),
    ...ruleMistakes(data),
    ...applicationRuleMistakes(data.applicationRules),
    ...unknownColumns(data),
  ]
  const mistakes = unfit.map(({ path, message, at }) =>
    mistake(at === undefined ? offsetOf(document, path, false) : offsetIn(document, text, path, at), path.join('.'), message),
  )
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) }
  return { ok: true, config: withAbsolutePaths(result.data, directory) }
}

/**
 * Reads the configuration file. Throws FL_CONFIG_UNREADABLE where the file cannot be read, and FL_CONFIG_INVALID with a line
 * `LINE:COLUMN KEY: MESSAGE` for each mistake.
 */
export function loadConfig(file: string): Config {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : String(error)
    throw new FlowLensError('FL_CONFIG_UNREADABLE', `${file}: ${reason}`, { context: { file }, cause: error })
  }
  const parsed = parseConfig(text, dirname(resolve(file)))
  if (parsed.ok) return parsed.config
  const { mistakes } = parsed
  const heading = `${basename(file)} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}`
  throw new FlowLensError('FL_CONFIG_INVALID', [`${heading}:`, ...mistakes.map(mistake => `  ${describeMistake(mistake)}`)].join('\n'), {
    context: { file, mistakes: mistakes.length },
  })
}

/** The configuration of an empty file that lies in `directory`. */
export function defaultConfig(directory: string): Config {
  return withAbsolutePaths(configSchema.parse({}), directory)
}

/** `3:11 listeners.0.port: Too big: expected number to be <=65535` */
export function describeMistake({ line, column, key, message }: ConfigMistake): string {
  return `${line}:${column} ${key === '' ? '' : `${key}: `}${message}`
}

function inOrder(mistakes: readonly ConfigMistake[]): readonly ConfigMistake[] {
  return mistakes.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** The plain value of the document. Resolving aliases can fail: unknown ones, or ones that multiply without end. */
function valueOf(document: Document.Parsed): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: withoutEmpty(document.toJS()) ?? {} }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}

/** A key with nothing behind it counts as absent, as does a whole file of comments: what is left when all its settings are commented out. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, below]) => (below === null ? [] : [[key, withoutEmpty(below)]])))
}

interface Told {
  readonly path: Path
  readonly message: string
  /** Whether the key itself is the mistake, rather than its value. */
  readonly atKey: boolean
}

function tell(issue: z.core.$ZodIssue): readonly Told[] {
  const path = issue.path.filter(part => typeof part !== 'symbol')
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message, atKey: false }]
  const known = keysAt(path)
  return issue.keys.map(key => {
    const meant = closest(key, known)
    return { path: [...path, key], message: `unknown key${meant === undefined ? '' : `; did you mean ${meant}?`}`, atKey: true }
  })
}

/** Where a value, or its key, begins; where there is none, what should hold it. */
function offsetOf(document: Document.Parsed, path: Path, atKey: boolean): number {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true)
  if (atKey && isMap(parent)) {
    const pair = parent.items.find(item => isPair(item) && isNode(item.key) && String(item.key) === String(path.at(-1)))
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  if (isNode(node)) return node.range?.[0] ?? 0
  return path.length === 0 ? 0 : offsetOf(document, path.slice(0, -1), false)
}

/** `at` is the place of the mistake in the text that the path leads to. */
type Unfit = { readonly path: Path; readonly message: string; readonly at?: number }

/**
 * Where the character `at` of a text value stands in the file. YAML may quote, fold or indent it: the line it is in is looked for as it
 * is; a line that YAML changed counts from the beginning of the value.
 */
function offsetIn(document: Document.Parsed, file: string, path: Path, at: number): number {
  const node = document.getIn(path, true)
  const start = offsetOf(document, path, false)
  if (!isScalar(node) || typeof node.value !== 'string') return start
  let from = start
  let before = 0
  for (const line of node.value.split('\n')) {
    const found = file.indexOf(line, from)
    if (found === -1 || found > (node.range?.[1] ?? 0)) return start
    if (at <= before + line.length) return found + at - before
    from = found + line.length
    before += line.length + 1
  }
  return start
}

/** Two listeners on one port would share its datagrams (SO_REUSEPORT) instead of failing, so the file is refused. UDP and TCP have ports of their own. */
function doubledListeners(config: Config): readonly Unfit[] {
  const seen = new Map<string, number>()
  return config.listeners.flatMap(({ address, port, transport }, index) => {
    const key = `${transport === 'udp' ? 'udp' : 'tcp'} ${address} ${port}`
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, index)
      return []
    }
    return [{ path: ['listeners', index, 'port'], message: `port ${port} of ${address} is already taken by listeners.${first}` }]
  })
}

/** Names in `aggregate.keep` that are no column of a row. */
function unknownColumns({ aggregate }: Config): readonly Unfit[] {
  const names = STORED_COLUMNS.map(({ name }) => name)
  return (aggregate.keep ?? []).flatMap((name, index) => {
    if (names.includes(name)) return []
    const meant = closest(name, names)
    return [
      {
        path: ['aggregate', 'keep', index],
        message: `there is no stored column ${name}; ${meant === undefined ? 'the reference of columns has them all' : `did you mean ${meant}?`}`,
      },
    ]
  })
}

/** Listeners whose settings do not fit their transport. */
function unfitListeners(config: Config): readonly Unfit[] {
  return config.listeners.flatMap(({ transport, tls, accept }, index) => {
    const at = (key: string, message: string): Unfit => ({ path: ['listeners', index, key], message })
    const unfit: Unfit[] = []
    if (transport === 'tls' && tls === undefined) unfit.push(at('transport', 'tls needs a certificate: give tls.cert and tls.key'))
    if (transport !== 'tls' && tls !== undefined) unfit.push(at('tls', `certificates belong to a listener with transport: tls; this one has ${transport}`))
    if (tls?.requireClientCertificate === true && tls.ca === undefined)
      unfit.push(at('tls', 'requireClientCertificate needs ca: the certificates of who signs those of exporters'))
    if (transport !== 'udp' && !accept.includes('auto') && !accept.includes('ipfix'))
      unfit.push(at('accept', `${transport} takes IPFIX only: give auto or ipfix`))
    return unfit
  })
}

function withAbsolutePaths(config: Config, directory: string): Config {
  const absolute = (path: string): string => resolve(directory, path)
  const database = (which: string): string => (which === 'bundled' || which === 'off' || /^https?:/i.test(which) ? which : absolute(which))
  const { tls } = config.http
  return {
    ...config,
    dataDir: absolute(config.dataDir),
    listeners: config.listeners.map(listener => {
      const files = listener.tls
      if (files === undefined) return listener
      const ca = files.ca === undefined ? {} : { ca: absolute(files.ca) }
      return { ...listener, tls: { ...files, cert: absolute(files.cert), key: absolute(files.key), ...ca } }
    }),
    enrich: {
      ...config.enrich,
      asDatabase: database(config.enrich.asDatabase),
      countryDatabase: database(config.enrich.countryDatabase),
      cityDatabase: database(config.enrich.cityDatabase),
      ...(config.enrich.networks === undefined ? {} : { networks: database(config.enrich.networks) }),
      dictionaries: config.enrich.dictionaries.map(one => ({ ...one, file: absolute(one.file) })),
    },
    http: tls === undefined ? config.http : { ...config.http, tls: { cert: absolute(tls.cert), key: absolute(tls.key) } },
  }
}
