import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { createState } from '../state/index.ts'
import { createLog } from '../telemetry/index.ts'
import { createAccess, type AccessConfig } from './access.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import { SYSTEM, type Principal } from './principal.ts'
import { addressKey, createThrottle } from './throttle.ts'

const PASSWORD = 'correct horse battery'
const FROM = { address: '192.0.2.9', userAgent: 'test' }
const HOUR = 3_600_000

async function setup(t: TestContext, config: Partial<AccessConfig> = { adminPassword: PASSWORD }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'flowlens-access-'))
  const clock = { now: Date.UTC(2026, 0, 31) }
  const lines: string[] = []
  const now = (): number => clock.now
  const state = createState({ dataDir })
  state.start()
  const log = createLog({ level: 'trace', format: 'json' }, { now, write: line => void lines.push(line) })
  const access = createAccess({ sessionHours: 12, ...config }, { state, log, now })
  await access.start()
  t.after(() => {
    access.stop()
    state.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    access,
    state,
    clock,
    lines,
    dataDir,
    actions: () =>
      state.audit
        .list(100)
        .map(({ action }) => action)
        .toReversed(),
  }
}

const code =
  (expected: string, text?: RegExp) =>
  (error: unknown): boolean =>
    error instanceof FlowLensError && error.code === expected && (text === undefined || text.test(error.message))

test('the first start makes an admin with a random password, told once', async t => {
  const { access, lines } = await setup(t, {})
  const first = access.takeFirstAdmin()
  assert.match(first?.password ?? '', /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  assert.equal(access.takeFirstAdmin(), null)
  const { principal } = await access.login('admin', first?.password ?? '', FROM)
  assert.equal(principal.role, 'admin')
  assert.ok(!lines.join('').includes(first?.password ?? ''), 'the log has no password')
  await access.start()
  assert.equal(access.takeFirstAdmin(), null, 'a second start makes nobody')
})

test('a given password makes the first admin and is not told', async t => {
  const { access } = await setup(t)
  assert.equal(access.takeFirstAdmin(), null)
  assert.equal((await access.login('ADMIN', PASSWORD, FROM)).principal.name, 'admin')
  await assert.rejects(setup(t, { adminPassword: 'short' }), code('FL_ACCESS_PASSWORD'))
})

test('neither passwords nor tokens nor keys are in the state file or the log', async t => {
  const { access, dataDir, lines } = await setup(t)
  const { token, principal } = await access.login('admin', PASSWORD, FROM)
  const { secret } = access.addKey(principal, '', { name: 'k', role: 'viewer', expiresAt: null })
  const stored =
    readdirSync(join(dataDir, 'state'))
      .map(name => readFileSync(join(dataDir, 'state', name), 'latin1'))
      .join('') + lines.join('')
  for (const canary of [PASSWORD, token, secret, secret.slice(9)]) assert.ok(!stored.includes(canary))
})

test('argon2id in the PHC format; only the right password fits', async () => {
  const hash = await hashPassword(PASSWORD)
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.notEqual(hash, await hashPassword(PASSWORD), 'salted')
  assert.equal(await verifyPassword(PASSWORD, hash), true)
  assert.equal(await verifyPassword(`${PASSWORD} `, hash), false)
  assert.equal(await verifyPassword(PASSWORD, undefined), false)
  assert.equal(await verifyPassword(PASSWORD, 'nonsense'), false)
})

test('a wrong name, a wrong password and a disabled user get one answer', async t => {
  const { access } = await setup(t)
  await access.addUser(SYSTEM, '', { name: 'eve', role: 'viewer', password: PASSWORD })
  await access.changeUser(SYSTEM, '', 'eve', { disabled: true })
  const texts = await Promise.all(
    [
      ['nobody', PASSWORD],
      ['admin', 'wrong'],
      ['eve', PASSWORD],
    ].map(([name = '', password = '']) =>
      access.login(name, password, FROM).then(
        () => 'in',
        (error: unknown) => (error instanceof FlowLensError ? `${error.code} ${error.message} ${JSON.stringify(error.context)}` : 'other'),
      ),
    ),
  )
  assert.deepEqual(new Set(texts), new Set(['FL_ACCESS_LOGIN name or password is wrong {}']))
})

test('a name that is no user is not written down: it may be a password', async t => {
  const { access, state, lines } = await setup(t)
  await assert.rejects(access.login('my secret passphrase', 'x', FROM))
  assert.ok(!(JSON.stringify(state.audit.list(10)) + lines.join('')).includes('passphrase'))
})

test('guessing one account slows down, doubling, and a minute at most', async t => {
  const { access, clock } = await setup(t)
  let tries = 0
  const waits: number[] = []
  // From a new network each time, so that only the account counts.
  const guess = async (): Promise<void> => {
    try {
      await access.login('admin', 'wrong', { ...FROM, address: `10.0.${tries >> 8}.${tries++ & 255}` })
    } catch (error) {
      if (!(error instanceof FlowLensError) || error.code !== 'FL_ACCESS_THROTTLED') return
      const wait = Number(error.context['retry_after_s'])
      waits.push(wait)
      clock.now += wait * 1000
    }
  }
  while (waits.length < 9) await guess()
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])
  await assert.rejects(access.login('nobody', 'x', FROM), code('FL_ACCESS_LOGIN'), 'others are not held up')
  assert.equal((await access.login('admin', PASSWORD, FROM)).principal.name, 'admin', 'after the wait the owner gets in')
  await assert.rejects(access.login('admin', 'wrong', FROM), code('FL_ACCESS_LOGIN'), 'and is forgiven')
})

