/**
 * Captures drawn at random by their structure: what one exporter sends, from its first datagram on. All of it is legal by RFC 3954,
 * RFC 7011 and sFlow version 5; a share is broken afterwards by `mutated`.
 */
import { drawFrom, noise, u16, u32, uint, zeros, type Draw } from '../wire/bytes.ts'
import { frame, ipv4, ipv6 } from '../wire/frames.ts'
import { block, counterSample, flowSample, rawHeader, sflowDatagram } from '../wire/sflow.ts'
import {
  VARIABLE,
  anything,
  messageBytes,
  numbers,
  recordBytes,
  setBytes,
  templateBytes,
  texts,
  type FieldSpec,
  type Protocol,
  type TemplateSpec,
} from '../wire/templates.ts'

export const KINDS = ['netflow5', 'netflow9', 'ipfix', 'sflow'] as const
export type Kind = (typeof KINDS)[number]

export interface Capture {
  readonly seed: number
  readonly kind: Kind
  readonly mutated: boolean
  readonly datagrams: readonly Uint8Array[]
}

/** When all datagrams are sent, seconds since 1970. */
export const SECONDS = 1_700_000_000
const UPTIME = 3_600_000

const recent = (draw: Draw): number => SECONDS * 1000 - draw(600_000)
const field = (id: number, length: number, value: FieldSpec['value'], pen = 0): FieldSpec => ({ id, pen, length, value })
const ipv4Address = (draw: Draw): number[] => [10, ...noise(draw, 3)]
const ipv6Address = (draw: Draw): number[] => [0x20, 0x01, 0x0d, 0xb8, ...noise(draw, 12)]

type Choice = (draw: Draw, protocol: Protocol) => readonly FieldSpec[]

/** Counters come in any size from one byte to eight in IPFIX (RFC 7011 §6.2), in four or eight in NetFlow v9. */
const sized =
  (id: number, most: number): Choice =>
  (draw, protocol) => [field(id, protocol === 'ipfix' ? 1 + draw(most) : Math.min(most, draw.of([4, 8])), numbers)]
/** One length in IPFIX of these, and one in NetFlow v9. */
const lengths =
  (id: number, ipfix: readonly number[], netflow9: readonly number[], value: FieldSpec['value'] = numbers): Choice =>
  (draw, protocol) => [field(id, draw.of(protocol === 'ipfix' ? ipfix : netflow9), value)]
const fixed =
  (id: number, length: number, value: FieldSpec['value'] = numbers): Choice =>
  () => [field(id, length, value)]

const ADDRESSES: readonly Choice[] = [
  () => [field(8, 4, ipv4Address), field(12, 4, ipv4Address)],
  () => [field(27, 16, ipv6Address), field(28, 16, ipv6Address)],
]

const TIMES: Readonly<Record<Protocol, readonly Choice[]>> = {
  netflow9: [
    () => [field(22, 4, (draw, length) => uint(UPTIME - 60_000 - draw(60_000), length)), field(21, 4, (draw, length) => uint(UPTIME - draw(60_000), length))],
  ],
  ipfix: [
    () => [field(152, 8, (draw, length) => uint(recent(draw) - 600_000, length)), field(153, 8, (draw, length) => uint(recent(draw), length))],
    () => [field(150, 4, (draw, length) => uint(SECONDS - 600 - draw(600), length)), field(151, 4, (draw, length) => uint(SECONDS - draw(600), length))],
  ],
}

/** What the readers are compared by. */
const COMPARED: readonly Choice[] = [
  sized(1, 8),
  sized(2, 8),
  () => [field(7, 2, anything), field(11, 2, anything)],
  fixed(4, 1),
  fixed(5, 1),
  lengths(6, [1, 2], [1], anything),
  lengths(10, [1, 2, 4], [2, 4]),
  lengths(14, [1, 2, 4], [2, 4]),
  lengths(16, [2, 3, 4], [2, 4]),
  lengths(17, [2, 3, 4], [2, 4]),
  fixed(9, 1),
  fixed(13, 1),
  fixed(15, 4, ipv4Address),
  fixed(58, 2),
  fixed(56, 6, anything),
  fixed(80, 6, anything),
]

