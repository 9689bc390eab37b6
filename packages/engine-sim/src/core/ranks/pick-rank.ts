import type { Scheduler } from '../steps/scheduler.ts'

/** The rank that takes the next request. */
export type PickRank = (ranks: readonly Pick<Scheduler, 'counts'>[]) => number

/**
 * The one with the fewest requests, of which those that wait count four times; of several the first. What runs is as of the last step, where vLLM
 * tells its clients every 100 ms; what was sent since waits.
 *
 * Source: `DPLBAsyncMPClient.get_core_engine_for_request` of vLLM 0.33.
 */
export const leastWaiting: PickRank = (ranks) => {
  const scores = ranks.map(({ counts: { waiting, running } }) => 4 * waiting + running)
  return scores.indexOf(Math.min(...scores))
}

/** One after the other. Source: `DataParallelController` of SGLang, `load_balance_method` by itself. */
export function inTurns(): PickRank {
  let next = 0
  return ({ length }) => {
    const rank = next % length
    next = rank + 1
    return rank
  }
}
