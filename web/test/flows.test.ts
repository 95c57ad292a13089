import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

describe('flows in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('the table draws what is seen only and fetches the rest while scrolling', async t => {
    const { page, fixture, faults } = await open(t, browser, '/flows')
    const grid = page.getByRole('grid')
    await grid.getByRole('row').nth(20).waitFor()
    assert.equal(await grid.getAttribute('aria-rowcount'), '1284911')
    const rows = (): Promise<number> => page.locator('tbody tr[data-row]').count()
    assert.ok((await rows()) <= 120)
    const scroller = page.locator('div:has(> table[role=grid])')
    for (let step = 0; step < 4; step += 1) {
      const next = page.waitForResponse(response => response.url().includes('cursor='))
      await scroller.evaluate(element => element.scrollTo(0, element.scrollHeight))
      await next
      assert.ok((await rows()) <= 120, 'too many rows in the document')
    }
    assert.ok(fixture.asked.filter(({ url }) => url.includes('cursor=')).length >= 3)
    assert.deepEqual(faults, [])
  })

  test('a row opens with every field, has an address of its own, and Back closes it', async t => {
    const { page, faults } = await open(t, browser, '/flows')
    await page.locator('tr[data-row="1"] a').click()
    const drawer = page.getByRole('complementary', { name: 'Flow 4000000-1' })
    await drawer.getByText('Observation domain').waitFor()
    await drawer.getByRole('heading', { name: 'Directions' }).waitFor()
    assert.match(page.url(), /\/flows\/4000000-1/)
    await page.reload()
    await drawer.getByText('Observation domain').waitFor()
    await drawer.getByRole('button', { name: /^Show \d+ empty fields/ }).click()
    await drawer.getByText('MPLS top label').waitFor()
    await page.goBack()
    await drawer.waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
  })

  test('columns are chosen, sorted and kept in the address', async t => {
    const { page, fixture } = await open(t, browser, '/flows')
    await page.getByRole('button', { name: /^Columns/ }).click()
    await page.getByLabel('Find a column').fill('rtt')
    await page.getByRole('checkbox', { name: 'Client RTT' }).check()
    await page.keyboard.press('Escape')
    assert.match(new URL(page.url()).searchParams.get('columns') ?? '', /,rtt_client$/)
    await page.getByRole('columnheader', { name: 'Client RTT' }).waitFor()
    assert.ok((await page.locator('td [title="not measured"]').count()) > 0, 'an unmeasured value is a dash')
    await page.getByRole('button', { name: 'Sort by Packets' }).click()
    await page.waitForURL(/order=-packets/)
    await page.locator('th[aria-sort=descending]', { hasText: 'Packets' }).waitFor()
    assert.ok(
      fixture.asked.some(({ url }) => url.includes('order=-packets')),
      'the server sorts',
    )
    const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href')
    assert.match(href ?? '', /format=csv/)
    assert.match(href ?? '', /order=-packets/)
  })

  test('the keyboard alone reaches a cell, its menu and the flow', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('f')
    await page.locator('tr[data-row="0"]').waitFor()
    await page.locator('tr[data-row="0"] td:first-child a').focus()
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction(() => document.activeElement?.closest('tr')?.getAttribute('data-row') === '1')
    await page.keyboard.press('ArrowRight')
    // Enter on the first column opens the flow, on the others the menu.
    await page.waitForFunction(() => document.activeElement?.closest('td')?.matches('tr[data-row="1"] td:nth-child(2)') === true)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: /^Exclude/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.waitForFunction(() => document.activeElement?.closest('tr')?.getAttribute('data-row') === '1')
    await page.keyboard.press('o')
    await page.waitForURL(/\/flows\/4000000-1/)
  })

  test('as sent shows the bytes without the sampling rate, and an unknown rate is marked', async t => {
    const { page, fixture } = await open(t, browser, '/flows')
    await page.locator('tr[data-row="0"]').getByText('4.82').waitFor()
    assert.ok((await page.locator('td [title^="sampling unknown"]').count()) > 0)
    await page.getByRole('button', { name: 'As sent' }).click()
    await page.waitForURL(/as_sent=true/)
    await page.locator('tr[data-row="0"]').getByText('MB').waitFor()
    assert.ok(fixture.asked.some(({ url }) => url.includes('bytes_as_sent')))
  })

  test('on a phone a flow is a list entry and opens as a sheet', async t => {
    const { page, faults } = await open(t, browser, '/flows', { context: { viewport: { width: 390, height: 844 }, hasTouch: true } })
    await page.getByRole('list', { name: 'Flows' }).getByRole('link').first().click()
    await page.getByRole('dialog').getByText('Observation domain').waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual(faults, [])
  })
})
