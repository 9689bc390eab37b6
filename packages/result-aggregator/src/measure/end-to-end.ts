import type { RequestRecord } from '@reprise/replay-engine'

/** From sending to the last token; usage and end markers that come behind it do not count. `undefined` when no token came. */
export function endToEnd({ sentMs, lastTokenMs }: RequestRecord): number | undefined {
  return sentMs === undefined || lastTokenMs === undefined ? undefined : lastTokenMs - sentMs
}

/** From the instant the plan wanted the request sent to its last token. */
export function endToEndFromDue({ dueMs, lastTokenMs }: RequestRecord): number | undefined {
  return lastTokenMs === undefined ? undefined : lastTokenMs - dueMs
}
