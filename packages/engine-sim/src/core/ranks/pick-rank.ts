import type { EngineConfig } from '../engine-config.ts'

interface RankCounts {
  readonly waiting: number
  readonly running: number
  readonly usedBlocks: number
  readonly totalBlocks: number
}

/** The rank that takes the next request. What is known of ranks is as of the last step, where vLLM tells its clients every 100 ms; what was sent since waits. */
export type PickRank = (ranks: readonly { readonly counts: RankCounts }[]) => number

/** How ranks are picked by a setting. */
export function pickRank(balance: NonNullable<EngineConfig['dataParallelBalance']>): PickRank {
  switch (balance) {
    case 'waiting':
      return leastWaiting
    case 'in-flight':
      return fewestInFlight()
    case 'round-robin':
      return inTurns()
  }
}

/** The least of 4 x waiting + running, of several the first. Source: `DPLBAsyncMPClient.get_core_engine_for_request` of vLLM up to 0.26. */
const leastWaiting: PickRank = (ranks) =>
  firstLeast(ranks.map(({ counts: { waiting, running } }) => 4 * waiting + running))

/**
 * The one with the fewest requests, and of several the first from a rank on that is another one each time. Those that wait count up to three times more where over half of the
 * blocks are in use.
 *
 * Source: the same of vLLM 0.27 (its pull requests 47420 and 49204).
 */
function fewestInFlight(): PickRank {
  let start = 0
  return (ranks) => {
    const scores = ranks.map(({ counts: { waiting, running, usedBlocks, totalBlocks } }) => {
      const short = Math.max(0, usedBlocks / totalBlocks - 0.5)
      return waiting + running + waiting * 6 * short
    })
    const first = start % ranks.length
    start = first + 1
    return (first + firstLeast([...scores.slice(first), ...scores.slice(0, first)])) % ranks.length
  }
}

/** Source: `DataParallelController` of SGLang, `load_balance_method` by itself. */
function inTurns(): PickRank {
  let next = 0
  return ({ length }) => {
    const rank = next % length
    next = rank + 1
    return rank
  }
}

function firstLeast(scores: readonly number[]): number {
  return scores.indexOf(Math.min(...scores))
}
