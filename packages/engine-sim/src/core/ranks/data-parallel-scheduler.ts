import type { EngineRequest } from '../engine-request.ts'
import type { CommitListener, Scheduler, SchedulerCounts } from '../steps/scheduler.ts'
import type { Sequence } from '../steps/sequence.ts'
import { sumOfScheduled } from '../sum-of-counts.ts'
import type { PickRank } from './pick-rank.ts'
import { RankedPlan } from './ranked-plan.ts'

/**
 * Several schedulers whose steps begin and end together: ranks with an attention and a cache of their own, and experts in common. A rank with
 * nothing to compute takes part with an empty batch.
 *
 * Source: `DPEngineCoreProc` of vLLM 0.33, which runs a dummy batch on such a rank; `prepare_mlp_sync_batch` of SGLang, which runs an idle one.
 */
export class DataParallelScheduler implements Scheduler {
  readonly #ranks: readonly Scheduler[]
  readonly #pick: PickRank
  readonly #prefillInterval: number
  /** Steps since all ranks were idle. */
  #steps = 0
  readonly #rankOf = new Map<Sequence, number>()
  /** Scheduled and not committed, the oldest first. */
  readonly #underWay: RankedPlan[] = []

  /** `prefillInterval`: prompts are computed in every so manieth step after all ranks were idle, while somebody decodes. */
  constructor(ranks: readonly Scheduler[], pick: PickRank, prefillInterval = 1) {
    this.#ranks = ranks
    this.#pick = pick
    this.#prefillInterval = prefillInterval
  }

  get counts(): SchedulerCounts {
    const ranks = this.#ranks.map(({ counts }) => counts)
    return { ...ranks.reduce(sumOfScheduled), ranks }
  }

  get readyMs(): number | undefined {
    const ready = this.#ranks.flatMap(({ readyMs }) => readyMs ?? [])
    return ready.length > 0 ? Math.min(...ready) : undefined
  }

  add(request: EngineRequest): Sequence {
    const rank = this.#pick(this.#ranks, request)
    const sequence = this.#ranks[rank]!.add(request)
    this.#rankOf.set(sequence, rank)
    return sequence
  }

  rankOf(sequence: Sequence): number | undefined {
    return this.#rankOf.get(sequence)
  }

  abort(sequence: Sequence): void {
    this.#of(sequence)?.abort(sequence)
    this.#rankOf.delete(sequence)
  }

  receive(sequence: Sequence): void {
    this.#of(sequence)?.receive?.(sequence)
  }

  letGo(sequence: Sequence): void {
    this.#of(sequence)?.letGo?.(sequence)
    this.#rankOf.delete(sequence)
  }

  schedule(nowMs: number, admits?: boolean): RankedPlan {
    const throttles = this.#steps % this.#prefillInterval !== 0
    if (this.#prefillInterval > 1) for (const rank of this.#ranks) rank.throttlePrefills?.(throttles)
    const plan = new RankedPlan(this.#ranks.map((rank) => rank.schedule(nowMs, admits)))
    if (plan.sequences.length > 0) {
      this.#underWay.push(plan)
      this.#steps += 1
    } else if (this.#underWay.length === 0) this.#steps = 0
    return plan
  }

  commit(listener: CommitListener): void {
    const plan = this.#underWay.shift()
    if (!plan) return
    const told: CommitListener = {
      tokens: (sequence, count) => listener.tokens(sequence, count),
      finished: (sequence) => {
        listener.finished(sequence)
        if (!sequence.request.keepsBlocks) this.#rankOf.delete(sequence)
      },
    }
    for (const [at, rank] of this.#ranks.entries()) if (plan.ranks[at]) rank.commit(told)
  }

  eventlessSteps(): number {
    if (this.#underWay.length === 0) return 0
    let steps = Number.POSITIVE_INFINITY
    for (const [at, rank] of this.#ranks.entries()) {
      const { running, waiting } = rank.counts
      const isIdle = running + waiting === 0
      // An idle rank may still have a step under way, of somebody who has ended.
      if (this.#underWay.some(({ ranks }) => (ranks[at] === undefined) !== isIdle)) return 0
      if (isIdle && rank.isWatching) return 0
      if (isIdle) continue
      // Those that wait may be let in by a step to come, though nothing else changes.
      if (waiting > 0 && this.#prefillInterval > 1) return 0
      steps = Math.min(steps, rank.eventlessSteps())
    }
    return Number.isFinite(steps) ? steps : 0
  }

  decodeAhead(steps: number): void {
    for (const [at, rank] of this.#ranks.entries()) if (this.#underWay[0]?.ranks[at]) rank.decodeAhead(steps)
    for (const plan of this.#underWay) plan.moveOn(steps)
    this.#steps += steps
  }

  resetPrefixCache(): void {
    for (const rank of this.#ranks) rank.resetPrefixCache()
  }

  requeueRunning(): void {
    for (const rank of this.#ranks) rank.requeueRunning?.()
  }

  #of(sequence: Sequence): Scheduler | undefined {
    const rank = this.#rankOf.get(sequence)
    return rank === undefined ? undefined : this.#ranks[rank]
  }
}
