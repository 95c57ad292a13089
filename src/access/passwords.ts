/** Passwords as argon2id in the PHC string format (RFC 9106; parameters of the OWASP password storage sheet). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { FlowLensError } from '../schema/index.ts'

/** 19 MiB, two passes, one lane: about 40 ms on one core of two shared. */
const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1

/** Hashes at once; more would take memory and all threads of the pool. Waiting ones are bounded. */
const AT_ONCE = 2
const WAITING = 32

const MIN_LENGTH = 8
const MAX_LENGTH = 256

let running = 0
const queue: (() => void)[] = []

async function derive(password: string, nonce: Buffer, memory: number, passes: number, parallelism: number, tagLength: number): Promise<Buffer> {
  if (running >= AT_ONCE) {
    if (queue.length >= WAITING) throw new FlowLensError('FL_ACCESS_THROTTLED', 'too many sign-ins at once')
    await new Promise<void>(resolve => queue.push(resolve))
  } else running++
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      argon2('argon2id', { message: password.normalize('NFC'), nonce, memory, passes, parallelism, tagLength }, (error, tag) =>
        error === null ? resolve(tag) : reject(error),
      )
    })
  } finally {
    const next = queue.shift()
    if (next === undefined) running--
    else next()
  }
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

/** Refuses a password that is too short, too long or the name itself: FL_ACCESS_PASSWORD. */
export function checkPassword(name: string, password: string): void {
  const length = [...password].length
  if (length < MIN_LENGTH) throw new FlowLensError('FL_ACCESS_PASSWORD', `the password has ${length} characters, at least ${MIN_LENGTH} are needed`)
  if (length > MAX_LENGTH) throw new FlowLensError('FL_ACCESS_PASSWORD', `the password has more than ${MAX_LENGTH} characters`)
  if (password.toLowerCase() === name.toLowerCase()) throw new FlowLensError('FL_ACCESS_PASSWORD', 'the password is the name')
}

/** The hash to store. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(await derive(password, salt, MEMORY_KIB, PASSES, LANES, 32))}`
}

/** A hash no password fits; checked when there is no such user, so that the answer takes as long. */
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(randomBytes(16))}$${base64(randomBytes(32))}`

/** Whether the password fits the stored hash; `undefined` for a user there is not takes the same time and is false. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored ?? NOBODY)
  if (match === null) return false
  const [, memory, passes, lanes, salt = '', tag = ''] = match
  const expected = Buffer.from(tag, 'base64')
  const actual = await derive(password, Buffer.from(salt, 'base64'), Number(memory), Number(passes), Number(lanes), expected.length)
  return timingSafeEqual(actual, expected) && stored !== undefined
}
