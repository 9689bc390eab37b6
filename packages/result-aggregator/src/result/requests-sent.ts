import type { Counts } from './result.ts'

/** Requests that went out: all but those that the plan itself held back as too long. */
export function requestsSent({ requests, truncated, refusedAsTooLong }: Counts): number {
  return requests - (truncated - refusedAsTooLong)
}
