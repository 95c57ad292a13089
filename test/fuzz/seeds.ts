/** Valid inputs to begin with: what the tests' own generators draw, and datagrams of each structure that has code of its own. */
import { captureOf } from '../differential/generate.ts'
import { drawFrom, noise, u16, u32, uint, zeros, type Draw } from '../wire/bytes.ts'
import { frame } from '../wire/frames.ts'
import { block, counterSample, flowSample, rawHeader, sflowDatagram } from '../wire/sflow.ts'
import { messageBytes, recordBytes, setBytes, templateBytes, texts, VARIABLE, type FieldSpec, type Protocol, type TemplateSpec } from '../wire/templates.ts'
import type { Input } from './mutate.ts'

const HEAD = { domain: 1, sequence: 1, seconds: 1_700_000_000, uptimeMs: 100_000, count: 1 }

/** Whole captures of one kind, unbroken. */
export function captures(kind: string, most: number): Input[] {
  const found: Input[] = []
  for (let seed = 1; found.length < most; seed++) {
    const capture = captureOf(seed)
    if (capture.kind === kind && !capture.mutated) found.push(capture.datagrams)
  }
  return found
}

/** Numbers and lengths of a record's fields, `pen/id:length`, `v` for variable length. */
function fieldsOf(notation: string): FieldSpec[] {
  return notation.split(' ').map(word => {
    const [, pen = '0', id = '0', length = '0'] = /^(?:(\d+)\/)?(\d+):(\w+)$/.exec(word) ?? []
    return { pen: Number(pen), id: Number(id), length: length === 'v' ? VARIABLE : Number(length), value: length === 'v' ? texts : noise }
  })
}

/** A message with a template, or options template, and records of it. */
export function records(protocol: Protocol, notation: string, scopes: number, draw: Draw): Uint8Array {
  const template: TemplateSpec = { id: 300, fields: fieldsOf(notation), scopes, options: scopes > 0 }
  const sets = protocol === 'ipfix' ? { plain: 2, options: 3 } : { plain: 0, options: 1 }
  return messageBytes(protocol, HEAD, [
    setBytes(scopes > 0 ? sets.options : sets.plain, templateBytes(protocol, template)),
    setBytes(300, [...recordBytes(draw, template), ...recordBytes(draw, template)]),
  ])
}

/** Elements that have a rule or a reading of their own, in groups as devices send them. */
export const FLOWS_V9 = [
  '8:4 12:4 7:2 11:2 4:1 1:4 2:4 22:4 21:4 48:1 34:4 23:4 24:4 95:4',
  '27:16 28:16 7:2 11:2 4:1 32:2 139:2 85:8 86:8 70:3 71:3 72:3 73:3 46:1 47:4',
  '148:4 8:4 7:2 10:2 12:4 11:2 4:1 176:1 177:1 40001:4 40002:4 40003:2 40004:2 40005:1 33002:2 323:8 85:4 33000:12 33001:12 40000:20',
  '225:4 226:4 227:2 228:2 230:1 231:4 232:4 298:8 299:8 233:1 361:2 362:2 363:2 364:2 283:4 234:4 235:4',
  '8:4 12:4 1:4 2:4 57581:4 57582:4 57595:4 57596:4 57597:4 57660:32 57590:2 56701:32 56702:64 346:4 34000:2 34001:2',
  '8:4 12:4 42036:4 42038:4 42081:4 42050:4 42071:4 42060:4 37014:4 37019:4 37023:4 104:64 61:1 89:1 210:3',
] as const
export const FLOWS_IPFIX = [
  '8:4 12:4 7:2 11:2 4:1 1:8 2:8 152:8 153:8 136:1 460:v 371:v 95:v 302:8',
  '27:16 28:16 154:8 155:8 156:8 157:8 158:4 159:4 160:8 21:4 22:4 161:4 162:4 29305/1:8 29305/2:8 239:1',
  '8:4 12:4 85:8 86:8 231:8 232:8 298:8 299:8 233:1 148:8 9/12235:v 9/1232:2 9/1234:v 35632/188:v 35632/123:4',
  '312:2 315:v 313:v 316:v 408:1 351:8 243:2 245:2 256:2 505:1 507:4 509:1 6871/21:4 6871/40:2 6871/16398:2',
  '225:4 226:4 227:2 281:16 282:16 230:1 361:2 362:2 455:v 456:v 365:6 367:6 147:v 130:4 403:4 137:4',
] as const
export const OPTIONS_V9 = [
  '1:4 34:4 35:1',
  '1:4 48:1 49:1 50:4 84:16',
  '2:4 82:32 83:32',
  '1:4 234:4 236:32',
  '1:4 95:4 96:24 94:55',
  '5:2 173:8 36:2 37:2 40:8 41:8 42:8',
] as const
export const OPTIONS_IPFIX = [
  '149:4 305:4 306:4 304:2',
  '302:8 304:2 309:4 310:4 311:8 307:4 308:4',
  '10:4 82:v 83:v',
  '346:4 303:2 339:1 344:1 345:2 341:v 342:8 343:8',
  '95:v 96:v 94:v 372:v 45000:v',
  '145:2 173:8 149:4 40:8 41:8 164:8 166:8 137:4',
  '144:4 318:8 319:8 234:4 236:v',
] as const

