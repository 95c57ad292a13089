import type { Body, Lane } from './exporter.ts'
import type { Device } from './profiles.ts'

export interface SflowLane {
  readonly lane: Lane
  counters(nowMs: number): readonly Uint8Array[]
  stamp(view: DataView, body: Body, nowMs: number): void
}

export function createSflowLane(_device: Device, _perDatagram: number): SflowLane {
  throw new Error('no sFlow profile')
}
