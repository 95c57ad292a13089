import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { createLog } from './log.ts'

function collector(format: 'text' | 'json' = 'json') {
  const lines: string[] = []
  const clock = { now: Date.UTC(2026, 0, 31) }
  const log = createLog({ level: 'info', format }, { now: () => clock.now, write: line => void lines.push(line) })
  return { log, lines, clock, json: () => lines.map(line => JSON.parse(line) as Record<string, unknown>) }
}

test('a line of JSON has time, level, room, message and fields', () => {
  const { log, json } = collector()
  log.child({ room: 'store' }).warn('insert is slow', { ms: 1200 })
  assert.deepEqual(json(), [{ level: 'warn', time: '2026-01-31T00:00:00.000Z', room: 'store', ms: 1200, msg: 'insert is slow' }])
})

test('a line of text cannot be forged by a value', () => {
  const { log, lines } = collector('text')
  log.info('exporter seen', { name: 'a\n2026-01-31T00:00:00.000Z error main      forged', plain: '10.0.0.1' })
  assert.equal(lines.length, 1)
  assert.equal(lines[0]?.split('\n').length, 2)
  assert.match(lines[0] ?? '', /^2026-01-31T00:00:00\.000Z info {2}main {6}exporter seen name="a\\n2026.* plain=10\.0\.0\.1\n$/)
})

test('an error as text: its code, its message with the causes, and the stack of a foreign one below', () => {
  const { log, lines } = collector('text')
  log.warn('insert failed', { rows: 5, error: new FlowLensError('FL_STORE_QUERY', 'engine said no', { cause: new Error('disk') }) })
  assert.match(lines[0] ?? '', /insert failed rows=5 code=FL_STORE_QUERY error="engine said no: disk"\n$/)
  log.error('broken', { error: new TypeError('x') })
  assert.match(lines[1] ?? '', /broken error=x\n {4}TypeError: x\n {8}at /)
})

test('levels below the one set are left out, also after a change', () => {
  const { log, lines } = collector()
  log.debug('no')
  log.setLevel('debug')
  log.child({ room: 'a' }).debug('yes')
  assert.equal(lines.length, 1)
})

test('secrets are struck out of keys, values, messages and errors', () => {
  const { log, lines } = collector()
  const secret = 'flk_abcdefghijklmnopqrstuvwxyz'
  log.info(`key ${secret} used`, {
    password: 'canary',
    api_key: 'canary',
    setCookie: 'canary',
    header: `Bearer canary`,
    list: [secret],
    note: `flowlens_session=canary; Path=/`,
    error: new Error(`refused ${secret}`, { cause: new Error(secret) }),
  })
  assert.doesNotMatch(lines.join(''), /canary|abcdefghijkl/)
  assert.match(lines.join(''), /\[redacted\]/)
})

test('an error of ours has its code and no stack, any other has its stack', () => {
  const { log, json } = collector()
  log.error('refused', { error: new FlowLensError('FL_STORE_QUERY', 'engine said no', { cause: new Error('disk') }) })
  log.error('broken', { error: new TypeError('x is undefined') })
  const [ours, other] = json().map(line => line['error'] as Record<string, unknown>)
  assert.deepEqual(ours, { code: 'FL_STORE_QUERY', message: 'engine said no', causes: ['disk'] })
  assert.match(String(other?.['stack']), /log\.test\.ts/)
})

test('repeats are folded into one line with their count', () => {
  const { log, clock, json } = collector()
  for (let i = 0; i < 50; i++) log.warn('datagram refused', { exporter: `10.0.0.${i}` })
  log.warn('another thing')
  assert.equal(json().length, 11)
  clock.now += 10_001
  log.info('later')
  const lines = json()
  assert.deepEqual(
    lines.slice(11).map(({ msg, repeated }) => [msg, repeated]),
    [
      ['datagram refused', 40],
      ['later', undefined],
    ],
  )
  log.warn('datagram refused')
  assert.equal(json().length, 14)
})

test('flush tells what is still folded', () => {
  const { log, json } = collector()
  for (let i = 0; i < 12; i++) log.info('again')
  log.flush()
  assert.equal(json().at(-1)?.['repeated'], 2)
})
