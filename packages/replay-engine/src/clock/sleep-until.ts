import type { Clock } from './clock.ts'
import { onAbort } from './on-abort.ts'

/**
 * Resolves at the instant `ms`, or as soon after as can be.
 *
 * @throws the signal's reason, as soon as it aborts.
 */
export function sleepUntil(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!signal) {
      clock.at(ms, resolve)
      return
    }
    if (signal.aborted) {
      reject(signal.reason)
      return
    }
    const cancelSleep = clock.at(ms, () => {
      cancelAbort()
      resolve()
    })
    const cancelAbort = onAbort(signal, () => {
      cancelSleep()
      reject(signal.reason)
    })
  })
}
