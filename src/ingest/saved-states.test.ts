import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { SavedExporter } from '../decode/index.ts'
import { createLog } from '../telemetry/index.ts'
import { openStateFile, stateLine, stateOf, type StateFile } from './saved-states.ts'

const NOW = 1_700_000_000_000
const DAY = 24 * 3600 * 1000
const state = (name: string, at = NOW): SavedExporter => ({
  format: 1,
  at,
  domains: [],
  interfaces: [[7, name, '']],
  vlans: [],
  vrfs: [],
  applications: [],
  elements: [],
})
const nameOf = (file: StateFile, address: bigint): string | undefined => stateOf(file.states, address)?.interfaces[0]?.[1]

interface Place {
  readonly path: string
  readonly warnings: readonly string[]
  open(nowMs?: number): StateFile
}

function place(context: TestContext): Place {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-states-'))
  context.after(() => rmSync(directory, { recursive: true, force: true }))
  const warnings: string[] = []
  const log = createLog({ level: 'warn', format: 'json' }, { write: line => void warnings.push(line) })
  return {
    path: join(directory, 'exporters.log'),
    warnings,
    open(nowMs = NOW) {
      const file = openStateFile(directory, { log, nowMs })
      context.after(() => file.close())
      return file
    },
  }
}

test('the newest line of each exporter comes back; others know nothing', context => {
  const { open, warnings } = place(context)
  const first = open()
  assert.equal(nameOf(first, 1n), undefined)
  first.append([stateLine(1n, state('one')), stateLine(2n, state('zwei — ü'))])
  first.append([stateLine(1n, state('newer'))])
  first.close()
  const second = open()
  assert.deepEqual([nameOf(second, 1n), nameOf(second, 2n), nameOf(second, 3n)], ['newer', 'zwei — ü', undefined])
  assert.deepEqual(warnings, [])
})

test('a damaged line costs itself, a torn end too; what was before it holds', context => {
  const { open, path, warnings } = place(context)
  const first = open()
  first.append([stateLine(1n, state('one')), stateLine(2n, state('two')), stateLine(3n, state('three'))])
  first.close()
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('"two"', '"twi"'))
  appendFileSync(path, stateLine(3n, state('torn')).slice(0, -20))
  const second = open()
  assert.deepEqual([nameOf(second, 1n), nameOf(second, 2n), nameOf(second, 3n)], ['one', undefined, 'three'])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /FL_RECEIVE_STATE.*"exporters":2/)
  second.append([stateLine(2n, state('again'))])
  second.close()
  assert.equal(nameOf(open(), 2n), 'again')
})

test('a file of another version is told and ignored, and another takes its place', context => {
  const { open, path, warnings } = place(context)
  writeFileSync(path, `flowlens-exporters 99\n${stateLine(1n, state('one'))}`)
  const file = open()
  assert.equal(nameOf(file, 1n), undefined)
  assert.equal(warnings.length, 1)
  file.append([stateLine(1n, state('mine'))])
  file.close()
  assert.equal(nameOf(open(), 1n), 'mine')
})

test('what was not saved for a day is given up', context => {
  const { open } = place(context)
  const first = open()
  first.append([stateLine(1n, state('old', NOW - DAY)), stateLine(2n, state('new'))])
  first.close()
  const second = open(NOW + 1)
  assert.deepEqual([nameOf(second, 1n), nameOf(second, 2n)], [undefined, 'new'])
})

test('old lines are cleared away when they are most of the file', context => {
  const { open, path } = place(context)
  const file = open()
  file.append([stateLine(2n, state('other'))])
  const long = 'x'.repeat(100_000)
  for (let turn = 0; turn < 200; turn++) file.append([stateLine(1n, state(`${turn} ${long}`))])
  assert.ok(statSync(path).size < 5_000_000)
  file.close()
  const again = open()
  assert.deepEqual([nameOf(again, 1n)?.slice(0, 4), nameOf(again, 2n)], ['199 ', 'other'])
})

test('one exporter’s state has a bound', context => {
  const { open } = place(context)
  const file = open()
  file.append([stateLine(1n, state('x'.repeat(9_000_000))), stateLine(2n, state('two'))])
  file.close()
  const again = open()
  assert.deepEqual([nameOf(again, 1n), nameOf(again, 2n)], [undefined, 'two'])
})
