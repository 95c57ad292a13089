/**
 * State: all that lasts and is not a flow, in one SQLite file, `<dataDir>/state/flowlens.sqlite`. In: calls of the repositories.
 * Out: plain records. Always: the file is of the newest migration before the first call, a file of a newer FlowLens is refused and
 * left untouched, a copy is made before a migration; secrets are stored as hashes only; an entry of the audit log cannot be changed
 * or taken out without `audit.verify` telling. Who may do what is left to access.
 */
export { createState, type State } from './state.ts'
export { ROLES, type Role, type UserRecord, type Users } from './users.ts'
export type { SessionRecord, Sessions } from './sessions.ts'
export type { KeyRecord, Keys } from './keys.ts'
export type { AuditEntry, AuditLog, AuditRecord } from './audit.ts'
export type { ViewRecord, Views } from './views.ts'
