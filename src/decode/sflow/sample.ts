/** What those who read a datagram share: one object serves all samples of all datagrams, nothing is made for a sample. */
import type { FlowBatch } from '../../schema/index.ts'
import type { Domain, Exporter, SflowState } from '../types.ts'
import type { Routes } from './routes.ts'

export interface Sample {
  exporter: Exporter
  domain: Domain
  state: SflowState
  receivedMs: number
  /** Where the row of a flow sample is. */
  batch: FlowBatch
  row: number
  /** Whether a packet header was there, and whether it or another record told the addresses; the first to tell is believed. */
  header: boolean
  addresses: boolean
  /** VLAN tags the header has. */
  tags: number
  /** Bytes of the frame and of the IP packet, 0 while nothing has told. */
  frameBytes: number
  ipBytes: number
}

/** Puts a record's values into the sample's row; false when its bytes are not what its format says. */
export type ReadRecord = (view: DataView, at: number, end: number, sample: Sample, routes: Routes) => boolean
