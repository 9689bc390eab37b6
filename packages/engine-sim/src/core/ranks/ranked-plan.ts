import type { Sequence } from '../steps/sequence.ts'
import { StepPlan } from '../steps/step-plan.ts'

/** What one step of several ranks computes: the entries of each, one rank after the other. */
export class RankedPlan extends StepPlan {
  override readonly ranks: readonly (StepPlan | undefined)[]

  constructor(plans: readonly StepPlan[]) {
    super()
    this.ranks = plans.map((plan) => (plan.sequences.length > 0 ? plan : undefined))
    for (const plan of plans) this.#take(plan)
  }

  override moveOn(steps: number): void {
    // Those of the ranks have been moved by their schedulers.
    this.decodeContextTokens += steps * this.decodes
  }

  #take(plan: StepPlan<Sequence>): void {
    this.sequences.push(...plan.sequences)
    this.tokens.push(...plan.tokens)
    this.computedBefore.push(...plan.computedBefore)
    this.isNew.push(...plan.isNew)
    this.preempted.push(...plan.preempted)
    this.reserved.push(...plan.reserved)
    this.handed.push(...plan.handed)
    this.admitted += plan.admitted
    this.prefillTokens += plan.prefillTokens
    this.prefillContextTokens += plan.prefillContextTokens
    this.prefills += plan.prefills
    this.prefillReachTokens += plan.prefillReachTokens
    this.decodes += plan.decodes
    this.decodeContextTokens += plan.decodeContextTokens
    this.draftTokens += plan.draftTokens
    this.beginsFromMs = Math.max(this.beginsFromMs, plan.beginsFromMs)
    this.endsFromMs = Math.max(this.endsFromMs, plan.endsFromMs)
  }
}