/** What must only be skipped, by its length: known and unknown, of any enterprise. */
const BESIDE: readonly Choice[] = [
  () => [field(210, 1, anything)],
  () => [field(70, 3, anything)],
  () => [field(31, 4, numbers)],
  () => [field(136, 1, draw => [1 + draw(5)])],
  () => [field(48, 1, (_, length) => zeros(length))],
  () => [field(82, 16, texts)],
  (draw, protocol) => (protocol === 'ipfix' ? [field(3000 + draw(1000), 1 + draw(20), anything)] : [field(30_000 + draw(1000), 1 + draw(20), anything)]),
  (draw, protocol) => (protocol === 'ipfix' ? [field(1 + draw(30_000), 1 + draw(12), anything, 50_000 + draw(5000))] : []),
  (draw, protocol) => (protocol === 'ipfix' ? [field(1 + draw(30_000), VARIABLE, anything, 50_000 + draw(5000))] : []),
  (_, protocol) => (protocol === 'ipfix' ? [field(460, VARIABLE, texts)] : []),
  (_, protocol) => (protocol === 'ipfix' ? [field(371, VARIABLE, texts)] : []),
]

function shuffled<T>(draw: Draw, from: readonly T[]): T[] {
  return from
    .map(value => ({ value, key: draw(2 ** 30) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value)
}

function flowTemplate(draw: Draw, protocol: Protocol, id: number): TemplateSpec {
  const choices = [
    ...(draw.once(12) ? [] : [draw.of(ADDRESSES)]),
    ...(draw.once(4) ? [] : [draw.of(TIMES[protocol])]),
    ...COMPARED.filter(() => draw(3) > 0),
    ...BESIDE.filter(() => draw.once(5)),
  ]
  const fields = shuffled(draw, choices).flatMap(choice => choice(draw, protocol))
  return { id, fields: fields.length > 0 ? fields : [field(1, 4, numbers)], scopes: 0, options: false }
}

/** Options that tell nothing about the flows themselves: exporter statistics, names of interfaces. */
function optionsTemplate(draw: Draw, protocol: Protocol, id: number): TemplateSpec {
  const statistics = [field(40, 8, numbers), field(41, 8, numbers), field(42, 8, numbers)]
  const names = [field(82, 16, texts), ...(protocol === 'ipfix' && draw.once(2) ? [field(83, VARIABLE, texts)] : [])]
  const scope = protocol === 'ipfix' ? field(149, 4, numbers) : field(1, 4, numbers)
  const interfaces = protocol === 'ipfix' ? field(10, 4, numbers) : field(2, 4, numbers)
  const [first, rest] = draw.once(2) ? [scope, statistics] : [interfaces, names]
  return { id, fields: [first, ...rest], scopes: 1, options: true }
}

function templated(draw: Draw, protocol: Protocol): Uint8Array[] {
  const domain = draw(5)
  let sequence = draw(1000)
  let templates: TemplateSpec[] = Array.from({ length: 1 + draw(3) }, (_, index) =>
    draw.once(5) ? optionsTemplate(draw, protocol, 256 + index) : flowTemplate(draw, protocol, 256 + index * (1 + draw(50))),
  )
  templates = [...new Map(templates.map(template => [template.id, template])).values()]
  const minimum = ({ fields }: TemplateSpec): number => fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0)

  const teach = (some: readonly TemplateSpec[]): number[][] => {
    const [flows, options] = [some.filter(one => !one.options), some.filter(one => one.options)]
    const set = (id: number, members: readonly TemplateSpec[]): number[][] => {
      if (members.length === 0) return []
      const content = members.flatMap(member => templateBytes(protocol, member))
      // RFC 3954 asks for sets that end on four bytes; in IPFIX padding is free.
      return [setBytes(id, content, protocol === 'netflow9' ? zeros((4 - (content.length % 4)) % 4) : [])]
    }
    return [...set(protocol === 'ipfix' ? 2 : 0, flows), ...set(protocol === 'ipfix' ? 3 : 1, options)]
  }
  let records = 0
  const data = (template: TemplateSpec): number[] => {
    const count = 1 + draw(4)
    records += count
    const content = Array.from({ length: count }, () => recordBytes(draw, template)).flat()
    const room = Math.min(minimum(template) - 1, (4 - (content.length % 4)) % 4)
    return setBytes(template.id, content, room > 0 && !draw.once(3) ? (draw.once(6) ? noise(draw, room) : zeros(room)) : [])
  }
  const message = (sets: readonly (readonly number[])[], taught: number): Uint8Array => {
    const whole = messageBytes(protocol, { domain, sequence, seconds: SECONDS, uptimeMs: UPTIME, count: records + taught }, sets)
    sequence += protocol === 'ipfix' ? records : 1
    records = 0
    return whole
  }

  const datagrams: Uint8Array[] = []
  const together = draw.once(2)
  if (!together) datagrams.push(message(teach(templates), templates.length))
  for (let left = 1 + draw(3); left > 0; left--) {
    const first = together && datagrams.length === 0
    if (!first && draw.once(30)) {
      // A template of other fields under a known number, as after a change of configuration.
      templates = templates.map((template, index) => (index === 0 && !template.options ? flowTemplate(draw, protocol, template.id) : template))
      datagrams.push(message(teach(templates), templates.length))
    }
    const refresh = first || draw.once(5)
    const sets = [...(refresh ? teach(templates) : []), ...Array.from({ length: 1 + draw(3) }, () => data(draw.of(templates)))]
    datagrams.push(message(sets, refresh ? templates.length : 0))
  }
  return datagrams
}

function netflow5(draw: Draw): Uint8Array[] {
  let sequence = draw(1000)
  return Array.from({ length: 1 + draw(3) }, () => {
    const count = 1 + draw(30)
    const head = [...u16(5), ...u16(count), ...u32(UPTIME), ...u32(SECONDS), ...u32(draw(1_000_000_000)), ...u32(sequence), draw(256), draw(256), ...u16(0)]
    sequence += count
    const record = (): number[] => [
      ...[...ipv4Address(draw), ...ipv4Address(draw), ...ipv4Address(draw)],
      ...[...noise(draw, 4), ...u32(draw(100_000)), ...u32(draw(100_000_000))],
      ...[...u32(UPTIME - 60_000 - draw(60_000)), ...u32(UPTIME - draw(60_000))],
      ...[...noise(draw, 4), 0, ...noise(draw, 3), ...noise(draw, 6), 0, 0],
    ]
    return Uint8Array.from([...head, ...Array.from({ length: count }, record).flat()])
  })
}

/** Records beside the packet: switch, router and gateway data, a user, and one of an unknown kind. */
function extended(draw: Draw): number[][] {
  const address = (): number[] => (draw.once(3) ? [...u32(2), ...ipv6Address(draw)] : [...u32(1), ...ipv4Address(draw)])
  const path = Array.from({ length: draw(5) }, () => u32(1 + draw(70_000))).flat()
  const communities = Array.from({ length: draw(4) }, () => noise(draw, 4)).flat()
  const all: readonly (readonly number[])[] = [
    block(0, 1001, [...u32(1 + draw(4094)), ...u32(draw(8)), ...u32(1 + draw(4094)), ...u32(draw(8))]),
    block(0, 1002, [...address(), ...u32(draw(33)), ...u32(draw(33))]),
    block(0, 1003, [
      ...[...address(), ...u32(draw(70_000)), ...u32(draw(70_000)), ...u32(draw(70_000))],
      ...(path.length > 0 ? [...u32(1), ...u32(2), ...u32(path.length / 4), ...path] : u32(0)),
      ...[...u32(communities.length / 4), ...communities, ...u32(draw(1000))],
    ]),
    block(4000 + draw(90), draw(4000), noise(draw, draw(40))),
  ]
  return all.filter(() => draw.once(3)).map(one => [...one])
}

/** The sampled header: a frame cut short at any place, or an IP packet without its link. */
function header(draw: Draw): number[] {
  const kind = draw(8)
  const whole =
    kind === 0
      ? ipv4(draw, 17, [...u16(20_001), ...u16(20_002), ...u16(40), ...zeros(34)])
      : kind === 1
        ? ipv6(draw, 6, [...noise(draw, 12), 0x50, 2, ...zeros(6)])
        : frame(draw, { tunnels: false })
  // Sampled are the first bytes of the frame, 128 as a rule; a header cut inside itself is told in as many ways as there are readers.
  const taken = whole.slice(0, draw.once(6) ? 100 + draw(28) : 128)
  return rawHeader(taken, whole.length + 4, 4, kind === 0 ? 11 : kind === 1 ? 12 : 1)
}

function sflow(draw: Draw): Uint8Array[] {
  let [sequence, sample, pool] = [draw(1000), draw(1000), draw(100_000)] as [number, number, number]
  const agent = draw.once(4) ? ipv6Address(draw) : ipv4Address(draw)
  const rate = 1 + draw(10_000)
  return Array.from({ length: 1 + draw(3) }, () => {
    const samples = Array.from({ length: 1 + draw(5) }, () => {
      sample++
      pool += rate
      const expanded = draw.once(3)
      if (draw.once(6)) {
        const counters = [
          ...u32(draw(100)),
          ...u32(6),
          ...uint(10 ** 9, 8),
          ...u32(1),
          ...u32(3),
          ...noise(draw, 8),
          ...zeros(24),
          ...noise(draw, 8),
          ...zeros(20),
          ...u32(0),
        ]
        return counterSample(sample, 1 + draw(50), [block(0, 1, counters)], expanded)
      }
      const head = { sequence: sample, source: 1 + draw(50), rate, pool, drops: draw(10), input: draw(2 ** 20), output: draw(2 ** 20) }
      return flowSample(head, shuffled(draw, [header(draw), ...extended(draw)]), expanded)
    })
    return sflowDatagram({ agent, subAgent: draw(3), sequence: sequence++, uptimeMs: UPTIME }, samples)
  })
}

/** Breaks one datagram: bits, bytes cut off its end, one number changed. */
function mutated(draw: Draw, datagrams: readonly Uint8Array[]): Uint8Array[] {
  const index = draw(datagrams.length)
  const broken = (datagrams[index] ?? new Uint8Array(1)).slice()
  const view = new DataView(broken.buffer)
  switch (draw(3)) {
    case 0:
      for (let flips = 1 + draw(3); flips > 0; flips--) broken[draw(broken.length)]! ^= 1 << draw(8)
      break
    case 1:
      return datagrams.with(index, broken.slice(0, 1 + draw(broken.length)))
    default:
      view.setUint16(2 * draw(broken.length >> 1), draw.of([0, 1, 3, 4, 255, 256, 65_535]))
  }
  return datagrams.with(index, broken)
}

/** Kinds of captures, by how often they come. */
const WEIGHTED: readonly Kind[] = ['netflow5', 'netflow9', 'netflow9', 'netflow9', 'ipfix', 'ipfix', 'ipfix', 'ipfix', 'sflow', 'sflow', 'sflow']

/** The capture of a seed. One in four is broken after it was drawn. */
export function captureOf(seed: number): Capture {
  const draw = drawFrom(seed)
  const kind = draw.of(WEIGHTED)
  const datagrams = kind === 'netflow5' ? netflow5(draw) : kind === 'sflow' ? sflow(draw) : templated(draw, kind)
  const broken = draw.once(4)
  return { seed, kind, mutated: broken, datagrams: broken ? mutated(draw, datagrams) : datagrams }
}
