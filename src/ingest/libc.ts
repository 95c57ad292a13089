/**
 * The few calls of libc that Node does not offer, by FFI (koffi): UDP sockets shared by several threads, recvmmsg(2), poll(2).
 * Linux, 64 bits, glibc or musl; `loadLibc` says why where it cannot be had. Struct layouts: <bits/socket.h>, <poll.h>,
 * <linux/filter.h> of Linux on 64 bits, little-endian.
 */
import koffi from 'koffi'
import { FlowLensError, readAddress } from '../schema/index.ts'

const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2000000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_REUSEPORT = 15
const SO_RCVBUFFORCE = 33
const SO_ATTACH_REUSEPORT_CBPF = 51
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const MSG_DONTWAIT = 0x40
const POLLIN = 1
const EAGAIN = 11
const EINTR = 4

export interface Libc {
  /** Opens a UDP socket bound to address and port; `shared` lets several sockets of this user share the port. */
  openUdp(address: string, port: number, shared: boolean): number
  /** Asks for a receive buffer; gives the bytes the kernel granted (it doubles what it takes). */
  setReceiveBuffer(fd: number, bytes: number): number
  /** Makes the kernel choose the socket of a shared port by the sender's address: `hash(address) mod sockets`. */
  chooseBySource(fd: number, sockets: number): void
  close(fd: number): void
  createReceiver(fds: readonly number[], datagramBytes: number): Receiver
}

/** Datagrams a call of recvmmsg takes at most. */
export const BURST = 128

/** A set of sockets read together. The memory belongs to the receiver; the kernel writes into it. */
export interface Receiver {
  /** The kernel holds the addresses of these: they must stay reachable, or the collector frees them under its hands. */
  readonly memory: readonly Buffer[]
  readonly view: DataView
  /** Where datagram `i` of the last call lies, how long it was on the wire, and the sockaddr it came from. */
  readonly dataAt: (index: number) => number
  readonly lengthOf: (index: number) => number
  readonly truncated: (index: number) => boolean
  readonly names: DataView
  readonly nameAt: (index: number) => number
  /** Waits at most `timeoutMs` for any socket; fills `ready` with 1 for each that can be read. */
  wait(timeoutMs: number, ready: Uint8Array): number
  /** Takes up to `BURST` datagrams of socket `index` without waiting; gives how many. */
  take(index: number): number
}

const NAME_BYTES = 28
const IOVEC_BYTES = 16
const MSG_BYTES = 64
const POLLFD_BYTES = 8
const MSG_TRUNC = 0x20

function sockaddr(address: string, port: number): Buffer {
  const v6 = address.includes(':')
  const out = Buffer.alloc(v6 ? 28 : 16)
  out.writeUInt16LE(v6 ? AF_INET6 : AF_INET, 0)
  out.writeUInt16BE(port, 2)
  const value = readAddress(address) ?? 0n
  if (v6) {
    out.writeBigUInt64BE(value >> 64n, 8)
    out.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, 16)
  } else out.writeUInt32BE(Number(value & 0xffff_ffffn), 4)
  return out
}

/**
 * Classic BPF for SO_ATTACH_REUSEPORT_CBPF: gives `source address mod sockets`, IPv6 folded to 32 bits. Offsets from
 * SKF_NET_OFF reach the IP header, so an exporter always meets the same worker, whatever its source port.
 */
