import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { MIGRATIONS } from './migrations.ts'
import { createState, type State } from './state.ts'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'flowlens-state-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function started(t: TestContext, dataDir = directory(t)): State {
  const state = createState({ dataDir })
  state.start()
  t.after(() => state.stop())
  return state
}

const file = (dataDir: string): string => join(dataDir, 'state', 'flowlens.sqlite')
const entry = (action: string) => ({ at: 1, actor: 'system', action, target: 'x', detail: { a: 1 }, address: '' })
const code =
  (expected: string) =>
  (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === expected

/** Does something to the file behind the back of the state. */
function tamper(dataDir: string, sql: string): void {
  const db = new DatabaseSync(file(dataDir))
  db.exec(sql)
  db.close()
}

test('nothing is opened before the start', t => {
  const state = createState({ dataDir: directory(t) })
  assert.throws(() => state.users.list(), /not started/)
})

test('the file is for its owner alone, and in WAL mode', t => {
  const dataDir = directory(t)
  started(t, dataDir)
  assert.equal(statSync(file(dataDir)).mode & 0o077, 0)
  assert.ok(readdirSync(join(dataDir, 'state')).includes('flowlens.sqlite-wal'))
})

test('what was written is there after a restart', t => {
  const dataDir = directory(t)
  const first = createState({ dataDir })
  first.start()
  first.users.add({ name: 'Ann', role: 'operator', scope: '', passwordHash: 'h', createdAt: 5 })
  first.stop()
  const user = started(t, dataDir).users.byName('ann')
  assert.deepEqual(user, { id: 1, name: 'Ann', role: 'operator', scope: '', passwordHash: 'h', disabled: false, createdAt: 5, lastLoginAt: null })
})

test('a file of a newer FlowLens is refused and left as it is', t => {
  const dataDir = directory(t)
  createAndStop(dataDir)
  tamper(dataDir, 'PRAGMA user_version = 999')
  const before = readFileSync(file(dataDir))
  assert.throws(() => createState({ dataDir }).start(), code('FL_STATE_MIGRATION'))
  assert.deepEqual(readFileSync(file(dataDir)), before)
})

function createAndStop(dataDir: string, migrations = MIGRATIONS): void {
  const state = createState({ dataDir }, { migrations })
  state.start()
  state.stop()
}

test('a migration is made once, after a copy of the file as it was', t => {
  const dataDir = directory(t)
  createAndStop(dataDir)
  const next = [...MIGRATIONS, { version: MIGRATIONS.length + 1, name: 'more', sql: 'CREATE TABLE more (x INTEGER) STRICT' }]
  createAndStop(dataDir, next)
  createAndStop(dataDir, next)
  const copies = readdirSync(join(dataDir, 'state')).filter(name => name.endsWith('.backup'))
  assert.equal(copies.length, 1)
  const copy = new DatabaseSync(join(dataDir, 'state', copies[0] ?? ''))
  assert.equal(copy.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'more'").get()?.['n'], 0)
  copy.close()
})

test('a migration that fails leaves the file at the version before', t => {
  const dataDir = directory(t)
  createAndStop(dataDir)
  const bad = [...MIGRATIONS, { version: MIGRATIONS.length + 1, name: 'bad', sql: 'CREATE TABLE half (x INTEGER) STRICT; SELECT nonsense' }]
  assert.throws(() => createState({ dataDir }, { migrations: bad }).start(), code('FL_STATE_OPEN'))
  createAndStop(dataDir)
  const db = new DatabaseSync(file(dataDir))
  assert.equal(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").get()?.['n'], 0)
  db.close()
})

test('versions of migrations count up by one', () =>
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    MIGRATIONS.map((_, index) => index + 1),
  ))

test('a file that is no database is told', t => {
  const dataDir = directory(t)
  createAndStop(dataDir)
  for (const end of ['-wal', '-shm']) rmSync(file(dataDir) + end, { force: true })
  writeFileSync(file(dataDir), 'nonsense '.repeat(1000))
  assert.throws(() => createState({ dataDir }).start(), code('FL_STATE_OPEN'))
})

test('sessions, keys and views go with their user', t => {
  const state = started(t)
  const { id } = state.users.add({ name: 'ann', role: 'viewer', scope: '', passwordHash: 'h', createdAt: 0 })
  state.sessions.add({ tokenHash: 't', userId: id, createdAt: 0, lastUsedAt: 0, address: '', userAgent: '' })
  const key = state.keys.add({ userId: id, name: 'k', role: 'viewer', secretHash: 's', hint: 'flk_', createdAt: 0, expiresAt: null })
  const view = state.views.save({ userId: id, name: 'v', address: '/', shared: true, createdAt: 0 })
  state.users.remove(id)
  assert.deepEqual([state.sessions.byTokenHash('t'), state.keys.byId(key.id), state.views.byId(view.id)], [undefined, undefined, undefined])
})

test('a view is replaced by one of the same name and shown to others only when shared', t => {
  const state = started(t)
  const ann = state.users.add({ name: 'ann', role: 'viewer', scope: '', passwordHash: 'h', createdAt: 0 }).id
  const bob = state.users.add({ name: 'bob', role: 'viewer', scope: '', passwordHash: 'h', createdAt: 0 }).id
  const { id } = state.views.save({ userId: ann, name: 'top', address: '/a', shared: false, createdAt: 0 })
  assert.deepEqual(state.views.list(bob), [])
  assert.equal(state.views.save({ userId: ann, name: 'top', address: '/b', shared: true, createdAt: 0 }).id, id)
  assert.deepEqual(
    state.views.list(bob).map(({ address, owner }) => [address, owner]),
    [['/b', 'ann']],
  )
})

test('the chain of the audit log holds over a restart', t => {
  const dataDir = directory(t)
  const first = createState({ dataDir })
  first.start()
  first.audit.append(entry('one'))
  first.audit.append(entry('two'))
  first.stop()
  const state = started(t, dataDir)
  state.audit.append(entry('three'))
  assert.deepEqual(state.audit.verify(), { ok: true, entries: 3 })
  assert.deepEqual(
    state.audit.list(2).map(({ action }) => action),
    ['three', 'two'],
  )
  assert.deepEqual(
    state.audit.list(2, 2).map(({ action }) => action),
    ['one'],
  )
})

for (const [what, sql, seq] of [
  ['a change of the text', "UPDATE audit SET target = 'y' WHERE seq = 2", 2],
  ['a change of the time', 'UPDATE audit SET at = 2 WHERE seq = 1', 1],
  ['a removal in the middle', 'DELETE FROM audit WHERE seq = 2', 2],
  ['a removal at the end', 'DELETE FROM audit WHERE seq = 3', 3],
  ['a removal of everything', 'DELETE FROM audit', 1],
  ['a removal with new numbers', 'DELETE FROM audit WHERE seq = 1; UPDATE audit SET seq = seq - 1', 1],
  ['an exchange of two entries', 'UPDATE audit SET seq = 9 WHERE seq = 1; UPDATE audit SET seq = 1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 9', 1],
] as const) {
  test(`the audit log tells ${what}`, t => {
    const dataDir = directory(t)
    const state = started(t, dataDir)
    for (const action of ['one', 'two', 'three']) state.audit.append(entry(action))
    tamper(dataDir, sql)
    const verdict = state.audit.verify()
    assert.deepEqual([verdict.ok, 'seq' in verdict ? verdict.seq : null], [false, seq])
  })
}

test('the audit log tells an entry that was forged together with its hash', t => {
  const dataDir = directory(t)
  const state = started(t, dataDir)
  for (const action of ['one', 'two', 'three']) state.audit.append(entry(action))
  const db = new DatabaseSync(file(dataDir))
  const row = db.prepare('SELECT * FROM audit WHERE seq = 2').get() ?? assert.fail()
  const forged = [row['seq'], row['at'], row['actor'], row['action'], 'forged', row['detail'], row['address'], row['previous']]
  db.prepare("UPDATE audit SET target = 'forged', hash = ? WHERE seq = 2").run(createHash('sha256').update(JSON.stringify(forged)).digest('hex'))
  db.close()
  assert.deepEqual(state.audit.verify(), { ok: false, seq: 3, reason: 'entry does not follow the one before' })
})
