import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEVICES } from './catalog.ts'
import { filledText, isSampled, partsOf } from './device.ts'

test('every way is filled in whole: where to, at which port, and at what rate if it samples', () => {
  for (const { id, ways } of DEVICES) {
    for (const way of ways) {
      const text = filledText(way, { host: '192.0.2.77', rate: '4321' })
      assert.doesNotMatch(text, /[{](?:host|port|rate)[}]/, `${id}, ${way.name}: nothing stays to be filled in`)
      assert.match(text, /192\.0\.2\.77/, `${id}, ${way.name}: says where to send`)
      assert.equal(isSampled(way), text.includes('4321'), `${id}, ${way.name}`)
      if (!text.includes('flowsrc')) assert.match(text, new RegExp(`\\b${way.port}\\b`), `${id}, ${way.name}: says the port`)
    }
  }
})

test('devices and their ways have names of their own', () => {
  assert.equal(new Set(DEVICES.map(device => device.id)).size, DEVICES.length)
  for (const { id, ways } of DEVICES) assert.equal(new Set(ways.map(way => way.name)).size, ways.length, id)
})

test('a long flow is cut after a minute wherever the device can', () => {
  // What is written in minutes stands as 1, in milliseconds as 60000. sFlow has no flows; pflow has no such timeout.
  const cut =
    /active(?:-flow)?[-_ ](?:flow export )?timeout(?:[ =]|: )(?:60|1m?)\b|timeout active (?:60|1)\b|active refresh-interval 1\b|flow timeout 60|max-active-life 60|interval 60000|maxlife=60|Maximum Lifetime: 60/i
  for (const { id, ways } of DEVICES)
    for (const way of ways) if (way.port !== 6343 && !way.name.includes('pflow')) assert.match(way.text, cut, `${id}, ${way.name}`)
})

test('what was filled in and remarks are told apart', () => {
  const way = { name: 'x', port: 2055, text: '# to {host}\nsend {host}:{port}' } as const
  assert.deepEqual(
    partsOf(way, { host: 'h', rate: '1' }).filter(part => part.text !== ''),
    [
      { text: '# to {host}', kind: 'remark' },
      { text: '\n', kind: 'plain' },
      { text: 'send ', kind: 'plain' },
      { text: 'h', kind: 'filled' },
      { text: ':', kind: 'plain' },
      { text: '2055', kind: 'filled' },
    ],
  )
})