const listed = (content: readonly number[]): number[] => (content.length < 255 ? [content.length, ...content] : [255, ...u16(content.length), ...content])

/** IPFIX messages with lists in lists (RFC 6313). */
export function listMessages(): Input[] {
  const inner: TemplateSpec = { id: 400, fields: fieldsOf('8:4 1:8 460:v'), scopes: 0, options: false }
  const outer: TemplateSpec = { id: 401, fields: fieldsOf('12:4 2:4 291:v 292:v 293:v'), scopes: 0, options: false }
  const draw = drawFrom(7)
  const row = (): number[] => recordBytes(draw, inner)
  const basic = [3, ...u16(1), ...u16(4), ...u32(100), ...u32(200)]
  const foreign = [3, ...u16(0x8000 | 300), ...u16(VARIABLE), ...u32(6871), 2, 97, 98, 0]
  const some = [4, ...u16(400), ...row(), ...row()]
  const one = row()
  const several = [255, ...u16(400), ...u16(4 + one.length), ...one]
  const record = (...lists: readonly (readonly number[])[]): number[] => [10, 0, 0, 1, ...u32(5), ...lists.flatMap(listed)]
  const nested = [3, ...u16(291), ...u16(VARIABLE), ...listed([3, ...u16(291), ...u16(VARIABLE), ...listed(basic)])]
  const teach = setBytes(2, [...templateBytes('ipfix', inner), ...templateBytes('ipfix', outer)])
  const message = (...rows: readonly (readonly number[])[]): Uint8Array => messageBytes('ipfix', HEAD, [teach, setBytes(401, rows.flat())])
  return [
    [message(record(basic, some, several))],
    [message(record(foreign, [255, ...u16(400)], [255]), record(nested, some, [0, ...u16(400), ...u16(4)]))],
    [messageBytes('ipfix', HEAD, [teach]), messageBytes('ipfix', HEAD, [setBytes(401, record(nested, some, several))])],
  ]
}

/** Datagrams of sFlow with each kind of sample and record. */
export function samples(): Input[] {
  const draw = drawFrom(11)
  const head = { sequence: 1, source: 3, rate: 1000, pool: 10_000, drops: 1, input: 0x4000_0101, output: 0x8000_0002 }
  const one = (record: readonly number[]): Input => [
    sflowDatagram({ agent: [10, 0, 0, 9], subAgent: 1, sequence: 4, uptimeMs: 9 }, [flowSample(head, [record], draw.once(2))]),
  ]
  const formats = [
    2, 3, 4, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1020, 1021, 1022, 1023, 1024, 1025, 1026, 1027, 1028, 1029, 1030,
    1036, 1042, 2100, 2206,
  ]
  const tunnels = Array.from({ length: 24 }, () => {
    const bytes = frame(draw, { tunnels: true })
    return one(rawHeader(bytes.slice(0, 256), bytes.length + 4))
  })
  const gateway = [
    ...u32(1),
    ...[10, 0, 0, 1],
    ...u32(65_001),
    ...u32(65_002),
    ...u32(65_003),
    ...u32(2),
    ...u32(2),
    ...u32(2),
    ...u32(1),
    ...u32(2),
    ...u32(1),
    ...u32(1),
    ...u32(9),
    ...u32(1),
    ...u32(70_000),
    ...u32(100),
  ]
  const dropped = block(0, 5, [
    ...u32(1),
    ...u32(0),
    ...u32(3),
    ...u32(0),
    ...u32(1),
    ...u32(2),
    ...u32(256),
    ...u32(1),
    ...rawHeader(frame(draw, { tunnels: false }).slice(0, 100), 100),
  ])
  const counters = [1, 2, 5, 6, 7, 10, 1001, 1002, 1004, 1005, 2000, 2001, 2003, 2004].map(format =>
    block(0, format, [...u32(1), ...uint(5, 8), ...noise(draw, 92)]),
  )
  return [
    ...tunnels,
    ...formats.map(format => one(block(0, format, [...u32(1), ...u32(4), ...noise(draw, 48)]))),
    one(block(0, 1003, gateway)),
    [
      sflowDatagram({ agent: zeros(16), subAgent: 0, sequence: 1, uptimeMs: 1 }, [
        dropped,
        counterSample(1, 3, counters, false),
        counterSample(2, 3, counters, true),
      ]),
    ],
  ]
}
