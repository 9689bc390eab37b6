/**
 * Runs with a signal that aborts when the outer one does. The outer one has a listener meanwhile: without any, the first Ctrl-C ends the
 * process at once, and with it the chance to clean up. So does the second one for `cancel`: whoever cleans up already is let finish, and the
 * third ends the process.
 */
export async function heedInterrupt<T>(
  outer: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
  cancel?: AbortSignal,
): Promise<T> {
  const inner = new AbortController()
  const onAbort = () => inner.abort(outer.reason)
  if (outer.aborted) onAbort()
  outer.addEventListener('abort', onAbort)
  const onCancel = () => {}
  cancel?.addEventListener('abort', onCancel)
  try {
    return await run(inner.signal)
  } finally {
    outer.removeEventListener('abort', onAbort)
    cancel?.removeEventListener('abort', onCancel)
  }
}
