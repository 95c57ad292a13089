/**
 * Many datagrams a system call: sendmmsg(2) through koffi, for Linux on a 64-bit little-endian machine. The kernel reads the
 * buffers of this module during the call only, but it knows them by address: they stay referenced by the socket they belong to.
 */
import koffi from 'koffi'
import { isIPv6 } from 'node:net'
import { addressBytes } from './encode.ts'

/** Datagrams that go out in one call. */
const BATCH = 64
const SLOT_BYTES = 2048
const IOVEC_BYTES = 16
const MMSGHDR_BYTES = 64

const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0x80000
const SOL_SOCKET = 1
const SO_SNDBUF = 7
const SO_SNDTIMEO = 21

export interface BatchSocket {
  /** The local address the kernel chose or was given. */
  readonly address: string
  /** Copies a datagram into the batch; `index` tells it later. Returns true when the batch is full. */
  put(datagram: Uint8Array, index: number): boolean
  /** Sends the batch. Tells of each datagram, by its index, whether the kernel took it. Errors of the network are told by number. */
  flush(outcome: (index: number, taken: boolean) => void, trouble: (errno: number) => void): void
  close(): void
}

export interface Sendmmsg {
  /** A socket connected to the target; throws an Error with the text of errno when the address cannot be bound or reached. */
  open(target: { readonly address: string; readonly port: number }, bind: string | undefined): BatchSocket
}

/** The system's sendmmsg, or undefined where there is none like it. */
export function loadSendmmsg(): Sendmmsg | undefined {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64')) return undefined
  let libc
  try {
    libc = koffi.load('libc.so.6')
  } catch {
    return undefined // no glibc: the caller takes dgram
  }
  const sys = {
    socket: libc.func('int socket(int, int, int)'),
    bind: libc.func('int bind(int, void*, uint)'),
    connect: libc.func('int connect(int, void*, uint)'),
    setsockopt: libc.func('int setsockopt(int, int, int, void*, uint)'),
    getsockname: libc.func('int getsockname(int, void*, void*)'),
    sendmmsg: libc.func('int sendmmsg(int, void*, uint, int)'),
    close: libc.func('int close(int)'),
    strerror: libc.func('str strerror(int)'),
  }
  const check = (result: number, what: string): number => {
    if (result < 0) throw new Error(`${what}: ${sys.strerror(koffi.errno())}`)
    return result
  }
  return {
    open(target, bind) {
      const v6 = isIPv6(target.address)
      const fd = check(sys.socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), 'socket')
      try {
        if (bind !== undefined) {
          const own = socketAddress(bind, 0)
          check(sys.bind(fd, own, own.length), `bind ${bind}`)
        }
        const peer = socketAddress(target.address, target.port)
        check(sys.connect(fd, peer, peer.length), `connect ${target.address}`)
        const size = Buffer.alloc(4)
        size.writeInt32LE(4 * 1024 * 1024)
        sys.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, size, 4) // less is granted where the limit is lower: it only costs waits
        const timeout = Buffer.alloc(16)
        timeout.writeBigInt64LE(100_000n, 8)
        check(sys.setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, timeout, 16), 'SO_SNDTIMEO')
      } catch (error) {
        sys.close(fd)
        throw error
      }
      return createBatch(fd, localAddress(fd, v6, sys.getsockname), sys.sendmmsg, () => {
        sys.close(fd)
      })
    },
  }
}

function createBatch(
  fd: number,
  address: string,
  sendmmsg: (fd: number, messages: Buffer, count: number, flags: number) => number,
  close: () => void,
): BatchSocket {
  const data = Buffer.alloc(BATCH * SLOT_BYTES)
  const iovecs = Buffer.alloc(BATCH * IOVEC_BYTES)
  const messages = Buffer.alloc(BATCH * MMSGHDR_BYTES)
  const dataAt = BigInt(koffi.address(data))
  const iovecsAt = BigInt(koffi.address(iovecs))
  for (let i = 0; i < BATCH; i++) {
    iovecs.writeBigUInt64LE(dataAt + BigInt(i * SLOT_BYTES), i * IOVEC_BYTES)
    messages.writeBigUInt64LE(iovecsAt + BigInt(i * IOVEC_BYTES), i * MMSGHDR_BYTES + 16)
    messages.writeBigUInt64LE(1n, i * MMSGHDR_BYTES + 24)
  }
  const indexes = new Float64Array(BATCH)
  let count = 0

  const { EINTR, EAGAIN, ENOBUFS, ECONNREFUSED } = koffi.os.errno as Readonly<Record<string, number>>
  const pause = new Int32Array(new SharedArrayBuffer(4))
  const MOST_TRIES = 200

  return {
    address,
    put(datagram, index) {
      data.set(datagram, count * SLOT_BYTES)
      iovecs.writeUInt32LE(datagram.length, count * IOVEC_BYTES + 8)
      indexes[count++] = index
      return count === BATCH
    },
    flush(outcome, trouble) {
      let at = 0
      let tries = 0
      while (at < count) {
        const taken = sendmmsg(fd, at === 0 ? messages : messages.subarray(at * MMSGHDR_BYTES), count - at, 0)
        if (taken > 0) {
          for (let i = 0; i < taken; i++) outcome(indexes[at + i]!, true)
          at += taken
          tries = 0
          continue
        }
        const errno = koffi.errno()
        trouble(errno)
        // Refused tells of an earlier datagram that nobody listened to; nothing of this call was sent, so it is tried again.
        const passing = errno === EINTR || errno === ECONNREFUSED
        const crowded = errno === EAGAIN || errno === ENOBUFS
        if ((passing || crowded) && tries++ < MOST_TRIES) {
          if (crowded) Atomics.wait(pause, 0, 0, 1)
          continue
        }
        outcome(indexes[at++]!, false)
        tries = 0
      }
      count = 0
    },
    close,
  }
}

/** struct sockaddr_in or sockaddr_in6: the family in the machine's order, port and address in the network's. */
function socketAddress(address: string, port: number): Buffer {
  const v6 = isIPv6(address)
  const buffer = Buffer.alloc(v6 ? 28 : 16)
  buffer.writeUInt16LE(v6 ? AF_INET6 : AF_INET)
  buffer.writeUInt16BE(port, 2)
  buffer.set(addressBytes(address), v6 ? 8 : 4)
  return buffer
}

function localAddress(fd: number, v6: boolean, getsockname: (fd: number, address: Buffer, length: Buffer) => number): string {
  const buffer = Buffer.alloc(28)
  const length = Buffer.alloc(4)
  length.writeUInt32LE(28)
  getsockname(fd, buffer, length)
  if (!v6) return [...buffer.subarray(4, 8)].join('.')
  return Array.from({ length: 8 }, (_, i) => buffer.readUInt16BE(8 + i * 2).toString(16))
    .join(':')
    .replace(/(^|:)0(:0)+(:|$)/, '::')
}
