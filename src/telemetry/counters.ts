/**
 * Counters of interfaces as devices tell them (sFlow counter samples; ifTable and ifXTable of SNMP have the same): the shape in which
 * they travel from ingest to the store. 64-bit counters are decimal text, since JSON has no whole numbers beyond 2^53.
 */
export interface CounterSample {
  /** When they came, milliseconds since 1970. */
  readonly received_at: number
  readonly exporter: string
  /** Sub-agent of an sFlow agent. */
  readonly domain: number
  readonly index: number
  /** Who told them: sflow. */
  readonly source: string
  /** ifType. */
  readonly type: number
  /** bit/s; 0 where it is not known. */
  readonly speed: string
  /** 0 unknown, 1 full, 2 half, 3 in, 4 out. */
  readonly duplex: number
  readonly admin_up: boolean
  readonly oper_up: boolean
  readonly in_octets: string | null
  readonly in_unicast: number | null
  readonly in_multicast: number | null
  readonly in_broadcast: number | null
  readonly in_discards: number | null
  readonly in_errors: number | null
  readonly in_unknown_protocols: number | null
  readonly out_octets: string | null
  readonly out_unicast: number | null
  readonly out_multicast: number | null
  readonly out_broadcast: number | null
  readonly out_discards: number | null
  readonly out_errors: number | null
}

/** What one direction of an interface carried, by bucket; null where no two samples tell it. */
export interface CounterSide {
  readonly bps: readonly (number | null)[]
  readonly pps: readonly (number | null)[]
  /** Packets a second. */
  readonly discards: readonly (number | null)[]
  readonly errors: readonly (number | null)[]
}

/** What one direction carried over the whole range; null where it was not told. */
export interface CounterTotals {
  readonly bytes: number | null
  readonly packets: number | null
  readonly discards: number | null
  readonly errors: number | null
}

/** Counters of one interface over a range, as rates. */
export interface CounterRates {
  /** Starts of the buckets, ms. */
  readonly times: readonly number[]
  readonly in: CounterSide
  readonly out: CounterSide
  readonly totals: { readonly in: CounterTotals; readonly out: CounterTotals }
  /** Of the newest sample: null where there is none. */
  readonly last: {
    readonly at: number
    readonly source: string
    readonly type: number
    /** bit/s; null where the device does not tell it. */
    readonly speed_bps: number | null
    readonly duplex: number
    readonly admin_up: boolean
    readonly oper_up: boolean
  } | null
  readonly samples: number
  /** How often the counters began anew; what was counted in between is not known. */
  readonly resets: number
}
