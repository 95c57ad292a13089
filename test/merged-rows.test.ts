/** Rows of equal keys are merged before they are stored, and rules name applications: sums stay what they were, and the books close. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { assertClosed, healthOf, makeSite, until, type Pipeline } from './helpers/site.ts'

const SECONDS = 5

test('merged rows have the sums of what was sent, own applications their name; a rule with a mistake changes nothing', async context => {
  const site = await makeSite(context, {
    more: `aggregate: {seconds: ${SECONDS}, keep: [exporter, proto, dst_port, app, category]}
applicationRules:
  - {filter: port = 443, app: front door, category: house}
`,
  })
  const program = await site.start()
  const sent = await site.simulate('--protocol v9 --rate 20000 --flows 30000 --seed 21')
  const { ledger } = await until(
    'everything in the store',
    () => program.get<Pipeline>('/api/v1/pipeline'),
    now =>
      now.ledger?.rows.produced === sent.flows &&
      now.ledger.rows.in_flight === 0 &&
      now.sinks.every(sink => sink.rows_waiting === 0 && sink.rows_delivered >= 1),
  )
  assert.ok(ledger !== null)
  assertClosed(ledger)
  const { rows } = ledger
  assert.ok(rows.merged > sent.flows / 2 && rows.spooled === sent.flows - rows.merged, JSON.stringify(rows))
  context.diagnostic(`${rows.merged} of ${rows.produced} rows went into others`)

  const shown = await site.query('')
  assert.deepEqual([shown.totals['bytes'], shown.totals['packets'], shown.totals['flows']], [sent.scaledOctets, sent.scaledPackets, rows.spooled])
  const own = await site.query('app = "front door"', '--by', 'category')
  assert.deepEqual(
    own.rows.map(row => row['category']),
    ['house'],
  )
  const others = await site.query('port = 443 and app != "front door"')
  assert.equal(others.totals['flows'] ?? 0, 0)
  const text = await program.get<string>('/metrics')
  assert.match(text, new RegExp(`^flowlens_rows_merged_total ${rows.merged}$`, 'm'))

  const good = readFileSync(site.configFile, 'utf8')
  writeFileSync(site.configFile, good.replace('port = 443', 'prt = 443'))
  const health = await until(
    'the refusal',
    () => healthOf(site),
    ({ reasons }) => reasons.some(reason => reason.includes('there is no column prt')),
  )
  assert.match(health.reasons.join('\n'), /did you mean port\?\n +prt = 443\n +\^\^\^/)
  const more = await site.simulate('--protocol v9 --rate 20000 --flows 2000 --seed 22')
  const later = await until(
    'the old rules at work',
    () => program.get<Pipeline>('/api/v1/pipeline'),
    now => now.ledger?.rows.produced === sent.flows + more.flows && now.ledger.rows.in_flight === 0 && now.sinks.every(sink => sink.rows_waiting === 0),
  )
  assert.ok(later.ledger !== null)
  assertClosed(later.ledger)
  // The command reads the file too.
  writeFileSync(site.configFile, good)
  assert.equal((await site.query('port = 443 and app != "front door"')).totals['flows'] ?? 0, 0)
  assert.equal(await program.stop(), 0)
})
