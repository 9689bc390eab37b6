import type { SchedulerConfig } from '../engine-config.ts'
import type { BlockPool } from './block-pool.ts'
import type { BlockTables } from './block-tables.ts'
import type { CachedPrefix } from './cached-prefix.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface AdmissionParts {
  readonly pool: BlockPool
  readonly tables: BlockTables
  /** Of the sequence that was looked up last. */
  readonly cached: CachedPrefix
  readonly config: SchedulerConfig
  /** Those that run. */
  readonly running: readonly VllmSequence[]
}

/** Whether there are blocks for a sequence that waits. */
export class Admission {
  readonly #parts: AdmissionParts
  readonly #watermarkBlocks: number
  /** A head of the waiting queue that did not fit cannot fit before `pool.reliefs` has reached this. */
  #blocked: { sequence: VllmSequence; untilReliefs: number } | undefined

  constructor(parts: AdmissionParts) {
    this.#parts = parts
    this.#watermarkBlocks = Math.floor(parts.config.watermark * parts.config.numBlocks)
  }

  /** Whether the free blocks, but for `owed`, suffice for a waiting sequence. Hit blocks that are free count as free, so they are needed too. */
  fits(sequence: VllmSequence, endTokens: number, owed = 0): boolean {
    const { pool, tables, cached, config, running } = this.#parts
    const headroom = running.length > 0 ? this.#watermarkBlocks : 0
    const spare = pool.freeBlocks - owed - headroom + cached.count - cached.freeCount
    if (!config.reserveFullIsl) return tables.blocksFor(endTokens) <= spare
    const missing = tables.blocksFor(Math.max(endTokens, Math.min(sequence.tokens, config.maxModelLen))) - spare
    if (missing <= 0) return true
    if (owed === 0) this.#blocked = { sequence, untilReliefs: pool.reliefs + missing }
    return false
  }

  /**
   * True when nothing has happened since it did not fit that could make it fit: each block returned and each key given makes at most
   * one block less missing. Spares looking up a long prompt in every step that it waits for.
   */
  isStillBlocked(sequence: VllmSequence): boolean {
    const blocked = this.#blocked
    if (!blocked || blocked.sequence !== sequence) return false
    return this.#parts.running.length > 0 && this.#parts.pool.reliefs < blocked.untilReliefs
  }
}
