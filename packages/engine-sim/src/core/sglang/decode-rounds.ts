import type { KvPages } from './kv-pages.ts'
import type { NewTokenRatio } from './new-token-ratio.ts'
import type { SglangPlan } from './sglang-plan.ts'
import type { SglangSequence } from './sglang-sequence.ts'

interface Decoding {
  readonly running: readonly SglangSequence[]
  /** Scheduled and not committed. */
  readonly underWay: readonly SglangPlan[]
  readonly pages: KvPages
}

/** How many steps more are certain to give each that runs a token, with nobody ending and nobody lacking a page; a lower bound. */
export function decodeRounds({ running, underWay, pages }: Decoding): number {
  const isDecode = ({ kind, sequences, preempted }: SglangPlan) =>
    kind === 'decode' && preempted.length === 0 && isSame(sequences, running)
  if (underWay.length === 0 || !underWay.every(isDecode)) return 0
  if (running.some(({ generated, ended, isGivenUp }) => generated === 0 || ended || isGivenUp)) return 0
  const rounds = Math.floor(pages.freePages / running.length) - 1
  const steps = Math.min(...running.map(({ outputLimit, generated }) => outputLimit - generated - 1))
  return Math.max(0, Math.min(steps, rounds * pages.pageSize))
}

/** Does so many of those steps. */
export function decodeOn(steps: number, ratio: NewTokenRatio, { running, underWay, pages }: Decoding): void {
  for (const sequence of running) {
    sequence.generated += steps
    pages.grow(sequence, sequence.computed + steps)
  }
  for (let step = 0; step < steps; step += 1) ratio.decay()
  for (const plan of underWay) {
    plan.moveOn(steps)
    plan.evictedTokens = 0
  }
}

/** Running requests that are certain to end by their length with a step that is under way, of which the oldest is given. */
export function endingWith(
  plan: SglangPlan | undefined,
  running: readonly SglangSequence[],
): readonly SglangSequence[] {
  const queued = new Set(plan?.sequences)
  return running.filter((each) => queued.has(each) && each.generated + 1 >= each.maxTokens)
}

function isSame(some: readonly SglangSequence[], others: readonly SglangSequence[]): boolean {
  return some.length === others.length && some.every((sequence, at) => sequence === others[at])
}
