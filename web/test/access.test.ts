import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

describe('access in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('a key is made and its secret shown this once', async t => {
    const { page, fixture, faults } = await open(t, browser, '/settings/access')
    await page.getByRole('button', { name: 'Create key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('backup')
    await dialog.getByRole('button', { name: 'Create key' }).click()
    await dialog.getByText('fl_0123456789abcdef').waitFor()
    const sent = fixture.asked.find(({ method, url }) => method === 'POST' && url.endsWith('/keys'))
    assert.deepEqual(JSON.parse(sent?.body ?? '{}'), { name: 'backup', role: 'viewer', expires: 'now+90d' })
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    assert.equal(await page.getByText('fl_0123456789abcdef').count(), 0)
    assert.deepEqual(faults, [])
  })

  test('what is refused is said, what was typed stays, and it can be sent again', async t => {
    const { page } = await open(t, browser, '/settings/access')
    await page.getByRole('button', { name: 'Add user' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('noc')
    await dialog.getByLabel('Password').fill('correct horse')
    await dialog.getByRole('button', { name: 'Add user' }).click()
    await dialog.getByRole('alert').getByText('There is nothing at this address.').waitFor()
    assert.equal(await dialog.getByLabel('Name').inputValue(), 'noc')
    assert.equal(await dialog.getByRole('button', { name: 'Add user' }).isEnabled(), true)
  })

  test('a viewer sees keys and no users', async t => {
    const { page } = await open(t, browser, '/settings/access', { role: 'viewer' })
    await page.getByRole('row', { name: /grafana/ }).waitFor()
    assert.equal(await page.getByRole('heading', { name: 'Users' }).count(), 0)
  })
})
