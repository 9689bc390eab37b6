import type { RequestRecord } from '@reprise/replay-engine'

/** When a request set out: when it was sent, or else when a connection began to be opened for it. `undefined` where it was never tried. */
export function dispatchedMs({ sentMs, connectStartMs }: RequestRecord): number | undefined {
  return sentMs ?? connectStartMs
}
