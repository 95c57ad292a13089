/** What the browser tests share: one Chromium, a fixture a test, and a page that reports what it must not do. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { createFixture, type Fixture, type FixtureOptions } from '../fixture-server.ts'

/** The same engine each; the shell has no windows to draw, and takes less than half of the processor time. */
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome']
export const CHROMIUM = process.env['CHROMIUM'] ?? PROGRAMS.find(program => existsSync(program)) ?? '/usr/bin/chromium'
const BUILT = join(import.meta.dirname, '..', 'dist', 'index.html')

/** Why the suite cannot run here, or false. */
export const unavailable: string | false = !existsSync(CHROMIUM)
  ? `no Chromium at ${CHROMIUM}`
  : !existsSync(BUILT)
    ? 'web/dist is not built; run npx vite build web'
    : false

export const NOW = Date.parse('2025-03-18T13:32:07Z')

/** Whoever opens a page has it closed when the test ends, however it ends. */
export interface Ending {
  readonly after: (end: () => Promise<void>) => void
}

export interface Opened {
  readonly page: Page
  readonly fixture: Fixture
  readonly base: string
  /** Moves the fixture's clock on by a second and sends what it shows. */
  readonly second: () => void
  /** Console errors, failed scripts, requests to other hosts: a test ends with none. */
  readonly faults: readonly string[]
}

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** Opens an address of the console against a fixture of its own. */
export async function open(
  t: Ending,
  browser: Browser,
  path: string,
  options: FixtureOptions & { readonly context?: BrowserContextOptions } = {},
): Promise<Opened> {
  let clock = NOW
  const { context: contextOptions, ...rest } = options
  const fixture = createFixture({ now: () => clock, signedIn: true, ...rest })
  const base = await fixture.start()
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, timezoneId: 'Europe/Berlin', locale: 'en-GB', ...contextOptions })
  t.after(async () => {
    await context.close()
    await fixture.stop()
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const faults: string[] = []
  page.on('pageerror', error => faults.push(`page error: ${error.message}`))
  page.on('console', message => {
    // A 401 before sign-in is how the console learns that nobody is signed in.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) faults.push(`console: ${message.text()}`)
  })
  page.on('request', request => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) faults.push(`left the host: ${request.url()}`)
  })
  await page.clock.setFixedTime(NOW)
  await page.goto(base + path)
  return {
    page,
    fixture,
    base,
    faults,
    second: () => {
      clock += 1000
      fixture.push()
    },
  }
}
