/**
 * Datagrams made to cost a decoder as much as their bytes can: each as long as UDP lets it be (65,507 bytes), each after what it
 * needs to do its harm. For the benchmark, and for the test that counts steps and memory.
 */

export interface WorstCase {
  readonly name: string
  /** Sent before; they are not measured. */
  readonly before: readonly Uint8Array[]
  readonly worst: Uint8Array
}

const MOST = 65_507
const SECONDS = 1_700_000_000

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255]
const u32 = (value: number): number[] => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]

/** An IPFIX message around these bytes of sets. */
const ipfix = (body: readonly number[]): Uint8Array => Uint8Array.from([...u16(10), ...u16(16 + body.length), ...u32(SECONDS), ...u32(0), ...u32(1), ...body])
const set = (id: number, body: readonly number[]): number[] => [...u16(id), ...u16(4 + body.length), ...body]
type Field = readonly [id: number, length: number, pen?: number]
const fieldBytes = ([id, length, pen]: Field): number[] =>
  pen === undefined ? [...u16(id), ...u16(length)] : [...u16(id | 0x8000), ...u16(length), ...u32(pen)]
const template = (id: number, fields: readonly Field[]): number[] => [...u16(id), ...u16(fields.length), ...fields.flatMap(fieldBytes)]
const options = (id: number, fields: readonly Field[]): number[] => [...u16(id), ...u16(fields.length), ...u16(1), ...fields.flatMap(fieldBytes)]
/** As many copies as fit, each made from its number. */
const fill = (room: number, make: (index: number) => readonly number[]): number[] => {
  const all: number[] = []
  for (let index = 0; ; index++) {
    const part = make(index)
    if (all.length + part.length > room) return all
    for (const byte of part) all.push(byte)
  }
}
const ROOM = MOST - 16 - 4
const VARIABLE = 65_535

/** A message that teaches, and one full of records of it. */
const taught = (name: string, fields: readonly Field[], record: (index: number) => readonly number[], kind: 'flows' | 'options' = 'flows'): WorstCase => ({
  name,
  before: [ipfix(kind === 'flows' ? set(2, template(300, fields)) : set(3, options(300, fields)))],
  worst: ipfix(set(300, fill(ROOM, record))),
})

const text = (index: number): number[] => [...index.toString(36).padStart(4, '0')].map(letter => letter.charCodeAt(0))

/** A list of elements in lists of elements, as deep as bytes allow (RFC 6313 §4.5.1). */
function nested(): number[] {
  let list = [3, ...u16(1), ...u16(4), ...u32(7)]
  while (list.length < ROOM - 20) list = [3, ...u16(291), ...u16(VARIABLE), 255, ...u16(list.length), ...list]
  return [255, ...u16(list.length), ...list]
}

const sflow = (samples: number, body: readonly number[]): Uint8Array =>
  Uint8Array.from([...u32(5), ...u32(1), 10, 0, 0, 1, ...u32(0), ...u32(1), ...u32(5), ...u32(samples), ...body])
const flowSample = (index: number, count: number, records: readonly number[]): number[] => [
  ...[...u32(1), ...u32(32 + records.length), ...u32(index), ...u32(index & 0xffffff), ...u32(1), ...u32(index), ...u32(0)],
  ...[...u32(1), ...u32(2), ...u32(count), ...records],
]
/** A frame with four tunnels of IP in IP (RFC 2003). */
function tunnels(): number[] {
  const packets = [4, 4, 4, 4, 17].map((protocol, index) => [0x45, 0, ...u16(20 * (5 - index) + 8), 0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2])
  return [...Array.from({ length: 12 }, () => 2), 8, 0, ...packets.flat(), 0, 1, 0, 2, 0, 8, 0, 0]
}
const sampled = (header: readonly number[]): number[] => {
  const padded = [...header, ...Array.from({ length: (4 - (header.length % 4)) % 4 }, () => 0)]
  return [...u32(1), ...u32(16 + padded.length), ...u32(1), ...u32(header.length + 4), ...u32(4), ...u32(header.length), ...padded]
}

