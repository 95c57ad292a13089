const ICMP = 1
const ICMP6 = 58

/** Type × 256 + code of an echo request of the client, or of the reply; 0 for other protocols. */
export function icmpOf(proto: number, forward: boolean): number {
  if (proto === ICMP) return (forward ? 8 : 0) * 256
  return proto === ICMP6 ? (forward ? 128 : 129) * 256 : 0
}
