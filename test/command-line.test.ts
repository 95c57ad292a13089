/** The frame of the command line: help, exit codes, where errors go; and what the launcher says when its Node is missing. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { flowlens, launcher, temporaryFolder } from './helpers/index.ts'

const root = join(import.meta.dirname, '..')

test('help and version go to standard output, with exit code 0', async () => {
  const help = await flowlens(['--help'])
  assert.equal(help.code, 0)
  assert.match(help.stdout, /^ {2}serve +Receive, store and show flows/m)
  assert.equal(help.stderr, '')
  assert.deepEqual(await flowlens([]), help)
  assert.match((await flowlens(['--version'])).stdout, /^flowlens \d+\.\d+\.\d+\n$/)
})

test('every command that help names answers --help', async () => {
  const { stdout } = await flowlens(['--help'])
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(match => match[1] ?? '')
  assert.ok(commands.length >= 9, commands.join())
  for (const command of commands) {
    const help = await flowlens([command, '--help'])
    assert.equal(help.code, 0, `${command}: ${help.stderr}`)
    assert.match(help.stdout, new RegExp(`flowlens ${command}`), command)
    assert.equal(help.stderr, '', command)
  }
})

test('a command line that is not understood ends with 2 and says what was meant', async () => {
  const unknown = await flowlens(['qurey', 'dst port 53'])
  assert.deepEqual(unknown, { code: 2, stdout: '', stderr: 'flowlens: there is no command qurey; did you mean query?\nSee flowlens --help.\n' })
  const option = await flowlens(['config', 'check', '--colour'])
  assert.equal(option.code, 2)
  assert.match(option.stderr, /^flowlens config: Unknown option '--colour'.*\nSee flowlens config --help\.\n$/)
})

test('a failure ends with 1, tells every mistake of the file and its code, and no stack', async context => {
  const file = join(temporaryFolder(context), 'flowlens.yaml')
  writeFileSync(file, 'listeners:\n  - { port: 99999 }\nstoer: {}\n')
  const failed = await flowlens(['config', 'check', file])
  assert.equal(failed.code, 1)
  assert.equal(failed.stdout, '')
  assert.match(
    failed.stderr,
    /^flowlens: flowlens\.yaml has 2 mistakes:\n {2}2:13 listeners\.0\.port: Too big.*\n {2}3:1 stoer: unknown key; did you mean store\?\n.*\(FL_CONFIG_INVALID\)\n$/,
  )
})

test('an unknown variable of the environment is reported, and does not end the command', async () => {
  const { code, stderr } = await flowlens(['config', 'example'], { env: { FLOWLENS_CONFG: '/etc/flowlens.yaml' } })
  assert.equal(code, 0)
  assert.equal(stderr, 'flowlens: environment variable FLOWLENS_CONFG is not known; did you mean FLOWLENS_CONFIG?\n')
})

test('a reader that closes early is no failure', async () => {
  const { code, stderr } = await flowlens(['-c', `"${launcher}" config schema | head -c 1 > /dev/null; "${launcher}" config schema > /dev/null`], {
    command: '/bin/sh',
  })
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
})

test('the launcher works through links, and tells in one line that its Node is missing', async context => {
  const folder = temporaryFolder(context)
  const link = join(folder, 'flowlens')
  symlinkSync(launcher, link)
  assert.equal((await flowlens(['--version'], { command: link })).code, 0)

  // A package that was installed without running install scripts.
  const bare = join(folder, 'node_modules', 'flowlens')
  mkdirSync(join(bare, 'dist'), { recursive: true })
  cpSync(join(root, 'bin'), join(bare, 'bin'), { recursive: true })
  // Nor may the PATH lead to another Node 26.
  const tools = join(folder, 'tools')
  mkdirSync(tools)
  for (const tool of ['dirname', 'readlink']) symlinkSync(`/usr/bin/${tool}`, join(tools, tool))
  const missing = await flowlens(['--version'], { command: join(bare, 'bin', 'flowlens'), env: { PATH: tools } })
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /^flowlens: its Node 26 is missing, .*install scripts.*\n$/)
})
