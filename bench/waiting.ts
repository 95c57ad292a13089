/** Waiting for what other processes do. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until a condition holds, looking at it every so often; false when it did not hold in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limits: { readonly everyMs: number; readonly mostMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  for (let waited = 0; waited < limits.mostMs; waited += limits.everyMs) {
    if (await holds()) return true
    await sleep(limits.everyMs, undefined, { signal: limits.signal })
  }
  return holds()
}
