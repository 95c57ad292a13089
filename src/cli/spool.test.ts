import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { append, openWriter, place } from '../deliver/conformance.ts'

const run = (dataDir: string, ...words: string[]) => {
  const code = `import { spool } from ${JSON.stringify(join(import.meta.dirname, 'spool.ts'))}; process.exitCode = await spool(process.argv.slice(1))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code, '--', ...words, '--data-dir', dataDir], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

function filled(t: TestContext): { dataDir: string; segment: string } {
  const dataDir = place(t)
  const writer = openWriter(dataDir, 1e6)
  append(writer, 5, 10, (firstSeq, rows) => [Buffer.from(`${firstSeq}+${rows};`)])
  writer.close()
  return { dataDir, segment: join(dataDir, 'spool', 'flows', `${'0'.repeat(20)}.fls`) }
}

test('fsck tells a whole spool from a damaged one', t => {
  const { dataDir, segment } = filled(t)
  const whole = run(dataDir, 'fsck')
  assert.equal(whole.status, 0, whole.stderr)
  assert.match(whole.stdout, /1 segments, 50 rows, .* rows below 50 are durable, epoch 1\nwhole\n$/)
  const bytes = readFileSync(segment)
  bytes[bytes.indexOf('20+10;')] = 0
  writeFileSync(segment, bytes)
  assert.equal(run(dataDir, 'fsck').status, 0)
  const damaged = run(dataDir, 'fsck', '--verify')
  assert.equal(damaged.status, 1)
  assert.match(damaged.stdout, /1 damaged places\nrows 20 to 29 are lost\nnot whole/)
})

test('dump gives frames of a range, or their rows', t => {
  const { dataDir, segment } = filled(t)
  const frames = run(dataDir, 'dump', '--from', '15', '--to', '31')
    .stdout.trim()
    .split('\n')
    .map(line => JSON.parse(line).first_seq)
  assert.deepEqual(frames, [10, 20, 30])
  assert.equal(run(dataDir, 'dump', '--native', '--from', '40').stdout, '40+10;')
  assert.equal(run(dataDir, 'dump', '--native', segment).stdout, '0+10;10+10;20+10;30+10;40+10;')
})

test('replay leaves a request, and refuses nonsense', t => {
  const { dataDir } = filled(t)
  assert.equal(run(dataDir, 'replay', '--from', '10', '--to', '20').status, 0)
  assert.deepEqual(JSON.parse(readFileSync(join(dataDir, 'spool/flows/replay/store.10-20.json'), 'utf8')), { sink: 'store', fromSeq: 10, toSeq: 20 })
  assert.match(run(dataDir, 'replay', '--from', '20', '--to', '10').stderr, /larger --to/)
  assert.match(run(dataDir, 'replay', '--from', 'x', '--to', '10').stderr, /number of a row/)
})
