import { useLive, live } from '../api/session.tsx'

export interface Sparks {
  readonly hosts: readonly number[]
  readonly flows: readonly number[]
}

const SHOWN = 120

/** The last two minutes of the figures that only the stream knows. */
export function useSparks(): Sparks {
  useLive()
  const recent = live.recent().slice(-SHOWN)
  return { hosts: recent.map(second => second.active_hosts), flows: recent.map(second => second.active_flows) }
}
