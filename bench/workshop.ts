/** Folders and processes of a benchmark. Whatever happens to it, none is left behind. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startOf } from './processes.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
/** Of what a process writes, this much is kept, to be shown when it fails. */
const KEPT_OUTPUT = 65_536
const GRACE_MS = 20_000

export interface Started {
  readonly child: ChildProcess
  readonly pid: number
  /** The end of what it wrote, standard output and error as they came. */
  output(): string
  /** Resolves with the exit code, null when a signal ended it. Never rejects. */
  readonly ended: Promise<number | null>
  /** Resolves once the output holds the pattern; rejects when the process ends before. */
  says(pattern: RegExp): Promise<void>
  /** Asks it to end, by force when it does not within 20 s. */
  stop(): Promise<void>
}

export interface StartOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Opens a channel for messages. */
  readonly channel?: boolean
}

export interface Workshop {
  /** A new folder on the disk of the benchmark. */
  folder(): string
  /** Gives a folder's disk back before the end. */
  remove(folder: string): void
  start(command: string, args: readonly string[], options?: StartOptions): Started
  /** A command of this FlowLens. */
  flowlens(args: readonly string[], options?: StartOptions): Started
  /** Takes on a process that one of ours started and that lives in a group of its own. */
  adopt(pid: number): void
  /** Ends every process and removes every folder. */
  close(): Promise<void>
}

/** Folders lie in one of the system's temporary directory. When the signal aborts, all processes are asked to end. */
export function createWorkshop(signal: AbortSignal): Workshop {
  const root = mkdtempSync(join(tmpdir(), 'flowlens-bench-'))
  const running = new Set<Started>()
  const adopted = new Map<number, string>()

  /** Kills what was adopted, if it is still that process and not another under its number. */
  function killAdopted(): void {
    for (const [pid, start] of adopted) if (startOf(pid) === start) process.kill(pid, 'SIGKILL')
    adopted.clear()
  }
  const onExit = (): void => {
    for (const { child } of running) child.kill('SIGKILL')
    killAdopted()
    rmSync(root, { recursive: true, force: true, maxRetries: 3 })
  }
  const onAbort = (): void => {
    for (const { child } of running) child.kill('SIGTERM')
  }
  process.once('exit', onExit)
  signal.addEventListener('abort', onAbort, { once: true })

  function start(command: string, args: readonly string[], { cwd = root, env, channel = false }: StartOptions = {}): Started {
    signal.throwIfAborted()
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])] })
    let output = ''
    const ended = new Promise<number | null>(resolve => {
      child.on('error', error => {
        output += error.message
        resolve(null)
      })
      child.on('close', code => resolve(code))
    })
    const listeners = new Set<() => void>()
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output = `${output}${text}`.slice(-KEPT_OUTPUT)
        for (const look of listeners) look()
      })
    }
    const started: Started = {
      child,
      pid: child.pid ?? 0,
      output: () => output,
      ended,
      says: pattern =>
        new Promise((resolve, reject) => {
          const look = (): void => {
            if (!pattern.test(output)) return
            listeners.delete(look)
            resolve()
          }
          listeners.add(look)
          look()
          void ended.then(() => reject(new Error(`${command} ended early: ${lastLines(output)}`)))
        }),
      async stop() {
        child.kill('SIGTERM')
        const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
        await ended
        clearTimeout(force)
      },
    }
    running.add(started)
    void ended.then(() => running.delete(started))
    return started
  }

  return {
    folder: () => mkdtempSync(join(root, 'run-')),
    remove: folder => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
    start,
    flowlens: (args, options) => start(process.execPath, [MAIN, ...args], options),
    adopt(pid) {
      const start = startOf(pid)
      if (start !== null) adopted.set(pid, start)
    },
    async close() {
      await Promise.all([...running].map(started => started.stop()))
      killAdopted()
      rmSync(root, { recursive: true, force: true, maxRetries: 3 })
      process.off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
    },
  }
}

/** The end of an output, for a message. */
export const lastLines = (output: string): string => output.trim().split('\n').slice(-5).join(' | ')

/** Runs a process to its end and gives its whole standard output. Throws when it fails. */
export async function outputOf(workshop: Workshop, command: string, args: readonly string[]): Promise<string> {
  const started = workshop.start(command, args)
  let text = ''
  started.child.stdout?.on('data', (part: string) => (text += part))
  const code = await started.ended
  if (code !== 0) throw new Error(`${command} ended with code ${String(code)}: ${lastLines(started.output())}`)
  return text
}
