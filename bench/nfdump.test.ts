import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTalkers } from './nfdump.ts'
import { sameTalkers } from './rows/queries.ts'

/** As nfdump 1.7.1 prints `-s srcip/bytes -n 2 -o csv`. */
const CSV = `ts,te,td,pr,val,fl,flP,pkt,pktP,byt,bytP,pps,bps,bpp
2026-11-22 14:56:12,2026-11-22 14:57:18,66.736,any,10.10.1.10,2187,2.2,122731,3.7,107992257,5.5,1839,12945607,879
2026-11-22 14:56:09,2026-11-22 14:57:18,69.763,any,2001:db8::1,4457,4.5,163887,5.0,68325888,3.5,2349,7835200,416

Summary
flows,bytes,packets,avg_bps,avg_pps,avg_bpp
100000,1959574041,3300067,215482843,45361,593
`

test('the statistic of nfdump is read by the names of its columns', () => {
  assert.deepEqual(readTalkers(CSV), [
    { key: '10.10.1.10', bytes: 107_992_257 },
    { key: '2001:db8::1', bytes: 68_325_888 },
  ])
  assert.throws(() => readTalkers('No matched flows\n'), /form that is not known/)
})

test('answers are the same to the digit, in whatever order', () => {
  const [first, second] = readTalkers(CSV)
  assert.ok(first !== undefined && second !== undefined)
  assert.equal(sameTalkers([first, second], [second, first]), true)
  assert.equal(sameTalkers([first, second], [first, { ...second, bytes: second.bytes + 1 }]), false)
  assert.equal(sameTalkers([first, second], [first]), false)
})
