/**
 * The wires of the simulated network: which devices a conversation crosses, by which interfaces.
 *
 *     lan ─1┐                                                    ┌2─ servers
 *           edge ─3──1─ core ─2──1─ distribution ─3──1─ firewall ─2──1─ isp ─2─ internet
 *   branch ─2┘ └─4──1─ spare ─2──4─┘
 */
export const DEVICES = {
  edge: { address: '192.0.2.1', interfaces: { 1: 'lan', 2: 'branch', 3: 'core', 4: 'spare' } },
  core: { address: '192.0.2.2', interfaces: { 1: 'edge', 2: 'distribution' } },
  spare: { address: '192.0.2.3', interfaces: { 1: 'edge', 2: 'distribution' } },
  distribution: { address: '192.0.2.4', interfaces: { 1: 'core', 2: 'servers', 3: 'firewall', 4: 'spare' } },
  firewall: { address: '192.0.2.5', interfaces: { 1: 'inside', 2: 'outside' } },
  isp: { address: '192.0.2.6', interfaces: { 1: 'customer', 2: 'internet' } },
} as const

export type DeviceName = keyof typeof DEVICES
/** Which of the two devices in the middle carries the packets between edge and distribution. */
export type Middle = 'core' | 'spare'

/** Ends of conversations, the client's side first. */
export const WAYS = ['lan-servers', 'lan-internet', 'branch-lan', 'servers-internet'] as const
export type Way = (typeof WAYS)[number]

/** A device on the way from client to server; on the way back the interfaces change places. */
export interface Hop {
  readonly device: DeviceName
  readonly inIf: number
  readonly outIf: number
}

const hop = (device: DeviceName, inIf: number, outIf: number): Hop => ({ device, inIf, outIf })

const across = (middle: Middle, out: number): readonly Hop[] => [
  hop('edge', 1, middle === 'core' ? 3 : 4),
  hop(middle, 1, 2),
  hop('distribution', middle === 'core' ? 1 : 4, out),
]

const OUTSIDE: readonly Hop[] = [hop('firewall', 1, 2), hop('isp', 1, 2)]

/** The devices from client to server, in order. */
export function hopsOf(way: Way, middle: Middle): readonly Hop[] {
  switch (way) {
    case 'lan-servers':
      return across(middle, 2)
    case 'lan-internet':
      return [...across(middle, 3), ...OUTSIDE]
    case 'branch-lan':
      return [hop('edge', 2, 1)]
    case 'servers-internet':
      return [hop('distribution', 2, 3), ...OUTSIDE]
  }
}
