/**
 * The checks of `npm run check` that no tool knows. In: the files of the repository, committed or not. Out: a line a finding.
 * Each is a function of texts, with a failing example of its own in the test beside it; reading the files is done here.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENVIRONMENT, configFields, type ConfigField } from '../../src/config/index.ts'
import { ERRORS } from '../../src/schema/index.ts'
import { pages } from '../docs/pages.ts'
import type { Step } from '../test/steps.ts'
import { listFiles, readFiles } from './files.ts'
import { checkGenerated } from './generated.ts'
import { checkHeaders } from './headers.ts'
import { checkImports } from './imports.ts'
import { checkLinks } from './links.ts'
import { checkPackages } from './packages.ts'
import { checkSecrets } from './secrets.ts'
import { checkSpelling } from './spelling.ts'
import { checkTables } from './tables.ts'
import { checkTests } from './tests.ts'

const isSource = (path: string): boolean => /^(?:src|web|scripts|bench|test)\/.*\.tsx?$/.test(path)
const isPage = (path: string): boolean => path.endsWith('.md')
const isFixture = (path: string): boolean => path.includes('/fixtures/')

export const checks: readonly Step[] = [
  { name: 'imports', run: async root => checkImports(readFiles(root, isSource)) },
  { name: 'headers of rooms', run: async root => checkHeaders(readFiles(root, isSource)) },
  { name: 'declared and used', run: async root => checkTables(readFiles(root, isSource), declared()) },
  {
    name: 'generated pages',
    run: async root =>
      checkGenerated(
        readFiles(root, path => isPage(path) || path.endsWith('.generated.ts')),
        await pages(root),
      ),
  },
  { name: 'links', run: async root => checkLinks(readFiles(root, isPage), new Set(listFiles(root))) },
  // The list of mistakes is the one file that must hold them.
  {
    name: 'spelling',
    run: async root => checkSpelling(readFiles(root, path => (isSource(path) || isPage(path)) && !isFixture(path) && path !== 'scripts/checks/spelling.ts')),
  },
  { name: 'tests and captures', run: async root => checkTests(readFiles(root, isSource), listFiles(root)) },
  { name: 'packages', run: async root => checkPackages(JSON.parse(text(root, 'package.json')), JSON.parse(text(root, 'package-lock.json'))) },
  { name: 'secrets and paths', run: async root => checkSecrets(readFiles(root)) },
]

function text(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function declared(): Parameters<typeof checkTables>[1] {
  const keys = (fields: readonly ConfigField[]): readonly string[] =>
    fields.flatMap(field => (field.kind === 'value' ? [field.key] : [field.key, ...keys(field.fields)]))
  return { errors: ERRORS.map(({ code }) => code), environment: ENVIRONMENT.map(({ name }) => name), configKeys: [...new Set(keys(configFields()))] }
}
