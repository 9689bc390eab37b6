import type { EngineConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { keyOfText, mixKey } from '../mix-key.ts'
import { sessionOf } from '../session-of.ts'

interface RankCounts {
  readonly waiting: number
  readonly running: number
  readonly usedBlocks: number
  readonly totalBlocks: number
}

/** The rank that takes a request. What is known of ranks is as of the last step, where vLLM tells its clients every 100 ms; what was sent since waits. */
export type PickRank = (ranks: readonly { readonly counts: RankCounts }[], request: EngineRequest) => number

/** How ranks are picked by a setting. */
export function pickRank(balance: NonNullable<EngineConfig['dataParallelBalance']>): PickRank {
  switch (balance) {
    case 'waiting':
      return leastWaiting
    case 'in-flight':
      return fewestInFlight()
    case 'round-robin':
      return inTurns()
    case 'session':
      return bySession()
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

/**
 * That of its session, by a hash; of requests without one another each time.
 *
 * Source: routers in front of ranks (`--dp-aware` of SGLang's with `consistent_hashing`, `--intra-node-data-parallel-size` of vLLM's with `consistent_hash`), which name the rank to the
 * engine; where their rings put a session is not what is copied.
 */
function bySession(): PickRank {
  let alone = 0
  return ({ length }, request) => {
    const session = sessionOf(request)
    if (session === undefined) alone += 1
    const key = session ?? alone
    return mixKey(11, typeof key === 'string' ? keyOfText(key) : key) % length
  }
}

function firstLeast(scores: readonly number[]): number {
  return scores.indexOf(Math.min(...scores))
}
