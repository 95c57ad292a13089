import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultConfig, type Config } from '../config/index.ts'
import { FlowLensError } from '../schema/index.ts'
import { createLog } from '../telemetry/index.ts'
import { createReloading, type Reloading } from './reload.ts'

const base = defaultConfig('/srv')
const withTimeout = (timeoutMs: number): Config => ({ ...base, query: { ...base.query, timeoutMs } })

interface Bench {
  readonly reloading: Reloading
  /** What the programs did: `start 1000`, `stop 1000 leaving ingest`, by the time-out of their queries. */
  readonly done: string[]
  readonly complaints: string[]
  readonly lines: string[]
  readonly exits: number[]
  /** Time-outs with which a program does not start. */
  readonly broken: Set<number>
  /** Resolves when all changes so far are done. */
  settled(): Promise<void>
}

function bench(first = withTimeout(1000)): Bench {
  const done: string[] = []
  const complaints: string[] = []
  const lines: string[] = []
  const exits: number[] = []
  const broken = new Set<number>()
  const reloading = createReloading(first, {
    complaints,
    log: createLog({ level: 'info', format: 'text' }, { write: line => void lines.push(line), now: () => 0 }),
    exit: code => void exits.push(code),
    create: ({ query: { timeoutMs } }) => ({
      async start() {
        await Promise.resolve()
        if (broken.has(timeoutMs)) throw new FlowLensError('FL_API_LISTEN', 'the port is taken')
        done.push(`start ${timeoutMs}`)
      },
      async stop(options) {
        await Promise.resolve()
        done.push(`stop ${timeoutMs}${options?.leaveIngest === true ? ' leaving ingest' : ''}`)
      },
    }),
  })
  // Nothing here waits for anything but promises, so one turn of the event loop ends it all.
  return { reloading, done, complaints, lines, exits, broken, settled: () => new Promise(resolve => void setImmediate(resolve)) }
}

test('a changed configuration is put to use, and ingest is left running', async () => {
  const { reloading, done, complaints, settled } = bench()
  await reloading.start()
  reloading.change(withTimeout(2000))
  await settled()
  await reloading.stop()
  assert.deepEqual(done, ['start 1000', 'stop 1000 leaving ingest', 'start 2000', 'stop 2000'])
  assert.deepEqual(complaints, [])
})

test('what changes nothing but the log restarts nothing', async () => {
  const { reloading, done, lines, settled } = bench()
  await reloading.start()
  reloading.change({ ...withTimeout(1000), log: { level: 'error', format: 'text' } })
  reloading.refuse(new FlowLensError('FL_CONFIG_INVALID', 'told at level error'))
  await settled()
  assert.deepEqual(done, ['start 1000'])
  assert.equal(lines.length, 1)
})

test('changes follow each other: the last one is in use, also when it is the first again', async () => {
  const { reloading, done, settled } = bench()
  await reloading.start()
  reloading.change(withTimeout(2000))
  reloading.change(withTimeout(3000))
  reloading.change(withTimeout(1000))
  await settled()
  assert.deepEqual(done, [
    'start 1000',
    'stop 1000 leaving ingest',
    'start 2000',
    'stop 2000 leaving ingest',
    'start 3000',
    'stop 3000 leaving ingest',
    'start 1000',
  ])
})

test('a refused file changes nothing and is told until a good one comes', async () => {
  const { reloading, done, complaints, lines, settled } = bench()
  await reloading.start()
  reloading.refuse(new FlowLensError('FL_CONFIG_INVALID', 'flowlens.yaml has a mistake'))
  assert.deepEqual(complaints, ['flowlens.yaml has a mistake'])
  assert.match(lines.at(-1) ?? '', /configuration refused; the old one stays in use/)
  reloading.change(withTimeout(1000))
  await settled()
  assert.deepEqual([done, complaints], [['start 1000'], []])
})

test('with settings that do not start the old ones are used again, and that is told', async () => {
  const { reloading, done, complaints, exits, broken, settled } = bench()
  broken.add(2000)
  await reloading.start()
  reloading.change(withTimeout(2000))
  await settled()
  assert.deepEqual(done, ['start 1000', 'stop 1000 leaving ingest', 'start 1000'])
  assert.deepEqual(complaints, ['flowlens.yaml was changed, but does not start: the port is taken'])
  broken.clear()
  reloading.change(withTimeout(2000))
  await settled()
  assert.deepEqual([done.slice(3), complaints, exits], [['stop 1000 leaving ingest', 'start 2000'], [], []])
})

test('where neither starts the program ends', async () => {
  const { reloading, exits, broken, lines, settled } = bench()
  await reloading.start()
  for (const timeout of [1000, 2000]) broken.add(timeout)
  reloading.change(withTimeout(2000))
  await settled()
  assert.deepEqual(exits, [1])
  assert.match(lines.at(-1) ?? '', /the program could not be started again/)
})

test('another data directory waits for the next start', async () => {
  const { reloading, done, complaints, settled } = bench()
  await reloading.start()
  reloading.change({ ...withTimeout(2000), dataDir: '/elsewhere' })
  await settled()
  assert.deepEqual(done, ['start 1000'])
  assert.match(complaints.join(), /another dataDir; that takes effect at the next start/)
})

test('a stop during a change waits for it', async () => {
  const { reloading, done } = bench()
  await reloading.start()
  reloading.change(withTimeout(2000))
  await reloading.stop()
  assert.deepEqual(done, ['start 1000', 'stop 1000 leaving ingest', 'start 2000', 'stop 2000'])
})
