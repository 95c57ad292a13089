/** The conformance table: rules beside the tests that show them. Throws where a rule has neither test nor gap, or a test names no rule. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { code, page, table } from '../markdown.ts'
import { OTHER_RULES } from './other-rules.ts'
import { RFC7011 } from './rfc7011.ts'
import type { Rule, RuleBook } from './rules.ts'

export const RULE_BOOKS: readonly RuleBook[] = [RFC7011, ...OTHER_RULES]

/** Test files by their path from the root. */
export type TestFiles = ReadonlyMap<string, string>

const ID = /\[((?:RFC\d+|SFLOW5)-[\w.]+-[a-z])\]/g
/** A test, or a `law` of the metamorphic ones, which is a test by another name. */
const TITLE = /\b(?:test|law)\(\s*(['"`])(.*?)\1\s*,/gs

export function readTests(root: string): TestFiles {
  const paths = globSync('{src,test}/**/*.test.ts', { cwd: root }).toSorted()
  return new Map(paths.map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

function titlesOf(files: TestFiles): readonly (readonly [path: string, title: string])[] {
  return [...files].flatMap(([path, text]) => [...text.matchAll(TITLE)].map(match => [path, match[2] ?? ''] as const))
}

/** What does not fit between rules and tests, a line a finding. */
export function checkConformance(books: readonly RuleBook[], files: TestFiles): readonly string[] {
  const rules = books.flatMap(({ rules: some }) => some)
  const ids = new Set(rules.map(({ id }) => id))
  const titles = titlesOf(files)
  const named = new Set(titles.flatMap(([, title]) => [...title.matchAll(ID)].map(match => match[1] ?? '')))
  return [
    ...rules.filter(({ id }, index) => rules.findIndex(other => other.id === id) !== index).map(({ id }) => `${id} is there twice`),
    ...[...named].filter(id => !ids.has(id)).map(id => `a test names ${id}, which is no rule`),
    ...rules
      .filter(({ id, tests = [], gap }) => tests.length === 0 && gap === undefined && !named.has(id))
      .map(({ id }) => `${id} has neither a test nor a gap`),
    ...rules.flatMap(({ id, tests = [] }) =>
      tests
        .filter(([file, title]) => !titles.some(([path, known]) => path === file && title !== '' && known.startsWith(title)))
        .map(([file, title]) => `${id} names a test that is not there: ${file}: ${title}`),
    ),
  ]
}

function testsOf({ id, tests = [] }: Rule, titles: ReturnType<typeof titlesOf>): string {
  const own = titles.filter(([, title]) => title.includes(`[${id}]`)).map(([path]) => `${code(path)}: ${id}`)
  const others = tests.map(([file, begin]) => {
    const title = titles.find(([path, known]) => path === file && known.startsWith(begin))?.[1] ?? begin
    return title.includes('${') ? code(file) : `${code(file)}: ${title}`
  })
  return [...own, ...others].join('; ')
}

/** The page. */
export function conformancePage(files: TestFiles): string {
  const findings = checkConformance(RULE_BOOKS, files)
  if (findings.length > 0) throw new Error(`scripts/docs/conformance: ${findings.join('; ')}`)
  const titles = titlesOf(files)
  const all = RULE_BOOKS.flatMap(({ rules }) => rules)
  const shown = all.filter(rule => testsOf(rule, titles) !== '').length
  return page(
    'scripts/docs/conformance and the titles of the tests',
    'Conformance',
    `What the specifications ask of a collector, in our words, and the test that shows it. Of ${all.length} rules ${shown} have a test; where something is not done, or done otherwise, the last column says so and why. Levels are those of RFC 2119; where a document uses none, what cannot be done otherwise stands as *must*.`,
    'Beside these rules, [10,000 captures drawn at random and a corpus of real ones](../explanation/proof.md) are compared with tshark and nfdump.',
    ...RULE_BOOKS.flatMap(({ document, title, rules }) => [
      `## ${title}`,
      table(
        ['§', 'Level', 'Rule', 'Test', 'Gap'],
        rules.map(rule => [rule.id.slice(document.length + 1), rule.level, rule.rule, testsOf(rule, titles), rule.gap ?? '']),
      ),
    ]),
  )
}
