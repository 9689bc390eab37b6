import type { RequestRecord } from '@reprise/replay-engine'

/** What it took to open a connection, name look-up, TCP and TLS. `undefined` where one stood already, or never came to stand. Measured for every outcome. */
export function connectTime({ connectStartMs, sentMs }: RequestRecord): number | undefined {
  return connectStartMs === undefined || sentMs === undefined ? undefined : sentMs - connectStartMs
}
