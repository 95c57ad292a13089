/**
 * The table of places from what the configuration names. Each source is read on its own and kept as a table: one that cannot be used
 * leaves what was known of it, and holds up no other.
 */
import { FlowLensError, toError, type ErrorCode } from '../../schema/index.ts'
import { readDictionary, type DictionaryConfig, type OwnDictionary } from '../own/dictionary.ts'
import { readVendors, type Vendors } from '../vendors/registry.ts'
import { readBundledAs, readBundledCountries, type AsTable, type Table } from './bundled.ts'
import { readMmdb, type MmdbTables } from './mmdb.ts'
import { readNetworks } from './networks.ts'
import { makePlaces, type AsSource, type CityTable, type NetworkTable, type Places } from './places.ts'
import { createRanges } from './ranges.ts'
import { shownSource } from './source-name.ts'
import { unpack } from './unpack.ts'

export interface PlacesConfig {
  /** `bundled`, `off`, or the path or URL of a file in MaxMind's format. */
  readonly asDatabase: string
  readonly countryDatabase: string
  /** `off`, or a path or URL. */
  readonly cityDatabase?: string | undefined
  /** Path or URL of known networks, and where the list stands in JSON. */
  readonly networks?: string | undefined
  readonly networksPath?: string | undefined
  readonly asOrder?: readonly AsSource[] | undefined
  /** Most bytes of a source, unpacked. */
  readonly downloadBytes?: number | undefined
  /** Dictionaries of the operator's own. */
  readonly dictionaries?: readonly DictionaryConfig[] | undefined
}

export const PLACES_USES = ['as', 'country', 'city', 'networks', 'dictionary'] as const
export type PlacesUse = (typeof PLACES_USES)[number]

/** What is known of one source. Times are milliseconds since 1970, 0 where there is none. */
export interface SourceReport {
  readonly use: PlacesUse
  /** bundled, off, a path, or a URL without its secrets. */
  readonly from: string
  /** What it says of itself, such as GeoLite2-City; empty while it was never read. */
  readonly kind: string
  readonly built_at: number
  /** When the content in use was read or fetched. */
  readonly read_at: number
  /** AS numbers with a name, places, networks or keys; 0 for countries. */
  readonly entries: number
  /** Why the newest content is not used; null where it is. */
  readonly error: string | null
}

/** What a table is made of, for log and health. */
export interface PlacesReport {
  readonly sources: readonly SourceReport[]
  /** What it took to put the table together. */
  readonly madeMs: number
}

/** Content as it came. */
export interface Content {
  readonly bytes: Buffer
  readonly readAt: number
}

/** What was read of one source; several uses may share it. */
interface Held {
  readonly readAt: number
  readonly mmdb?: MmdbTables
  readonly networks?: NetworkTable
  readonly dictionaries?: ReadonlyMap<number, OwnDictionary>
}

export interface PlacesLoader {
  /** Files and URLs, each once. */
  readonly sources: readonly string[]
  /** Takes the content of a source, or why it cannot be had. Returns what is wrong with it; what was known of it then stays. */
  take(source: string, content: Content | FlowLensError): FlowLensError | null
  /** The content in use was found to be the newest: forgets why a newer one could not be had. */
  settle(source: string): void
  usesOf(source: string): readonly PlacesUse[]
  /** Lays all that is known over each other. */
  make(): { readonly places: Places; readonly report: PlacesReport }
  report(): readonly SourceReport[]
}

const MOST_BYTES = 2 ** 30

const none = (): Table => ({ v4: createRanges(1).finish(), v6: createRanges(4).finish() })

const isOwn = (source: string | undefined): source is string => source !== undefined && source !== 'bundled' && source !== 'off'

/** Comes with FlowLens, so it is read once. */
let vendors: Vendors | undefined

interface Use {
  readonly use: PlacesUse
  readonly source: string
  /** Position among the dictionaries. */
  readonly position?: number
}

const WORDS: Readonly<Record<'as' | 'country' | 'city', string>> = { as: 'AS numbers', country: 'countries', city: 'cities' }

const partOf = (mmdb: MmdbTables | undefined, use: 'as' | 'country' | 'city'): AsTable | Table | CityTable | null =>
  mmdb === undefined ? null : use === 'as' ? mmdb.as : use === 'country' ? mmdb.countries : mmdb.cities

/** The code of what goes wrong with a source of this use. */
export const codeOfUse = (use: PlacesUse): ErrorCode =>
  use === 'networks' ? 'FL_ENRICH_NETWORKS' : use === 'dictionary' ? 'FL_ENRICH_DICTIONARY' : 'FL_ENRICH_DATABASE'

