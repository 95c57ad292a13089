import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultConfig, loadConfig } from './load.ts'
import { readEnvironment } from './env.ts'
import type { Config } from './schema.ts'

export interface LocatedConfig {
  readonly config: Config
  /** The file it came from, absolute; undefined where there is none and the defaults apply. */
  readonly file: string | undefined
}

/**
 * The configuration of a command: of the file that `--config` names, else of FLOWLENS_CONFIG, else of flowlens.yaml in the current
 * directory, else the defaults. Throws as `loadConfig` does; a file that is named must exist.
 */
export function locateConfig(
  argument: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  directory: string = process.cwd(),
): LocatedConfig {
  const named = argument ?? readEnvironment(environment).values.FLOWLENS_CONFIG
  const file = resolve(directory, named ?? 'flowlens.yaml')
  if (named === undefined && !existsSync(file)) return { config: defaultConfig(directory), file: undefined }
  return { config: loadConfig(file), file }
}
