import { lineAt, type Files } from './files.ts'

// Put together from parts, so that this file does not hold what it looks for.
const PATTERNS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a path of one machine', new RegExp(`(?<![\\w./-])/(?:${['work', 'farm', 'root'].join('|')}|home/(?!flowlens\\b)\\w+|Users/\\w+)/`, 'g')],
  ['the host of a package registry', new RegExp(['registry\\.npm', 'js|deb\\.deb', 'ian|repo1\\.mav', 'en|proxy\\.gol', 'ang|pypi\\.o', 'rg'].join(''), 'g')],
  ['a private key', new RegExp(`-----BEGIN (?:\\w+ )?PRIVATE ${'KEY'}-----`, 'g')],
  ['a token', new RegExp(['npm', '_[A-Za-z0-9]{36}|gh[pousr]', '_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}'].join(''), 'g')],
]

/** Finds what must not be in a repository: paths of a machine, hosts of registries, keys and tokens. */
export function checkSecrets(files: Files): readonly string[] {
  return [...files].flatMap(([path, text]) =>
    PATTERNS.flatMap(([what, pattern]) => [...text.matchAll(pattern)].map(match => `${path}:${lineAt(text, match.index)}: ${what}: ${match[0]}`)),
  )
}
