import type { KvPages } from './kv-pages.ts'
import type { SglangSequence } from './sglang-sequence.ts'

/** Output that is reserved for a request is no more than this. Source: SGLANG_CLIP_MAX_NEW_TOKENS_ESTIMATION. */
const mostReserved = 4096

export type Verdict = 'admitted' | 'no-memory' | 'no-budget'

interface AdmissionOptions {
  readonly pages: KvPages
  readonly running: readonly SglangSequence[]
  /** Share of the output that running requests may still have, which is reserved for those that may end sooner. */
  readonly ratio: number
  readonly inputBudget: number
  /** Absent: prompts are not cut. */
  readonly chunkBudget: number | undefined
  /** Running requests that get a token in the same step. */
  readonly mixedDecodes: number
}

/**
 * Decides which waiting requests a prefill step takes, and how much of each.
 *
 * Source: `PrefillAdder` and `PrefillBudget` of SGLang 0.5.23; ../shared/spec/engine-sim.md 11.
 */
export class PrefillAdmission {
  readonly admitted: SglangSequence[] = []
  /** Of the admitted, the one of which only a chunk is taken. */
  chunked: SglangSequence | undefined
  readonly #pages: KvPages
  readonly #running: readonly SglangSequence[]
  readonly #ratio: number
  /** How many of the admitted were not waiting. */
  #goesOn: 0 | 1 = 0
  #inputBudget: number
  #chunkBudget: number | undefined
  /** Tokens that are spoken for: outputs to come, and what this step has taken. */
  #reserved: number
  /** Of those, what this step has taken. */
  #taken: number
  /** Where no prefix is cached: of each request that reserves its output in full, what it will still take and what it will free. */
  #ends: { readonly left: number; readonly held: number }[] | undefined

  constructor({ pages, running, ratio, inputBudget, chunkBudget, mixedDecodes }: AdmissionOptions) {
    this.#pages = pages
    this.#running = running
    this.#ratio = ratio
    this.#inputBudget = inputBudget - mixedDecodes
    this.#chunkBudget = chunkBudget === undefined ? undefined : chunkBudget - mixedDecodes
    this.#taken = mixedDecodes
    this.#reserved = mixedDecodes + running.reduce((sum, each) => sum + this.#outputToCome(each), 0)
  }

  /** Whether a budget of tokens is spent, so that nobody else is looked at. */
  get isSpent(): boolean {
    return this.#verdict() === 'no-budget'
  }

