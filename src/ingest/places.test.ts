import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
