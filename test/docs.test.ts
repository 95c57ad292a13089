/** What the docs tell a reader to type works: configurations are valid, commands and options exist, filters parse. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../src/config/index.ts'
import { parse } from '../src/filter/index.ts'
import { flowlens } from './helpers/index.ts'

const root = join(import.meta.dirname, '..')
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })].map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

interface Block {
  readonly path: string
  readonly language: string
  readonly text: string
}

const blocks: readonly Block[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(match => ({ path, language: match[1] ?? '', text: match[2] ?? '' })),
)

/** Command lines of FlowLens in blocks and in running text, without what leads to the program. */
const commands = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/(?:^|`|&& )(?:bin\/)?flowlens ([a-z]+\b[^`\n]*)/gm)].map(match => ({ path, line: match[1] ?? '' })),
)

test('configurations in the docs are valid', () => {
  const configurations = blocks.filter(({ language }) => language === 'yaml')
  assert.ok(configurations.length > 0)
  for (const { path, text } of configurations) {
    const parsed = parseConfig(text, '/')
    assert.ok(parsed.ok, `${path}: ${JSON.stringify(parsed)}`)
  }
})

test('commands and options in the docs exist', async () => {
  assert.ok(commands.length > 5)
  const helps = new Map<string, string>()
  for (const { path, line } of commands) {
    const [command = '', ...words] = line.split(/\s+/)
    if (!helps.has(command)) helps.set(command, (await flowlens([command, '--help'])).stdout)
    const help = helps.get(command) ?? ''
    assert.notEqual(help, '', `${path}: there is no command ${command}`)
    for (const option of words.filter(word => word.startsWith('--'))) assert.ok(help.includes(option), `${path}: flowlens ${command} has no option ${option}`)
  }
})

test('filters in the docs parse', () => {
  const filters = commands.flatMap(({ path, line }) => [...line.matchAll(/^query '([^']*)'/g)].map(match => ({ path, filter: match[1] ?? '' })))
  assert.ok(filters.length > 0)
  for (const { path, filter } of filters) {
    const parsed = parse(filter)
    assert.ok(parsed.ok, `${path}: ${filter}: ${parsed.ok ? '' : parsed.error.code}`)
  }
})
