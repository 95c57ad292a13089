import { posix } from 'node:path'
import type { Files } from './files.ts'

export interface Declared {
  /** Codes of src/schema/errors.ts. */
  readonly errors: readonly string[]
  /** Names of src/config/env.ts. */
  readonly environment: readonly string[]
  /** Last parts of the keys of flowlens.yaml that hold a value. */
  readonly configKeys: readonly string[]
}

const DECLARING = new Set(['src/schema/errors.ts', 'src/config/env.ts', 'src/config/schema.ts'])

/**
 * Finds what is declared and used nowhere, and what is used and declared nowhere: error codes, environment variables, config keys.
 * Uses in tests and in the folder of the declaration's own room do not count as uses.
 */
export function checkTables(files: Files, declared: Declared): readonly string[] {
  const sources = [...files].filter(([path]) => /^(?:src|scripts|bench|web\/src)\//.test(path) && !/\.test\.tsx?$/.test(path))
  const uses = sources.filter(([path]) => !DECLARING.has(path))
  const beyondConfig = uses.filter(([path]) => posix.dirname(path) !== 'src/config')
  return [
    ...used(declared.errors, sources, /\bFL_[A-Z]+_[A-Z_]+\b/g, 'error code', 'src/schema/errors.ts'),
    ...unused(declared.errors, [...uses, ['', namesByParts(declared.errors, uses)]], 'error code'),
    ...used(declared.environment, sources, /\bFLOWLENS_[A-Z_]+\b/g, 'environment variable', 'src/config/env.ts'),
    ...unused(declared.environment, uses, 'environment variable'),
    ...unused(declared.configKeys, beyondConfig, 'config key'),
  ]
}

/** The codes of a stage whose code is put together, as in `FL_FILTER_${what}`, and whose last part stands somewhere as a text. */
function namesByParts(codes: readonly string[], files: Entries): string {
  const all = files.map(([, text]) => text).join('\n')
  return codes
    .filter(code => {
      const [, stage, what] = /^(FL_[A-Z]+_)(.+)$/.exec(code) ?? []
      return stage !== undefined && all.includes(`${stage}\${`) && all.includes(`'${what}'`)
    })
    .join('\n')
}

type Entries = readonly (readonly [path: string, text: string])[]

function used(declared: readonly string[], files: Entries, pattern: RegExp, what: string, where: string): readonly string[] {
  return files.flatMap(([path, text]) =>
    [...new Set(text.match(pattern) ?? [])].filter(name => !declared.includes(name)).map(name => `${path}: ${what} ${name} is not declared in ${where}`),
  )
}

function unused(declared: readonly string[], files: Entries, what: string): readonly string[] {
  return declared.filter(name => !files.some(([, text]) => new RegExp(`\\b${name}\\b`).test(text))).map(name => `${what} ${name} is declared and used nowhere`)
}
