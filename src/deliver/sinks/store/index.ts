/**
 * The sink of the flow store. In: ranges. Out: one insert a range, from a stage file that holds the payloads end to end.
 * Always: one insert at a time, the same token for the same rows, and no stage file left behind. What an insert does is left to
 * the store.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FlowLensError } from '../../../schema/index.ts'
import { defineSink } from '../../sink.ts'
import { prepareStage, stage } from '../../stage.ts'

export const store = defineSink({
  name: 'store',
  guarantee: 'exactly once',
  doc: 'The flow store of this process.',
  create({ dataDir, store: target }) {
    if (target === undefined) throw new FlowLensError('FL_DELIVER_SINK', 'the sink store needs the flow store, which this process does not run')
    const directory = join(dataDir, 'stage')
    let prepared: Promise<void> | null = null
    return {
      async deliver(range, signal) {
        await (prepared ??= prepareStage(directory))
        const stageFile = await stage(directory, range, signal)
        try {
          await target.insert({ token: range.token, stageFile, rows: range.rows, epoch: range.epoch, from: range.fromSeq, to: range.toSeq }, signal)
        } finally {
          await rm(stageFile, { force: true })
        }
      },
      has: seq => target.hasBatch(seq),
      stop: () => Promise.resolve(),
    }
  },
})
