import type { Generation } from '../generation.ts'

/** Tokens of a whole reply that go out together from the scheduler to where instants are taken: `SGLANG_FORCE_STREAM_INTERVAL`. */
const wholeInterval = 50

interface Output {
  /** Instant of the output before; absent at the first. */
  readonly sinceMs: number | undefined
  readonly count: number
}

/** Which tokens of a request come together in one output of SGLang's scheduler. */
export class StreamedTokens {
  readonly #streamInterval: number
  readonly #sent = new WeakMap<Generation, { readonly tokens: number; readonly atMs: number }>()

  constructor(streamInterval: number) {
    this.#streamInterval = streamInterval
  }

  /** The output that the newest token of a request is the last of; undefined where it waits for others. */
  told(generation: Generation, atMs: number): Output | undefined {
    const { generated, plan } = generation
    const before = this.#sent.get(generation)
    const count = generated - (before?.tokens ?? 0)
    const isLast = generated === plan.reply.outputTokens
    const isDue = plan.stream ? !before || count >= this.#streamInterval : generated % wholeInterval === 0
    if (!isDue && !isLast) return undefined
    this.#sent.set(generation, { tokens: generated, atMs })
    return { sinceMs: before?.atMs, count }
  }
}