test('guessing many accounts from one address slows down, also where there is no such user', async t => {
  const { access } = await setup(t)
  for (let i = 0; i < 20; i++) await assert.rejects(access.login(`user${i}`, 'x', FROM), code('FL_ACCESS_LOGIN'))
  await assert.rejects(access.login('admin', PASSWORD, FROM), code('FL_ACCESS_THROTTLED'))
  await access.login('admin', PASSWORD, { ...FROM, address: '198.51.100.1' })
})

test('10,000 guesses against a fake clock: fewer than 200 reach the password in an hour', () => {
  let now = 0
  const throttle = createThrottle({ now: () => now })
  let reached = 0
  for (let i = 0; i < 10_000; i++) {
    now += 360
    const address = `10.${i & 255}.${i >> 8}.1`
    if (throttle.waitMs('admin', address) > 0) continue
    reached++
    throttle.failed('admin', address)
  }
  assert.ok(reached < 200, `${reached} reached`)
})

test('signing in often from one address is no guessing', () => {
  const throttle = createThrottle({ now: () => 0 })
  for (let i = 0; i < 1000; i++) {
    throttle.failed('ann', '10.0.0.1')
    throttle.succeeded('ann', '10.0.0.1')
  }
  assert.equal(throttle.waitMs('ann', '10.0.0.1'), 0)
})

test('an IPv6 network counts as one address', () => {
  assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), addressKey('2001:db8:1:2::9'))
  assert.notEqual(addressKey('2001:db8:1:2::9'), addressKey('2001:db8:1:3::9'))
  assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1')
  assert.equal(addressKey('::1'), '0:0:0:0::/64')
})

test('a session ends half an hour after its last use', async t => {
  const { access, clock } = await setup(t)
  const { token } = await access.login('admin', PASSWORD, FROM)
  for (let i = 0; i < 10; i++) {
    clock.now += 29 * 60_000
    assert.equal(access.bySession(token).name, 'admin')
  }
  clock.now += 30 * 60_000
  assert.equal(access.bySession(token).kind, 'anonymous')
  clock.now -= 29 * 60_000
  assert.equal(access.bySession(token).kind, 'anonymous', 'it does not come back')
})

