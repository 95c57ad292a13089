import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { watchConfig, type ConfigWatchDeps } from './index.ts'

function folderOf(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-watch-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A watch driven by hand: `change()` is what the folder's watcher says, `pass()` lets the quiet time go by. */
function held(file: string): { readonly seen: string[]; change(): void; pass(): void; readonly open: () => number; stop(): void } {
  const seen: string[] = []
  let changed: (() => void) | undefined
  let due: (() => void) | undefined
  let open = 0
  const deps: ConfigWatchDeps = {
    onChange: config => seen.push(`port ${config.http.port}`),
    onRefused: error => seen.push(error.code),
    watch: (_, report) => {
      changed = report
      open++
      return { close: () => open-- }
    },
    after: (_, run) => {
      due = run
      return { cancel: () => (due = undefined) }
    },
  }
  const watch = watchConfig(file, deps)
  watch.start()
  const pass = (): void => {
    due?.()
    due = undefined
  }
  return { seen, change: () => changed?.(), pass, open: () => open, stop: () => watch.stop() }
}

test('a changed file is read once after it is quiet; the same bytes are no change', context => {
  const file = join(folderOf(context), 'flowlens.yaml')
  writeFileSync(file, 'http: { port: 8080 }\n')
  const watch = held(file)

  watch.change()
  watch.pass()
  assert.deepEqual(watch.seen, [])

  writeFileSync(file, 'http: { port: 8081 }\n')
  watch.change()
  watch.change()
  watch.pass()
  watch.pass()
  assert.deepEqual(watch.seen, ['port 8081'])
})

test('a bad file is refused and told; the next good one is taken', context => {
  const file = join(folderOf(context), 'flowlens.yaml')
  writeFileSync(file, '')
  const watch = held(file)
  const steps: readonly (string | undefined)[] = ['http: { port: 0 }\n', undefined, 'http: { port: 8082 }\n']
  for (const text of steps) {
    if (text === undefined) unlinkSync(file)
    else writeFileSync(file, text)
    watch.change()
    watch.pass()
  }
  assert.deepEqual(watch.seen, ['FL_CONFIG_INVALID', 'FL_CONFIG_UNREADABLE', 'port 8082'])
})

test('nothing is read after stop', context => {
  const file = join(folderOf(context), 'flowlens.yaml')
  writeFileSync(file, '')
  const watch = held(file)
  writeFileSync(file, 'http: { port: 8081 }\n')
  watch.change()
  watch.stop()
  watch.pass()
  assert.deepEqual(watch.seen, [])
  assert.equal(watch.open(), 0)
})

test('the real watcher sees a file replaced by a rename, and the swap of a folder behind a link', { timeout: 20_000 }, async context => {
  const folder = folderOf(context)
  const file = join(folder, 'flowlens.yaml')
  // As Kubernetes mounts it: the file is a link into ..data, which is a link to a dated folder.
  const version = (name: string, port: number): void => {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'flowlens.yaml'), `http: { port: ${port} }\n`)
  }
  version('..1', 8080)
  symlinkSync('..1', join(folder, '..data'))
  symlinkSync(join('..data', 'flowlens.yaml'), file)

  const events = new EventEmitter()
  const watch = watchConfig(file, { onChange: config => events.emit('change', config.http.port), onRefused: error => events.emit('error', error) })
  watch.start()
  context.after(() => watch.stop())
  // The watcher does not keep the process alive; the timer of the test's own waiting does.
  const alive = setInterval(() => undefined, 1000)
  context.after(() => clearInterval(alive))

  version('..2', 8081)
  symlinkSync('..2', join(folder, '..swap'))
  renameSync(join(folder, '..swap'), join(folder, '..data'))
  assert.deepEqual(await once(events, 'change'), [8081])

  writeFileSync(join(folder, 'new'), 'http: { port: 8082 }\n')
  renameSync(join(folder, 'new'), file)
  assert.deepEqual(await once(events, 'change'), [8082])
})
