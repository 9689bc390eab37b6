import type { EngineMaker } from '../engine.ts'
import type { EngineRequest } from '../engine-request.ts'
import { beladyHits, type Lookup } from './belady-hits.ts'

interface Served {
  readonly request: EngineRequest
  readonly atMs: number
  readonly serial: number
}

/**
 * Writes down what an engine serves, so that it can be said afterwards what a cache of its size could have found.
 *
 * The future that the bound knows is the order in which this run admitted its requests: another policy may admit them in another order, and
 * think times after earlier replies may bring them in another one. A request is looked up when it is admitted, and its prompt and what
 * is known of its output are in the cache from then on and, once more, when it ends. What was looked up again after a preemption is left out,
 * as it is in the hits that engines count.
 */
export class LookupLog {
  readonly #blockSize: number
  readonly #served: (Served & { readonly counts: boolean })[] = []
  #serial = 0

  constructor(blockSize: number) {
    this.#blockSize = blockSize
  }

  /** The same engines, of which each request is written down when it has ended. */
  watch(make: EngineMaker): EngineMaker {
    return (config, listener, options) =>
      make(
        config,
        {
          tokens: (request, count, atMs, cachedTokens) => listener.tokens(request, count, atMs, cachedTokens),
          finished: (request, cachedTokens, atMs, timing) => {
            const serial = this.#serial++
            this.#served.push({ request, atMs: timing.scheduledMs, serial, counts: true })
            this.#served.push({ request, atMs, serial, counts: false })
            listener.finished(request, cachedTokens, atMs, timing)
          },
        },
        options,
      )
  }

  /** Prompt tokens that could have been found by a cache of so many blocks that knew what was to come. */
  boundTokens(capacityBlocks: number): number {
    const hits = beladyHits(this.lookups(), capacityBlocks)
    return hits.reduce((sum, blocks) => sum + blocks, 0) * this.#blockSize
  }

  /** In the order of their instants, an end before an admission at the same one. */
  lookups(): Lookup[] {
    return this.#served
      .toSorted(
        (one, other) => one.atMs - other.atMs || Number(one.counts) - Number(other.counts) || one.serial - other.serial,
      )
      .map(({ request: { blockKeys, promptTokens }, counts }) => ({
        keys: blockKeys,
        countable: counts ? Math.floor((promptTokens - 1) / this.#blockSize) : 0,
      }))
  }
}
