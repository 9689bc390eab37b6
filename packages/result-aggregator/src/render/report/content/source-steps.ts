import type { RunSeries } from '../client/run-series.ts'

interface FoundTokens {
  readonly inputTokens: number
  /** Found anywhere. */
  readonly cachedTokens: number
  readonly hostTokens?: number | undefined
  readonly diskTokens?: number | undefined
  readonly recomputedTokens?: number | undefined
}

/** Where prompt tokens came from, step by step. */
export class SourceSteps {
  readonly #tokens: Readonly<
    Record<'deviceShare' | 'hostShare' | 'diskShare' | 'recomputedShare' | 'computedShare', Float64Array>
  >
  readonly #all: Float64Array

  constructor(steps: number) {
    const none = () => new Float64Array(steps)
    this.#tokens = {
      ...{ deviceShare: none(), hostShare: none(), diskShare: none() },
      ...{ recomputedShare: none(), computedShare: none() },
    }
    this.#all = none()
  }

  add(
    step: number,
    { inputTokens, cachedTokens, hostTokens = 0, diskTokens = 0, recomputedTokens = 0 }: FoundTokens,
  ): void {
    const { deviceShare, hostShare, diskShare, recomputedShare, computedShare } = this.#tokens
    deviceShare[step]! += Math.max(0, cachedTokens - hostTokens - diskTokens)
    hostShare[step]! += hostTokens
    diskShare[step]! += diskTokens
    recomputedShare[step]! += recomputedTokens
    computedShare[step]! += Math.max(0, inputTokens - cachedTokens - recomputedTokens)
    this.#all[step]! += inputTokens
  }

  /** Parts of all prompt tokens of a step, -1 where there were none; nothing where no request told more than how much was found. */
  shares(): RunSeries['lines'] {
    const { hostShare, diskShare, recomputedShare } = this.#tokens
    if (![hostShare, diskShare, recomputedShare].some((tokens) => tokens.some((each) => each > 0))) return {}
    return Object.fromEntries(
      Object.entries(this.#tokens).map(([name, tokens]) => [
        name,
        Array.from(tokens, (each, step) => {
          const all = this.#all[step]!
          return all > 0 ? Number((each / all).toPrecision(4)) : -1
        }),
      ]),
    )
  }
}
