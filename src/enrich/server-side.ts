/** Which of two ports is the server's. */

const SYN = 0x02
const SYN_ACK = 0x12
const FIRST_UNPRIVILEGED = 1024

/**
 * The number of the application by the ports of a flow, `ports` leading from port to number. In this order:
 * - A SYN alone is the client's: only its destination counts. A single packet with SYN and ACK is the server's: only its source counts.
 * - A record of both directions begins with the side that opened (RFC 5103 §5), unless that is a privileged port.
 * - Else the lower port that is known: a client's port is drawn from the upper ones.
 * A port that is not known by then stays unknown, even where the client's happens to be one that is.
 */
export function numberOfPorts(ports: Uint16Array, from: number, to: number, flags: number, onePacket: boolean, bothWays: boolean): number {
  const source = ports[from]!
  const destination = ports[to]!
  const opening = flags & SYN_ACK
  if (opening === SYN) return destination
  if (opening === SYN_ACK && onePacket) return source
  if (source === 0) return destination
  if (destination === 0) return bothWays && from > to ? 0 : source
  if (bothWays && from >= FIRST_UNPRIVILEGED) return destination
  return from < to ? source : destination
}
