/** What nfcapd and sfcapd keep of captures, told by nfdump: each capture is sent over loopback from an address of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Capture } from './generate.ts'
import { hostText } from './pcap.ts'

/** The release of the collectors and of nfdump; null where one is missing. */
export function findNfdump(): string | null {
  const versions = ['nfcapd', 'sfcapd', 'nfdump'].map(command => /Version: ([\w.-]+)/.exec(spawnSync(command, ['-V'], { encoding: 'utf8' }).stdout ?? '')?.[1])
  return versions.includes(undefined) ? null : (versions[0] ?? null)
}

/** A flow as nfdump's CSV tells it, by the names of its columns. */
export type NfdumpRow = Readonly<Record<string, string>>

/** Bytes that wait at the socket of a port (/proc/net/udp). */
function queued(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const line = readFileSync('/proc/net/udp', 'utf8')
    .split('\n')
    .find(one => one.trim().split(/\s+/)[1]?.endsWith(`:${hex}`) === true)
  return Number.parseInt(line?.trim().split(/\s+/)[4]?.split(':')[1] ?? '0', 16)
}

async function drained(port: number): Promise<void> {
  for (let empty = 0; empty < 3;) {
    empty = queued(port) === 0 ? empty + 1 : 0
    await pause(5)
  }
}

/** Sends captures to a collector of this kind and gives what it kept, by address of the exporter. Their places in the list give their addresses. */
export async function nfdumpRows(
  collector: 'nfcapd' | 'sfcapd',
  captures: readonly (readonly [index: number, capture: Capture])[],
  folder: string,
  port: number,
): Promise<ReadonlyMap<string, readonly NfdumpRow[]>> {
  mkdirSync(folder, { recursive: true })
  const child = spawn(collector, ['-w', folder, '-p', String(port), '-b', '127.0.0.1', '-B', '8000000', '-t', '86400', '-I', 'test'], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  try {
    while (!readFileSync('/proc/net/udp', 'utf8').includes(`:${port.toString(16).toUpperCase()} `)) {
      if (child.exitCode !== null) throw new Error(`${collector} ended with ${child.exitCode}`)
      await pause(20)
    }
    let sent = 0
    for (const [index, { datagrams }] of captures) {
      const socket = createSocket('udp4').bind(0, hostText(index))
      await once(socket, 'listening')
      for (const datagram of datagrams) {
        await new Promise<void>((resolve, reject) => void socket.send(datagram, port, '127.0.0.1', error => (error === null ? resolve() : reject(error))))
        sent += datagram.length
      }
      socket.close()
      // As much as waits without loss in a buffer of the kernel's usual size.
      if (sent > 50_000) {
        await drained(port)
        sent = 0
      }
    }
    await drained(port)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
  return readCsv(spawnSync('nfdump', ['-R', folder, '-o', 'csv'], { encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, TZ: 'UTC' } }).stdout)
}

function readCsv(csv: string): ReadonlyMap<string, readonly NfdumpRow[]> {
  const [head = '', ...lines] = csv.split('\n')
  const names = head.split(',')
  const rows = new Map<string, NfdumpRow[]>()
  for (const line of lines) {
    const cells = line.split(',')
    if (cells.length !== names.length) break
    const row = Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()]))
    // Where a record brought an IPv6 address, that of the exporter is shown as one too.
    const exporter = (row['ra'] ?? '').replace(/^::(?=\d+\.)/, '')
    rows.set(exporter, [...(rows.get(exporter) ?? []), row])
  }
  return rows
}
