import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Fixture } from '../fixture-server.ts'
import { launch, NOW, open, unavailable } from './browser.ts'

const MINUTE = 60_000
const param = (page: Page, name: string): string => new URL(page.url()).searchParams.get(name) ?? ''
const plot = (page: Page): Locator => page.getByRole('application', { name: /distribution/ })
/** Bodies of the questions by bands. */
const asked = (fixture: Fixture): readonly Record<string, unknown>[] =>
  fixture.asked.filter(({ url, body }) => url.endsWith('/query') && body.includes('/3"')).map(({ body }) => JSON.parse(body) as Record<string, unknown>)

/** A point of the plot, in shares of it from the left and from the top. */
async function point(page: Page, x: number, y: number): Promise<readonly [number, number]> {
  const box = (await plot(page).boundingBox()) ?? assert.fail('no plot')
  return [box.x + box.width * x, box.y + box.height * y]
}

describe('heatmap in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('TCP health counts flows by round trip over time, and says how many were measured of how many', async t => {
    const { page, fixture, faults } = await open(t, browser, '/quality/tcp')
    await page.getByRole('heading', { name: 'Round trips to the client, distribution' }).waitFor()
    await page.getByText(/^measured in 3\d\.\d.k of 912.k flows$/).waitFor()
    const [question, ...others] = asked(fixture)
    assert.deepEqual(
      [question?.['by'], question?.['metrics'], question?.['order'], question?.['filter'], others],
      [['rtt_client/3'], ['flows'], 'rtt_client/3', 'proto = tcp', []],
    )
    await page.getByRole('list', { name: 'Flows a cell' }).getByText('1+').waitFor()
    await page
      .getByRole('figure', { name: /distribution/ })
      .getByText('500\u00a0µs')
      .waitFor()
    await page.getByRole('button', { name: /^Which time/ }).click()
    assert.equal(await page.getByRole('menuitemradio').count(), 3, 'round trips alone')
    await page.getByRole('menuitemradio', { name: 'Server side' }).click()
    await page.getByRole('heading', { name: 'Round trips to the server, distribution' }).waitFor()
    assert.equal(param(page, 'measure'), 'rtt_server')
    assert.deepEqual(faults, [])
  })

  test('arrow keys read time, band, flows and shares; Enter looks into the cell', async t => {
    const { page } = await open(t, browser, '/quality/latency')
    await page.locator('svg[viewBox="0 0 1000 13"]').first().waitFor()
    await plot(page).focus()
    const said = page.locator('[aria-live=polite]', { hasText: /:/ })
    await page.keyboard.press('ArrowLeft')
    await said.getByText(/^14:32:00: \d+ flows, p50 below \d+.ms, p95 below \d+.ms$/).waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await said.getByText(/^14:31:00: \d+ flows, 10 – 20.ms \d+ · [\d.]+.%, all below 20.ms [\d.]+.%, p50 below/).waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowDown')
    await said.getByText(/ 5 – 10.ms /).waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/filter=/)
    assert.deepEqual(
      [param(page, 'filter'), Date.parse(param(page, 'from')), Date.parse(param(page, 'to'))],
      ['rtt_client >= 5ms and rtt_client < 10ms', NOW - 67_000, NOW - 7000],
    )
    await page.goBack()
    assert.equal(param(page, 'filter'), '', 'one step')
  })

  test('a drag takes times and bands; over all of either it narrows only the other', async t => {
    const { page, faults } = await open(t, browser, '/quality/latency?filter=app+=+https')
    await page.locator('svg[viewBox="0 0 1000 13"]').first().waitFor()
    const drag = async (from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
      await page.mouse.move(...(await point(page, ...from)))
      await page.mouse.down()
      await page.mouse.move(...(await point(page, ...to)), { steps: 3 })
    }
    // Bands from the top: 5–10 s, 2–5 s, 1–2 s …
    await drag([0.62, 0.03], [0.72, 0.17])
    await page.getByText(/^14:09:00 – 14:16:00 · 1 – 10.s$/).waitFor()
    await page.mouse.up()
    await page.waitForURL(/from=/)
    assert.equal(param(page, 'filter'), 'app = https and rtt_client >= 1s and rtt_client < 10s')
    assert.ok(Date.parse(param(page, 'to')) - Date.parse(param(page, 'from')) === 7 * MINUTE)
    await page.goBack()
    await page.getByText(/^measured in 3\d/).waitFor()
    await drag([0.001, 0.03], [0.999, 0.1])
    await page.mouse.up()
    await page.waitForURL(/2s/)
    assert.deepEqual([param(page, 'filter'), param(page, 'from')], ['app = https and rtt_client >= 2s and rtt_client < 10s', ''])
    await page.goBack()
    await page.getByText(/^measured in 3\d/).waitFor()
    await drag([0.1, 0.01], [0.3, 0.99])
    await page.mouse.up()
    await page.waitForURL(/from=/)
    assert.equal(param(page, 'filter'), 'app = https')
    assert.deepEqual(faults, [])
  })

  test('the pointer reads a cell; a bucket that nobody measured is not one without flows', async t => {
    const { page } = await open(t, browser, '/quality/tcp')
    await page.locator('svg[viewBox="0 0 1000 13"]').first().waitFor()
    const figure = page.getByRole('figure', { name: /distribution/ })
    await page.mouse.move(...(await point(page, 0.3, 0.73)))
    await figure.getByText('5 – 10\u00a0ms').waitFor()
    await figure.getByText('all below 10\u00a0ms').waitFor()
    await page.mouse.move(...(await point(page, 0.6, 0.73)))
    await figure.getByText('not measured').waitFor()
    // The same bucket is under the cursor of the other charts.
    assert.equal(await page.getByRole('figure').getByText('14:08:00 CET').count(), 3)
  })

  test('as a table it has a column a band, and what was measured', async t => {
    const { page } = await open(t, browser, '/quality/tcp?chart=table')
    const table = page.getByRole('table', { name: /distribution/ })
    await table.getByRole('columnheader', { name: '500\u00a0µs – 1\u00a0ms' }).waitFor()
    assert.deepEqual((await table.getByRole('columnheader').allTextContents()).slice(0, 2), ['Time', 'Measured'])
    assert.equal(await page.getByRole('list', { name: 'Flows a cell' }).count(), 0, 'no colours, no key of colours')
  })

  test('where these flows were not measured it says who measured, else who would', async t => {
    const { page, fixture, faults } = await open(t, browser, '/quality/tcp?filter=exporter+=+192.0.2.250')
    await page.getByText('No round trips to the client here: whoever exported these flows did not measure any.').waitFor()
    await page.getByText(/^In this range edge-\S+, .* measured some, in flows that are not looked at here\./).waitFor()
    assert.ok(fixture.asked.some(({ body }) => body.includes('"by":["exporter","exporter_name"]') && body.includes('"filter":""')))
    assert.equal(await page.getByRole('list', { name: 'Flows a cell' }).getByRole('listitem').count(), 0)
    assert.deepEqual(faults, [])
  })
})
