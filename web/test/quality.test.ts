import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launch, open, unavailable } from './browser.ts'

const param = (page: Page, name: string): string | null => new URL(page.url()).searchParams.get(name)

describe('quality in a browser', { skip: unavailable }, () => {
  let browser: Browser
  before(async () => {
    browser = await launch()
  })
  after(() => browser.close())

  test('TCP health from the rail: shares of so many flows, what nobody counts is a dash and says why', async t => {
    const { page, fixture, faults } = await open(t, browser, '/')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'TCP health' }).click()
    await page.getByRole('heading', { name: 'TCP health', level: 1 }).waitFor()
    assert.equal(await page.title(), 'TCP health · FlowLens')
    const figure = (name: string) => page.locator(`dt:text-is("${name}") + dd`)
    await page.getByText('61.0\u00a0k of 912\u00a0k flows').first().waitFor()
    assert.equal(await figure('Retransmitted').textContent(), '0.41\u00a0%')
    assert.equal(await figure('Lost').textContent(), '—')
    assert.equal(await figure('≈ Failed handshakes').textContent(), '2.30\u00a0%')
    await page.getByText('Lost is empty: no flow of this range tells it. Cisco, Flowmon and VeloCloud send it.').waitFor()
    // A host with three measured flows leads nothing.
    const rows = page.getByRole('table', { name: /by Retransmitted/ }).getByRole('rowheader')
    await rows.first().waitFor()
    assert.ok(!(await rows.allTextContents()).includes('203.0.113.80'))
    const asked = new URL(fixture.asked.find(({ url }) => url.includes('/tcp?') && url.includes('metric='))?.url ?? '', page.url()).searchParams
    assert.deepEqual([asked.get('by'), asked.get('metric'), asked.get('limit')], ['host', 'count_retransmitted', '1000'])
    assert.deepEqual(faults, [])
  })

  test('the table is told by what one chooses, ranked by what one clicks; all of it is in the address', async t => {
    const { page } = await open(t, browser, '/quality/tcp')
    await page.getByRole('button', { name: 'Interface' }).click()
    await page.waitForURL(/by=interface/)
    await page.getByRole('rowheader', { name: 'Te1/1/2 transit' }).getByText('12 · 10.255.0.2').waitFor()
    await page.getByRole('button', { name: 'Worst by Resets' }).click()
    await page.waitForURL(/worst=rst_flows_percent/)
    await page.locator('th[aria-sort=descending]', { hasText: 'Resets' }).waitFor()
    await page.getByRole('button', { name: /^Measured flows a row needs/ }).click()
    await page.getByRole('menuitemradio', { name: 'Any measured flow' }).click()
    await page.waitForURL(/least=1/)
    await page.getByRole('rowheader', { name: 'xe-0/0/1 DE-CIX' }).waitFor()
    await page.goBack()
    await page.goBack()
    assert.equal(param(page, 'worst'), null)
    await page.reload()
    await page.getByRole('button', { name: 'Interface' }).and(page.locator('[aria-pressed=true]')).waitFor()
    // What belongs to these pages stays on them.
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Flows' }).click()
    assert.equal(param(page, 'by'), null)
  })

  test('latency draws the time most flows have, percentiles as lines; a stretch nobody measured is a gap', async t => {
    const { page, faults } = await open(t, browser, '/quality/latency')
    await page.getByRole('heading', { name: 'Client side, percentiles' }).waitFor()
    const lines = page.getByRole('figure', { name: /percentiles/ }).locator('svg path')
    await page.waitForFunction(() => (document.querySelector('figure svg path')?.getAttribute('d')?.length ?? 0) > 100)
    assert.equal(await lines.count(), 3)
    assert.equal(((await lines.first().getAttribute('d')) ?? '').split('M').length - 1, 2, 'one line each side of the gap')
    await page.getByRole('application', { name: /percentiles/ }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.locator('[aria-live=polite]', { hasText: /p50 \S+\sms, p95 \S+\sms/ }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: /^Which time/ }).click()
    await page.getByRole('menuitemradio', { name: 'Server side' }).click()
    await page.getByRole('heading', { name: 'Server side, percentiles' }).waitFor()
    assert.equal(param(page, 'measure'), 'rtt_server')
    await page.getByRole('button', { name: /^Show as table: Server side/ }).click()
    await page.getByRole('columnheader', { name: 'p99' }).first().waitFor()
    assert.deepEqual(faults, [])
  })

  test('a flow of the worst leads to its fields, and all of them are one click away', async t => {
    const { page } = await open(t, browser, '/quality/latency?filter=app+=+https')
    await page
      .getByRole('link', { name: /^Flow from/ })
      .first()
      .click()
    await page.waitForURL(/\/flows\/\d+-\d+/)
    assert.equal(param(page, 'order'), '-rtt_client')
    assert.equal(param(page, 'filter'), 'rtt_client measured and app = https')
    await page.goBack()
    await page.getByRole('link', { name: 'All of them' }).click()
    await page.getByRole('columnheader', { name: 'Client RTT' }).waitFor()
  })

  test('scores say whether they were sent or worked out, by codec; worked-out ones are marked', async t => {
    const { page, faults } = await open(t, browser, '/quality/voip')
    const scores = page.getByRole('table', { name: 'Where the scores come from' })
    await scores.getByRole('row', { name: /PCMA sent by the exporter/ }).waitFor()
    await scores.getByRole('row', { name: /not told ≈ worked out/ }).waitFor()
    await page.locator('dt', { hasText: '≈ MOS' }).first().waitFor()
    assert.equal(await page.locator('figure').count(), 3)
    assert.deepEqual(faults, [])
  })

  for (const [path, heading, vendors] of [
    ['latency', 'No exporter measured a time in this range.', 'YAF'],
    ['tcp', 'No exporter told anything of TCP in this range.', 'VeloCloud'],
    ['voip', 'No stream was measured in this range.', 'nProbe'],
  ] as const) {
    test(`${path}: a page of nothing measured says who would, and where it is told how`, async t => {
      const { page, fixture } = await open(t, browser, `/quality/${path}`, { unmeasured: true })
      await page.getByRole('heading', { name: heading }).waitFor()
      await page.getByText(vendors).first().waitFor()
      assert.equal(await page.getByRole('link', { name: 'What to configure' }).getAttribute('href'), '/docs/how-to/exporters#what-measures-quality')
      assert.equal(await page.getByText('0\u00a0%').count(), 0, 'never zero for unknown')
      assert.equal(fixture.asked.filter(({ url }) => url.includes('/flows?')).length, 0, 'nothing is asked for in vain')
    })
  }

  test('how flows count is in the address, in every question and in the foot of the answer', async t => {
    const { page, fixture, faults } = await open(t, browser, '/quality/tcp')
    await page.getByText('Duplicates counted once').waitFor()
    await page.getByRole('button', { name: 'show every hop' }).click()
    await page.waitForURL(/duplicates=hops/)
    await page.getByText('Counted at every hop').waitFor()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Countries' }).click()
    await page.getByText('Counted at every hop').waitFor()
    const bodies = fixture.asked.flatMap(({ url, body }) =>
      url.endsWith('/query') && body.includes('"src_country"') ? [JSON.parse(body) as { duplicates?: string }] : [],
    )
    assert.ok(bodies.length > 0 && bodies.every(body => body.duplicates === 'hops'))
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click()
    await page.getByText('(the live figures count once)').waitFor()
    await page.getByRole('button', { name: /^every hop; change/ }).click()
    await page.getByRole('menuitemradio', { name: 'Count once' }).click()
    await page.waitForURL(/duplicates=once/)
    await page.getByText('Duplicates counted once').waitFor()
    assert.deepEqual(faults, [])
  })

  test('a row that tells of a flow once more is marked, says who told it first, and can be left out', async t => {
    const { page } = await open(t, browser, '/flows')
    await page.locator('tr[data-row="2"] [title^="Another exporter told this flow already"]').waitFor()
    await page.locator('tr[data-row="5"] [title^="The same exporter told this flow already"]').waitFor()
    assert.equal(await page.locator('tr[data-row="3"][data-again]').count(), 0)
    await page.locator('tr[data-row="5"] a').first().click()
    await page.getByRole('complementary').getByText('The same exporter told this flow already').waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'leave them out' }).click()
    await page.waitForURL(/not\+duplicate/)
  })

  test('who sent a flow and by which interface stand in the table, the name with its index', async t => {
    const { page } = await open(t, browser, '/flows')
    await page.locator('tr[data-row="0"]').getByText('xe-0/0/1 DE-CIX 523').click()
    await page.getByRole('menuitem', { name: /^Include/ }).click()
    await page.waitForURL(/in_if/)
    assert.match(param(page, 'filter') ?? '', /^in_if = 523 and exporter = 10\.255\./)
  })

  test('overview has round trips, TCP, categories, countries and networks', async t => {
    const { page } = await open(t, browser, '/')
    for (const name of ['Round-trip time, client side', 'TCP health', 'Top categories', 'Top AS', 'Top countries', 'Top networks'])
      await page.getByRole('heading', { name }).waitFor()
    await page.getByText('of 41.2\u00a0k flows').waitFor()
    await page.locator('dt:text-is("Retransmitted") + dd', { hasText: '0.41' }).waitFor()
    await page.locator('dt:text-is("Out of order") + dd', { hasText: 'not measured' }).waitFor()
    await page.getByRole('link', { name: 'All latencies' }).click()
    await page.getByRole('heading', { name: 'Latency', level: 1 }).waitFor()
  })
})
