import type { Cancel } from './clock.ts'

const listeners = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Calls `run` once when the signal aborts; at once if it already has.
 *
 * However many ask, a signal carries one listener of ours: thousands of sleepers may share it without a leak warning.
 */
export function onAbort(signal: AbortSignal, run: () => void): Cancel {
  if (signal.aborted) {
    run()
    return () => {}
  }
  const waiting = listeners.get(signal) ?? listen(signal)
  // Wrapped, so that the same function given twice is called twice.
  const entry = () => run()
  waiting.add(entry)
  return () => {
    waiting.delete(entry)
  }
}

function listen(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>()
  listeners.set(signal, waiting)
  signal.addEventListener(
    'abort',
    () => {
      for (const run of waiting) run()
      waiting.clear()
    },
    { once: true },
  )
  return waiting
}
