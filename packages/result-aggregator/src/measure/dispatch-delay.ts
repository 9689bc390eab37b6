import type { RequestRecord } from '@reprise/replay-engine'

/**
 * How late the client set about the request: from due until a connection began to be opened for it, or, where one stood, until it was sent.
 * A slow handshake is no lateness of the client. `undefined` when it was never tried. Measured for every outcome.
 */
export function dispatchDelay({ dueMs, connectStartMs, sentMs }: RequestRecord): number | undefined {
  const begunMs = connectStartMs ?? sentMs
  return begunMs === undefined ? undefined : begunMs - dueMs
}
