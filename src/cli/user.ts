import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { SYSTEM, createAccess, type Access, type Principal } from '../access/index.ts'
import { locateConfig } from '../config/index.ts'
import { FlowLensError } from '../schema/index.ts'
import { ROLES, createState, type Role, type UserRecord } from '../state/index.ts'
import { createLog } from '../telemetry/index.ts'
import { UsageError } from './usage.ts'

const HELP = `Usage: flowlens user list
       flowlens user add NAME [--role ROLE]
       flowlens user password NAME
       flowlens user role NAME --role ROLE
       flowlens user disable|enable|remove NAME
       flowlens user key NAME [--role ROLE] [--label LABEL] [--days DAYS]

Changes who may use FlowLens, on the machine it runs on; it may be running. A new password is asked for, or read from
standard input as one line. It ends all sessions of the user. A new API key is printed once.

  --role ROLE    viewer (default), operator or admin; a key never may more than its user
  --label LABEL  name of the key (default: shell)
  --days DAYS    the key ends after this many days (default: never)
  --config FILE  configuration that names the data directory (default: FLOWLENS_CONFIG, else flowlens.yaml)
`

const DAY_MS = 86_400_000

/**
 * `flowlens user`. Throws FL_ACCESS_PASSWORD for an unfit password, FL_ACCESS_CONFLICT for a taken name or the last admin,
 * FL_API_NOT_FOUND for an unknown user, FL_STATE_OPEN and FL_STATE_MIGRATION.
 */
export async function user(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      config: { type: 'string' },
      role: { type: 'string' },
      label: { type: 'string' },
      days: { type: 'string' },
    },
  })
  if (values.help === true) {
    process.stdout.write(HELP)
    return 0
  }
  const [verb, name, ...more] = positionals
  if (verb === undefined) throw new UsageError('say what to do: list, add, password, role, disable, enable, remove or key')
  if (verb !== 'list' && name === undefined) throw new UsageError(`say whose: flowlens user ${verb} NAME`)
  if (more.length > 0) throw new UsageError(`one user at a time, not also ${more.join(' ')}`)
  const role = roleOf(values.role)
  const days = daysOf(values.days)

  const { config } = locateConfig(values.config)
  const state = createState({ dataDir: config.dataDir })
  const access = createAccess({ sessionHours: config.http.sessionHours }, { state, log: createLog({ level: 'warn', format: 'text' }), now: Date.now })
  state.start()
  try {
    await change(access, verb, name ?? '', { role, days, label: values.label ?? 'shell' })
  } finally {
    state.stop()
  }
  return 0
}

interface Options {
  readonly role: Role | undefined
  readonly days: number | undefined
  readonly label: string
}

async function change(access: Access, verb: string, name: string, { role, days, label }: Options): Promise<void> {
  switch (verb) {
    case 'list':
      for (const record of access.listUsers()) say(describe(record))
      return
    case 'add':
      await access.addUser(SYSTEM, '', { name, role: role ?? 'viewer', password: await askPassword(name) })
      return say(`${name} may sign in as ${role ?? 'viewer'}`)
    case 'password':
      find(access, name)
      await access.changeUser(SYSTEM, '', name, { password: await askPassword(name) })
      return say(`the password of ${name} is changed, and all sessions of ${name} have ended`)
    case 'role':
      if (role === undefined) throw new UsageError(`say which: --role ${ROLES.join(', --role ')}`)
      await access.changeUser(SYSTEM, '', name, { role })
      return say(`${name} is ${role}`)
    case 'disable':
    case 'enable':
      await access.changeUser(SYSTEM, '', name, { disabled: verb === 'disable' })
      return say(`${name} ${verb === 'disable' ? 'may no longer sign in' : 'may sign in again'}`)
    case 'remove':
      access.removeUser(SYSTEM, '', name)
      return say(`${name} is removed`)
    case 'key': {
      const owner = find(access, name)
      const { secret } = access.addKey(inTheNameOf(owner), '', {
        name: label,
        role: role ?? 'viewer',
        expiresAt: days === undefined ? null : Date.now() + days * DAY_MS,
      })
      return say(secret)
    }
    default:
      throw new UsageError(`there is no ${verb}; there are list, add, password, role, disable, enable, remove and key`)
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function find(access: Access, name: string): UserRecord {
  const record = access.listUsers().find(candidate => candidate.name.toLowerCase() === name.toLowerCase())
  if (record === undefined) throw new FlowLensError('FL_API_NOT_FOUND', `there is no user ${name}`)
  return record
}

/** A key belongs to a user, and the audit log tells that it was made on the machine, not by the user. */
export function inTheNameOf(owner: UserRecord): Principal {
  return { ...SYSTEM, userId: owner.id, name: owner.name, role: owner.role, scope: owner.scope }
}

function describe({ name, role, disabled, lastLoginAt }: UserRecord): string {
  const seen = lastLoginAt === null ? 'never signed in' : `signed in ${new Date(lastLoginAt).toISOString()}`
  return `${name.padEnd(20)} ${role.padEnd(9)} ${disabled ? 'disabled' : seen}`
}

function roleOf(text: string | undefined): Role | undefined {
  const role = ROLES.find(candidate => candidate === text)
  if (text !== undefined && role === undefined) throw new UsageError(`there is no role ${text}; there are ${ROLES.join(', ')}`)
  return role
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const days = Number(text)
  if (!(days > 0)) throw new UsageError(`--days ${text} is no number of days`)
  return days
}

/** Asks twice on a terminal, without showing what is typed; elsewhere reads one line of standard input. */
async function askPassword(name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line
    throw new UsageError('there is no password on standard input')
  }
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    const ask = (question: string): Promise<string> =>
      new Promise(resolve => {
        process.stderr.write(question)
        terminal.question('', answer => {
          process.stderr.write('\n')
          resolve(answer)
        })
      })
    const first = await ask(`New password of ${name}: `)
    const second = await ask('Again: ')
    if (first !== second) throw new UsageError('the two passwords differ; nothing is changed')
    return first
  } finally {
    terminal.close()
  }
}
