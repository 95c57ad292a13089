import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caseReport, type FigureSpec } from './report.ts'

const FIGURES = { answer_ms: { label: 'answer', unit: 'ms', better: 'less' } } as const satisfies Readonly<Record<string, FigureSpec>>

test('the runs of a case become one figure each, with the peer of the same run', () => {
  const report = caseReport(
    'top-10',
    FIGURES,
    [
      { flowlens: { answer_ms: 30 }, peer: { answer_ms: 60 }, conditions: { flows: 7 }, notes: ['b'] },
      { flowlens: { answer_ms: 10 }, peer: { answer_ms: 40 }, notes: ['b', 'c'] },
    ],
    { conditions: { seconds: 5 }, notes: ['a'] },
  )
  assert.deepEqual(report, {
    name: 'top-10',
    conditions: { seconds: 5, flows: 7 },
    figures: {
      answer_ms: {
        label: 'answer',
        unit: 'ms',
        better: 'less',
        flowlens: { median: 20, min: 10, max: 30, values: [30, 10] },
        peer: { median: 50, min: 40, max: 60, values: [60, 40] },
        ratio: { median: 0.375, min: 0.25, max: 0.5, values: [0.5, 0.25] },
      },
    },
    notes: ['a', 'b', 'c'],
  })
})

test('without a peer there is none of its figures', () => {
  const { figures } = caseReport('one', FIGURES, [{ flowlens: { answer_ms: 30 }, peer: null }])
  assert.equal(figures['answer_ms']?.peer, null)
  assert.equal(figures['answer_ms']?.ratio, null)
  assert.equal(figures['answer_ms']?.flowlens?.median, 30)
})
