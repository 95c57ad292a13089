import { watch as watchFolder } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readFileSync } from 'node:fs'
import { toError, type FlowLensError } from '../schema/index.ts'
import { loadConfig } from './load.ts'
import type { Config } from './schema.ts'

const QUIET_MS = 200

export interface ConfigWatchDeps {
  /** Called with the new configuration after each change that is valid. */
  readonly onChange: (config: Config) => void
  /** Called where the changed file has mistakes or is gone; the configuration in use stays. */
  readonly onRefused: (error: FlowLensError) => void
  /** Calls back on every change in a folder; for tests. */
  readonly watch?: (folder: string, changed: () => void) => { close(): void }
  /** Calls back after a while; for tests. */
  readonly after?: (ms: number, run: () => void) => { cancel(): void }
}

/**
 * Watches a configuration file from start to stop. Its folder is watched rather than the file: editors and Kubernetes replace a file
 * by another one, after which a watch on the old one sees nothing. Changes within 200 ms count as one; same bytes count as none.
 */
export function watchConfig(file: string, deps: ConfigWatchDeps): { start(): void; stop(): void } {
  const { onChange, onRefused, watch = watchByNode, after = afterByNode } = deps
  let watcher: { close(): void } | undefined
  let timer: { cancel(): void } | undefined
  let last: string | undefined

  const reload = (): void => {
    const text = readText(file)
    if (text === last) return
    last = text
    let config: Config
    try {
      config = loadConfig(file)
    } catch (error) {
      onRefused(toError(error, 'FL_CONFIG_UNREADABLE'))
      return
    }
    onChange(config)
  }

  return {
    start() {
      if (watcher !== undefined) return
      last = readText(file)
      watcher = watch(dirname(resolve(file)), () => {
        timer?.cancel()
        timer = after(QUIET_MS, reload)
      })
    },
    stop() {
      watcher?.close()
      timer?.cancel()
      watcher = timer = undefined
    },
  }
}

/** The text of the file, or undefined while there is none: a replaced file is absent for a moment. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function watchByNode(folder: string, changed: () => void): { close(): void } {
  const watcher = watchFolder(folder, changed)
  // A folder that vanishes ends the watch; the configuration in use stays.
  watcher.on('error', () => watcher.close())
  watcher.unref()
  return watcher
}

function afterByNode(ms: number, run: () => void): { cancel(): void } {
  const timer = setTimeout(run, ms)
  timer.unref()
  return { cancel: () => clearTimeout(timer) }
}
