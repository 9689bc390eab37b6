import type { SpeculationCounts } from '../engine.ts'
import type { EngineRequest } from '../engine-request.ts'
import { keyOfText, mixKey } from '../mix-key.ts'
import type { Speculation } from '../speculation.ts'

interface Drafted {
  readonly request: EngineRequest
  /** Output tokens so far. */
  readonly generated: number
}

/** Decides how many drafts are accepted. */
export interface Verifying {
  /** Drafts per step of a sequence. */
  readonly draftTokens: number
  readonly counts: SpeculationCounts
  /** How many of so many drafts for the next tokens of a sequence are accepted: the first ones, up to one that is not. None of none, and of padding. */
  verify(sequence: Drafted, drafts: number, isPadding?: boolean): number
}

/**
 * Which drafts are accepted, and how many were so far.
 *
 * Whether the draft for an output token is accepted follows from the seed, the request's id and the token's number alone: neither when it is
 * verified nor what is verified beside it matters.
 */
export class Drafting implements Verifying {
  readonly draftTokens: number
  /** Of drafts whose forerunners are accepted: the share that is, by place. */
  readonly #shares: readonly number[]
  readonly #seedKey: number
  readonly #keys = new WeakMap<EngineRequest, number>()
  #drafts = 0
  #draftTokens = 0
  readonly #acceptedPerPosition: number[]

  constructor(speculation: Speculation) {
    this.draftTokens = speculation.numSpeculativeTokens
    this.#shares = conditionalShares(acceptanceRatesOf(speculation))
    this.#seedKey = mixKey(0xd4af7, speculation.seed ?? 42)
    this.#acceptedPerPosition = this.#shares.map(() => 0)
  }

  get counts(): SpeculationCounts {
    const acceptedPerPosition = [...this.#acceptedPerPosition]
    return {
      drafts: this.#drafts,
      draftTokens: this.#draftTokens,
      acceptedTokens: acceptedPerPosition.reduce((sum, count) => sum + count, 0),
      acceptedPerPosition,
    }
  }

  verify({ request, generated }: Drafted, drafts: number, isPadding = false): number {
    if (drafts === 0) return 0
    const key = this.#keyOf(request)
    let accepted = 0
    while (!isPadding && accepted < drafts && drawn(key, generated + accepted) < this.#shares[accepted]!) {
      this.#acceptedPerPosition[accepted]! += 1
      accepted += 1
    }
    this.#drafts += 1
    this.#draftTokens += drafts
    return accepted
  }

  #keyOf(request: EngineRequest): number {
    const known = this.#keys.get(request)
    if (known !== undefined) return known
    const key = mixKey(this.#seedKey, keyOfText(request.id))
    this.#keys.set(request, key)
    return key
  }
}

/** From 0 up to 1, exclusively. */
function drawn(key: number, token: number): number {
  return mixKey(key, token) / 2 ** 52
}

/**
 * Share of verifications that accept at least so many drafts, by place. Of a mean length alone: the whole tokens of it always, the next with what is left.
 *
 * Source: `_acceptance_length_to_rates` of vLLM's `SpeculativeConfig`, the schedule of least variance; SGLang's `SGLANG_SIMULATE_ACC_LEN` does the same.
 */
function acceptanceRatesOf(speculation: Speculation): readonly number[] {
  const { numSpeculativeTokens, syntheticAcceptanceLength, syntheticAcceptanceRates } = speculation
  if (syntheticAcceptanceRates) return syntheticAcceptanceRates
  const accepted = (syntheticAcceptanceLength ?? 1) - 1
  return Array.from({ length: numSpeculativeTokens }, (_, at) => Math.min(1, Math.max(0, accepted - at)))
}

function conditionalShares(rates: readonly number[]): readonly number[] {
  return rates.map((rate, at) => {
    const before = at === 0 ? 1 : rates[at - 1]!
    return before === 0 ? 0 : rate / before
  })
}
