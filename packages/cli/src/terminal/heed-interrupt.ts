/**
 * Runs with a signal that aborts when the outer one does. The outer one has a listener meanwhile: without any, the first Ctrl-C ends the
 * process at once, and with it the chance to clean up.
 */
export async function heedInterrupt<T>(outer: AbortSignal, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const inner = new AbortController()
  const onAbort = () => inner.abort(outer.reason)
  if (outer.aborted) onAbort()
  outer.addEventListener('abort', onAbort)
  try {
    return await run(inner.signal)
  } finally {
    outer.removeEventListener('abort', onAbort)
  }
}
