/**
 * The log: one line an event on standard error, as text for people or JSON for machines (F-22.1).
 */
import { pino } from 'pino'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Values beside a message. An error is written with its code, message and causes; its stack only when it is not one of ours. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | Error | readonly (string | number)[]>>

export interface LogConfig {
  readonly level: LogLevel
  readonly format: 'text' | 'json'
}

/** Messages are lower-case with no full stop; what varies goes into the fields, so that repeats can be told. */
export interface Log {
  trace(message: string, fields?: LogFields): void
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same log with fields on every line; `room` names who speaks. */
  child(fields: LogFields): Log
  /** Changes the least level that is written, for this log and its children (hot reload). */
  setLevel(level: LogLevel): void
  /** Writes the counts of folded lines that are still open. */
  flush(): void
}

/** The same message of one room is written this often in a window; the rest is counted and told in one line. */
const FOLD_BURST = 10
const FOLD_WINDOW_MS = 10_000

const SECRET_KEY = /passw|secret|token|authorization|cookie|api_?key|private/i
const SECRET_VALUE = /\bflk_[\w-]{8,}|\bBearer\s+\S+|\bflowlens_session=[^;\s]+/gi

const strike = (text: string): string => text.replace(SECRET_VALUE, '[redacted]')

function describeError(error: Error): Record<string, unknown> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const causes: string[] = []
  // A foreseen error explains itself; one that nobody foresaw needs the place where it was thrown.
  let stack = code?.startsWith('FL_') === true ? undefined : error.stack
  for (let cause = error.cause; cause instanceof Error && causes.length < 4; cause = cause.cause) {
    if (cause.message !== error.message) causes.push(strike(cause.message))
    if (code === 'FL_API_INTERNAL') stack = cause.stack
  }
  return {
    ...(code === undefined ? {} : { code }),
    message: strike(error.message),
    ...(causes.length === 0 ? {} : { causes }),
    ...(stack === undefined ? {} : { stack: strike(stack) }),
  }
}

function clean(fields: LogFields): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    if (SECRET_KEY.test(key)) out[key] = '[redacted]'
    else if (value instanceof Error) out[key] = describeError(value)
    else if (typeof value === 'string') out[key] = strike(value)
    else if (Array.isArray(value)) out[key] = value.map(item => (typeof item === 'string' ? strike(item) : item))
    else out[key] = value
  }
  return out
}

const plain = /^[\w.:/@+%,[\]-]+$/
const textOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return plain.test(text) ? text : JSON.stringify(text)
}

interface ErrorText {
  readonly code?: string
  readonly message: string
  readonly causes?: readonly string[]
  readonly stack?: string
}

const isErrorText = (value: unknown): value is ErrorText => typeof value === 'object' && value !== null && 'message' in value

/** One JSON line of pino as a line for people; control characters stay escaped, so that a value cannot forge a line. */
function toText(line: string): string {
  const { time, level, room, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const parts = [String(time), String(level).padEnd(5), String(room ?? 'main').padEnd(9), String(msg).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')]
  let stack = ''
  for (const [key, value] of Object.entries(fields)) {
    if (isErrorText(value)) {
      if (value.code !== undefined) parts.push(`code=${textOf(value.code)}`)
      parts.push(`${key}=${textOf([value.message, ...(value.causes ?? [])].join(': '))}`)
      if (value.stack !== undefined) stack = `\n    ${value.stack.replaceAll('\n', '\n    ')}`
    } else parts.push(`${key}=${textOf(value)}`)
  }
  return `${parts.join(' ')}${stack}\n`
}

interface Fold {
  count: number
  until: number
  level: LogLevel
  write: (folded: number) => void
}

/**
 * Makes the log of a process. `deps.write` takes whole lines (standard error by default), `deps.now` is milliseconds since 1970.
 */
export function createLog(config: LogConfig, deps: { readonly now?: () => number; readonly write?: (line: string) => void } = {}): Log {
  const now = deps.now ?? Date.now
  const write =
    deps.write ??
    ((line: string) => {
      process.stderr.write(line)
    })
  const sink = pino(
    {
      base: null,
      level: config.level,
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
    },
    { write: config.format === 'text' ? (line: string) => write(toText(line)) : write },
  )
  const folds = new Map<string, Fold>()
  let timer: NodeJS.Timeout | undefined

  const sweep = (all: boolean): void => {
    const at = now()
    for (const [key, fold] of folds) {
      if (!all && fold.until > at) continue
      folds.delete(key)
      if (fold.count > FOLD_BURST) fold.write(fold.count - FOLD_BURST)
    }
    if (folds.size === 0 && timer !== undefined) {
      clearInterval(timer)
      timer = undefined
    }
  }

  const make = (bound: Record<string, unknown>): Log => {
    const say = (level: LogLevel, message: string, fields: LogFields = {}): void => {
      if (!sink.isLevelEnabled(level)) return
      sweep(false)
      const text = strike(message)
      const key = `${level} ${String(bound['room'])} ${text}`
      const fold = folds.get(key)
      if (fold !== undefined && ++fold.count > FOLD_BURST) {
        timer ??= setInterval(sweep, FOLD_WINDOW_MS, false).unref()
        return
      }
      if (fold === undefined) {
        folds.set(key, { count: 1, until: now() + FOLD_WINDOW_MS, level, write: folded => sink[level]({ ...bound, repeated: folded }, text) })
      }
      sink[level]({ ...bound, ...clean(fields) }, text)
    }
    return {
      trace: (message, fields) => say('trace', message, fields),
      debug: (message, fields) => say('debug', message, fields),
      info: (message, fields) => say('info', message, fields),
      warn: (message, fields) => say('warn', message, fields),
      error: (message, fields) => say('error', message, fields),
      child: fields => make({ ...bound, ...clean(fields) }),
      setLevel: level => {
        sink.level = level
      },
      flush: () => sweep(true),
    }
  }
  return make({})
}
