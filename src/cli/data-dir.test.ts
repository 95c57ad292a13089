import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { takeDataDir } from './data-dir.ts'

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a data directory belongs to one at a time, and is made where it is not there', context => {
  const dataDir = join(folderOf(context), 'deep/down/data')
  const letGo = takeDataDir(dataDir)
  assert.throws(() => takeDataDir(dataDir), { code: 'FL_SPOOL_LOCKED', message: `another FlowLens, process ${process.pid}, runs on ${dataDir}` })
  letGo()
  takeDataDir(dataDir)()
  assert.equal(existsSync(join(dataDir, 'run/lock')), false)
})

test('the lock of a process that died is taken over', context => {
  const dataDir = folderOf(context)
  const { pid } = spawnSync(process.execPath, ['--version'])
  mkdirSync(join(dataDir, 'run'))
  writeFileSync(join(dataDir, 'run/lock'), `${pid} boot/1\n`)
  const letGo = takeDataDir(dataDir)
  assert.match(readFileSync(join(dataDir, 'run/lock'), 'latin1'), new RegExp(`^${process.pid} `))
  letGo()
})

test('where it cannot be, the reason is told', context => {
  const folder = folderOf(context)
  writeFileSync(join(folder, 'file'), '')
  assert.throws(() => takeDataDir(join(folder, 'file')), {
    code: 'FL_CONFIG_DATA_DIR',
    message: `cannot use ${folder}/file as dataDir: a part of the path is a file`,
  })
  assert.throws(() => takeDataDir(join(folder, 'file/below')), { code: 'FL_CONFIG_DATA_DIR' })
})
