/** All sinks there are, by name. */
import type { SinkDefinition } from './sink.ts'
import { store } from './sinks/store/index.ts'

export const SINKS: readonly SinkDefinition[] = [store]

export const sinkByName = (name: string): SinkDefinition | undefined => SINKS.find(sink => sink.name === name)
