import { contextTokensOf } from '../step-time/step-work.ts'
import type { Sequence } from './sequence.ts'

/**
 * What one step computes: entry i gives `tokens[i]` tokens to `sequences[i]`, which has `computedBefore[i]` computed before.
 *
 * The scheduler reuses the object: it holds until the next `schedule()`.
 */
export class StepPlan<S extends Sequence = Sequence> {
  /** Of a step of several ranks: what each computes; nothing where it has nothing to. */
  readonly ranks: readonly (StepPlan | undefined)[] | undefined = undefined
  readonly sequences: S[] = []
  readonly tokens: number[] = []
  readonly computedBefore: number[] = []
  /** Admitted in this step for the first time; a resumed sequence is not new. */
  readonly isNew: boolean[] = []
  /** Of entries that verify some: how many drafts; nothing for others. */
  readonly drafts: number[] = []
  readonly preempted: Preemption<S>[] = []
  /** They have blocks now for what another engine computes, and nothing of this step. */
  readonly reserved: S[] = []
  /** Another engine has sent all that it computed for them, with a first token that is theirs now; they may end with it. */
  readonly handed: S[] = []
  /** Entries admitted in this step, resumed ones included. */
  admitted = 0
  /** Tokens of entries with more than one. */
  prefillTokens = 0
  /** Sum over those of tokens x mean context. */
  prefillContextTokens = 0
  /** Those entries. */
  prefills = 0
  /** Sum of their context lengths after the step. */
  prefillReachTokens = 0
  /** Entries of one token: what decoding costs, whether or not the token is the last of a prompt; with drafts too. */
  decodes = 0
  /** Sum of the context lengths of those, the token itself and its drafts included. */
  decodeContextTokens = 0
  /** Drafts of all entries. */
  draftTokens = 0
  /** It does not begin before this, as the scheduler waited for copies. */
  beginsFromMs = 0
  /** It does not end before this, as what it reads is being loaded. */
  endsFromMs = 0

  add(sequence: S, tokens: number, isNew: boolean): void {
    this.sequences.push(sequence)
    this.tokens.push(tokens)
    this.computedBefore.push(sequence.computed)
    this.isNew.push(isNew)
    if (tokens === 1) {
      this.decodes += 1
      this.decodeContextTokens += sequence.computed + 1
    } else {
      this.prefillTokens += tokens
      this.prefillContextTokens += contextTokensOf(tokens, sequence.computed)
      this.prefills += 1
      this.prefillReachTokens += sequence.computed + tokens
    }
  }

  /** As `add`, of one token and so many drafts after it. */
  addVerified(sequence: S, drafts: number, { before = sequence.computed, isNew = false } = {}): void {
    this.drafts[this.sequences.length] = drafts
    this.sequences.push(sequence)
    this.tokens.push(1 + drafts)
    this.computedBefore.push(before)
    this.isNew.push(isNew)
    this.decodes += 1
    this.decodeContextTokens += before + 1 + drafts
    this.draftTokens += drafts
  }

  /** Takes back what was given to a sequence; how many tokens that were. */
  takeBack(sequence: S): number {
    const at = this.sequences.indexOf(sequence)
    if (at < 0) return 0
    const tokens = this.tokens[at]!
    const before = this.computedBefore[at]!
    const drafts = this.drafts[at] ?? 0
    for (const list of [this.sequences, this.tokens, this.computedBefore, this.isNew, this.drafts]) list.splice(at, 1)
    if (tokens === 1 || drafts > 0) {
      this.decodes -= 1
      this.decodeContextTokens -= before + tokens
      this.draftTokens -= drafts
    } else {
      this.prefillTokens -= tokens
      this.prefillContextTokens -= contextTokensOf(tokens, before)
      this.prefills -= 1
      this.prefillReachTokens -= before + tokens
    }
    return tokens
  }

  /** Becomes the decode step so many steps later. */
  moveOn(steps: number): void {
    for (let at = 0; at < this.computedBefore.length; at += 1) this.computedBefore[at]! += steps
    this.decodeContextTokens += steps * this.decodes
  }

  clear(): void {
    this.sequences.length = 0
    this.tokens.length = 0
    this.computedBefore.length = 0
    this.isNew.length = 0
    this.drafts.length = 0
    this.preempted.length = 0
    this.reserved.length = 0
    this.handed.length = 0
    this.admitted = 0
    this.prefillTokens = 0
    this.prefillContextTokens = 0
    this.prefills = 0
    this.prefillReachTokens = 0
    this.decodes = 0
    this.decodeContextTokens = 0
    this.draftTokens = 0
    this.beginsFromMs = 0
    this.endsFromMs = 0
  }
}

/** A running sequence lost its blocks. */
export interface Preemption<S extends Sequence = Sequence> {
  readonly sequence: S
  /** Tokens that it had computed, output included. */
  readonly computed: number
  readonly generated: number
  /** Free blocks just before its own were freed. */
  readonly freeBlocks: number
}
