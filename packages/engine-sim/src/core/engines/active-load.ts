import type { EngineRequest } from '../engine-request.ts'

interface Active {
  readonly blocks: number
  /** Leading keys of the prompt that are counted in `#holders`. */
  readonly keys: Float64Array
  prefillTokens: number
}

/**
 * What the requests of one engine hold and have still to compute, as a router reckons that sent them: full blocks of their prompts, one that
 * several begin with counted once, and prompt tokens that it took for not cached, until the first token. Output is not counted.
 *
 * Source: `ActiveSequences` and the prefill tracker of Dynamo's `lib/kv-router/src/sequences`.
 */
export class ActiveLoad {
  readonly #blockSize: number
  readonly #sharesBlocks: boolean
  readonly #active = new Map<EngineRequest, Active>()
  /** How many requests have a block. */
  readonly #holders = new Map<number, number>()
  #ownBlocks = 0
  #prefillTokens = 0

  /** `sharesBlocks`: requests that begin alike hold the same blocks. */
  constructor(blockSize: number, sharesBlocks: boolean) {
    this.#blockSize = blockSize
    this.#sharesBlocks = sharesBlocks
  }

  get requests(): number {
    return this.#active.size
  }

  get prefillTokens(): number {
    return this.#prefillTokens
  }

  /** Blocks held, once a request has come that is not there yet. */
  blocksWith(request: EngineRequest): number {
    const blocks = this.#blocksOf(request)
    const keys = this.#keysOf(request)
    // Every block that is held is held with all that are before it.
    let held = 0
    while (held < keys.length && this.#holders.has(keys[held]!)) held += 1
    return this.#holders.size + this.#ownBlocks + blocks - held
  }

  add(request: EngineRequest, prefillTokens: number): void {
    const keys = this.#keysOf(request)
    const blocks = this.#blocksOf(request)
    for (const key of keys) this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1)
    this.#ownBlocks += blocks - keys.length
    this.#prefillTokens += prefillTokens
    this.#active.set(request, { blocks, keys, prefillTokens })
  }

  /** Its prompt has been computed. */
  began(request: EngineRequest): void {
    const active = this.#active.get(request)
    if (!active) return
    this.#prefillTokens -= active.prefillTokens
    active.prefillTokens = 0
  }

  end(request: EngineRequest): void {
    const active = this.#active.get(request)
    if (!active) return
    this.began(request)
    this.#active.delete(request)
    this.#ownBlocks -= active.blocks - active.keys.length
    for (const key of active.keys) {
      const holders = this.#holders.get(key)! - 1
      if (holders === 0) this.#holders.delete(key)
      else this.#holders.set(key, holders)
    }
  }

  #blocksOf({ promptTokens }: EngineRequest): number {
    return Math.floor(promptTokens / this.#blockSize)
  }

  #keysOf(request: EngineRequest): Float64Array {
    if (!this.#sharesBlocks) return request.blockKeys.subarray(0, 0)
    return request.blockKeys.subarray(0, this.#blocksOf(request))
  }
}