function sourceProgram(sockets: number): Buffer {
  const NET = 0xfff0_0000
  const LOAD_WORD = 0x20,
    LOAD_BYTE = 0x30,
    SHIFT_RIGHT = 0x74,
    JUMP = 0x05,
    JUMP_EQUAL = 0x15
  const KEEP = 0x02,
    RECALL = 0x61,
    XOR = 0xac,
    MODULO = 0x94,
    RETURN = 0x16
  const fold = (offset: number): [number, number, number, number][] => [
    [KEEP, 0, 0, 0],
    [RECALL, 0, 0, 0],
    [LOAD_WORD, 0, 0, NET + offset],
    [XOR, 0, 0, 0],
  ]
  const code: (readonly [op: number, ifTrue: number, ifFalse: number, value: number])[] = [
    [LOAD_BYTE, 0, 0, NET],
    [SHIFT_RIGHT, 0, 0, 4],
    [JUMP_EQUAL, 2, 0, 6],
    [LOAD_WORD, 0, 0, NET + 12],
    [JUMP, 0, 0, 13], // the IPv4 source, then to the modulo
    [LOAD_WORD, 0, 0, NET + 8],
    ...fold(12),
    ...fold(16),
    ...fold(20), // the four words of the IPv6 source
    [MODULO, 0, 0, sockets],
    [RETURN, 0, 0, 0],
  ]
  const out = Buffer.alloc(code.length * 8)
  code.forEach(([op, jt, jf, k], index) => {
    out.writeUInt16LE(op, index * 8)
    out.writeUInt8(jt, index * 8 + 2)
    out.writeUInt8(jf, index * 8 + 3)
    out.writeUInt32LE(k >>> 0, index * 8 + 4)
  })
  return out
}

const NAMES: Readonly<Record<number, string>> = {
  1: 'EPERM',
  13: 'EACCES',
  22: 'EINVAL',
  24: 'EMFILE',
  97: 'EAFNOSUPPORT',
  98: 'EADDRINUSE',
  99: 'EADDRNOTAVAIL',
}

const TEXTS: Readonly<Record<string, string>> = {
  EPERM: 'not permitted',
  EACCES: 'a port below 1024 needs a privilege',
  EINVAL: 'not a valid address',
  EMFILE: 'too many open files',
  EAFNOSUPPORT: 'this machine has no IPv6',
  EADDRINUSE: 'the port is taken by another program',
  EADDRNOTAVAIL: 'the address is not one of this machine',
}

/** Words for an error of the system by its name, as Node gives it. */
export const errorText = (name: string): string => (TEXTS[name] === undefined ? name : `${TEXTS[name]} (${name})`)

/** The same by its number on Linux. */
export const errnoText = (errno: number): string => (NAMES[errno] === undefined ? `errno ${errno}` : errorText(NAMES[errno]))

/** What an operator reads of a listener that could not be opened. */
export const bindText = (address: string, port: number, why: string): string =>
  `cannot listen on udp ${address.includes(':') ? `[${address}]` : address}:${port}: ${why}`

