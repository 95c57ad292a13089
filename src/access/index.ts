/**
 * Access: who may use FlowLens. In: names and passwords, session tokens, API keys. Out: a principal with a role and a scope, or
 * a refusal. Always: nobody gets in without a user; passwords are stored as argon2id, tokens and keys as SHA-256; a refused sign-in
 * says the same whatever was wrong; tries are slowed down by account and by address; every change and every sign-in is in the audit
 * log. Which route needs which role is left to api, the files to state.
 */
export { createAccess, type Access, type AccessConfig, type AccessDeps } from './access.ts'
export { ANONYMOUS, SYSTEM, allows, isAtMost, type Principal } from './principal.ts'
export type { ChangeUser, NewKey, NewUser } from './administer.ts'
