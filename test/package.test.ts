/** What `npm pack` makes runs after `npm i -g`: with its own Node, compiled, without the checkout. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { flowlens, freeTcpPort, freeUdpPort, startFlowlens, temporaryFolder } from './helpers/index.ts'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

/** A NetFlow v5 datagram of one flow: 10.0.0.1:1234 to 10.0.0.2:53 over UDP, 1000 bytes in 10 packets. */
function netflow5(): Buffer {
  const datagram = Buffer.alloc(24 + 48)
  datagram.writeUInt16BE(5, 0)
  datagram.writeUInt16BE(1, 2)
  datagram.writeUInt32BE(60_000, 4) // uptime, ms
  datagram.writeUInt32BE(1_760_000_000, 8) // export time, s
  datagram.set([10, 0, 0, 1, 10, 0, 0, 2], 24)
  datagram.writeUInt32BE(10, 24 + 16)
  datagram.writeUInt32BE(1000, 24 + 20)
  datagram.writeUInt32BE(58_000, 24 + 24)
  datagram.writeUInt32BE(59_000, 24 + 28)
  datagram.writeUInt16BE(1234, 24 + 32)
  datagram.writeUInt16BE(53, 24 + 34)
  datagram.writeUInt8(17, 24 + 38)
  return datagram
}

test('the packed and globally installed command runs, serves and stops', { timeout: 280_000 }, async context => {
  const folder = temporaryFolder(context)
  await run('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], { cwd: root, maxBuffer: 16 * 1024 * 1024 })
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))
  assert.ok(tarball !== undefined)
  await run('npm', ['install', '--global', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', join(folder, tarball)], {
    cwd: folder,
  })

  const command = join(folder, 'bin', 'flowlens')
  const installed = join(folder, 'lib', 'node_modules', 'flowlens')
  assert.equal(existsSync(join(installed, 'src')), false, 'the sources are not passed on, Node would refuse them there')

  const help = await flowlens(['--help'], { command, cwd: folder })
  assert.equal(help.code, 0, help.stderr)
  assert.equal(help.stdout, (await flowlens(['--help'])).stdout)
  const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(match => match[1] ?? '')
  for (const name of commands) assert.equal((await flowlens([name, '--help'], { command, cwd: folder })).code, 0, name)

  const file = join(folder, 'one.bin')
  writeFileSync(file, netflow5())
  const decoded = await flowlens(['decode', file], { command, cwd: folder })
  assert.equal(decoded.code, 0, decoded.stderr)
  const { src, dst, src_port: from, dst_port: to, bytes, packets } = JSON.parse(decoded.stdout)
  assert.deepEqual({ src, dst, from, to, bytes, packets }, { src: '10.0.0.1', dst: '10.0.0.2', from: 1234, to: 53, bytes: 1000, packets: 10 })

  // Workers, the flow store, the console and the docs are found from where the package lies.
  const [http, udp] = [await freeTcpPort(), await freeUdpPort()]
  const config = join(folder, 'flowlens.yaml')
  writeFileSync(config, `listeners: [{ address: 127.0.0.1, port: ${udp} }]\nhttp: { address: 127.0.0.1, port: ${http} }\n`)
  const running = startFlowlens(context, ['serve', '--config', config], { command, cwd: folder, env: { FLOWLENS_ADMIN_PASSWORD: 'correct horse battery' } })
  await running.says(/is ready: /)
  for (const [path, expected] of [
    ['/healthz', /"status"/],
    ['/', /<div id="root">|<script /],
    ['/docs', /FlowLens documentation/],
  ] as const) {
    const answer = await fetch(`http://127.0.0.1:${http}${path}`)
    assert.equal(answer.status, 200, path)
    assert.match(await answer.text(), expected, path)
  }
  assert.equal(await running.stop(), 0, running.output())
})
