import type { RequestRecord } from '@reprise/replay-engine'

/**
 * How much later than recorded a request of a schedule left: what it waited for other replies, and the lateness of the client. `undefined` where
 * it has no recorded time, or was never tried.
 */
export function scheduleDrift({ targetMs, connectStartMs, sentMs }: RequestRecord): number | undefined {
  const begunMs = connectStartMs ?? sentMs
  return begunMs === undefined || targetMs === undefined ? undefined : begunMs - targetMs
}
