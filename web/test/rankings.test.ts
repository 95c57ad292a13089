import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

const PAGES = [
  { path: '/top/as', title: 'Autonomous systems', first: 'Google AS15169', by: ['src_as', 'src_as_name'] },
  { path: '/top/applications', title: 'Applications', first: 'youtube', by: ['app'] },
  { path: '/top/categories', title: 'Categories', first: 'Streaming', by: ['category'] },
  { path: '/top/countries', title: 'Countries', first: 'Germany DE', by: ['src_country'] },
  { path: '/top/networks', title: 'Networks', first: 'not known', by: ['src_net_name'] },
  { path: '/top/ports', title: 'Ports', first: 'https 443', by: ['src_port'] },
  { path: '/top/dscp', title: 'Classes of service', first: 'CS0 0', by: ['dscp'] },
] as const

interface Body {
  readonly by: readonly string[]
  readonly filter: string
  readonly from: string
  readonly limit: number
  readonly granularity?: number
}

/** What was asked of the Query model by these columns. */
const bodies = (asked: readonly { readonly url: string; readonly body: string }[]): readonly Body[] =>
  asked.flatMap(({ url, body }) => (url.endsWith('/query') ? [JSON.parse(body) as Body] : []))

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)

describe('rankings in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  for (const { path, title, first, by } of PAGES) {
    test(`${title}: opened from the rail, a chart of eight and a table with other and total`, async t => {
      const { page, fixture, faults } = await open(t, browser, '/')
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: title }).click()
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
      assert.equal(new URL(page.url()).pathname, path)
      assert.equal(await page.title(), `${title} · FlowLens`)
      const rows = page.getByRole('table').getByRole('row')
      await rows.nth(1).getByRole('rowheader').waitFor()
      assert.equal((await rows.nth(1).getByRole('rowheader').getAttribute('title')) ?? '', first)
      await page.getByRole('rowheader', { name: 'Other' }).waitFor()
      assert.equal(await rows.last().getByRole('cell').first().textContent(), '3.79\u00a0TB')
      await page.locator('figure canvas').waitFor()
      await page.getByText('complete', { exact: true }).waitFor()
      const asked = bodies(fixture.asked).filter(body => body.by[0] === by[0])
      assert.ok(
        asked.some(body => body.granularity === undefined && body.limit === 10 && body.by.join() === by.join()),
        'the table',
      )
      assert.ok(
        asked.some(body => body.granularity !== undefined && body.limit === 8 && body.by.length === 1),
        'the chart',
      )
      assert.deepEqual(faults, [])
    })
  }

  test('range and filter of the scope apply; side and rows are in the address, Back undoes them', async t => {
    const { page, fixture, faults } = await open(t, browser, '/top/countries?from=now-6h&filter=proto+=+udp&side=dst')
    await page.getByRole('button', { name: 'Destination' }).and(page.locator('[aria-pressed=true]')).waitFor()
    await page.getByRole('button', { name: 'Germany' }).waitFor()
    const first = bodies(fixture.asked).filter(body => body.by[0] === 'dst_country')
    assert.ok(first.length > 0 && first.every(body => body.filter === 'proto = udp' && body.from === 'now-6h'))
    await page.getByRole('button', { name: 'Either side' }).click()
    await page.getByText('A flow counts for both of its sides').waitFor()
    assert.equal(param(page, 'side'), 'either')
    await page.getByRole('button', { name: 'Top 10' }).click()
    await page.getByRole('menuitemradio', { name: 'Top 25' }).click()
    await page.waitForURL(/top=25/)
    await page.getByRole('button', { name: 'Top 25' }).waitFor()
    assert.ok(bodies(fixture.asked).some(body => body.by[0] === 'country' && body.limit === 25))
    await page.goBack()
    await page.getByRole('button', { name: 'Top 10' }).waitFor()
    await page.goBack()
    assert.equal(param(page, 'side'), 'dst')
    // Side and rows are of the rankings; range and filter go along to other pages.
    await page.goForward()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Flows' }).click()
    await page.waitForURL(/\/flows/)
    assert.deepEqual([param(page, 'side'), param(page, 'filter'), param(page, 'from')], [null, 'proto = udp', 'now-6h'])
    assert.deepEqual(faults, [])
  })

  test('a row leads to its flows, and its value is added to the filter; what is not known can be filtered too', async t => {
    const { page, faults } = await open(t, browser, '/top/as?filter=proto+=+udp')
    await page.getByRole('link', { name: /flows of Google AS15169$/ }).click()
    await page.getByRole('heading', { name: 'Flows', level: 1 }).waitFor()
    assert.equal(param(page, 'filter'), 'proto = udp and src_as = AS15169')
    await page.goBack()
    await page.getByRole('button', { name: 'Netflix' }).click()
    await page.getByRole('menuitem', { name: /^Exclude/ }).click()
    await page.waitForURL(/AS2906/)
    assert.equal(param(page, 'filter'), 'proto = udp and src_as != AS2906')
    assert.equal(new URL(page.url()).pathname, '/top/as')
    await page.goBack()
    await page.getByRole('link', { name: /flows of not known$/ }).click()
    await page.waitForURL(/\/flows/)
    assert.equal(param(page, 'filter'), 'proto = udp and src_as = AS0')
    assert.deepEqual(faults, [])
  })

  test('traffic of no network is a row and a layer of its own', async t => {
    const { page } = await open(t, browser, '/top/networks?side=either&chart=table')
    await page.getByRole('columnheader', { name: 'not known' }).waitFor()
    await page.getByRole('button', { name: 'not known' }).click()
    await page.getByRole('menuitem', { name: /^Only/ }).click()
    await page.waitForURL(/filter=/)
    assert.equal(param(page, 'filter'), 'net_name = ""')
  })

  test('a chart of what is not known alone is drawn where there was no traffic before', async t => {
    const { page } = await open(t, browser, '/top/networks?filter=app+=+nothing')
    await page.getByRole('heading', { name: 'No traffic in this range.' }).waitFor()
    await page.locator('figure canvas').waitFor()
    await page.evaluate(() => {
      window.history.pushState(null, '', '/top/networks?filter=src_net_name+=+""')
      window.dispatchEvent(new PopStateEvent('popstate'))
    })
    await page.getByRole('rowheader', { name: 'Total' }).waitFor()
    // The middle of the lower edge is inside the area whatever its height.
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas')
      return (canvas?.getContext('2d')?.getImageData(Math.round(canvas.width / 2), canvas.height - 4, 1, 1).data[3] ?? 0) > 0
    })
  })

  test('by keyboard alone: side, rows, a row’s menu, the chart', async t => {
    const { page, faults } = await open(t, browser, '/top/as')
    await page.getByRole('button', { name: 'Google' }).waitFor()
    await page.getByRole('button', { name: 'Source' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/side=dst/)
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Destination')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('menu').waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.waitForURL(/top=100/)
    await page.getByRole('application').focus()
    await page.keyboard.press('ArrowLeft')
    await page.getByText(/Google AS15169 .*b\/s$/).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Google' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: /^Include/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/filter=dst_as/)
    assert.deepEqual(faults, [])
  })

  test('the table is downloaded with its range, filter and rows', async t => {
    const { page } = await open(t, browser, '/top/as?filter=proto+=+udp&top=50')
    const href = (await page.getByRole('link', { name: 'CSV' }).getAttribute('href')) ?? ''
    const asked = new URL(href, page.url())
    assert.equal(asked.pathname, '/api/v1/query')
    assert.deepEqual(Object.fromEntries(asked.searchParams), {
      from: 'now-1h',
      to: 'now',
      filter: 'proto = udp',
      by: 'src_as,src_as_name',
      metrics: 'bytes,packets,flows,bps',
      limit: '50',
      order: '-bytes',
      format: 'csv',
    })
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'CSV' }).click()])
    assert.equal(download.suggestedFilename(), 'flowlens-query.csv')
  })

  test('the foot of every answer names the sources of AS numbers, on a phone too, with links that give the page they open no way back', async t => {
    const { page, base } = await open(t, browser, '/top/as', { context: { viewport: { width: 390, height: 844 } } })
    for (const path of ['/top/as', '/', '/flows']) {
      await page.goto(base + path)
      await page.locator('main').getByText('AS and country data: RouteViews, DB-IP, NRO (CC BY 4.0)').waitFor()
      for (const name of ['RouteViews', 'DB-IP', 'CC BY 4.0']) {
        assert.equal(await page.locator('main').getByRole('link', { name }).getAttribute('rel'), 'noopener')
      }
    }
  })

  test('names from the network stay text; one the filter cannot say has no link', async t => {
    const { page, faults } = await open(t, browser, '/top/applications', { hostile: true })
    await page.getByRole('button', { name: '<img src=x' }).click()
    await page.getByRole('menuitem', { name: /^Include/ }).click()
    await page.waitForURL(/filter=/)
    assert.match(param(page, 'filter') ?? '', /^app = ['"]<img src=x onerror=/)
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Countries' }).click()
    await page.getByRole('rowheader', { name: '<img src=x' }).waitFor()
    assert.equal(await page.locator('main').getByRole('button', { name: '<img src=x' }).count(), 0)
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(await page.evaluate(() => '__hit' in window), false)
    assert.deepEqual(faults, [])
  })

  test('a filter that matches nothing says so; a wrong one says what is wrong; no such ranking has no page', async t => {
    const { page } = await open(t, browser, '/top/as?filter=app+=+nothing')
    await page.getByRole('heading', { name: 'No traffic in this range.' }).waitFor()
    await page.goto(new URL('/top/as?filter=app+=+broken', page.url()).href)
    await page.getByRole('alert').getByText('no such column').waitFor()
    await page.goto(new URL('/top/nonsense', page.url()).href)
    await page.getByRole('heading', { name: 'There is no page at this address.' }).waitFor()
  })
})
