import type { SpeculationCounts } from '../core/engine.ts'
import type { Verifying } from '../core/steps/drafting.ts'
import { quoted, StepLogError } from './step-log-error.ts'

/** Drafts that a real engine accepted, as its log tells of each step: which of them are is the model's business, and no rule's. */
export class AcceptedDrafts implements Verifying {
  readonly draftTokens: number
  readonly #steps: { readonly accepted: ReadonlyMap<string, number>; readonly place: string }[] = []

  constructor(draftTokens: number) {
    this.draftTokens = draftTokens
  }

  get counts(): SpeculationCounts {
    return { drafts: 0, draftTokens: 0, acceptedTokens: 0, acceptedPerPosition: [] }
  }

  /** Of a step that is planned, after those that were before. @throws StepLogError where it is no object of whole numbers. */
  plan(accepted: unknown, place: string): void {
    const entries = typeof accepted === 'object' && accepted !== null ? Object.entries(accepted) : undefined
    if (!entries?.every(([, count]) => Number.isSafeInteger(count) && count >= 0))
      throw new StepLogError(
        `${place}: accepted is ${quoted(accepted)}; write how many drafts of each request the step accepted, {"request": 2}`,
      )
    this.#steps.push({ accepted: new Map(entries), place })
  }

  /** The output of the first of those steps has been taken. */
  taken(): void {
    this.#steps.shift()
  }

  /** Of a request that the log says nothing of: none. */
  verify({ request: { id } }: { readonly request: { readonly id: string } }, drafts: number): number {
    const { accepted, place } = this.#steps[0]!
    const count = accepted.get(id) ?? 0
    // A prediction that has gone another way than the log verifies fewer.
    if (count > this.draftTokens)
      throw new StepLogError(`${place}: ${quoted(id)} has ${count} drafts accepted of ${this.draftTokens}`)
    return Math.min(count, drafts)
  }
}
