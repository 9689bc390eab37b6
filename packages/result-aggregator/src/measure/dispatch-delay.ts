import type { RequestRecord } from '@reprise/replay-engine'

/** How late the client handed the request over: sent - due. `undefined` when it was never sent. Measured for every outcome. */
export function dispatchDelay({ dueMs, sentMs }: RequestRecord): number | undefined {
  return sentMs === undefined ? undefined : sentMs - dueMs
}