/** Reads sources into tables, and tables into places. Bundled data stand in for a database that was never there. */
export function createPlacesLoader(config: PlacesConfig): PlacesLoader {
  const { dictionaries = [], downloadBytes: most = MOST_BYTES } = config
  const uses: readonly Use[] = [
    { use: 'as', source: config.asDatabase },
    { use: 'country', source: config.countryDatabase },
    { use: 'city', source: config.cityDatabase ?? 'off' },
    { use: 'networks', source: config.networks ?? 'off' },
    ...dictionaries.map((one, position): Use => ({ use: 'dictionary', source: one.file, position })),
  ]
  const held = new Map<string, Held>()
  const errors = new Map<string, string>()
  let bundledAs: AsTable | undefined
  let bundledCountries: Table | undefined

  const usingOf = (source: string): readonly Use[] => uses.filter(one => one.source === source)

  function read(source: string, { bytes, readAt }: Content): Held {
    const name = shownSource(source)
    const wanted = usingOf(source)
    const has = (use: PlacesUse): boolean => wanted.some(one => one.use === use)
    const plain = unpack(name, bytes, most, codeOfUse(wanted[0]?.use ?? 'as'))
    const made: { -readonly [key in keyof Held]: Held[key] } = { readAt }
    if (has('as') || has('country') || has('city')) {
      made.mmdb = readMmdb(name, plain, { as: has('as'), countries: has('country'), cities: has('city') })
      for (const use of ['as', 'country', 'city'] as const) {
        if (has(use) && partOf(made.mmdb, use) === null)
          throw new FlowLensError(
            'FL_ENRICH_DATABASE',
            `${name} (${made.mmdb.type}) knows no ${WORDS[use]}; name another database or ${use === 'city' ? 'off' : 'bundled'}`,
          )
      }
    }
    if (has('networks')) made.networks = readNetworks(name, plain.toString(), config.networksPath ?? '')
    if (has('dictionary')) {
      const read = wanted.flatMap(({ position }): [number, OwnDictionary][] => {
        const one = position === undefined ? undefined : dictionaries[position]
        return one === undefined || position === undefined ? [] : [[position, readDictionary({ ...one, file: name }, plain.toString())]]
      })
      made.dictionaries = new Map(read)
    }
    return made
  }

  function table<T>(use: 'as' | 'country' | 'city', of: (made: MmdbTables) => T | null, bundled: () => T, off: () => T): T {
    const source = uses.find(one => one.use === use)?.source
    if (source === 'off') return off()
    const mmdb = isOwn(source) ? held.get(source)?.mmdb : undefined
    return (mmdb === undefined ? null : of(mmdb)) ?? bundled()
  }

  function reportOf({ use, source, position }: Use): SourceReport {
    const of = held.get(source)
    const mmdb = of?.mmdb
    const own = of?.dictionaries?.get(position ?? -1)
    const entries =
      use === 'as'
        ? (source === 'bundled' ? bundledAs : mmdb?.as)?.names.size
        : use === 'city'
          ? (mmdb?.cities?.city.length ?? 1) - 1
          : use === 'networks'
            ? of?.networks?.list.length
            : own === undefined
              ? 0
              : own.values.length - 1
    return {
      use,
      from: shownSource(source),
      kind: isOwn(source) ? (mmdb?.type ?? (of === undefined ? '' : use)) : source,
      built_at: mmdb?.builtMs ?? 0,
      read_at: of?.readAt ?? 0,
      entries: entries ?? 0,
      error: errors.get(source) ?? null,
    }
  }

  const report = (): readonly SourceReport[] => uses.map(reportOf)

  return {
    sources: [...new Set(uses.map(one => one.source).filter(isOwn))],
    take(source, content) {
      try {
        if (content instanceof FlowLensError) throw content
        held.set(source, read(source, content))
        errors.delete(source)
        return null
      } catch (thrown) {
        const error = toError(thrown, codeOfUse(usingOf(source)[0]?.use ?? 'as'))
        errors.set(source, error.message)
        return error
      }
    },
    settle: source => void errors.delete(source),
    usesOf: source => usingOf(source).map(one => one.use),
    make() {
      const begun = performance.now()
      const { networks } = config
      const as = table<AsTable>(
        'as',
        made => made.as,
        () => (bundledAs ??= readBundledAs()),
        () => ({ ...none(), names: new Map() }),
      )
      const countries = table<Table>(
        'country',
        made => made.countries,
        () => (bundledCountries ??= readBundledCountries()),
        none,
      )
      const cities = table<CityTable | null>(
        'city',
        made => made.cities,
        () => null,
        () => null,
      )
      const places = makePlaces({
        as,
        countries,
        cities,
        networks: networks === undefined ? null : (held.get(networks)?.networks ?? null),
        vendors: (vendors ??= readVendors()),
        ...(config.asOrder === undefined ? {} : { asOrder: config.asOrder }),
      })
      const own = dictionaries.flatMap((one, position) => held.get(one.file)?.dictionaries?.get(position) ?? [])
      return { places: { ...places, dictionaries: own }, report: { sources: report(), madeMs: performance.now() - begun } }
    },
    report,
  }
}
