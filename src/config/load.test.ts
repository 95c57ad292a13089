import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { configSchema, defaultConfig, describeMistake, exampleYaml, loadConfig, locateConfig, parseConfig, type Config } from './index.ts'

const fixtures = join(import.meta.dirname, 'fixtures')
const FOLDER = '/etc/flowlens'

/** What a golden file holds: the mistakes a line each, or what the file changes against the defaults. */
function outcome(text: string): string {
  const parsed = parseConfig(text, FOLDER)
  if (!parsed.ok) return `${parsed.mistakes.map(describeMistake).join('\n')}\n`
  return `${JSON.stringify(changes(parsed.config, defaultConfig(FOLDER)), undefined, 2)}\n`
}

function changes(config: Config, defaults: Config): unknown {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(Object.entries(defaults).find(([name]) => name === key)?.[1])),
  )
}

for (const name of readdirSync(fixtures)) {
  test(`golden configuration: ${name}`, () => {
    const expected = join(fixtures, name, 'expected')
    const actual = outcome(readFileSync(join(fixtures, name, 'in.yaml'), 'utf8'))
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, actual)
    assert.ok(existsSync(expected), 'written with UPDATE_GOLDEN=1')
    assert.equal(actual, readFileSync(expected, 'utf8'))
  })
}

test('an unknown key below its parent is found on its own line', () => {
  const parsed = parseConfig('receive:\n  workers: 1\n  buffer:\n    bytes: 5\n', FOLDER)
  assert.ok(!parsed.ok)
  assert.deepEqual(parsed.mistakes, [{ line: 3, column: 3, key: 'receive.buffer', message: 'unknown key' }])
})

test('the example means the same as an empty file, and every setting in it is valid when uncommented', () => {
  const example = parseConfig(exampleYaml(), FOLDER)
  assert.deepEqual(example, { ok: true, config: defaultConfig(FOLDER) })

  const uncommented = exampleYaml().replaceAll(/^( *)#(?=[a-zA-Z]+:|  - )/gm, '$1')
  assert.match(uncommented, /^ {2}workers: 1$/m)
  assert.match(uncommented, /^listeners:\n {2}- \{ address: 0\.0\.0\.0, port: 2055/m)
  assert.deepEqual(parseConfig(uncommented, FOLDER), { ok: true, config: defaultConfig(FOLDER) })
})

test('every key of the schema stands in the example with its documentation', () => {
  const example = exampleYaml().replaceAll(/\n *(?:#  )?# /g, ' ')
  for (const [key, field] of Object.entries(configSchema.shape)) {
    assert.ok(exampleYaml().includes(`${key}:`), key)
    assert.ok(example.includes(field.description ?? 'undocumented'), `${key} lacks its text`)
  }
})

test('the file is read from the disk, and its mistakes are told all at once', context => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-config-'))
  context.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'flowlens.yaml')

  assert.throws(
    () => loadConfig(file),
    (error: unknown) => error instanceof FlowLensError && error.code === 'FL_CONFIG_UNREADABLE' && error.message.includes('no such file'),
  )
  assert.equal(locateConfig(undefined, {}, folder).file, undefined)
  assert.throws(() => locateConfig('other.yaml', {}, folder), { code: 'FL_CONFIG_UNREADABLE' })

  writeFileSync(file, 'http: { port: 99999 }\nhtpp: {}\n')
  assert.throws(() => loadConfig(file), {
    code: 'FL_CONFIG_INVALID',
    message: 'flowlens.yaml has 2 mistakes:\n  1:15 http.port: Too big: expected number to be <=65535\n  2:1 htpp: unknown key; did you mean http?',
  })

  writeFileSync(file, 'dataDir: flows\n')
  assert.equal(locateConfig(undefined, {}, folder).config.dataDir, join(folder, 'flows'))
  assert.equal(locateConfig(undefined, { FLOWLENS_CONFIG: file }, '/').config.dataDir, join(folder, 'flows'))
})
