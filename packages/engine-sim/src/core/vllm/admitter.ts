import type { SchedulerConfig } from '../engine-config.ts'
import type { StepPlan } from '../steps/step-plan.ts'
import type { Admission } from './admission.ts'
import type { BlockTables } from './block-tables.ts'
import type { CachedPrefix } from './cached-prefix.ts'
import type { HitCount } from './hit-count.ts'
import { pieceOfWaiting, slotsOf } from './pieces.ts'
import type { PrefixLoads } from './prefix-loads.ts'
import type { RemotePrompts } from './remote-prompts.ts'
import type { StepBudget } from './step-budget.ts'
import type { VllmSequence } from './vllm-sequence.ts'
import type { WaitingQueue } from './waiting-queue.ts'

interface AdmitterParts {
  readonly config: SchedulerConfig
  readonly running: VllmSequence[]
  readonly waiting: WaitingQueue
  readonly tables: BlockTables
  readonly cached: CachedPrefix
  /** Absent where nothing is behind the device's cache. */
  readonly loads: PrefixLoads | undefined
  readonly remote: RemotePrompts
  readonly hits: HitCount
  readonly admission: Admission
}

/** Lets those that wait in. */
export class Admitter {
  readonly #parts: AdmitterParts
  readonly #mostRunning: number

  constructor(parts: AdmitterParts) {
    const { maxNumSeqs, maxNumActiveSeqs = maxNumSeqs } = parts.config
    this.#parts = parts
    this.#mostRunning = Math.min(maxNumSeqs, maxNumActiveSeqs)
  }

  /** Admits from the head of the queue as long as it fits; the first that does not fit keeps all behind it waiting. */
  admit(plan: StepPlan<VllmSequence>, budget: StepBudget): void {
    const { running, waiting, loads, remote, admission } = this.#parts
    while (budget.left > 0 && running.length < this.#mostRunning) {
      const queue = remote.head ? remote : loads?.head ? loads : waiting
      const sequence = queue.head
      if (!sequence || (queue === waiting && admission.isStillBlocked(sequence))) return
      const tokens = queue === waiting ? this.#admit(sequence, budget) : this.#admitHolder(sequence, budget)
      if (tokens === 0) return
      queue.removeHead()
      if (tokens === 'expects') plan.reserved.push(sequence)
      if (tokens === 'expects' || tokens === 'loads') continue
      const drafts = sequence.computed + tokens - sequence.tokens
      if (drafts > 0) plan.addVerified(sequence, drafts, { isNew: sequence.preemptions === 0 })
      else plan.add(sequence, tokens, sequence.preemptions === 0)
      running.push(sequence)
      plan.admitted += 1
      budget.left -= tokens
      budget.hasPrefill ||= sequence.computed < sequence.tokens - 1
    }
  }

  /** As `#admit`, of one that holds what was loaded for it, or sent to it. */
  #admitHolder(sequence: VllmSequence, budget: StepBudget): number {
    const { config, tables, hits, admission } = this.#parts
    const tokens = this.#pieceOf(sequence, sequence.computed, budget)
    const endTokens = sequence.computed + tokens
    const slots = slotsOf(endTokens, config)
    if (tokens === 0 || !admission.fitsHolder(sequence, slots)) return 0
    hits.count(sequence)
    tables.take(sequence, tables.blocksFor(slots) - sequence.blockCount)
    tables.keyFull(sequence, endTokens)
    return tokens
  }

  /** Tokens given to a waiting sequence in this step, its blocks allocated; 0 when it does not fit, `loads` or `expects` when it waits for what it has blocks for. */
  #admit(sequence: VllmSequence, budget: StepBudget): number | 'loads' | 'expects' {
    const { config, tables, cached, loads, remote, hits, admission } = this.#parts
    if (sequence.isRemote) return remote.reserve(sequence) ? 'expects' : 0
    cached.find(sequence)
    const behind = loads?.find(sequence, cached.count)
    if (behind) {
      if (!admission.fits(sequence, behind.endBlock * config.blockSize, this.#owedBlocks)) return 0
      cached.give(sequence)
      tables.take(sequence, behind.endBlock - cached.count)
      loads!.begin(sequence, behind)
      return 'loads'
    }
    const computed = cached.count * config.blockSize
    const tokens = this.#pieceOf(sequence, computed, budget)
    const slots = slotsOf(computed + tokens, config)
    if (tokens === 0 || !admission.fits(sequence, slots)) return 0
    cached.give(sequence)
    hits.count(sequence)
    tables.take(sequence, tables.blocksFor(slots) - cached.count)
    tables.keyFull(sequence, computed + tokens)
    return tokens
  }

  /**
   * Blocks that those which load, and those which run and have not computed their whole prompt, still need for it, and a load its first drafts: what is loaded holds its
   * blocks and computes nothing meanwhile.
   *
   * Source: `_inflight_prefill_reserved_blocks` and `_spec_decode_step_blocks` in `vllm/v1/core/sched/scheduler.py` of vLLM 0.33.0.
   */
  get #owedBlocks(): number {
    const { config, running, tables, loads } = this.#parts
    const drafted = config.speculation ? 1 + 2 * config.speculation.numSpeculativeTokens : 0
    const missing = ({ tokens, blockCount }: VllmSequence) =>
      Math.max(0, tables.blocksFor(Math.min(tokens, config.maxModelLen) + drafted) - blockCount)
    const prefills = [...(loads?.sequences ?? []), ...running.filter(({ isPrefill }) => isPrefill)]
    return prefills.reduce((sum, each) => sum + missing(each), tables.blocksFor(drafted))
  }

  /**
   * Tokens of the budget for a sequence with so many computed; 0: none in this step. Where it has one token left and others only decode, it is
   * given as many as they, with drafts that nobody made, so that all are alike.
   *
   * Source: `pad_spec_decode` in `Scheduler.schedule` of vLLM 0.33.0.
   */
  #pieceOf(sequence: VllmSequence, computed: number, budget: StepBudget): number {
    const { config } = this.#parts
    const left = sequence.tokens - computed
    if (budget.defers && left > 1) return 0
    const wanted = left + this.#padding(left, computed, budget)
    if (wanted > left && wanted > budget.left) return 0
    return pieceOfWaiting(wanted, budget, config)
  }

  #padding(left: number, computed: number, { hasRunningPrefill, hasRunning }: StepBudget): number {
    const { speculation, maxModelLen } = this.#parts.config
    if (!speculation || left > 1 || hasRunningPrefill || !(hasRunning || computed > 0)) return 0
    const drafts = speculation.numSpeculativeTokens
    return computed + 2 + drafts <= maxModelLen ? drafts : 0
  }
}
