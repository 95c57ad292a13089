/** The table of places from what the configuration names. */
import { readFileSync } from 'node:fs'
import { FlowLensError, toError } from '../../schema/index.ts'
import { readBundledAs, readBundledCountries, type AsTable, type Table } from './bundled.ts'
import { readMmdb, type MmdbTables } from './mmdb.ts'
import { readNetworks } from './networks.ts'
import { makePlaces, type NetworkTable, type Places } from './places.ts'
import { createRanges } from './ranges.ts'
import { readDictionary, type DictionaryConfig } from '../own/dictionary.ts'
import { readVendors, type Vendors } from '../vendors/registry.ts'

export interface PlacesConfig {
  /** `bundled`, `off`, or the path of a file in MaxMind's format. */
  readonly asDatabase: string
  readonly countryDatabase: string
  /** Path of the file of known networks. */
  readonly networks?: string | undefined
  /** Dictionaries of the operator's own. */
  readonly dictionaries?: readonly DictionaryConfig[] | undefined
}

/** What a table is made of, for log and health. */
export interface PlacesReport {
  readonly as: string
  readonly countries: string
  readonly asNumbers: number
  readonly networks: number
}

const none = (): Table => ({ v4: createRanges(1).finish(), v6: createRanges(4).finish() })

function readFile(file: string, code: 'FL_ENRICH_DATABASE' | 'FL_ENRICH_DICTIONARY' | 'FL_ENRICH_NETWORKS'): Buffer {
  try {
    return readFileSync(file)
  } catch (thrown) {
    throw new FlowLensError(code, `${file} cannot be read: ${toError(thrown).message}`, { cause: thrown })
  }
}

/** Comes with FlowLens, so it is read once. */
let vendors: Vendors | undefined

/** Files whose change wants the table made anew. */
export const filesOf = ({ asDatabase, countryDatabase, networks, dictionaries = [] }: PlacesConfig): readonly string[] =>
  [...new Set([asDatabase, countryDatabase, networks, ...dictionaries.map(({ file }) => file)])].filter(
    (file): file is string => file !== undefined && file !== 'bundled' && file !== 'off',
  )

/**
 * Reads everything and makes one table of it, in about half a second with the bundled databases. Throws FL_ENRICH_DATABASE,
 * FL_ENRICH_NETWORKS or FL_ENRICH_DICTIONARY for a file that cannot be used; nothing of it is used then.
 */
export function loadPlaces(config: PlacesConfig): { readonly places: Places; readonly report: PlacesReport } {
  const read = new Map<string, MmdbTables>()
  const tables = (file: string): MmdbTables => {
    const known = read.get(file) ?? readMmdb(file, readFile(file, 'FL_ENRICH_DATABASE'))
    read.set(file, known)
    return known
  }
  function source<T extends Table>(
    which: string,
    what: string,
    bundled: () => T,
    of: (made: MmdbTables) => T | null,
    off: () => T,
  ): { readonly table: T; readonly from: string } {
    if (which === 'bundled') return { table: bundled(), from: 'bundled' }
    if (which === 'off') return { table: off(), from: 'off' }
    const made = tables(which)
    const table = of(made)
    if (table === null) throw new FlowLensError('FL_ENRICH_DATABASE', `${which} (${made.type}) knows no ${what}; name another database or bundled`)
    return { table, from: `${made.type} of ${new Date(made.builtMs).toISOString().slice(0, 10)}` }
  }
  const as = source<AsTable>(
    config.asDatabase,
    'AS numbers',
    readBundledAs,
    made => made.as,
    () => ({ ...none(), names: new Map() }),
  )
  const countries = source<Table>(config.countryDatabase, 'countries', readBundledCountries, made => made.countries, none)
  const { networks: file } = config
  const networks: NetworkTable | null = file === undefined ? null : readNetworks(file, readFile(file, 'FL_ENRICH_NETWORKS').toString())
  const dictionaries = (config.dictionaries ?? []).map(one => readDictionary(one, readFile(one.file, 'FL_ENRICH_DICTIONARY').toString()))
  return {
    places: { ...makePlaces({ as: as.table, countries: countries.table, networks, vendors: (vendors ??= readVendors()) }), dictionaries },
    report: { as: as.from, countries: countries.from, asNumbers: as.table.names.size, networks: networks?.list.length ?? 0 },
  }
}
