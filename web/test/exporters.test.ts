import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

const ADDRESS = '10.255.0.3'
const MARKUP = '<img src=x onerror="window.__hit=1">'

describe('exporters in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('from the list to an exporter, its template, and what to configure for an unknown element', async t => {
    const { page, faults } = await open(t, browser, '/')
    await page.getByRole('link', { name: 'Exporters' }).first().click()
    await page.getByRole('heading', { name: 'Exporters' }).waitFor()
    assert.equal(await page.title(), 'Exporters · FlowLens')
    // What needs attention stands first, and says why.
    const first = page.locator('tbody tr').first()
    await first.getByText('Template never sent').waitFor()
    await first.getByText('TLS').waitFor()
    await first.getByText('edge · Amsterdam').waitFor()
    await first.getByRole('link', { name: 'edge-3.ams' }).click()

    await page.getByText('Domain 524288 sends data and has never sent a template.').waitFor()
    await page.getByRole('heading', { name: 'edge-3.ams' }).waitFor()
    await page.getByText('edge · Amsterdam').waitFor()
    assert.equal(await page.title(), `Exporters · ${ADDRESS} · FlowLens`)
    await page.getByRole('button', { name: 'Fields of template 256' }).click()
    const fields = page.getByRole('table', { name: 'Fields of template 256' })
    assert.match((await fields.getByRole('row', { name: /sourceIPv4Address/ }).textContent()) ?? '', /8sourceIPv4Address4src/)
    assert.match((await fields.getByRole('row', { name: /9\/45003/ }).textContent()) ?? '', /variesskipped/)

    await page.getByRole('button', { name: 'Map 9/45003' }).click()
    await page.getByRole('row', { name: /9\/45003.*varies.*65 64 67 65 “edge”/ }).waitFor()
    assert.equal(
      await page.getByRole('region', { name: 'flowlens.yaml' }).textContent(),
      `exporters:\n  - match: [${ADDRESS}]\n    fields:\n      - element: 9/45003\n        column: custom_text_1\n        type: string`,
    )

    // All of it stands in the address: who gets the link sees the same.
    assert.equal(new URL(page.url()).searchParams.get('open'), 'ipfix-udp-0-256,element-9-45003')
    await page.reload()
    await fields.waitFor()
    await page.getByRole('region', { name: 'flowlens.yaml' }).waitFor()
    await page.getByRole('button', { name: 'Map 9/45003' }).click()
    await page.getByRole('region', { name: 'flowlens.yaml' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Its flows' }).click()
    await page.waitForURL(/\/flows/)
    assert.equal(new URL(page.url()).searchParams.get('filter'), `exporter = ${ADDRESS}`)
    assert.equal(new URL(page.url()).searchParams.get('open'), null, 'what is open on the page stays there')
    assert.deepEqual(faults, [])
  })

  test('the list is sorted by a click, and the order is in the address', async t => {
    const { page } = await open(t, browser, '/exporters')
    const names = (): Promise<readonly string[]> => page.locator('tbody th a').allTextContents()
    await page.getByRole('link', { name: 'edge-1.fra' }).waitFor()
    assert.deepEqual((await names()).slice(0, 2), ['edge-3.ams', 'edge-1.fra'])
    await page.getByRole('button', { name: 'Exporter', exact: true }).click()
    await page.waitForURL(/sort=exporter/)
    assert.deepEqual(await names(), ['edge-1.fra', 'edge-2.muc', 'edge-3.ams', 'core-1.fra', 'leaf-04'])
    assert.equal(await page.getByRole('columnheader', { name: 'Exporter' }).getAttribute('aria-sort'), 'ascending')
    await page.getByRole('button', { name: 'Flows' }).click()
    await page.waitForURL(/sort=-flows/)
    assert.equal((await names())[0], 'edge-1.fra')
  })

  test('counters of an interface are drawn beside its flows, read by the keyboard, and shown as a table', async t => {
    const { page, faults } = await open(t, browser, `/exporters/${ADDRESS}`)
    await page.getByRole('button', { name: '7: counters of xe-0/1/0' }).click()
    const figure = page.getByRole('figure', { name: 'xe-0/1/0: counters and flows' })
    await figure.waitFor()
    assert.equal(new URL(page.url()).searchParams.get('interface'), '7')
    await page.getByText('speed 10.0 Gb/s').waitFor()
    assert.match((await figure.locator('figcaption').textContent()) ?? '', /^Peaks: In [\d.]+\sGb\/s, Out [\d.]+\sGb\/s, Flows in/)
    // Two filled lines of counters with a gap in them, two dashed ones of flows without.
    const moves = await figure.locator('svg path').evaluateAll(paths => paths.map(path => (path.getAttribute('d') ?? '').split('M').length - 1))
    assert.deepEqual(moves, [2, 2, 2, 2, 1, 1, 1, 1])
    await figure.getByRole('application').focus()
    await page.keyboard.press('ArrowLeft')
    await figure.getByText(/^14:\d\d:00: In [\d.]+.Gb\/s, Out/).waitFor()
    await page.getByRole('button', { name: 'Show as table' }).click()
    const table = page.getByRole('table', { name: 'xe-0/1/0: counters and flows' })
    assert.deepEqual(await table.getByRole('columnheader').allTextContents(), ['Time', 'In', 'Out', 'Flows in', 'Flows out'])
    assert.match((await table.getByRole('row').nth(40).textContent()) ?? '', /——[\d.]+/, 'a gap is a gap')
    await page.getByRole('button', { name: '8: counters of xe-0/1/1' }).click()
    await page.getByText('It sent no counters of this interface').waitFor()
    assert.deepEqual(faults, [])
  })

  test('the page of an exporter is one click from its name elsewhere', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('button', { name: 'edge-2.muc' }).first().click()
    await page.getByRole('menuitem', { name: 'Open page' }).click()
    await page.waitForURL(/\/exporters\/10\.255\.0\.2$/)
    await page.getByText('Nothing to mend').waitFor()
    await page.goto(`${new URL(page.url()).origin}/flows/4000000-0`)
    const row = page.getByRole('row', { name: /^Exporter\b/ }).first()
    await row.getByRole('button').click()
    await page.getByRole('menuitem', { name: 'Open page' }).click()
    await page.waitForURL(/\/exporters\//)
  })

  test('the keyboard alone reaches a template and closes it again', async t => {
    const { page } = await open(t, browser, '/')
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.getByRole('link', { name: 'edge-3.ams' }).focus()
    await page.keyboard.press('Enter')
    const opener = page.getByRole('button', { name: 'Fields of template 257' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('table', { name: 'Fields of template 257' }).waitFor()
    assert.equal(await opener.evaluate(element => element === document.activeElement), true, 'the focus stays where it was')
    await page.keyboard.press('Space')
    await page.getByRole('table', { name: 'Fields of template 257' }).waitFor({ state: 'detached' })
  })

  test('names and samples an exporter sends stay text', async t => {
    const { page, faults } = await open(t, browser, `/exporters/${ADDRESS}?open=ipfix-udp-0-256,element-9-12292,change-0&interface=7`, { hostile: true })
    await page.getByRole('heading', { name: `${MARKUP}: counters and flows` }).waitFor()
    await page.getByText(`The sampler ${MARKUP} has no rate.`).waitFor()
    await page.getByText('“<img>”').waitFor()
    assert.ok((await page.getByText(MARKUP).count()) >= 6)
    assert.equal(await page.locator('img').count(), 0)
    assert.equal(await page.evaluate(() => '__hit' in window), false)
    assert.deepEqual(faults, [])
  })

  test('an address that has sent nothing, and one that cannot be decoded, are told as such', async t => {
    const { page } = await open(t, browser, '/exporters/192.0.2.99')
    await page.getByText('This exporter has sent nothing since receiving began.').waitFor()
    await page.getByRole('link', { name: 'All exporters' }).click()
    await page.getByRole('link', { name: 'edge-1.fra' }).waitFor()
    await page.goto(`${new URL(page.url()).origin}/exporters/%E0%A4%A`)
    await page.getByText('This exporter has sent nothing since receiving began.').waitFor()
  })
})
