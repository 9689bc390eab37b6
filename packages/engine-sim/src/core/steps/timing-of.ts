import type { RequestTiming } from '../engine-request.ts'
import type { Sequence } from './sequence.ts'

/** What is told of a request that has ended: its instants, and what became of its blocks. */
export function timingOf(
  { queuedMs, scheduledMs, firstTokenMs }: Pick<RequestTiming, 'queuedMs' | 'scheduledMs' | 'firstTokenMs'>,
  { preemptions, hostTokens, diskTokens, recomputedTokens }: Sequence,
): RequestTiming {
  return {
    ...{ queuedMs, scheduledMs, firstTokenMs, preemptions },
    ...(hostTokens && { hostTokens }),
    ...(diskTokens && { diskTokens }),
    ...(recomputedTokens && { recomputedTokens }),
  }
}
