import type { KvOffload } from '../offload/kv-offload-config.ts'
import type { Speculation } from '../speculation.ts'
import type { BlockPool } from './block-pool.ts'
import type { BlockRun } from './block-run.ts'
import { HeldRuns } from './held-runs.ts'
import { keyLookahead } from './key-lookahead.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface CachedPrefixConfig {
  readonly blockSize: number
  readonly enablePrefixCaching: boolean
  readonly speculation?: Speculation | undefined
  readonly kvOffload?: KvOffload | undefined
}

const none = new HeldRuns()
/** Sessions of which the last runs are kept. */
const mostSessions = 1024

/** Blocks of one run that were hit. */
interface Hit {
  readonly run: BlockRun
  readonly start: number
  readonly end: number
}

/** The leading blocks of a sequence that are cached: of the one that was looked up last. */
export class CachedPrefix {
  readonly #pool: BlockPool
  readonly #config: CachedPrefixConfig
  #hits: Hit[] = []
  /** What requests of a session held when they ended: most likely found by the next one too. The last sessions to end are kept. */
  readonly #lastOfSession = new Map<string, HeldRuns>()
  /** How many there are. */
  count = 0
  /** Of those, the ones that nobody holds. */
  freeCount = 0

  constructor(pool: BlockPool, config: CachedPrefixConfig) {
    this.#pool = pool
    this.#config = config
  }

  /** Looks them up. At least the last token is always computed, so a prompt is never found in full. */
  find(sequence: VllmSequence): void {
    this.#hits = []
    this.count = 0
    this.freeCount = 0
    const { enablePrefixCaching, blockSize, speculation } = this.#config
    if (!enablePrefixCaching || sequence.request.skipsCache) return
    this.#look(sequence, Math.floor((sequence.tokens - 1) / blockSize))
    // A draft head's last position in a block depends on the token after it: where keys do not cover that, the last block that was found is computed again.
    if (this.count > 0 && speculation && keyLookahead(this.#config) === 0) {
      const { run, start, end } = this.#hits.pop()!
      this.count -= 1
      if (run.holders === 0) this.freeCount -= 1
      if (end - 1 > start) this.#hits.push({ run, start, end: end - 1 })
    }
  }

  /** A sequence is about to lose its blocks: where the next of its session is looked for. */
  remember({ request: { session }, held }: VllmSequence): void {
    if (session === undefined) return
    this.#lastOfSession.delete(session)
    this.#lastOfSession.set(session, held)
    if (this.#lastOfSession.size > mostSessions) this.#lastOfSession.delete(this.#lastOfSession.keys().next().value!)
  }

  /** Gives them to the sequence. */
  give(sequence: VllmSequence): void {
    for (const { run, start, end } of this.#hits) this.#pool.hold(sequence, run, start, end)
    sequence.computed = this.count * this.#config.blockSize
  }

  #look({ keys, request: { session } }: VllmSequence, most: number): void {
    const last = (session !== undefined && this.#lastOfSession.get(session)) || none
    let place = 0
    for (let block = 0; block < most; block = this.count) {
      while (place < last.length && last.at(place).end <= block) place += 1
      const guess = place < last.length ? last.at(place).partWith(block) : undefined
      // A run that is the one to hit is so for all of its blocks; of a younger one that is known of the block alone that was looked up.
      const isGuessed = guess && !guess.isYounger && guess.end > block && guess.keys.of(block) === keys.of(block)
      const run = isGuessed ? guess : this.#pool.findNext(keys, block)
      if (!run) return
      const end = run.isYounger ? block + 1 : block + run.keys.sharedWith(keys, block, Math.min(run.end, most))
      this.#hits.push({ run, start: block, end })
      this.count = end
      if (run.holders === 0) this.freeCount += end - block
    }
  }
}