  /** Of the admitted, those that waited. */
  get newcomers(): readonly SglangSequence[] {
    return this.admitted.slice(this.#goesOn)
  }

  /** Goes on with a request of which a chunk has been computed. It always gets something, and comes first. */
  goOn(sequence: SglangSequence): void {
    this.#goesOn = 1
    const left = sequence.tokens - sequence.prefixTokens
    const room = Math.min(this.#chunkBudget ?? left, Math.trunc(this.#free - this.#reserved))
    const budget = room > 0 ? room : (this.#chunkBudget ?? left)
    const isCut = left > budget
    this.#admit(sequence, {
      tokens: Math.min(left, budget),
      output: isCut ? 0 : Math.min(sequence.maxTokens, mostReserved),
    })
    if (isCut) this.chunked = sequence
  }

  /** Takes a waiting request whose cached prefix has been found, or says why it cannot. */
  add(sequence: SglangSequence): Verdict {
    if (sequence.ignoresEos && !this.#pages.cachesPrefixes) return this.#addExactly(sequence)
    // What it would hold cannot be evicted for it.
    if (sequence.heldNode) this.#pages.tree.lock(sequence.heldNode)
    const verdict = this.#addByEstimate(sequence)
    if (verdict.isRefused && sequence.heldNode) this.#pages.tree.unlock(sequence.heldNode)
    return verdict.now
  }

  #addByEstimate(sequence: SglangSequence): { readonly isRefused: boolean; readonly now: Verdict } {
    const needed = sequence.tokens - sequence.prefixTokens
    const output = Math.min(Math.max(sequence.maxTokens - sequence.generated, 0), mostReserved)
    const refused = (now: Verdict) => ({ isRefused: true, now })
    if (needed + output + this.#pages.pageSize >= this.#free - this.#reserved) return refused('no-memory')
    if (this.#isOverInput(needed - (sequence.inHost?.tokens ?? 0))) return refused('no-budget')
    this.#pages.loadBack(sequence)
    const left = sequence.tokens - sequence.prefixTokens
    if (this.#isOverInput(left)) return refused('no-budget')
    const rounded = this.#pages.ceil(left)
    if (this.#chunkBudget === undefined || rounded <= this.#chunkBudget) {
      this.#admit(sequence, { tokens: left, output: Math.min(sequence.maxTokens, mostReserved) })
    } else {
      const tokens = this.#wholePages(sequence.prefixTokens, this.#chunkBudget)
      if (tokens <= 0) return refused('no-budget')
      this.#admit(sequence, { tokens, output: 0 })
      this.chunked = sequence
    }
    return { isRefused: false, now: this.#verdict() }
  }

  /** Whether a prompt that is not cut goes beyond the input budget; the first of a step may. */
  #isOverInput(left: number): boolean {
    return this.#chunkBudget === undefined && this.admitted.length > 0 && this.#pages.ceil(left) >= this.#inputBudget
  }

  /** A chunk ends where a page does. */
  #wholePages(prefixTokens: number, budget: number): number {
    const { pageSize } = this.#pages
    const end = prefixTokens + Math.floor(budget / pageSize) * pageSize
    return Math.floor(end / pageSize) * pageSize - prefixTokens
  }

  /** Without a cache, memory is followed from one end of a request to the next: it must never run out. */
  #addExactly(sequence: SglangSequence): Verdict {
    const { pageSize } = this.#pages
    const left = sequence.tokens
    const input = this.#pages.ceil(left) + pageSize
    if (input > Math.min(this.#free - this.#taken, this.#free - this.#reserved)) return 'no-memory'
    this.#followEnds(sequence)
    let free = this.#free - this.#taken - input
    for (const [at, { left: tokens, held }] of this.#ends!.entries()) {
      const beside = this.#ends!.length - at
      if (free - tokens * beside <= beside) return 'no-memory'
      free += held
    }
    if (this.#chunkBudget === undefined || left <= this.#chunkBudget) {
      this.#admit(sequence, { tokens: left, output: Math.min(sequence.maxTokens, mostReserved) })
    } else {
      if (this.#chunkBudget <= 0) return 'no-budget'
      this.#admit(sequence, { tokens: this.#chunkBudget, output: 0 })
      this.chunked = sequence
    }
    return this.#verdict()
  }

  #followEnds(sequence: SglangSequence): void {
    const endOf = (each: SglangSequence) => ({
      left: each.maxTokens * (each.ignoresEos ? 1 : this.#ratio) - each.generated,
      held: each.tokens,
    })
    if (this.#ends === undefined) {
      const all = [sequence, ...this.#running, ...this.admitted]
      this.#ends = all.map(endOf).filter(({ left }) => left > 0)
      this.#ends.sort((one, other) => one.left - other.left)
      return
    }
    const end = endOf(sequence)
    if (end.left <= 0) return
    // As there: behind all others it is put before the last.
    const at = this.#ends.findIndex(({ left }) => end.left <= left)
    this.#ends.splice(at >= 0 ? at : Math.max(0, this.#ends.length - 1), 0, end)
  }

  #admit(sequence: SglangSequence, { tokens, output }: { readonly tokens: number; readonly output: number }): void {
    const rounded = this.#pages.ceil(tokens)
    sequence.extendEnd = sequence.prefixTokens + tokens
    this.admitted.push(sequence)
    this.#taken += rounded + this.#pages.pageSize
    this.#reserved += rounded + this.#pages.pageSize + output
    this.#inputBudget -= rounded
    if (this.#chunkBudget !== undefined) this.#chunkBudget -= rounded
  }

  #verdict(): Verdict {
    if (this.#free - this.#reserved <= 0 || this.#free - this.#taken <= 0) return 'no-memory'
    if (this.#inputBudget <= 0 || (this.#chunkBudget !== undefined && this.#chunkBudget <= 0)) return 'no-budget'
    return 'admitted'
  }

  #outputToCome(sequence: SglangSequence): number {
    const most = Math.min(sequence.maxTokens - sequence.generated, mostReserved)
    return most * (sequence.ignoresEos ? 1 : this.#ratio)
  }

  get #free(): number {
    return this.#pages.freeTokens + this.#pages.evictableTokens
  }
}
