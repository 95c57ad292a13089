/** Who makes a request. */
import { ROLES, type Role } from '../state/index.ts'

export interface Principal {
  readonly kind: 'anonymous' | 'session' | 'key' | 'system'
  /** Whom the rate limit counts and the audit log names: `user:name`, `key:owner/name`, `anonymous`, `system`. */
  readonly actor: string
  readonly userId: number
  readonly name: string
  readonly role: Role | null
  /** A filter every query is limited to; empty for none. */
  readonly scope: string
  /** Hash of the session's token, or id of the key; empty for others. */
  readonly credential: string
}

export const ANONYMOUS: Principal = { kind: 'anonymous', actor: 'anonymous', userId: 0, name: '', role: null, scope: '', credential: '' }

/** FlowLens itself, where it acts for nobody: the first start, the command line on the same machine. */
export const SYSTEM: Principal = { kind: 'system', actor: 'system', userId: 0, name: 'system', role: 'admin', scope: '', credential: '' }

const rank = (role: Role): number => ROLES.indexOf(role)

/** Whether a principal may do what `needed` may; nobody without a role may do anything. */
export const allows = (principal: Principal, needed: Role): boolean => principal.role !== null && rank(principal.role) >= rank(needed)

/** Whether `role` gives no more than `limit`. */
export const isAtMost = (role: Role, limit: Role): boolean => rank(role) <= rank(limit)

/** The lesser of two roles. */
export const lesser = (a: Role, b: Role): Role => (rank(a) <= rank(b) ? a : b)
