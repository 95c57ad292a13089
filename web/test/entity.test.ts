import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

interface Body {
  readonly by: readonly string[]
  readonly filter: string
  readonly granularity?: number
  readonly limit?: number
}

/** What was asked of the Query model. */
const bodies = (asked: readonly { readonly url: string; readonly body: string }[]): readonly Body[] =>
  asked.flatMap(({ url, body }) => (url.endsWith('/query') ? [JSON.parse(body) as Body] : []))

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)
const pathOf = (page: Page): string => new URL(page.url()).pathname
const HOST = '/hosts/10.20.4.18'

describe('pages of entities in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('a host of the overview opens its page, by its menu and by the link beside it', async t => {
    const { page, faults } = await open(t, browser, '/')
    await page.getByRole('button', { name: 'nas-02.eng.example' }).click()
    await page.getByRole('menuitem', { name: 'Open page' }).click()
    await page.getByRole('heading', { name: '10.20.4.18', level: 1 }).waitFor()
    assert.equal(pathOf(page), HOST)
    assert.equal(await page.title(), 'Hosts · 10.20.4.18 · FlowLens')
    await page.goBack()
    await page.getByRole('button', { name: 'nas-02.eng.example' }).hover()
    await page.getByRole('link', { name: 'Page of nas-02.eng.example' }).click()
    await page.getByRole('heading', { name: '10.20.4.18', level: 1 }).waitFor()
    assert.equal(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Hosts' }).getAttribute('aria-current'), 'page')
    assert.deepEqual(faults, [])
  })

  test('all that is asked is asked within the host, and its facts are links', async t => {
    const { page, fixture, faults } = await open(t, browser, `${HOST}?filter=app+=+dns+or+app+=+ntp`)
    await page.getByRole('table', { name: 'Top peers' }).getByRole('button', { name: '203.0.113.80' }).waitFor()
    await page.getByText('peaks', { exact: false }).first().waitFor({ state: 'attached' })
    const asked = bodies(fixture.asked)
    assert.ok(asked.length > 8)
    for (const { filter } of asked)
      assert.match(filter, /^(?:src_port > 0 .*and )?\(?(?:ip|src|dst) = 10\.20\.4\.18 and|(?:ip|src|dst) = 10\.20\.4\.18/, filter)
    for (const { filter } of asked) assert.match(filter, /\(app = dns or app = ntp\)/, filter)
    const facts = page.locator('main dl').first()
    assert.equal(await facts.getByRole('link', { name: 'Google' }).getAttribute('href'), '/as/15169?filter=app+=+dns+or+app+=+ntp')
    assert.equal(await facts.getByRole('link', { name: 'Germany' }).getAttribute('href'), '/countries/DE?filter=app+=+dns+or+app+=+ntp')
    assert.ok(!(await page.getByRole('table', { name: 'Top peers' }).textContent())?.includes('10.20.4.18'), 'it is no peer of itself')
    assert.deepEqual(faults, [])
  })

  test('tab by tab: each has an address, Back returns, opened anew it shows the same', async t => {
    const { page, faults } = await open(t, browser, HOST)
    const tabs = page.getByRole('navigation', { name: 'Views of 10.20.4.18' })
    for (const [name, path, ready] of [
      ['Peers', 'peers', 'Who sent to it'],
      ['Applications', 'apps', 'Category'],
      ['Ports', 'ports', 'As a server'],
      ['Conversations', 'conversations', 'no answer'],
      ['Flows', 'flows', 'in range, sorted by'],
      ['Quality', 'quality', 'Round-trip time'],
    ] as const) {
      await tabs.getByRole('link', { name, exact: false }).click()
      await page.getByText(ready).filter({ visible: true }).first().waitFor()
      assert.equal(pathOf(page), `${HOST}/${path}`)
      assert.equal(await tabs.getByRole('link', { name }).getAttribute('aria-current'), 'page')
      await page.reload()
      await page.getByText(ready).filter({ visible: true }).first().waitFor()
    }
    await page.goBack()
    await page.getByText('in range, sorted by').waitFor()
    assert.equal(pathOf(page), `${HOST}/flows`)
    assert.deepEqual(faults, [])
  })

  test('the term of the page cannot be taken off the filter, the scope’s own can', async t => {
    const { page, fixture } = await open(t, browser, `${HOST}/apps?filter=app+!=+dns`)
    const bar = page.getByRole('group', { name: 'Filter', exact: true })
    const locked = bar.getByTitle('ip = 10.20.4.18: this page is about it')
    await locked.waitFor()
    assert.equal(await locked.getByRole('button').count(), 0)
    await bar.getByRole('button', { name: 'Remove app' }).click()
    await page.waitForURL(url => !url.searchParams.has('filter'))
    await locked.waitFor()
    assert.equal(await bar.getByRole('button', { name: /^Remove/ }).count(), 0)
    // A value of the page becomes a term of the scope, never of the page.
    await page.getByRole('button', { name: 'youtube' }).click()
    await page.getByRole('menuitem', { name: /^Exclude/ }).click()
    await page.waitForURL(/filter=/)
    assert.equal(param(page, 'filter'), 'app != youtube')
    await page.getByText('complete', { exact: true }).waitFor()
    assert.ok(bodies(fixture.asked).some(({ filter }) => filter === 'ip = 10.20.4.18 and app != youtube'))
    // What leaves the page takes the term along, as an ordinary one.
    await page.getByRole('button', { name: 'netflix' }).click()
    await page.getByRole('menuitem', { name: 'Open flows' }).click()
    await page.waitForURL(/\/flows\?/)
    assert.equal(param(page, 'filter'), 'ip = 10.20.4.18 and app != youtube and app = netflix')
  })

  test('brush and click set the range; layers and table are in the address', async t => {
    const { page, faults } = await open(t, browser, HOST)
    const plot = page.getByRole('application', { name: /^Rate, Last hour/ })
    await plot.waitFor()
    const box = await plot.boundingBox()
    assert.ok(box !== null)
    await page.getByRole('button', { name: 'By application' }).click()
    await page.waitForURL(/layers=parts/)
    await page.locator('main li').filter({ hasText: 'youtube' }).waitFor()
    await page.mouse.move(box.x + box.width * 0.25, box.y + 80)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 80, { steps: 4 })
    await page.mouse.up()
    await page.waitForURL(/from=2025/)
    const [from, to] = [Date.parse(param(page, 'from') ?? ''), Date.parse(param(page, 'to') ?? '')]
    assert.ok(Math.abs(to - from - 900_000) < 60_000, `${from} ${to}`)
    await page.getByRole('button', { name: 'Show as table' }).click()
    await page.getByRole('columnheader', { name: 'out', exact: true }).waitFor()
    await page.goBack()
    await page.getByRole('application', { name: /^Rate, Last hour/ }).waitFor()
    assert.deepEqual(faults, [])
  })

  test('by keyboard alone: search by address, the tabs, the chart', async t => {
    const { page, faults } = await open(t, browser, '/')
    await page.getByRole('button', { name: 'nas-02.eng.example' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search' }).fill('10.20.4.18')
    await page.getByRole('option', { name: 'Host 10.20.4.18' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '10.20.4.18', level: 1 }).waitFor()
    await page.getByRole('application', { name: /^Rate, Last hour/ }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.getByText(/: in .*b\/s, out .*b\/s$/).waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/from=2025/)
    await page
      .getByRole('navigation', { name: /^Views of/ })
      .getByRole('link', { name: 'Quality' })
      .focus()
    await page.keyboard.press('Enter')
    await page.getByRole('rowheader', { name: 'MOS' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.getByRole('heading', { name: 'Hosts', level: 1 }).waitFor()
    assert.deepEqual(faults, [])
  })

  test('search finds what the network has a page for', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('button', { name: 'nas-02.eng.example' }).waitFor()
    for (const [typed, option, path] of [
      ['AS15169', 'Autonomous system AS15169', '/as/15169'],
      ['goog', 'Autonomous system Google', '/as/15169'],
      ['netf', 'Application netflix', '/apps/netflix'],
      ['germany', 'Country Germany', '/countries/DE'],
      ['camp', 'Network Campus', '/networks/Campus'],
    ] as const) {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Search' }).fill(typed)
      await page.getByRole('option', { name: option }).click()
      await page.waitForURL(url => url.pathname === path)
    }
  })

  test('figures nobody measured are a dash, measured ones tell how many flows stand behind them', async t => {
    const { page } = await open(t, browser, `${HOST}/quality`)
    const row = (name: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
    await row('Round-trip time').getByText('2.10').waitFor()
    assert.match((await row('Round-trip time').textContent()) ?? '', /71\u2009000.*p50400\u00a0µs/)
    assert.match((await row('MOS').textContent()) ?? '', /^MOS—average—p50—/)
  })

  test('a host nobody saw says what to do', async t => {
    const { page } = await open(t, browser, '/hosts/198.51.100.7?filter=app+=+nothing')
    await page.getByRole('heading', { name: 'No traffic of 198.51.100.7 in this range.' }).waitFor()
    await page.getByRole('link', { name: 'Look at the last 7 days' }).waitFor()
    await page.getByRole('link', { name: 'Take the filter off' }).click()
    await page.getByRole('table', { name: 'Top peers' }).waitFor()
    assert.equal(param(page, 'filter'), null)
    await page.goto(new URL('/hosts/198.51.100', page.url()).href)
    await page.getByRole('heading', { name: 'There is no page at this address.' }).waitFor()
    await page.goto(new URL('/hosts/198.51.100.7?filter=app+=+broken', page.url()).href)
    await page.getByRole('alert').getByText('no such column').first().waitFor()
  })

  test('what takes long says so and can be let go of; asked again it is there', async t => {
    const { page } = await open(t, browser, '/hosts')
    await page.getByRole('link', { name: '10.20.4.18' }).waitFor()
    let held = true
    await page.route('**/api/v1/query', async route => {
      if (held) return
      await route.continue()
    })
    await page.getByRole('link', { name: '10.20.4.18' }).click()
    await page.getByText('Still working').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    held = false
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('table', { name: 'Top peers' }).getByRole('button', { name: '203.0.113.80' }).waitFor()
  })

  test('an IPv6 host, an AS and a flow within its page', async t => {
    const { page, fixture } = await open(t, browser, '/hosts/2001:DB8:40:12:0::5/flows')
    await page.getByRole('heading', { name: '2001:db8:40:12::5', level: 1 }).waitFor()
    await page
      .getByRole('link', { name: /^\d\d:\d\d:\d\d$/ })
      .first()
      .click()
    await page.getByRole('complementary', { name: /^Flow / }).waitFor()
    assert.match(pathOf(page), /\/flows\/4000000-0$/)
    await page.keyboard.press('Escape')
    await page.waitForURL(url => url.pathname.endsWith('/flows'))
    assert.ok(fixture.asked.some(({ url }) => new URL(url, 'http://x').searchParams.get('filter') === 'ip = 2001:db8:40:12::5'))
    await page.goto(new URL('/as/15169', page.url()).href)
    await page.getByRole('heading', { name: 'Google', level: 1 }).waitFor()
    assert.equal(await page.title(), 'Autonomous systems · AS15169 · FlowLens')
    await page.getByText('To it', { exact: true }).waitFor()
    assert.ok(bodies(fixture.asked).some(({ filter, granularity }) => filter === 'dst_as = AS15169' && granularity === 60_000))
  })

  test('a host has the name DNS gives it, in its heading and where it is a peer', async t => {
    const { page } = await open(t, browser, `${HOST}/peers`, { names: { '10.20.4.18': 'nas.example', '198.51.100.140': 'dns.example' } })
    await page.getByRole('heading', { name: 'nas.example', level: 1 }).waitFor()
    await page.getByText('10.20.4.18', { exact: true }).filter({ visible: true }).first().waitFor()
    await page.getByRole('table', { name: 'Who sent to it' }).getByTitle('dns.example · 198.51.100.140').waitFor()
  })

  test('what a kind cannot have is left out', async t => {
    const { page } = await open(t, browser, '/apps/youtube')
    const tabs = page.getByRole('navigation', { name: 'Views of youtube' })
    await tabs.getByRole('link', { name: 'Peers' }).waitFor()
    assert.equal(await tabs.getByRole('link', { name: 'Applications' }).count(), 0)
    assert.equal(await page.getByText('Received', { exact: true }).count(), 0)
    await page.goto(new URL('/apps/youtube/apps', page.url()).href)
    await page.getByRole('heading', { name: 'There is no page at this address.' }).waitFor()
  })

  test('a name from the network is text in title, chip, tab and address', async t => {
    const { page, faults } = await open(t, browser, '/top/applications', { hostile: true })
    await page.getByRole('button', { name: '<img src=x' }).click()
    await page.getByRole('menuitem', { name: 'Open page' }).click()
    await page.getByRole('heading', { name: '<img src=x', level: 1 }).waitFor()
    assert.match(pathOf(page), /^\/apps\/%3Cimg%20src%3Dx/)
    await page.reload()
    await page.getByRole('heading', { name: '<img src=x', level: 1 }).waitFor()
    await page.getByRole('link', { name: /^Peers/ }).click()
    await page.getByRole('rowheader', { name: '<img src=x' }).first().waitFor()
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(await page.evaluate(() => '__hit' in window), false)
    assert.deepEqual(faults, [])
  })

  test('the list of hosts is ranked by the server and leads to each', async t => {
    const { page, fixture, faults } = await open(t, browser, '/hosts')
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: '10.20.4.18' }) })
    await row.getByRole('link', { name: 'Germany' }).waitFor()
    await page.getByRole('button', { name: 'Rank by flows' }).click()
    await page.waitForURL(/rank=flows/)
    await page.getByRole('columnheader', { name: 'Rank by flows' }).and(page.locator('[aria-sort=descending]')).waitFor()
    assert.ok(fixture.asked.some(({ body }) => body.includes('"order":"-flows"') && body.includes('"by":["host"]')))
    await row.getByRole('link', { name: '10.20.4.18' }).click()
    await page.getByRole('heading', { name: '10.20.4.18', level: 1 }).waitFor()
    assert.equal(param(page, 'rank'), null)
    assert.deepEqual(faults, [])
  })

  test('at 390 px the page fits, and the locked term stands in the scope button and its sheet', async t => {
    const { page } = await open(t, browser, HOST, { context: { viewport: { width: 390, height: 844 } } })
    await page.getByRole('button', { name: /Last hour.*ip = 10\.20\.4\.18/ }).click()
    await page.getByRole('dialog').getByTitle('ip = 10.20.4.18: this page is about it').waitFor()
    await page.keyboard.press('Escape')
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false)
  })
})
