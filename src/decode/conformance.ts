/**
 * What every decoder of datagrams withstands: cut, random, flipped, repeated and reordered bytes, huge lengths. Each check runs
 * the decoder twice over the same datagrams, which lie among different bytes: what lies outside a datagram must not show in any
 * row. Free of Node; a check throws an Error that says what was broken.
 */
import { FlowBatch, MAX_ROWS, STORED_COLUMNS, layoutsOf } from '../schema/index.ts'
import { createDecoder, type Decoder, type DecoderConfig } from './decoder.ts'
import { createExporter } from './exporters.ts'
import type { DatagramReason, DecodeCounts, Exporter, RowSink } from './types.ts'

export interface DecoderUnderTest {
  readonly protocol: string
  /** Valid datagrams in the order they are sent; together they give `rows` rows, in any order too. */
  readonly datagrams: readonly Uint8Array[]
  readonly rows: number
}

export interface ConformanceCheck {
  readonly name: string
  run(subject: DecoderUnderTest): void
}

const RECEIVED_MS = 1_700_000_000_000
const CONFIG: DecoderConfig = { lifetimeMs: 1_800_000, perDomain: 256, domains: 16, pendingMs: 30_000, pendingBytes: 1 << 16, pendingTotalBytes: 1 << 18 }
const MARGIN = 80
/** Rows behind the last one that must be zero; a decoder that leaves a broken record behind leaves it right there. */
const LOOKED_BEHIND = 32

function fail(message: string): never {
  throw new Error(message)
}

/** mulberry32 */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** A decoder whose datagrams lie among bytes of one value. */
class Lane {
  readonly #batches = { 4: new FlowBatch(4, 4), 6: new FlowBatch(6, 6) }
  readonly #canary: number
  #decoder!: Decoder
  #exporter!: Exporter

  constructor(canary: number) {
    this.#canary = canary
  }

  begin(): void {
    for (const family of [4, 6] as const) this.#batches[family].reset(family)
    const sink: RowSink = {
      reserve: (family, rows) => {
        const batch = this.#batches[family]
        if (batch.rows + rows > MAX_ROWS) batch.reset(family)
        return batch
      },
      committed: () => {},
    }
    this.#decoder = createDecoder(CONFIG, { sink })
    this.#exporter = createExporter(0xffff_0a00_0001n)
  }

  get counts(): DecodeCounts {
    return this.#decoder.counts
  }

  get batches(): readonly FlowBatch[] {
    return [this.#batches[4], this.#batches[6]]
  }

  feed(datagram: Uint8Array): DatagramReason | null {
    const around = new Uint8Array(datagram.length + 2 * MARGIN).fill(this.#canary)
    around.set(datagram, MARGIN)
    return this.#decoder.decode(new DataView(around.buffer), MARGIN, MARGIN + datagram.length, this.#exporter, RECEIVED_MS)
  }
}

const lanes = [new Lane(0x00), new Lane(0xff)] as const

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, count) => all + count, 0)

function checkCounts(counts: DecodeCounts): void {
  if (counts.datagrams !== counts.datagramsDecoded + sum(counts.datagramsRejected)) fail(`datagrams do not close: ${JSON.stringify(counts)}`)
  if (counts.sets !== counts.setsDecoded + counts.setsPending + sum(counts.setsRejected)) fail(`sets do not close: ${JSON.stringify(counts)}`)
  if (counts.setsPending < 0) fail(`less than nothing waits: ${counts.setsPending}`)
}

function checkBatches(one: FlowBatch, other: FlowBatch): void {
  if (one.rows !== other.rows) fail(`bytes outside a datagram made rows: ${one.rows} and ${other.rows}`)
  const layouts = layoutsOf(one.family)
  for (const [index, layout] of layouts.entries()) {
    const [a, b] = [one.columns[index], other.columns[index]]
    if ((a === undefined) !== (b === undefined)) fail(`bytes outside a datagram made the column ${STORED_COLUMNS[index]?.name}`)
    if (a === undefined || b === undefined) continue
    const rows = one.rows * layout.per
    for (let at = 0; at < rows; at++)
      if (a[at] !== b[at]) fail(`bytes outside a datagram show in ${STORED_COLUMNS[index]?.name}, row ${Math.floor(at / layout.per)}`)
    for (let at = rows; at < rows + LOOKED_BEHIND * layout.per; at++)
      if ((a[at] ?? 0) !== 0) fail(`${STORED_COLUMNS[index]?.name} is not zero behind the last row`)
    const [texts, others] = [one.dictionaries[index]?.values ?? [], other.dictionaries[index]?.values ?? []]
    if (texts.length !== others.length || texts.some((text, code) => text !== others[code]))
      fail(`bytes outside a datagram show in the values of ${STORED_COLUMNS[index]?.name}`)
  }
}

