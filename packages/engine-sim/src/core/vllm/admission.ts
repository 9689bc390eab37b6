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

  /**
   * Whether the free blocks suffice for a waiting sequence that holds none, to have room for so many tokens: and for all that it has, where whole inputs
   * are reserved. Hit blocks that are free count as free, so they are needed too. `owed`: blocks that are left for others.
   */
  fits(sequence: VllmSequence, slots: number, owed = 0): boolean {
    const { cached } = this.#parts
    const missing = this.#missing(sequence, { slots, owed, held: cached.count - cached.freeCount })
    if (missing.forInput > 0) this.#blocked = { sequence, untilReliefs: this.#parts.pool.reliefs + missing.forInput }
    return missing.forInput <= 0 && missing.forSlots <= 0
  }

  /** As `fits`, of one that holds blocks. */
  fitsHolder(sequence: VllmSequence, slots: number): boolean {
    const missing = this.#missing(sequence, { slots, owed: 0, held: sequence.blockCount })
    return missing.forInput <= 0 && missing.forSlots <= 0
  }

  #missing(
    { tokens }: VllmSequence,
    { slots, owed, held }: { readonly slots: number; readonly owed: number; readonly held: number },
  ): { readonly forInput: number; readonly forSlots: number } {
    const { pool, tables, config, running } = this.#parts
    const spare = pool.freeBlocks - (running.length > 0 ? this.#watermarkBlocks : 0) + held
    const input = config.reserveFullIsl ? Math.min(tokens, config.maxModelLen) : 0
    return { forInput: tables.blocksFor(input) - spare, forSlots: tables.blocksFor(slots) + owed - spare }
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
