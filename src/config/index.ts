/**
 * The configuration. In: flowlens.yaml and the environment. Out: a whole `Config` with defaults filled in and absolute paths, or
 * every mistake of the file with its line and column; and what derives from the schema: the commented example, the fields for the
 * reference page. A configuration is never half read, and a bad file never replaces a good one. What a setting does is left to the
 * room that it belongs to.
 */
export { configSchema, type Config, type ListenerConfig } from './schema.ts'
export { defaultConfig, describeMistake, loadConfig, parseConfig, type ConfigMistake, type ParsedConfig } from './load.ts'
export { locateConfig, type LocatedConfig } from './locate.ts'
export { watchConfig, type ConfigWatchDeps } from './watch.ts'
export { configFields, configJsonSchema, sizeText, type ConfigField } from './fields.ts'
export { exampleYaml } from './example.ts'
export { ENVIRONMENT, readEnvironment, type Environment, type EnvironmentName, type EnvironmentVariable } from './env.ts'