test('a disk that takes no note of a use turns nobody away', async t => {
  const { access, state, clock, lines } = await setup(t)
  const { token } = await access.login('admin', PASSWORD, FROM)
  t.mock.method(state.sessions, 'touch', () => {
    throw new Error('database or disk is full')
  })
  clock.now += 5 * 60_000
  assert.equal(access.bySession(token).name, 'admin')
  assert.match(lines.join(''), /database or disk is full.*cannot note the use of a session/)
})

test('a session ends after twelve hours, used or not', async t => {
  const { access, clock } = await setup(t)
  const { token } = await access.login('admin', PASSWORD, FROM)
  for (let i = 0; i < 47; i++) {
    clock.now += HOUR / 4
    assert.equal(access.bySession(token).name, 'admin')
  }
  clock.now += HOUR / 4
  assert.equal(access.bySession(token).kind, 'anonymous')
})

test('a stream that stays open is use, and ends with its session', async t => {
  const { access, clock } = await setup(t)
  const { principal } = await access.login('admin', PASSWORD, FROM)
  clock.now += 20 * 60_000
  assert.equal(access.renew(principal).role, 'admin')
  clock.now += 20 * 60_000
  assert.equal(access.renew(principal).role, 'admin')
  access.logout(principal, '')
  assert.equal(access.renew(principal).role, null)
})

test('signing out, a new password, a new role, a removal each end the sessions', async t => {
  const { access } = await setup(t)
  await access.addUser(SYSTEM, '', { name: 'ann', role: 'operator', password: PASSWORD })
  const enter = async (password = PASSWORD): Promise<string> => (await access.login('ann', password, FROM)).token
  const ended = (token: string): boolean => access.bySession(token).kind === 'anonymous'

  const out = await enter()
  access.logout(access.bySession(out), '')
  assert.ok(ended(out))

  const role = await enter()
  await access.changeUser(SYSTEM, '', 'ann', { role: 'viewer' })
  assert.ok(ended(role))

  const [mine, other] = [await enter(), await enter()]
  await access.changeOwnPassword(access.bySession(mine), '', PASSWORD, 'another password')
  assert.ok(ended(other) && !ended(mine), 'the session that changed it stays')

  access.removeUser(SYSTEM, '', 'ann')
  assert.ok(ended(mine))
})

test('a user disabled in the file itself is out at once', async t => {
  const { access, state } = await setup(t)
  const { token, principal } = await access.login('admin', PASSWORD, FROM)
  state.users.update(principal.userId, { disabled: true })
  assert.equal(access.bySession(token).kind, 'anonymous')
})

test('one’s own password is changed only with the current one, and that cannot be guessed at will', async t => {
  const { access } = await setup(t)
  const { principal } = await access.login('admin', PASSWORD, FROM)
  for (let i = 0; i < 5; i++) await assert.rejects(access.changeOwnPassword(principal, FROM.address, 'wrong', 'another password'), code('FL_ACCESS_LOGIN'))
  await assert.rejects(access.changeOwnPassword(principal, FROM.address, PASSWORD, 'another password'), code('FL_ACCESS_THROTTLED'))
})

test('the last admin stays', async t => {
  const { access } = await setup(t)
  assert.throws(() => access.removeUser(SYSTEM, '', 'admin'), code('FL_ACCESS_CONFLICT', /last admin/))
  await assert.rejects(access.changeUser(SYSTEM, '', 'admin', { role: 'viewer' }), code('FL_ACCESS_CONFLICT'))
  await assert.rejects(access.changeUser(SYSTEM, '', 'admin', { disabled: true }), code('FL_ACCESS_CONFLICT'))
  await access.addUser(SYSTEM, '', { name: 'second', role: 'admin', password: PASSWORD })
  access.removeUser(SYSTEM, '', 'admin')
})

