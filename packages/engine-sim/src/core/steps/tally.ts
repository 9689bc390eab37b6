import type { EngineCounts } from '../engine.ts'
import type { SchedulerCounts } from './scheduler.ts'
import type { Sequence } from './sequence.ts'
import type { StepPlan } from './step-plan.ts'

type RankTally = { -readonly [Name in Exclude<keyof EngineCounts, keyof SchedulerCounts>]: number }

/** What an engine of steps has done so far, beside what its scheduler counts: of each of its ranks. */
export class Tally {
  readonly #rankOf: (sequence: Sequence) => number | undefined
  readonly #ranks: RankTally[] = [noneYet()]
  #steps = 0

  /** `rankOf`: as of `Scheduler`. */
  constructor(rankOf: (sequence: Sequence) => number | undefined = () => 0) {
    this.#rankOf = rankOf
  }

  /** With what the scheduler counts. */
  countsWith(scheduler: SchedulerCounts): EngineCounts {
    const { ranks, ...own } = scheduler
    if (!ranks) return { ...own, ...this.#ranks[0]!, steps: this.#steps }
    const counted = ranks.map((rank, at) => ({ ...rank, ...this.#of(at), steps: this.#steps }) as EngineCounts)
    return { ...own, ...counted.map((_, at) => this.#of(at)).reduce(sumOf), steps: this.#steps, ranks: counted }
  }

  stepEnded(): void {
    this.#steps += 1
  }

  /** So many steps like this one have ended, of one token for each of its entries. */
  decoded(steps: number, { decodes, ranks }: StepPlan): void {
    this.#steps += steps
    if (!ranks) this.#of(0).generatedTokens += steps * decodes
    else for (const [at, rank] of ranks.entries()) this.#of(at).generatedTokens += steps * (rank?.decodes ?? 0)
  }

  /** A step brought a sequence so many output tokens. How many tokens that is with those of its prompt, if these are the first and it was computed here. */
  brought(sequence: Sequence, tokens: number): number {
    const tally = this.#of(this.#rankOf(sequence) ?? 0)
    tally.generatedTokens += tokens
    if (sequence.generated > tokens) return tokens
    const { request, cachedTokens = 0, hostTokens = 0, diskTokens = 0 } = sequence
    tally.promptTokens += request.promptTokens
    tally.cachedPromptTokens += cachedTokens
    tally.externalPromptTokens += hostTokens + diskTokens
    return request.isRemote ? tokens : tokens + request.promptTokens - cachedTokens
  }

  finished(sequence: Sequence): void {
    this.#of(this.#rankOf(sequence) ?? 0).finishedRequests += 1
  }

  #of(rank: number): RankTally {
    this.#ranks[rank] ??= noneYet()
    return this.#ranks[rank]
  }
}

function noneYet(): RankTally {
  return {
    ...{ steps: 0, generatedTokens: 0, finishedRequests: 0 },
    ...{ promptTokens: 0, cachedPromptTokens: 0, externalPromptTokens: 0 },
  }
}

function sumOf(one: RankTally, other: RankTally): RankTally {
  return {
    steps: one.steps,
    generatedTokens: one.generatedTokens + other.generatedTokens,
    finishedRequests: one.finishedRequests + other.finishedRequests,
    promptTokens: one.promptTokens + other.promptTokens,
    cachedPromptTokens: one.cachedPromptTokens + other.cachedPromptTokens,
    externalPromptTokens: one.externalPromptTokens + other.externalPromptTokens,
  }
}
