import type { SglangPlan } from '../core/sglang/sglang-plan.ts'
import type { SglangState } from '../core/sglang/sglang-state.ts'
import type { Scheduler } from '../core/steps/scheduler.ts'

/** Microseconds: when it was scheduled, how long its forward takes and, where steps overlap, when that began. */
export interface SglangStepTimes {
  readonly t: number
  readonly dt: number
  readonly t0?: number
}

/** A scheduler of SGLang's, which says what it holds. */
export interface SaidScheduler extends Pick<Scheduler, 'counts'> {
  readonly state: SglangState
}

/** First admission, not the last chunk, back after a retraction. */
const flags = { isNew: 1, isPart: 2, isBack: 4 }

/** A step that was just scheduled, in the form of a log of SGLang. Source of the form: ../shared/data/sglang/README.md */
export function sglangStepFields(
  plan: SglangPlan,
  scheduler: SaidScheduler,
  { t, dt, t0 }: SglangStepTimes,
): Readonly<Record<string, unknown>> {
  const { running, freeTokens, evictableTokens, ratio } = scheduler.state
  return {
    t,
    k: plan.kind === 'extend' ? 'E' : 'D',
    run: plan.sequences.map((sequence, at) => (plan.kind === 'decode' ? sequence.request.id : entryOf(plan, at))),
    R: running,
    W: scheduler.counts.waiting,
    av: freeTokens,
    ev: evictableTokens,
    ratio: Number(ratio.toFixed(6)),
    dt,
    ...(t0 !== undefined && { t0 }),
    ...(plan.evictedTokens > 0 && { x: plan.evictedTokens }),
    ...(plan.preempted.length > 0 && {
      ret: plan.preempted.map(({ sequence, generated }) => [sequence.request.id, generated]),
    }),
  }
}

function entryOf(plan: SglangPlan, at: number): unknown[] {
  const sequence = plan.sequences[at]!
  const marks =
    (plan.isNew[at] ? flags.isNew : 0) +
    (plan.chunked === sequence ? flags.isPart : 0) +
    (plan.isBack[at] ? flags.isBack : 0)
  return [sequence.request.id, plan.tokens[at], plan.computedBefore[at], marks]
}
