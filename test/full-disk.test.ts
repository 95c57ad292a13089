/** A disk that is full: it is told, receiving and asking go on, and with room again every row that was received is stored or counted as lost. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { flowlens } from './helpers/index.ts'
import { assertClosed, healthOf, makeSite, sum, until, type Answer, type Pipeline, type Site } from './helpers/site.ts'

const MiB = 1024 * 1024

/** A small disk under the data directory; null where it may not be mounted. */
function mountSmall(site: Site, sizeMiB: number): { fill(): void; free(): void; unmount(): void } | null {
  const folder = join(site.folder, 'data')
  const ballast = join(folder, 'ballast')
  mkdirSync(folder)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder]).status !== 0) return null
  return {
    fill() {
      const fd = openSync(ballast, 'w')
      try {
        for (let piece = Buffer.alloc(MiB, 1); piece.length >= 512; piece = piece.subarray(0, piece.length / 2)) {
          try {
            for (;;) writeSync(fd, piece)
          } catch (error) {
            assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
          }
        }
      } finally {
        closeSync(fd)
      }
    },
    free: () => rmSync(ballast),
    unmount() {
      // What still holds a file open ends in a moment; the mount goes with the last of them.
      spawnSync('umount', ['--lazy', folder])
    },
  }
}

for (const policy of ['drop-oldest', 'drop-newest']) {
  test(`the disk is full, and then is not (${policy})`, async context => {
    const site = await makeSite(context, { more: `spool: {segmentBytes: 1048576, fullPolicy: ${policy}}\n` })
    const disk = mountSmall(site, 160)
    if (disk === null) return context.skip('a small disk cannot be mounted here; that takes root')
    try {
      const program = await site.start()
      const ingest = site.ingestPid()
      const pipeline = (): Promise<Pipeline> => program.get('/api/v1/pipeline')
      const before = await site.simulate('--protocol v9 --rate 5000 --flows 3000 --seed 101')
      await program.stored(before.flows)

      disk.fill()
      const during = await site.simulate('--protocol ipfix --rate 10000 --flows 40000 --seed 102')
      const told = await until(
        'a word of the full disk',
        () => healthOf(site),
        ({ reasons }) => reasons.some(reason => /sink store fails/.test(reason)),
      )
      assert.equal(told.status, 'degraded')
      assert.ok(told.reasons.includes('less than 1 GB is free on the disk of the data directory'), told.reasons.join('\n'))
      assert.match(program.output(), /ENOSPC|not enough space/i)
      const { ledger: books } = await until('the books', pipeline, ({ ledger }) => (ledger?.datagrams.received ?? 0) >= before.datagrams + during.datagrams)
      assert.ok(books !== null)
      assertClosed(books)
      assert.deepEqual([books.rows.produced, site.ingestPid()], [before.flows + during.flows, ingest], 'receiving goes on')
      const answer = await program.post<Answer>('/api/v1/query', { from: 'now-2d', metrics: ['flows'], by: [] })
      assert.ok((answer.totals['flows'] ?? 0) >= before.flows, 'questions are answered')

      // A question of the command line needs a key, and that a little room; where there is none it says so.
      const asked = await flowlens(['query', '', '--json', '--config', site.configFile])
      if (asked.code !== 0) assert.match(asked.stderr, /^flowlens: cannot make a key for this query in .*: .*\n.*\(FL_STATE_OPEN\)\n$|\(FL_STORE_QUERY\)\n$/)

      disk.free()
      const delivered = ({ ledger, sinks }: Pipeline): boolean =>
        ledger?.rows.in_flight === 0 && sinks.every(sink => sink.rows_waiting === 0 && sink.breaker === 'closed')
      await until('the end of what waited', pipeline, delivered)
      const after = await site.simulate('--protocol v9 --rate 5000 --flows 3000 --seed 103')
      const flows = before.flows + during.flows + after.flows
      const {
        ledger,
        sinks: [store],
      } = await until('all flows', pipeline, now => delivered(now) && now.ledger?.rows.produced === flows && now.ledger.spool.degraded === null)
      assert.ok(ledger !== null && store !== undefined)
      assertClosed(ledger)
      assert.equal(store.rows_delivered + sum(store.rows_expired), ledger.rows.spooled, JSON.stringify([ledger.rows, store]))
      assert.equal((await site.query('', '--last', '2d')).totals['flows'], store.rows_delivered, 'the store has what the books say')
      context.diagnostic(`of ${ledger.rows.produced} rows ${sum(ledger.rows.dropped)} were dropped and ${sum(store.rows_expired)} given up`)
      assert.equal(await program.stop(), 0)
    } finally {
      disk.unmount()
    }
  })
}
