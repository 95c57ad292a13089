/** sFlow version 5 (sFlow.org, July 2004): datagrams, samples and records in XDR, every field on four bytes. */
import { u32, zeros } from './bytes.ts'

/** A record or sample: its enterprise and format, its length, its bytes padded to four. */
export function block(enterprise: number, format: number, content: readonly number[]): number[] {
  const padded = [...content, ...zeros((4 - (content.length % 4)) % 4)]
  return [...u32(enterprise * 4096 + format), ...u32(padded.length), ...padded]
}

export interface SampleHead {
  readonly sequence: number
  readonly source: number
  readonly rate: number
  readonly pool: number
  readonly drops: number
  /** Index of the interface. */
  readonly input: number
  readonly output: number
}

/** A flow sample of these records, compact (format 1) or expanded (3). */
export function flowSample(head: SampleHead, records: readonly (readonly number[])[], expanded: boolean): number[] {
  const source = expanded ? [...u32(0), ...u32(head.source)] : u32(head.source)
  const interfaces = expanded ? [...u32(0), ...u32(head.input), ...u32(0), ...u32(head.output)] : [...u32(head.input), ...u32(head.output)]
  return block(0, expanded ? 3 : 1, [
    ...u32(head.sequence),
    ...source,
    ...u32(head.rate),
    ...u32(head.pool),
    ...u32(head.drops),
    ...interfaces,
    ...u32(records.length),
    ...records.flat(),
  ])
}

/** A sample of counters, compact (format 2) or expanded (4). */
export function counterSample(sequence: number, source: number, records: readonly (readonly number[])[], expanded: boolean): number[] {
  return block(0, expanded ? 4 : 2, [...u32(sequence), ...(expanded ? [...u32(0), ...u32(source)] : u32(source)), ...u32(records.length), ...records.flat()])
}

/** A raw packet header (0:1). Protocol 1 is Ethernet. */
export const rawHeader = (header: readonly number[], frameLength: number, stripped = 4, protocol = 1): number[] =>
  block(0, 1, [...u32(protocol), ...u32(frameLength), ...u32(stripped), ...u32(header.length), ...header])

export interface DatagramHead {
  /** Four or sixteen bytes. */
  readonly agent: readonly number[]
  readonly subAgent: number
  readonly sequence: number
  readonly uptimeMs: number
}

export const sflowDatagram = (head: DatagramHead, samples: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([
    ...u32(5),
    ...u32(head.agent.length === 4 ? 1 : 2),
    ...head.agent,
    ...u32(head.subAgent),
    ...u32(head.sequence),
    ...u32(head.uptimeMs),
    ...u32(samples.length),
    ...samples.flat(),
  ])
