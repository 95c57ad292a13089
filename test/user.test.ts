/** `flowlens user`: who may use FlowLens, changed on its machine. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { flowlens, temporaryFolder, type Ended, type Scope } from './helpers/index.ts'

function machine(scope: Scope): (args: string, input?: string) => Promise<Ended> {
  const config = join(temporaryFolder(scope), 'flowlens.yaml')
  writeFileSync(config, 'dataDir: ./data\n')
  return (args, input) => flowlens(['user', ...args.split(' '), '--config', config], input === undefined ? {} : { input })
}

test('a user is added, changed, disabled and removed; the last admin stays', async context => {
  const run = machine(context)
  assert.deepEqual(await run('list'), { code: 0, stdout: '', stderr: '' })
  assert.equal((await run('add alice --role admin', 'correct horse\n')).stdout, 'alice may sign in as admin\n')
  assert.equal((await run('add bob', 'battery staple\n')).code, 0)
  assert.equal((await run('role bob --role operator')).code, 0)
  assert.equal((await run('disable bob')).code, 0)
  assert.match((await run('list')).stdout, /^alice +admin +never signed in\nbob +operator +disabled\n$/)
  assert.match((await run('remove alice')).stderr, /alice is the last admin/)
  assert.equal((await run('remove bob')).code, 0)
  assert.match((await run('list')).stdout, /^alice +admin/)
})

test('an unfit password and a taken name are refused, and nothing changes', async context => {
  const run = machine(context)
  const short = await run('add alice', 'short\n')
  assert.equal(short.code, 1)
  assert.match(short.stderr, /FL_ACCESS_PASSWORD/)
  assert.equal((await run('list')).stdout, '')
  await run('add alice', 'correct horse\n')
  assert.match((await run('add alice', 'correct horse\n')).stderr, /FL_ACCESS_CONFLICT/)
})

test('a key is printed once, and never may more than its user', async context => {
  const run = machine(context)
  await run('add alice --role operator', 'correct horse\n')
  assert.match((await run('key alice --days 30')).stdout, /^flk_[\w-]{43}\n$/)
  assert.match((await run('key alice --role admin --label more')).stderr, /FL_ACCESS_DENIED/)
})

test('what is not understood ends with 2', async context => {
  const run = machine(context)
  for (const args of ['promote alice', 'add', 'add alice --role king', 'key alice --days never', 'list a b']) {
    assert.equal((await run(args)).code, 2, args)
  }
})
