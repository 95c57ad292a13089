/** Takes frames from the spool and makes ranges of them. */
import { isWhole, type ExpiryReason, type SpoolFrame, type SpoolReader } from '../spool/index.ts'
import type { DeliveryRange } from './sink.ts'

export interface Limits {
  readonly rows: number
  readonly bytes: number
}

/** Rows that no sink will ever get from here. */
export interface Loss {
  readonly kind: 'loss'
  readonly toSeq: number
  readonly expired: Partial<Record<ExpiryReason, number>>
}

export type Gathered = { readonly kind: 'range'; readonly frames: readonly SpoolFrame[] } | Loss | { readonly kind: 'wait'; readonly oldestAt: number | null }

export interface Gatherer {
  /** Begins anew at a row. */
  seek(seq: number): void
  /**
   * A range when one is full, or its oldest row has waited for `batchMs`; a loss where rows are gone; otherwise the time of
   * reception of the oldest row that waits.
   */
  gather(options: { readonly limits: Limits; readonly batchMs: number; readonly maxLagMs: number; readonly now: number }): Promise<Gathered>
  /** Every frame and loss from here to a row, for a range that was planned before. */
  exactly(toSeq: number): Promise<readonly (SpoolFrame | Loss)[]>
}

/** `reasonsOf` splits lost rows by why they went. */
export function createGatherer(reader: SpoolReader, reasonsOf: (fromSeq: number, toSeq: number, seen: 'max_bytes' | 'corrupt') => Loss['expired']): Gatherer {
  let frames: SpoolFrame[] = []
  let rows = 0
  let bytes = 0
  let ahead: SpoolFrame | Loss | null = null

  /** The next frame that is whole, or a loss. */
  const step = async (): Promise<SpoolFrame | Loss | null> => {
    if (ahead !== null) {
      const kept = ahead
      ahead = null
      return kept
    }
    const next = reader.next()
    if (next === null) return null
    if (next.kind === 'gap') return { kind: 'loss', toSeq: next.toSeq, expired: reasonsOf(next.fromSeq, next.toSeq, next.reason) }
    if (await isWhole(next)) return next
    return { kind: 'loss', toSeq: next.firstSeq + next.rows, expired: { corrupt: next.rows } }
  }

  const reset = (): void => {
    frames = []
    rows = 0
    bytes = 0
  }

  const take = (): Gathered => {
    const range = { kind: 'range', frames } as const
    reset()
    return range
  }

  return {
    seek(seq) {
      reset()
      ahead = null
      reader.seek(seq)
    },
    async gather({ limits, batchMs, maxLagMs, now }) {
      for (;;) {
        const next = await step()
        const first = frames[0]
        if (next === null) {
          if (first !== undefined && now - first.firstReceivedAt >= batchMs) return take()
          return { kind: 'wait', oldestAt: first?.firstReceivedAt ?? null }
        }
        if (next.kind === 'loss') {
          if (first === undefined) return next
          ahead = next
          return take()
        }
        if (first === undefined && now - next.lastReceivedAt > maxLagMs)
          return { kind: 'loss', toSeq: next.firstSeq + next.rows, expired: { max_lag: next.rows } }
        if (first !== undefined && (next.epoch !== first.epoch || rows + next.rows > limits.rows || bytes + next.length > limits.bytes)) {
          ahead = next
          return take()
        }
        frames.push(next)
        rows += next.rows
        bytes += next.length
      }
    },
    async exactly(toSeq) {
      const items: (SpoolFrame | Loss)[] = []
      reset()
      ahead = null
      while (reader.position < toSeq) {
        const next = await step()
        if (next === null) break
        items.push(next)
      }
      return items
    },
  }
}

/** The range of frames that follow each other; at least one. */
export function rangeOf(uuid: string, frames: readonly SpoolFrame[]): DeliveryRange {
  const first = frames[0]
  const last = frames.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('a range has at least one frame')
  const toSeq = last.firstSeq + last.rows
  return {
    token: `${uuid}:${first.epoch}:${first.firstSeq}-${toSeq}`,
    epoch: first.epoch,
    fromSeq: first.firstSeq,
    toSeq,
    rows: toSeq - first.firstSeq,
    bytes: frames.reduce((sum, frame) => sum + frame.length, 0),
    frames,
  }
}
