import { closest } from '../schema/index.ts'

export interface EnvironmentVariable {
  readonly name: `FLOWLENS_${string}`
  /** One or two sentences for the reference page. */
  readonly doc: string
  /** Whether its value must never be shown or logged. */
  readonly secret: boolean
}

/** Every environment variable that FlowLens reads; any other FLOWLENS_… is reported as a mistake. */
export const ENVIRONMENT = [
  { name: 'FLOWLENS_CONFIG', doc: 'Configuration file where `--config` names none; `flowlens.yaml` in the current directory by default.', secret: false },
  {
    name: 'FLOWLENS_ADMIN_PASSWORD',
    doc: 'Password of the first administrator, `admin`. Read once, when the data directory has no user yet; without it a password is made up and printed.',
    secret: true,
  },
  { name: 'FLOWLENS_URL', doc: 'Address of the FlowLens that `flowlens query` asks where `--url` names none.', secret: false },
  { name: 'FLOWLENS_KEY', doc: 'API key with which `flowlens query` asks where `--key` gives none.', secret: true },
  { name: 'FLOWLENS_FORBID_SKIPS', doc: 'Tests only: `1` makes a skipped test count as failed.', secret: false },
] as const satisfies readonly EnvironmentVariable[]

export type EnvironmentName = (typeof ENVIRONMENT)[number]['name']

export interface Environment {
  /** The variables that are set and not empty. */
  readonly values: Readonly<Partial<Record<EnvironmentName, string>>>
  /** One sentence for each FLOWLENS_… that no part of FlowLens reads. */
  readonly mistakes: readonly string[]
}

/** Reads FlowLens's variables of an environment (`process.env`). An empty value counts as not set. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Environment {
  const names: readonly string[] = ENVIRONMENT.map(variable => variable.name)
  const values: Partial<Record<EnvironmentName, string>> = {}
  for (const { name } of ENVIRONMENT) {
    const value = environment[name]
    if (value !== undefined && value !== '') values[name] = value
  }
  const mistakes = Object.keys(environment)
    .filter(name => name.startsWith('FLOWLENS_') && !names.includes(name))
    .sort()
    .map(name => {
      const meant = closest(name, names)
      return `environment variable ${name} is not known${meant === undefined ? '' : `; did you mean ${meant}?`}`
    })
  return { values, mistakes }
}
