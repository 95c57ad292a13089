import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from './fixtures/app.ts'

test('names of hosts as far as they are known, and how many are still asked for', async () => {
  await using t = await testApp()
  const ask = async (addresses: string, headers: Record<string, string>): Promise<{ status: number; body: unknown }> => {
    const { statusCode: status, body } = await t.app.inject({ url: `/api/v1/names?addresses=${encodeURIComponent(addresses)}`, headers })
    return { status, body: JSON.parse(body) }
  }
  const viewer = t.session('viewer')
  assert.deepEqual(await ask('10.0.0.1,10.0.0.2,10.0.0.3', viewer), { status: 200, body: { enabled: true, names: { '10.0.0.1': 'nas.example' }, pending: 1 } })
  assert.deepEqual(await ask('', viewer), { status: 200, body: { enabled: true, names: {}, pending: 0 } })
  // Names of hosts outside of it would tell whoever sees a part of the network about the rest.
  assert.equal((await ask('10.0.0.1', t.session('viewer', 'src in 192.0.2.0/24'))).status, 403)
  assert.equal((await ask('10.0.0.1', {})).status, 401)
  assert.equal((await ask('1'.repeat(8001), viewer)).status, 400)
})