test('names are unique without case; passwords must be fit', async t => {
  const { access } = await setup(t)
  await assert.rejects(access.addUser(SYSTEM, '', { name: 'Admin', role: 'viewer', password: PASSWORD }), code('FL_ACCESS_CONFLICT'))
  for (const password of ['1234567', 'p'.repeat(257), 'ANNABELLE']) {
    await assert.rejects(access.addUser(SYSTEM, '', { name: 'annabelle', role: 'viewer', password }), code('FL_ACCESS_PASSWORD'))
  }
})

test('a key lets in until it expires, is taken back, or its owner is gone', async t => {
  const { access, clock, state } = await setup(t)
  await access.addUser(SYSTEM, '', { name: 'ann', role: 'operator', password: PASSWORD })
  const ann = (await access.login('ann', PASSWORD, FROM)).principal
  const make = (name: string, expiresAt: number | null = null) => access.addKey(ann, '', { name, role: 'operator', expiresAt })
  const refused = (secret: string): void => assert.throws(() => access.byKey(secret), code('FL_ACCESS_UNAUTHENTICATED'))

  const short = make('short', clock.now + HOUR)
  assert.match(short.secret, /^flk_[\w-]{43}$/)
  assert.equal(access.byKey(short.secret).actor, 'key:ann/short')
  assert.equal(state.keys.byId(short.key.id)?.lastUsedAt, clock.now)
  clock.now += HOUR
  refused(short.secret)

  const taken = make('taken')
  access.removeKey(ann, '', taken.key.id)
  refused(taken.secret)

  const kept = make('kept')
  await access.changeUser(SYSTEM, '', 'ann', { role: 'viewer' })
  assert.equal(access.byKey(kept.secret).role, 'viewer', 'never more than its owner')
  await access.changeUser(SYSTEM, '', 'ann', { disabled: true })
  refused(kept.secret)
  for (const secret of ['', 'flk_', 'flk_' + 'a'.repeat(43), 'x']) refused(secret)
})

test('a key gives no more than its maker has, and is one’s own', async t => {
  const { access } = await setup(t)
  const principal = async (name: string): Promise<Principal> => {
    await access.addUser(SYSTEM, '', { name, role: 'viewer', password: PASSWORD })
    return (await access.login(name, PASSWORD, FROM)).principal
  }
  const [ann, bob] = [await principal('ann'), await principal('bob')]
  assert.throws(() => access.addKey(ann, '', { name: 'k', role: 'operator', expiresAt: null }), code('FL_ACCESS_DENIED'))
  const { key } = access.addKey(ann, '', { name: 'k', role: 'viewer', expiresAt: null })
  assert.throws(() => access.addKey(ann, '', { name: 'k', role: 'viewer', expiresAt: null }), code('FL_ACCESS_CONFLICT'))
  assert.throws(() => access.addKey(ann, '', { name: 'old', role: 'viewer', expiresAt: 1 }), code('FL_API_INVALID'))
  assert.throws(() => access.removeKey(bob, '', key.id), code('FL_API_NOT_FOUND'))
  assert.deepEqual(access.listKeys(bob), [])
  access.removeKey({ ...SYSTEM, userId: 1 }, '', key.id)
})

test('sign-ins and changes are in the audit log, and its head in the log', async t => {
  const { access, actions, lines, state } = await setup(t)
  const { principal } = await access.login('admin', PASSWORD, FROM)
  await assert.rejects(access.login('admin', 'wrong', FROM))
  const { key } = access.addKey(principal, '', { name: 'k', role: 'viewer', expiresAt: null })
  access.removeKey(principal, '', key.id)
  access.logout(principal, '')
  assert.deepEqual(actions(), ['user.create', 'session.create', 'session.refuse', 'key.create', 'key.delete', 'session.delete'])
  assert.deepEqual(state.audit.verify(), { ok: true, entries: 6 })
  assert.match(lines.join(''), new RegExp(state.audit.list(1)[0]?.hash ?? 'none'))
})
