import { noWork, type StepDuration, type StepWork } from '../step-time/step-work.ts'

interface UnderWay {
  readonly plan: StepWork
  readonly endMs: number
}

/** Fewer steps than these are ended one by one. */
export const fewestAhead = 3

/**
 * When decode steps end that follow one another, all of them the same but each one token longer: those under way, the first to end first, and those
 * that will be scheduled after them.
 *
 * Instants are summed up step by step, as single steps sum them, each of them once however often it is asked for.
 */
export class DecodeHorizon {
  readonly #stepMs: StepDuration
  /** Ends that are known: from `#first` on, that of the first step under way, and before `#known`. */
  #endsMs = new Float64Array(256)
  #first = 0
  #known = 0
  /** What the last step of which the end is known computes. */
  #work: Decodes | undefined

  constructor(stepMs: StepDuration) {
    this.#stepMs = stepMs
  }

  /** Other steps are under way than were. */
  forget(): void {
    this.#first = 0
    this.#known = 0
  }

  /** Steps under way, where nothing is known: all of them the same decode step. */
  begin(underWay: readonly UnderWay[]): void {
    if (this.#known > 0) return
    for (const { endMs } of underWay) {
      this.#endsMs[this.#known] = endMs
      this.#known += 1
    }
    this.#work = decodesOf(underWay.at(-1)!.plan)
  }

  /** End of the step so many after the first under way. */
  endMs(steps: number): number {
    const at = this.#first + steps
    if (at >= this.#known) this.#reach(at)
    return this.#endsMs[at]!
  }

  /** How many steps end before an instant, of so many at most. */
  stepsBefore(atMs: number, most: number): number {
    let steps = 0
    while (steps < most && this.endMs(steps) < atMs) steps += 1
    return steps
  }

  /** So many steps have ended, each with another scheduled. */
  pass(steps: number): void {
    this.#first += steps
  }

  #reach(at: number): void {
    if (at >= this.#endsMs.length) {
      const longer = new Float64Array(2 * (at + 1))
      longer.set(this.#endsMs)
      this.#endsMs = longer
    }
    const [endsMs, work, stepMs] = [this.#endsMs, this.#work!, this.#stepMs]
    const { decodes, ranks } = work
    let endMs = endsMs[this.#known - 1]!
    for (let next = this.#known; next <= at; next += 1) {
      work.decodeContextTokens += decodes
      if (ranks) for (const rank of ranks) if (rank) rank.decodeContextTokens += rank.decodes
      endMs += stepMs(work)
      endsMs[next] = endMs
    }
    this.#known = at + 1
  }
}

interface Decodes {
  readonly prefillTokens: number
  readonly prefillContextTokens: number
  readonly prefills: number
  readonly prefillReachTokens: number
  readonly decodes: number
  decodeContextTokens: number
  readonly ranks: readonly (Decodes | undefined)[] | undefined
}

function decodesOf({ decodes, decodeContextTokens, ranks }: StepWork): Decodes {
  const ofRanks = ranks?.map((rank) => rank && decodesOf(rank))
  return { ...noWork, decodes, decodeContextTokens, ranks: ofRanks }
}
