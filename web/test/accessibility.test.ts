import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** What axe finds, one line a violation. */
async function violations(page: Page): Promise<readonly string[]> {
  // The page's policy allows no other script, so axe comes in beside it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
  const found = await page.evaluate(async tags => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: Violation[] }> } }
    return (await axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })).violations
  }, TAGS)
  return found.flatMap(violation =>
    violation.nodes.map(node => `${violation.id}: ${node.html.slice(0, 140)} ${(node.failureSummary ?? '').split('\n')[1] ?? ''}`),
  )
}

const PAGES = [
  { name: 'overview', path: '/', ready: 'cache-3.isp.example', options: {} },
  { name: 'overview of the past', path: '/?from=2025-03-18T12:00:00Z&to=2025-03-18T13:00:00Z', ready: 'Volume', options: {} },
  { name: 'flows with a drawer', path: '/flows/4000000-0', ready: 'Observation domain', options: {} },
  { name: 'exporters', path: '/exporters', ready: 'edge-3.ams', options: {} },
  {
    name: 'exporter, all open',
    path: '/exporters/10.255.0.3?open=ipfix-udp-0-256,element-9-12292,change-0&interface=7',
    ready: 'flowActiveTimeout',
    options: {},
  },
  { name: 'ranking of AS', path: '/top/as', ready: 'RouteViews', options: {} },
  { name: 'ranking of countries of either side', path: '/top/countries?side=either&top=25', ready: 'Germany', options: {} },
  { name: 'ranking of categories as a table', path: '/top/categories?chart=table', ready: 'Streaming', options: {} },
  { name: 'host', path: '/hosts/10.20.4.18?layers=parts', ready: 'youtube', options: {} },
  { name: 'peers of a host', path: '/hosts/10.20.4.18/peers', ready: 'Who sent to it', options: {} },
  { name: 'ports of an AS', path: '/as/15169/ports', ready: 'As a server', options: {} },
  { name: 'conversations of a host', path: '/hosts/2001:db8::5/conversations', ready: '10.20.4.18', options: {} },
  { name: 'flows of an application', path: '/apps/youtube/flows', ready: 'in range, sorted by', options: {} },
  { name: 'quality of a country', path: '/countries/DE/quality', ready: 'Round-trip time', options: {} },
  { name: 'a host nobody saw', path: '/hosts/10.9.9.9?filter=app+=+nothing', ready: 'No traffic of', options: {} },
  { name: 'hosts', path: '/hosts', ready: '10.20.4.18', options: {} },
  { name: 'latency', path: '/quality/latency?by=as', ready: 'Netflix', options: {} },
  { name: 'TCP health', path: '/quality/tcp?by=interface&least=1', ready: 'Te1/1/2 transit', options: {} },
  { name: 'TCP health without times', path: '/quality/tcp?filter=exporter+=+192.0.2.250', ready: 'did not measure any', options: {} },
  { name: 'calls', path: '/quality/voip?chart=table', ready: 'PCMA', options: {} },
  { name: 'calls nobody measured', path: '/quality/voip', ready: 'What to configure', options: { unmeasured: true } },
  { name: 'access', path: '/settings/access', ready: 'grafana', options: {} },
  { name: 'first run', path: '/', ready: 'udp/2055', options: { empty: true } },
  { name: 'sign-in', path: '/', ready: 'User name', options: { signedIn: false } },
] as const

describe('WCAG 2.2 AA by axe', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  for (const { name, path, ready, options } of PAGES) {
    for (const width of [1280, 390] as const) {
      test(`${name}, ${width} px, light and dark`, async t => {
        const { page } = await open(t, browser, path, {
          ...options,
          // Colours that are on their way to the other theme would be judged as they happen to be.
          context: { colorScheme: 'light', reducedMotion: 'reduce', viewport: { width, height: 844 } },
        })
        await page.getByText(ready).filter({ visible: true }).first().waitFor()
        assert.deepEqual(await violations(page), [], 'light')
        // A theme is colours and nothing else, so the page need not be loaded again.
        await page.emulateMedia({ colorScheme: 'dark' })
        assert.deepEqual(await violations(page), [], 'dark')
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth), false, 'the page scrolls sideways')
      })
    }
  }

  test('menus, dialogs and the time picker', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('button', { name: 'nas-02.eng.example' }).click()
    await page.getByRole('menu').waitFor()
    assert.deepEqual(await violations(page), [])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Last hour/ }).click()
    await page.getByLabel('Range in words').waitFor()
    assert.deepEqual(await violations(page), [])
    await page.keyboard.press('Escape')
    for (const key of ['?', '/']) {
      await page.keyboard.press(key)
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await violations(page), [])
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await page.getByRole('button', { name: /Account of/ }).click()
    assert.deepEqual(await violations(page), [])
  })
})