/** The cases, made when asked for: they are megabytes of numbers. */
export function worstCases(): readonly WorstCase[] {
  const flow: readonly Field[] = [
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
    [1, 8],
    [2, 8],
    [152, 8],
    [153, 8],
  ]
  return [
    taught('records of one byte', [[4, 1]], () => [6]),
    taught('flows', flow, index => [
      ...u32(index),
      ...u32(index),
      0,
      1,
      0,
      2,
      6,
      ...u32(0),
      ...u32(index),
      ...u32(0),
      ...u32(1),
      ...u32(0x18b),
      ...u32(0xcfe56800),
      ...u32(0x18b),
      ...u32(0xcfe56800),
    ]),
    taught('a text of its own in each record', [[460, VARIABLE]], index => [4, ...text(index)]),
    taught('empty texts', [[460, VARIABLE]], () => [0]),
    taught(
      'names of interfaces',
      [
        [10, 4],
        [82, VARIABLE],
      ],
      index => [...u32(index), 4, ...text(index)],
      'options',
    ),
    taught(
      'samplers',
      [
        [302, 4],
        [305, 4],
        [306, 4],
      ],
      index => [...u32(index), ...u32(1), ...u32(99)],
      'options',
    ),
    taught(
      'names of applications',
      [
        [95, 4],
        [96, 4],
      ],
      index => [...u32(index), ...text(index)],
      'options',
    ),
    taught(
      'types of vendors’ elements',
      [
        [346, 4],
        [303, 2],
        [341, VARIABLE],
      ],
      index => [...u32(9), ...u16(index), 4, ...text(index)],
      'options',
    ),
    taught(
      'connections of a firewall',
      [
        [148, 4],
        [233, 1],
        [8, 4],
        [12, 4],
        [85, 4],
      ],
      index => [...u32(index), 2, ...u32(index), ...u32(index), ...u32(9)],
    ),
    taught(
      'totals',
      [
        [8, 4],
        [12, 4],
        [85, 4],
        [86, 4],
      ],
      index => [...u32(index), ...u32(index), ...u32(index), ...u32(1)],
    ),
    taught('lists in lists', [[291, VARIABLE]], index => (index === 0 ? nested() : [0])),
    taught('lists of one element', [[291, VARIABLE]], () => [9, 3, ...u16(460), ...u16(VARIABLE), 1, 65, 1, 66]),
    {
      name: 'templates',
      before: [],
      worst: ipfix(
        set(
          2,
          fill(ROOM, index =>
            template(256 + index, [
              [8, 4],
              [1 + (index % 500), 1 + (index % 8)],
            ]),
          ),
        ),
      ),
    },
    {
      name: 'a template of all the fields that fit',
      before: [],
      worst: ipfix(
        set(
          2,
          template(
            300,
            Array.from({ length: 8000 }, (_, index): Field => [1 + (index % 500), 1, 50_000 + index]),
          ),
        ),
      ),
    },
    {
      name: 'a template of 512 fields and its records',
      before: [
        ipfix(
          set(
            2,
            template(
              300,
              Array.from({ length: 512 }, (_, index): Field => [1 + index, 1 + (index % 4)]),
            ),
          ),
        ),
      ],
      worst: ipfix(
        set(
          300,
          fill(ROOM, index => [index & 255]),
        ),
      ),
    },
    {
      name: 'a template redefined',
      before: [],
      worst: ipfix(
        fill(MOST - 16, index =>
          set(
            2,
            template(300, [
              [8, 4],
              [1 + (index % 500), 4],
            ]),
          ),
        ),
      ),
    },
    {
      name: 'templates, each with a record',
      before: [],
      worst: ipfix(
        fill(MOST - 16, index => [
          ...set(
            2,
            template(256 + index, [
              [8, 4],
              [1, 1 + (index % 8)],
              [1 + (index % 500), 2],
            ]),
          ),
          ...set(
            256 + index,
            Array.from({ length: 14 }, () => 1),
          ),
        ]),
      ),
    },
    { name: 'sets without a template', before: [], worst: ipfix(fill(MOST - 16, index => set(256 + (index % 60_000), [1]))) },
    { name: 'sets of nothing', before: [], worst: ipfix(fill(MOST - 16, index => set(256 + (index % 60_000), []))) },
    { name: 'the template for all that waits', before: [ipfix(fill(MOST - 16, () => set(300, [6])))], worst: ipfix(set(2, template(300, [[4, 1]]))) },
    {
      name: 'elements nobody knows',
      before: [],
      worst: ipfix([
        ...set(
          2,
          template(
            300,
            Array.from({ length: 500 }, (_, index): Field => [index, 1, 60_000]),
          ),
        ),
        ...set(
          300,
          fill(60_000 - 16, () => [1]),
        ),
      ]),
    },
    {
      name: 'samples of nothing',
      before: [],
      worst: sflow(
        60_000,
        fill(MOST - 28, index => flowSample(index, 0, [])),
      ),
    },
    {
      name: 'samples of tunnels',
      before: [],
      worst: sflow(
        60_000,
        fill(MOST - 28, index => flowSample(index, 1, sampled(tunnels()))),
      ),
    },
    {
      name: 'a sample of many records',
      before: [],
      worst: sflow(
        1,
        flowSample(
          1,
          8000,
          fill(MOST - 100, index => [...u32(4096 * 9 + (index % 4096)), ...u32(0)]),
        ),
      ),
    },
    {
      name: 'an AS path',
      before: [],
      worst: sflow(
        1,
        flowSample(1, 1, [
          ...u32(1003),
          ...u32(64_000),
          ...u32(1),
          ...u32(1),
          ...u32(1),
          ...u32(1),
          ...u32(1),
          ...u32(1),
          ...u32(1),
          ...u32(2),
          ...u32(15_990),
          ...fill(63_960, u32),
        ]),
      ),
    },
    {
      name: 'AS paths, each its own',
      before: [],
      worst: sflow(
        60_000,
        fill(MOST - 28, index =>
          flowSample(index, 1, [
            ...u32(1003),
            ...u32(48),
            ...u32(1),
            ...u32(1),
            ...u32(1),
            ...u32(1),
            ...u32(1),
            ...u32(1),
            ...u32(2),
            ...u32(1),
            ...u32(index),
            ...u32(1),
            ...u32(index),
            ...u32(1),
          ]),
        ),
      ),
    },
  ]
}
