import type { EngineCounts } from '../engine.ts'
import type { SchedulerCounts } from './scheduler.ts'
import type { Sequence } from './sequence.ts'
import type { StepPlan } from './step-plan.ts'

type RankTally = { -readonly [Name in Exclude<keyof EngineCounts, keyof SchedulerCounts>]: number }

/** What an engine of steps has done so far, beside what its scheduler counts: of each of its ranks. */
export class Tally {
  readonly #rankOf: (sequence: Sequence) => number | undefined
  readonly #ranks: RankTally[] = [noneYet()]
  /** Tokens that the step under way has brought, by rank. */
  readonly #inStep: number[] = []
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

  /** A step brought a sequence so many output tokens. */
  brought(sequence: Sequence, tokens: number): void {
    const rank = this.#rankOf(sequence) ?? 0
    const tally = this.#of(rank)
    tally.generatedTokens += tokens
    this.#inStep[rank] = (this.#inStep[rank] ?? 0) + tokens
    if (sequence.generated > tokens) return
    const { request, cachedTokens = 0, hostTokens = 0, diskTokens = 0 } = sequence
    tally.promptTokens += request.promptTokens
    tally.cachedPromptTokens += cachedTokens
    tally.externalPromptTokens += hostTokens + diskTokens
    if (!request.isRemote) this.#inStep[rank]! += request.promptTokens - cachedTokens
  }

  /** What was brought to each rank since the last call, where that is any: output tokens, and tokens of the prompts that have their first with them and were computed here. */
  takeBrought(): readonly (readonly [rank: number, tokens: number])[] {
    return [...this.#inStep.splice(0).entries()].filter(([, tokens]) => tokens > 0)
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
