/** Slows down guessing of passwords: after a few failures each further one doubles the wait, by account and by address. */

export interface Throttle {
  /** Milliseconds to wait before this account may be tried from this address again; 0 is now. */
  waitMs(account: string, address: string): number
  failed(account: string, address: string): void
  /** The try counted last was good: the account is forgiven, the address only this one try (it may be guessing others). */
  succeeded(account: string, address: string): void
}

interface Entry {
  failures: number
  until: number
  at: number
}

/** An account waits a minute at most, so that a stranger cannot lock its owner out; an address a quarter of an hour. */
const ACCOUNT = { free: 5, maxMs: 60_000 }
const ADDRESS = { free: 20, maxMs: 15 * 60_000 }
const FIRST_WAIT_MS = 1000
const FORGET_MS = 60 * 60_000
const MAX_ENTRIES = 10_000

/** IPv6 hosts own a /64: counting single addresses would count nothing. */
export const addressKey = (address: string): string => {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (v4 !== null) return v4[1] ?? address
  const [head = ''] = address.split('%')
  const [left = '', right] = head.split('::')
  const groups = left === '' ? [] : left.split(':')
  if (right !== undefined) {
    const tail = right === '' ? [] : right.split(':')
    while (groups.length + tail.length < 8) groups.push('0')
  }
  return `${groups
    .slice(0, 4)
    .map(group => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** Makes a throttle. `deps.now` is milliseconds. */
export function createThrottle(deps: { readonly now: () => number }): Throttle {
  const accounts = new Map<string, Entry>()
  const addresses = new Map<string, Entry>()

  const wait = (map: Map<string, Entry>, key: string): number => Math.max(0, (map.get(key)?.until ?? 0) - deps.now())
  const fail = (map: Map<string, Entry>, key: string, limit: { readonly free: number; readonly maxMs: number }): void => {
    const now = deps.now()
    const known = map.get(key)
    const failures = known === undefined || now - known.at > FORGET_MS ? 1 : known.failures + 1
    const over = failures - limit.free
    map.delete(key)
    map.set(key, { failures, at: now, until: over < 0 ? 0 : now + Math.min(limit.maxMs, FIRST_WAIT_MS * 2 ** Math.min(over, 30)) })
    // The entry touched longest ago goes: a flood of made-up names cannot grow the memory, and its address still waits.
    if (map.size > MAX_ENTRIES)
      for (const oldest of map.keys()) {
        map.delete(oldest)
        break
      }
  }
  const account = (name: string): string => name.toLowerCase().slice(0, 100)

  return {
    waitMs: (name, address) => Math.max(wait(accounts, account(name)), wait(addresses, addressKey(address))),
    failed(name, address) {
      fail(accounts, account(name), ACCOUNT)
      fail(addresses, addressKey(address), ADDRESS)
    },
    succeeded(name, address) {
      accounts.delete(account(name))
      const entry = addresses.get(addressKey(address))
      if (entry === undefined) return
      entry.failures--
      entry.until = entry.failures < ADDRESS.free ? 0 : entry.until
    },
  }
}
