/** NetFlow v9 (RFC 3954 §5) and IPFIX (RFC 7011 §3) messages: templates and records drawn at random, sets, headers. */
import { noise, u16, u32, uint, zeros, type Draw } from './bytes.ts'

export const VARIABLE = 65_535

export interface FieldSpec {
  readonly id: number
  /** Enterprise; 0 is IANA. */
  readonly pen: number
  readonly length: number
  /** Draws the bytes of a value; a length of its own where the field's varies. */
  readonly value: (draw: Draw, length: number) => readonly number[]
}

export interface TemplateSpec {
  readonly id: number
  readonly fields: readonly FieldSpec[]
  /** Scope fields, the first ones; 0 where it is no options template. */
  readonly scopes: number
  readonly options: boolean
}

export type Protocol = 'netflow9' | 'ipfix'

/** A field of a template on the wire. */
const fieldBytes = (field: FieldSpec): number[] => [
  ...u16(field.pen === 0 ? field.id : field.id | 0x8000),
  ...u16(field.length),
  ...(field.pen === 0 ? [] : u32(field.pen)),
]

/** A template record: the fields, for options the scope first (v9 tells bytes, IPFIX fields). */
export function templateBytes(protocol: Protocol, { id, fields, scopes, options }: TemplateSpec): number[] {
  const all = fields.flatMap(fieldBytes)
  if (!options) return [...u16(id), ...u16(fields.length), ...all]
  if (protocol === 'ipfix') return [...u16(id), ...u16(fields.length), ...u16(scopes), ...all]
  return [...u16(id), ...u16(scopes * 4), ...u16((fields.length - scopes) * 4), ...all]
}

/** The values of one record. A field of variable length has its length in front, sometimes in three bytes where one would do. */
export function recordBytes(draw: Draw, { fields }: TemplateSpec): number[] {
  return fields.flatMap(field => {
    if (field.length !== VARIABLE) return field.value(draw, field.length)
    const length = draw.of([0, 1, 5, 12, 40, 254, 255, 300])
    const value = field.value(draw, length)
    return [...(value.length < 255 && !draw.once(4) ? [value.length] : [255, ...u16(value.length)]), ...value]
  })
}

/** A set with its head; `padding` bytes of any value follow what is in it. */
export const setBytes = (id: number, content: readonly number[], padding: readonly number[] = []): number[] => [
  ...u16(id),
  ...u16(4 + content.length + padding.length),
  ...content,
  ...padding,
]

export interface MessageHead {
  readonly domain: number
  readonly sequence: number
  readonly seconds: number
  readonly uptimeMs: number
  /** Records of all kinds; NetFlow v9 tells them. */
  readonly count: number
}

/** A whole datagram of these sets. */
export function messageBytes(protocol: Protocol, head: MessageHead, sets: readonly (readonly number[])[]): Uint8Array {
  const body = sets.flat()
  const front =
    protocol === 'ipfix'
      ? [...u16(10), ...u16(16 + body.length), ...u32(head.seconds), ...u32(head.sequence), ...u32(head.domain)]
      : [...u16(9), ...u16(head.count), ...u32(head.uptimeMs), ...u32(head.seconds), ...u32(head.sequence), ...u32(head.domain)]
  return Uint8Array.from([...front, ...body])
}

/** A counter, address or any number of this many bytes; small ones are as likely as large ones. */
export const numbers = (draw: Draw, length: number): readonly number[] =>
  draw.once(3) ? noise(draw, length) : uint(draw(draw.of([2, 10, 256, 65_536])), length)

export const texts = (draw: Draw, length: number): readonly number[] => {
  const filled = draw(length + 1)
  return [...Array.from({ length: filled }, () => 97 + draw(26)), ...zeros(length - filled)]
}

/** Nothing after the flow's own header is of interest to every reader: any bytes. */
export const anything = noise
