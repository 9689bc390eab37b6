import { contextTokensOf } from '../step-time/step-work.ts'
import { StepPlan } from '../steps/step-plan.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** What one step computes: a batch of prefills, or one token for each running request. */
export class SglangPlan extends StepPlan<SglangSequence> {
  kind: 'extend' | 'decode' = 'extend'
  /** Of an extend batch: the request of which it computes a chunk that is not the last. */
  chunked: SglangSequence | undefined = undefined
  /** Entries from here on are running requests that got a token beside the prefills; absent where there are none. */
  decodesFrom: number | undefined = undefined
  /** Entries that came back after a retraction. */
  readonly isBack: boolean[] = []
  /** Tokens evicted while it was scheduled. */
  evictedTokens = 0

  addPrefill(
    sequence: SglangSequence,
    { tokens, isNew, isBack }: { readonly tokens: number; readonly isNew: boolean; readonly isBack: boolean },
  ): void {
    const before = sequence.prefixTokens
    this.sequences.push(sequence)
    this.tokens.push(tokens)
    this.computedBefore.push(before)
    this.isNew.push(isNew)
    this.isBack.push(isBack)
    this.prefillTokens += tokens
    this.prefillContextTokens += contextTokensOf(tokens, before)
    this.prefills += 1
    this.prefillReachTokens += before + tokens
  }

  addDecode(sequence: SglangSequence): void {
    this.add(sequence, 1, false)
    this.isBack.push(false)
  }

  addVerifiedDrafts(sequence: SglangSequence, drafts: number): void {
    this.addVerified(sequence, drafts, { before: sequence.committedTokens })
    this.isBack.push(false)
  }

  override clear(): void {
    super.clear()
    this.kind = 'extend'
    this.chunked = undefined
    this.decodesFrom = undefined
    this.isBack.length = 0
    this.evictedTokens = 0
  }
}
