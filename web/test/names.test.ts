import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

describe('names of hosts in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('an address of the overview gets its name once DNS told it, and keeps the address in the tooltip', async t => {
    const { page, fixture, faults } = await open(t, browser, '/', { names: { '198.51.100.140': 'dns.example' } })
    await page.getByText('198.51.100.140').first().waitFor()
    const named = page.getByTitle('dns.example · 198.51.100.140').first()
    await named.waitFor()
    assert.equal(await named.textContent(), 'dns.example')
    const asked = fixture.asked.filter(({ url }) => url.includes('/names?'))
    assert.equal(asked.length, 2, 'asked together, and once more for what was pending')
    assert.deepEqual(faults, [])
  })

  test('where DNS is not asked, addresses stand, and nothing is asked a second time', async t => {
    const { page, fixture, second, faults } = await open(t, browser, '/')
    await page.getByText('198.51.100.140').first().waitFor()
    for (let count = 0; count < 3; count++) second()
    await page.goto(`${page.url().split('?')[0] ?? ''}flows`)
    await page.getByRole('row').nth(3).waitFor()
    assert.ok(fixture.asked.filter(({ url }) => url.includes('/names?')).length <= 2, 'once a load of the console')
    assert.deepEqual(faults, [])
  })
})
