import type { EngineRequest } from '../engine-request.ts'
import { KeyNumbers } from './key-numbers.ts'

interface Active {
  readonly blocks: number
  /** So many leading keys of the prompt are counted in `#holders`. */
  readonly keyed: number
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
  readonly #holders = new KeyNumbers()
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
    const keyed = this.#keyedOf(request, blocks)
    // Every block that is held is held with all that are before it.
    let held = 0
    while (held < keyed && this.#holders.get(request.blockKeys[held]!) > 0) held += 1
    return this.#holders.size + this.#ownBlocks + blocks - held
  }

  add(request: EngineRequest, prefillTokens: number): void {
    const blocks = this.#blocksOf(request)
    const keyed = this.#keyedOf(request, blocks)
    this.#count(request, keyed, 1)
    this.#ownBlocks += blocks - keyed
    this.#prefillTokens += prefillTokens
    this.#active.set(request, { blocks, keyed, prefillTokens })
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
    this.#ownBlocks -= active.blocks - active.keyed
    this.#count(request, active.keyed, -1)
  }

  #count({ blockKeys }: EngineRequest, keyed: number, more: 1 | -1): void {
    for (let at = 0; at < keyed; at += 1) {
      const key = blockKeys[at]!
      this.#holders.set(key, this.#holders.get(key) + more)
    }
  }

  #blocksOf({ promptTokens }: EngineRequest): number {
    return Math.floor(promptTokens / this.#blockSize)
  }

  #keyedOf({ blockKeys }: EngineRequest, blocks: number): number {
    return this.#sharesBlocks ? Math.min(blockKeys.length, blocks) : 0
  }
}
