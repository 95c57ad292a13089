/** What an operator gets wrong, and what happens to the machine: a clear word, and everything else goes on. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { flowlens, freeUdpPort, temporaryFolder } from './helpers/index.ts'
import { healthOf, makeSite, until, type Pipeline } from './helpers/site.ts'

/** What `flowlens serve` says of a configuration with which it does not start. */
async function refusal(file: string): Promise<string> {
  const { code, stdout, stderr } = await flowlens(['serve', '--config', file])
  assert.equal(code, 1, stderr)
  assert.equal(stdout, '')
  return stderr
}

test('a wrong value and an unknown key: every mistake is named by line, column and key, and nothing starts', async context => {
  const folder = temporaryFolder(context)
  const file = join(folder, 'flowlens.yaml')
  writeFileSync(file, 'dataDir: ./data\nlisteners:\n  - port: 99999\nhttp:\n  prot: 8080\n')
  const said = await refusal(file)
  assert.match(said, /flowlens\.yaml has 2 mistakes:/)
  assert.match(said, /3:11 listeners\.0\.port: .*65535/)
  assert.match(said, /5:3 http\.prot: unknown key; did you mean port\?/)
  assert.match(said, /\(FL_CONFIG_INVALID\)/)
  assert.doesNotMatch(said, /\n\s+at /, 'no stack')
  assert.match(await refusal(join(folder, 'nowhere.yaml')), /nowhere\.yaml: there is no such file/)
})

test('a data directory that cannot be used', async context => {
  const site = await makeSite(context)
  const write = (dataDir: string): void =>
    writeFileSync(site.configFile, `dataDir: ${dataDir}\nlisteners: []\nhttp: {address: 127.0.0.1, port: ${site.http}}\n`)
  await context.test('a file stands in its place', async () => {
    writeFileSync(join(site.folder, 'taken'), '')
    write('./taken')
    const said = await refusal(site.configFile)
    assert.match(said, /cannot use .*\/taken as dataDir: (?:it|a part of the path) is a file/)
    assert.match(said, /\(FL_CONFIG_DATA_DIR\)/)
  })
  await context.test('a system that lets nobody write there', async () => {
    write('/proc/flowlens')
    assert.match(await refusal(site.configFile), /cannot use \/proc\/flowlens as dataDir: .*\n.*\(FL_CONFIG_DATA_DIR\)/)
  })
  await context.test('a folder that may not be written to', async inner => {
    const folder = join(site.folder, 'locked')
    mkdirSync(folder)
    chmodSync(folder, 0o500)
    // Root may write anywhere but on a disk that is mounted read-only.
    const root = process.getuid?.() === 0
    const mounted = root && spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).status === 0
    if (root && !mounted) return inner.skip('root may write anywhere, and may not mount a disk here')
    try {
      write('./locked/data')
      assert.match(await refusal(site.configFile), /as dataDir: (?:this user may not write there|its disk is mounted read-only)/)
    } finally {
      if (mounted) spawnSync('umount', [folder])
    }
  })
})

test('the port of the console is taken: one clear error, exit code 1, no ingest left behind', async context => {
  const site = await makeSite(context)
  const other = createServer().listen(site.http, '127.0.0.1')
  context.after(() => other.close())
  await once(other, 'listening')
  assert.match(await refusal(site.configFile), new RegExp(`cannot open console and API on 127\\.0\\.0\\.1 port ${site.http}: another program uses the port`))
  assert.equal(site.ingestPid(), null)
})

for (const method of ['recvmmsg', 'dgram']) {
  test(`a UDP port is taken (${method}): it is told, the rest receives, and it is opened when it gets free`, async context => {
    let free = (): void => {}
    context.after(() => free())
    const taken = await freeUdpPort()
    const site = await makeSite(context, {
      more: `receive: {method: ${method}}\n`,
      listeners: port => `[{address: 127.0.0.1, port: ${port}}, {address: 127.0.0.1, port: ${taken}, name: second}]`,
    })
    const other = createSocket('udp4').bind(taken, '127.0.0.1')
    free = () => void other.close()
    await once(other, 'listening')
    const program = await site.start()
    const ledgerOf = async (): Promise<Pipeline['ledger']> => (await program.get<Pipeline>('/api/v1/pipeline')).ledger
    const told = await until('the taken port', ledgerOf, ledger => typeof ledger?.listeners[1]?.error === 'string')
    assert.equal(told?.listeners[1]?.error, `cannot listen on udp 127.0.0.1:${taken}: the port is taken by another program (EADDRINUSE)`)
    assert.equal(told.method, method)
    assert.match(program.output(), /listener is not open; trying again every 5 s.*FL_RECEIVE_BIND/)
    const { status, reasons } = await healthOf(site)
    assert.equal(status, 'degraded')
    assert.ok(
      reasons.some(reason => reason.includes('listener second is not open') && reason.includes('taken by another program')),
      reasons.join('\n'),
    )
    const first = await site.simulate('--protocol v9 --rate 2000 --flows 500 --seed 91')
    await program.stored(first.flows)

    free()
    free = () => {}
    await until('the port', ledgerOf, ledger => ledger?.listeners[1]?.error === null)
    const second = await site.simulate('--protocol v9 --rate 2000 --flows 500 --seed 92', `127.0.0.1:${taken}`)
    const { ledger } = await program.stored(first.flows + second.flows)
    assert.equal(ledger?.listeners[1]?.datagrams, second.datagrams)
    await until(
      'good health',
      () => healthOf(site),
      ({ status: now }) => now === 'ok',
    )
  })
}

test('a second FlowLens on the same data directory is refused, and the first is unharmed', async context => {
  const site = await makeSite(context)
  const program = await site.start()
  const ingest = site.ingestPid()
  const another = join(site.folder, 'another.yaml')
  // Other ports: it would not meet the first one but in the data directory.
  writeFileSync(
    another,
    `dataDir: ./data\nlisteners: [{address: 127.0.0.1, port: ${await freeUdpPort()}}]\nhttp: {address: 127.0.0.1, port: ${site.http === 65_535 ? 65_534 : site.http + 1}}\n`,
  )
  const sending = site.simulate('--protocol v9 --rate 1000 --flows 3000 --seed 93')
  for (const command of ['serve', 'collect']) {
    for (const file of [another, site.configFile]) {
      const { code, stderr } = await flowlens([command, '--config', file])
      assert.equal(code, 1)
      assert.match(stderr, /another FlowLens, process \d+, runs on .*\/data\n.*\(FL_SPOOL_LOCKED\)/)
    }
  }
  const sent = await sending
  const { ledger } = await program.stored(sent.flows)
  assert.equal(site.ingestPid(), ingest, 'the same ingest goes on')
  assert.equal(ledger?.rows.produced, sent.flows)
  assert.doesNotMatch(program.output(), /ingest died/)
  assert.equal(await program.stop(), 0)
})
