import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

describe('overview in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('a stranger signs in and sees the overview', async t => {
    const { page, faults } = await open(t, browser, '/', { signedIn: false })
    await page.getByLabel('User name').fill('m.keller')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('Name or password is wrong.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill('correct horse')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    assert.equal(await page.title(), 'Overview · FlowLens')
    assert.deepEqual(faults, [])
  })

  test('figures, lists and books change by push, without another request', async t => {
    const { page, fixture, second, faults } = await open(t, browser, '/')
    await page.getByText('cache-3.isp.example').waitFor()
    const figure = page.locator('dt:text-is("Active flows") + dd')
    await page.getByText('Books close').waitFor()
    const before = await figure.textContent()
    const heading = page.getByText(/14:32:07 CET/)
    await heading.waitFor()
    await page.locator('figure canvas').waitFor()
    // The lists and sections that are asked for once have their answers.
    await page.getByRole('heading', { name: 'Top networks' }).waitFor()
    assert.equal(await page.getByText('Last hour, mean', { exact: true }).count(), 2, 'countries and networks tell the mean, the others tell of now')
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
    const asked = fixture.asked.length
    for (let step = 0; step < 30; step += 1) second()
    await page.getByText(/14:32:37 CET/).waitFor()
    assert.notEqual(await figure.textContent(), before)
    assert.equal(fixture.asked.length, asked, 'a live second asked the server for something')
    assert.equal(fixture.asked.filter(({ url }) => url.includes('/live')).length, 1, 'one stream a page')
    assert.deepEqual(faults, [])
  })

  test('quality stands there for a week too, but not where a filter needs single flows', async t => {
    const { page, faults } = await open(t, browser, '/?from=now-7d')
    await page.getByRole('heading', { name: 'TCP health' }).waitFor()
    await page.goto(`${new URL(page.url()).origin}/?from=now-7d&filter=ip+%3D+10.20.4.18`)
    await page.getByRole('heading', { name: 'Top hosts' }).waitFor()
    await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('heading', { name: 'TCP health' }).count(), 0)
    assert.deepEqual(faults, [])
  })

  test('a click on a value filters by it; Back, Forward and a reload keep the scope', async t => {
    const { page, faults } = await open(t, browser, '/')
    const filtered = page.waitForRequest(request => request.url().includes('/live?filter='))
    await page.getByRole('button', { name: 'nas-02.eng.example' }).click()
    await page.getByRole('menuitem', { name: /^Include/ }).click()
    await page.waitForURL(/filter=/)
    assert.equal(new URL(page.url()).searchParams.get('filter'), 'ip = 10.20.4.18')
    // The stream takes the filter too.
    await filtered
    await page.getByRole('button', { name: 'esp' }).click({ modifiers: ['Shift'] })
    await page.waitForURL(/not|!=/)
    assert.match(new URL(page.url()).searchParams.get('filter') ?? '', /proto != esp/)
    await page.goBack()
    assert.equal(new URL(page.url()).searchParams.get('filter'), 'ip = 10.20.4.18')
    await page.goForward()
    assert.match(new URL(page.url()).searchParams.get('filter') ?? '', /proto != esp/)
    await page.reload()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    assert.match(new URL(page.url()).searchParams.get('filter') ?? '', /proto != esp/)
    await page.getByRole('button', { name: 'Edit not proto' }).waitFor()
    assert.deepEqual(faults, [])
  })

  test('a drag on the chart sets the range and pauses; figures are then those of the range', async t => {
    const { page, faults } = await open(t, browser, '/')
    const plot = page.getByRole('application')
    await page.locator('figure canvas').waitFor()
    const box = await plot.boundingBox()
    assert.ok(box !== null)
    await page.mouse.move(box.x + box.width * 0.25, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=.*to=/)
    const { searchParams } = new URL(page.url())
    const width = Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')
    assert.ok(Math.abs(width - 900_000) < 20_000, `a quarter of an hour, not ${width} ms`)
    await page.getByRole('button', { name: /^Paused/ }).waitFor()
    await page.getByText('Volume').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: /^Live/ }).waitFor()
    assert.deepEqual(faults, [])
  })

  test('typed words choose the range', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('t')
    await page.getByLabel('Range in words').fill('yesterday 14:00 to 15:00')
    await page.keyboard.press('Enter')
    await page.waitForURL(/to=/)
    const { searchParams } = new URL(page.url())
    assert.equal(searchParams.get('from'), '2025-03-17T13:00:00Z')
    assert.equal(searchParams.get('to'), '2025-03-17T14:00:00Z')
  })

  test('names from the network stay text', async t => {
    const { page, faults } = await open(t, browser, '/', { hostile: true })
    await page.getByText('<img src=x onerror="window.__hit=1">').first().waitFor()
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(await page.evaluate(() => '__hit' in window), false)
    await page.getByRole('button', { name: '<img src=x' }).first().click()
    await page.getByRole('menuitem', { name: /^Include/ }).click()
    await page.waitForURL(/filter=/)
    assert.match(new URL(page.url()).searchParams.get('filter') ?? '', /^app = ['"]<img src=x onerror=/)
    assert.deepEqual(faults, [])
  })

  test('the theme is the system’s until it is switched, and is kept', async t => {
    const { page } = await open(t, browser, '/', { context: { colorScheme: 'dark' } })
    const sheet = (): Promise<string> => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    assert.equal(await sheet(), 'rgb(15, 18, 20)')
    await page.getByRole('button', { name: /^Theme/ }).click()
    assert.equal(await sheet(), 'rgb(255, 255, 255)')
    // The theme stands before the first script of the page: no frame is drawn in the other one.
    await page.addInitScript(() =>
      document.addEventListener('DOMContentLoaded', () => {
        document.documentElement.dataset['early'] = document.documentElement.dataset['theme'] ?? 'none'
      }),
    )
    await page.reload()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.dataset['early']), 'light')
    assert.equal(await sheet(), 'rgb(255, 255, 255)')
  })

  test('before the first flow the page says which ports listen and what to type', async t => {
    const { page, faults } = await open(t, browser, '/', { empty: true })
    await page.getByRole('heading', { name: 'Waiting for the first flow' }).waitFor()
    await page.getByText('udp/2055').waitFor()
    await page.getByText('npm run demo').waitFor()
    await page.getByRole('tab', { name: 'Arista EOS' }).click()
    await page.getByText('sflow destination').waitFor()
    assert.deepEqual(faults, [])
  })

  test('a session that ends brings the sign-in back', async t => {
    const { page, fixture } = await open(t, browser, '/')
    await page.getByText('Books close').waitFor()
    fixture.endSession()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  test('an error says what happened, and what was drawn stays', async t => {
    const { page } = await open(t, browser, '/?filter=app+=+broken')
    await page.getByRole('alert').getByText('no such column').waitFor()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  })

  test('a filter that cannot be read is marked where it is wrong, and nothing is streamed instead of everything', async t => {
    const { page, fixture } = await open(t, browser, '/?filter=byts+>+1M')
    const input = page.getByRole('combobox', { name: 'Filter expression' })
    await input.focus()
    await page.keyboard.press('Enter')
    await page.getByText(/did you mean bytes/).waitFor()
    assert.equal(await page.locator('[data-wrong]').first().textContent(), 'byts')
    assert.equal(fixture.asked.filter(({ url }) => url.includes('/live')).length, 0)
    await input.fill('bytes > 1M')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Edit bytes' }).waitFor()
  })
})
