/**
 * What whole-program tests share. In: a test's context, a command line. Out: folders and ports of its own, the program run to its
 * end or in the background. Whatever was started or made is stopped and removed when the test ends, in the order last to first.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** The part of a test's context that the helpers need. */
export interface Scope {
  after(run: () => void | Promise<void>): void
  /** Whether the test has passed so far; not known before it ends. */
  readonly passed?: boolean
}

export interface Ended {
  /** Exit code; 128 plus the number of the signal that ended it is not made up here: null then. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcessByStdio<null, Readable, Readable>
  /** Everything written so far, standard output and error as they came. */
  output(): string
  /** Resolves with the match once the output holds one; rejects when the program ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

const root = join(import.meta.dirname, '..', '..')

/** The launcher of this checkout. */
export const launcher = join(root, 'bin', 'flowlens')

/** A folder of the test's own. */
export function temporaryFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-test-'))
  scope.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/**
 * A port that was free a moment ago. None of those that the system hands out by itself: between two starts of a program somebody
 * else's connection could have got it.
 */
async function freePort(take: (port: number) => Promise<unknown>): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    const taken = await take(port).then(
      () => false,
      () => true,
    )
    if (!taken) return port
  }
}

/** A TCP port of 127.0.0.1. */
export const freeTcpPort = (): Promise<number> =>
  freePort(async port => {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  })

/** A UDP port of 127.0.0.1. */
export const freeUdpPort = (): Promise<number> =>
  freePort(async port => {
    const socket = createSocket('udp4').bind(port, '127.0.0.1')
    await once(socket, 'listening')
    socket.close()
    await once(socket, 'close')
  })

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** What to run in place of the checkout's launcher. */
  readonly command?: string
  /** Standard input; none by default. */
  readonly input?: string
}

/** Runs a command of FlowLens to its end. */
export async function flowlens(args: readonly string[], { env, cwd = root, command = launcher, input }: RunOptions = {}): Promise<Ended> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A command that ends without reading closes the pipe first.
  child.stdin.on('error', () => undefined).end(input ?? '')
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

/** Starts a command of FlowLens that runs until it is stopped; the end of the test stops it, by force where it must. */
export function startFlowlens(scope: Scope, args: readonly string[], { env, cwd = root, command = launcher }: Omit<RunOptions, 'input'> = {}): Running {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  // Not `close`: the ingest process shares the pipes, and outlives a main that was killed.
  const ended = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  scope.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
    if (scope.passed === false) process.stderr.write(`flowlens ${args.join(' ')} said:\n${output}\n`)
  })
  return {
    process: child,
    output: () => output,
    says: pattern =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output)
          if (match !== null) resolve(match)
        }
        for (const stream of [child.stdout, child.stderr]) stream.on('data', look)
        child.on('exit', () => reject(new Error(`flowlens ended without saying ${String(pattern)}:\n${output}`)))
        look()
      }),
    async stop() {
      child.kill('SIGTERM')
      await ended
      return child.exitCode
    },
  }
}
