import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FlowLensError } from '../schema/index.ts'
import { byMeasured, usualOrder } from './usual.ts'

test('bands of a time alone are told in their order, all of them; all else by its first figure', () => {
  for (const [by, asked, expected] of [
    [[], {}, ['-bytes', 10]],
    [['app'], {}, ['-bytes', 10]],
    [['app'], { limit: 3, order: 'app' }, ['app', 3]],
    [['rtt/3'], {}, ['rtt/3', 26]],
    [['rtt/9'], {}, ['rtt/9', 74]],
    [['rtt/3'], { limit: 100 }, ['rtt/3', 100]],
    [['rtt/3'], { limit: 5 }, ['-bytes', 5]],
    [['rtt/3'], { order: '-flows' }, ['-flows', 26]],
    [['app', 'rtt/3'], {}, ['-bytes', 10]],
  ] as const) {
    const { order, limit } = usualOrder(by, 'bytes', asked, 10)
    assert.deepEqual([order, limit], expected, `${by.join()} ${JSON.stringify(asked)}`)
  }
})

test('only measured times are known of some flows alone', () => {
  assert.deepEqual([byMeasured([]), byMeasured(['app', 'src/24']), byMeasured(['app', 'jitter/1'])], [false, false, true])
  assert.throws(
    () => byMeasured(['nope']),
    (error: unknown) => error instanceof FlowLensError && error.code === 'FL_QUERY_INVALID',
  )
})