/** Decodes the datagrams from nothing, checking what always holds after each; gives how many rows there were. */
function decodeAll(datagrams: readonly Uint8Array[]): number {
  for (const lane of lanes) lane.begin()
  const [one, other] = lanes
  for (const datagram of datagrams) {
    const before = one.counts.rows
    const [reason, same] = [one.feed(datagram), other.feed(datagram)]
    if (reason !== same) fail(`bytes outside a datagram decide on it: ${reason} and ${same}`)
    checkCounts(one.counts)
    if (one.counts.rows - before > datagram.length + CONFIG.pendingBytes) fail(`${one.counts.rows - before} rows of ${datagram.length} bytes`)
  }
  one.batches.forEach((batch, index) => checkBatches(batch, other.batches[index] ?? fail('a lane without batches')))
  return one.counts.rows
}

/** Runs every valid datagram with one of them replaced. */
function replacing({ datagrams }: DecoderUnderTest, index: number, by: Uint8Array): void {
  decodeAll(datagrams.with(index, by))
}

/** All checks; the same for every protocol. */
export const DECODER_CHECKS: readonly ConformanceCheck[] = [
  {
    name: 'valid datagrams give their rows',
    run({ datagrams, rows }) {
      const got = decodeAll(datagrams)
      if (got !== rows) fail(`${got} rows, not ${rows}`)
    },
  },
  {
    name: 'cut at each byte',
    run(subject) {
      subject.datagrams.forEach((datagram, index) => {
        for (let length = 0; length < datagram.length; length++) replacing(subject, index, datagram.subarray(0, length))
      })
    },
  },
  {
    name: 'huge and tiny numbers in place of every 16 bits',
    run(subject) {
      subject.datagrams.forEach((datagram, index) => {
        for (let at = 2; at + 2 <= datagram.length; at++) {
          for (const word of [0, 3, 0x00ff, 0x8000, 0xffff]) {
            const changed = datagram.slice()
            new DataView(changed.buffer).setUint16(at, word)
            replacing(subject, index, changed)
          }
        }
      })
    },
  },
  {
    name: 'flipped bits',
    run(subject) {
      const random = createRandom(1)
      for (let run = 0; run < 1000; run++) {
        const index = random(subject.datagrams.length)
        const changed = (subject.datagrams[index] ?? fail('no datagram')).slice()
        for (let flips = 1 + random(4); flips > 0; flips--) {
          const at = random(changed.length)
          changed[at] = (changed[at] ?? 0) ^ (1 << random(8))
        }
        replacing(subject, index, changed)
      }
    },
  },
  {
    name: 'random bytes behind the version',
    run(subject) {
      const random = createRandom(2)
      for (let run = 0; run < 800; run++) {
        const version = (subject.datagrams[0] ?? fail('no datagram')).subarray(0, 2)
        const noise = Uint8Array.from({ length: 2 + random(300) }, () => random(256))
        noise.set(version)
        decodeAll([noise, ...subject.datagrams, noise])
      }
    },
  },
  {
    name: 'random bytes inside valid headers',
    run(subject) {
      const random = createRandom(3)
      for (let run = 0; run < 800; run++) {
        const index = random(subject.datagrams.length)
        const changed = (subject.datagrams[index] ?? fail('no datagram')).slice()
        const from = 16 + random(Math.max(1, changed.length - 16))
        const to = Math.min(changed.length, from + 1 + random(40))
        for (let at = from; at < to; at++) changed[at] = random(256)
        replacing(subject, index, changed)
      }
    },
  },
  {
    name: 'repeated: each datagram twice gives each row twice',
    run({ datagrams, rows }) {
      const got = decodeAll([...datagrams, ...datagrams])
      if (got !== 2 * rows) fail(`${got} rows, not ${2 * rows}`)
    },
  },
  {
    name: 'reordered: what came before its template waits, and all rows come in the end',
    run({ datagrams, rows }) {
      const random = createRandom(4)
      for (let run = 0; run < 200; run++) {
        const order = datagrams.map(datagram => ({ datagram, key: random(1 << 30) })).toSorted((a, b) => a.key - b.key)
        const got = decodeAll(order.map(({ datagram }) => datagram))
        if (got !== rows) fail(`${got} rows, not ${rows}, in run ${run}`)
      }
    },
  },
]
