import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Places } from '../enrich/index.ts'
import type { Log } from '../telemetry/index.ts'
import { createPlacesSource } from './places.ts'

test('a dictionary with a mistake leaves what was read before in use, until it is mended', { timeout: 60_000 }, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'flowlens-own-'))
  const file = join(folder, 'sites.csv')
  writeFileSync(file, '10.0.0.0/8,Berlin\n')
  const made: Places[] = []
  let mended = Promise.withResolvers<void>()
  const refused = Promise.withResolvers<string>()
  const log: Log = {
    trace: () => {},
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_, fields) => refused.resolve(String(fields?.['error'])),
    child: () => log,
    setLevel: () => {},
    flush: () => {},
  }
  const source = createPlacesSource(
    {
      config: { asDatabase: 'off', countryDatabase: 'off', dictionaries: [{ file, key: 'src', fill: 'custom_text_1' }], updateHours: 24, downloadBytes: 1e6 },
      directory: folder,
    },
    {
      log,
      now: () => 1,
      onPlaces: places => {
        made.push(places)
        mended.resolve()
      },
    },
  )
  t.after(() => {
    source.stop()
    rmSync(folder, { recursive: true })
  })
  await source.start()
  assert.deepEqual(source.current?.dictionaries?.[0]?.values, ['', 'Berlin'])

  mended = Promise.withResolvers<void>()
  writeFileSync(file, '10.0.0.0/8,Berlin\n10.0.0.0/99,Paris\n')
  assert.match(await refused.promise, /sites\.csv:2: "10\.0\.0\.0\/99" is no address or prefix/)
  assert.deepEqual([made.length, source.current, source.status().error], [1, made[0], await refused.promise])

  writeFileSync(file, '10.0.0.0/8,Berlin\n10.1.0.0/16,Paris\n')
  await mended.promise
  assert.deepEqual([source.current?.dictionaries?.[0]?.values, source.status().error], [['', 'Berlin', 'Paris'], null])
})

test('a source by URL: fetched, renewed, kept over a restart without network, failures told and counted', { timeout: 60_000 }, async t => {
  const directory = mkdtempSync(join(tmpdir(), 'flowlens-url-'))
  let answer = { status: 200, body: '[{"prefix": "10.0.0.0/8", "name": "One", "site": {"name": "BER"}}]', tag: '"1"' }
  const server = createServer((request, response) => {
    if (answer.status === 200 && request.headers['if-none-match'] === answer.tag) return void response.writeHead(304).end()
    response.writeHead(answer.status, { etag: answer.tag }).end(answer.body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}/networks`
  const told: string[] = []
  const note = (text: string, fields?: object): void => void told.push(`${text} ${JSON.stringify(fields)}`)
  const log: Log = { trace: note, debug: note, info: note, warn: note, error: note, child: () => log, setLevel: () => {}, flush: () => {} }
  // About a third of a second between two requests.
  const config = { asDatabase: 'off', countryDatabase: 'off', networks: url, updateHours: 0.0001, downloadBytes: 1e6 }
  const open = (): ReturnType<typeof createPlacesSource> => createPlacesSource({ config, directory }, { log, now: Date.now, onPlaces: () => {} })
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise(resolve => setTimeout(resolve, 20))
    assert.ok(holds(), what)
  }
  const names = (source: ReturnType<typeof createPlacesSource>): readonly string[] => source.current?.netName?.list ?? []
  let source = open()
  t.after(() => {
    source.stop()
    server.close()
    rmSync(directory, { recursive: true })
  })
  await source.start()
  assert.deepEqual(names(source), [], 'the start does not wait for a server')
  await until('fetched', () => names(source)[0] === 'One')
  assert.deepEqual(source.current?.netSite?.list, ['BER'])
  await until('not sent again', () => (source.status().updates[0]?.unchanged ?? 0) >= 2)
  answer = { status: 200, body: '[{"prefix": "10.0.0.0/8", "name": "Two"}]', tag: '"2"' }
  await until('renewed', () => names(source)[0] === 'Two')
  assert.deepEqual([source.status().error, source.status().networks], [null, 1])

  answer = { status: 200, body: '[{"prefix": "10.0.0.0/99",\n "name": "Three"}]', tag: '"3"' }
  await until('refused', () => source.status().error !== null)
  assert.match(source.status().error ?? '', /^http:\/\/\*\*\*@127\.0\.0\.1:\d+\/networks:1: "10\.0\.0\.0\/99" is no prefix/)
  assert.deepEqual([names(source), source.status().updates[0]?.failed], [['Two'], 1])
  source.stop()

  answer = { status: 503, body: '', tag: '' }
  source = open()
  await source.start()
  assert.deepEqual(names(source), ['Two'], 'what was kept is there at once')
  await until('the failure is told', () => (source.status().updates[0]?.failed ?? 0) === 1)
  assert.match(source.status().error ?? '', /HTTP 503: the server has trouble/)
  assert.deepEqual(names(source), ['Two'])
  assert.doesNotMatch(`${told.join()} ${JSON.stringify(source.status())}`, /secret/)
})