/** Binds the calls; throws FL_RECEIVE_UNSUPPORTED where they cannot be had. */
export function loadLibc(): Libc {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) {
    throw new FlowLensError('FL_RECEIVE_UNSUPPORTED', `recvmmsg is not offered on ${process.platform} ${process.arch}`)
  }
  let library: ReturnType<typeof koffi.load>
  try {
    library = koffi.load('libc.so.6')
  } catch (cause) {
    throw new FlowLensError('FL_RECEIVE_UNSUPPORTED', 'libc.so.6 could not be loaded', { cause })
  }
  const socket = library.func('int socket(int, int, int)')
  const bind = library.func('int bind(int, void*, uint)')
  const setsockopt = library.func('int setsockopt(int, int, int, void*, uint)')
  const getsockopt = library.func('int getsockopt(int, int, int, void*, void*)')
  const closeFd = library.func('int close(int)')
  const poll = library.func('int poll(void*, ulong, int)')
  const recvmmsg = library.func('int recvmmsg(int, void*, uint, int, void*)')
  const fail = (address: string, port: number): never => {
    const errno = koffi.errno()
    throw new FlowLensError('FL_RECEIVE_BIND', bindText(address, port, errnoText(errno)), { context: { address, port, errno } })
  }
  const option = (fd: number, level: number, name: number, value: number): number => {
    const word = Buffer.alloc(4)
    word.writeInt32LE(value)
    return setsockopt(fd, level, name, word, 4) as number
  }

  return {
    openUdp(address, port, shared) {
      const v6 = address.includes(':')
      const fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number
      if (fd < 0) fail(address, port)
      // `::` means every address, IPv4 too, whatever the system's default is.
      if (v6) option(fd, IPPROTO_IPV6, IPV6_V6ONLY, address === '::' ? 0 : 1)
      if (shared) option(fd, SOL_SOCKET, SO_REUSEPORT, 1)
      const name = sockaddr(address, port)
      if ((bind(fd, name, name.length) as number) < 0) {
        try {
          fail(address, port)
        } finally {
          closeFd(fd)
        }
      }
      return fd
    },
    setReceiveBuffer(fd, bytes) {
      // The forced form needs CAP_NET_ADMIN and is not capped by net.core.rmem_max.
      if (option(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes) < 0) option(fd, SOL_SOCKET, SO_RCVBUF, bytes)
      const value = Buffer.alloc(4)
      const length = Buffer.from([4, 0, 0, 0])
      getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, length)
      return value.readInt32LE()
    },
    chooseBySource(fd, sockets) {
      const program = sourceProgram(sockets)
      const header = Buffer.alloc(16)
      header.writeUInt16LE(program.length / 8, 0)
      header.writeBigUInt64LE(BigInt(koffi.address(program)), 8)
      if ((setsockopt(fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, header, 16) as number) < 0) {
        throw new FlowLensError('FL_RECEIVE_UNSUPPORTED', `the kernel refuses to choose sockets by address: ${errnoText(koffi.errno())}`)
      }
    },
    close: fd => void closeFd(fd),
    createReceiver(fds, datagramBytes) {
      // One guard byte short of the next datagram's place would be enough; whole lines keep datagrams apart in the cache.
      const size = Math.ceil(datagramBytes / 64) * 64
      const data = Buffer.alloc(BURST * size)
      const names = Buffer.alloc(BURST * NAME_BYTES)
      const vectors = Buffer.alloc(BURST * IOVEC_BYTES)
      const messages = Buffer.alloc(BURST * MSG_BYTES)
      const polls = Buffer.alloc(fds.length * POLLFD_BYTES)
      const addressOf = (buffer: Buffer): bigint => BigInt(koffi.address(buffer))
      for (let index = 0; index < BURST; index++) {
        vectors.writeBigUInt64LE(addressOf(data) + BigInt(index * size), index * IOVEC_BYTES)
        vectors.writeBigUInt64LE(BigInt(size), index * IOVEC_BYTES + 8)
        messages.writeBigUInt64LE(addressOf(names) + BigInt(index * NAME_BYTES), index * MSG_BYTES)
        messages.writeUInt32LE(NAME_BYTES, index * MSG_BYTES + 8)
        messages.writeBigUInt64LE(addressOf(vectors) + BigInt(index * IOVEC_BYTES), index * MSG_BYTES + 16)
        messages.writeBigUInt64LE(1n, index * MSG_BYTES + 24)
      }
      fds.forEach((fd, index) => {
        polls.writeInt32LE(fd, index * POLLFD_BYTES)
        polls.writeInt16LE(POLLIN, index * POLLFD_BYTES + 4)
      })
      const words = new DataView(messages.buffer, messages.byteOffset, messages.byteLength)
      return {
        memory: [data, names, vectors, messages, polls],
        view: new DataView(data.buffer, data.byteOffset, data.byteLength),
        names: new DataView(names.buffer, names.byteOffset, names.byteLength),
        dataAt: index => index * size,
        nameAt: index => index * NAME_BYTES,
        lengthOf: index => words.getUint32(index * MSG_BYTES + 56, true),
        truncated: index => (words.getUint32(index * MSG_BYTES + 48, true) & MSG_TRUNC) !== 0,
        wait(timeoutMs, ready) {
          const count = poll(polls, fds.length, timeoutMs) as number
          for (let index = 0; index < fds.length; index++) ready[index] = count > 0 ? polls.readInt16LE(index * POLLFD_BYTES + 6) & POLLIN : 0
          return Math.max(0, count)
        },
        take(index) {
          for (let at = 0; at < BURST; at++) words.setUint32(at * MSG_BYTES + 8, NAME_BYTES, true)
          const count = recvmmsg(fds[index] ?? -1, messages, BURST, MSG_DONTWAIT, null) as number
          if (count >= 0) return count
          const errno = koffi.errno()
          if (errno === EAGAIN || errno === EINTR) return 0
          throw new FlowLensError('FL_RECEIVE_BIND', `recvmmsg failed: ${errnoText(errno)}`, { context: { errno } })
        },
      }
    },
  }
}
