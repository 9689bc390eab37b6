import type { KvOffload } from '../offload/kv-offload-config.ts'
import { KvTiers, type TierHit } from '../offload/kv-tiers.ts'
import type { BlockPool } from './block-pool.ts'
import type { VllmSequence } from './vllm-sequence.ts'

interface Load {
  readonly sequence: VllmSequence
  isDone: boolean
}

/**
 * Sequences that wait for a part of their prompt to come from a tier behind the device. They hold their blocks meanwhile, and go before all
 * others that wait when it is there.
 *
 * Source: `WAITING_FOR_REMOTE_KVS` of vLLM's scheduler; ../shared/spec/engine-sim.md 1.2 and 1.5.
 */
export class PrefixLoads {
  readonly tiers: KvTiers
  readonly #blockSize: number
  readonly #pool: BlockPool
  readonly #storesComputed: boolean
  #loads: Load[] = []
  /** Keys of chunks to store: of those that the step under way computes, or that the device has given up. */
  #toStore: number[] = []
  #nowMs = 0

  constructor(config: KvOffload, blockSize: number, pool: BlockPool) {
    this.tiers = new KvTiers(config, blockSize)
    this.#blockSize = blockSize
    this.#pool = pool
    this.#storesComputed = config.store !== 'evicted'
    if (!this.#storesComputed) pool.onEvicted = (key) => this.#toStore.push(key)
  }

  /** Sequences that load, or have loaded. */
  get count(): number {
    return this.#loads.length
  }

  /** Next instant at which one may have loaded. */
  get nextMs(): number | undefined {
    return this.tiers.nextMs
  }

  /** The first that has loaded. */
  get head(): VllmSequence | undefined {
    return this.#loads.find(({ isDone }) => isDone)?.sequence
  }

  /** Those that load, or have loaded, and were not given up. */
  get sequences(): readonly VllmSequence[] {
    return this.#loads.map(({ sequence }) => sequence).filter(({ ended }) => !ended)
  }

  /** The time at which the next step is scheduled, when the step before it has been computed. */
  advance(nowMs: number): void {
    this.#nowMs = nowMs
    this.tiers.advance(nowMs)
    if (this.#toStore.length === 0) return
    this.tiers.store(nowMs, this.#toStore)
    this.#toStore = []
  }

  /** A block of a sequence was given its key. */
  keyed(index: number, key: number): void {
    if (this.#storesComputed && this.tiers.endsChunk(index)) this.#toStore.push(key)
  }

  /** What the tiers have of a sequence behind the blocks that the device has. At least the last token is always computed. */
  find(sequence: VllmSequence, deviceBlocks: number): TierHit | undefined {
    const most = Math.floor((sequence.tokens - 1) / this.#blockSize)
    return this.tiers.find((block) => sequence.keys.of(block), deviceBlocks, most)
  }

  /** Begins to load what was found, into blocks that the sequence holds. */
  begin(sequence: VllmSequence, hit: TierHit): void {
    const load: Load = { sequence, isDone: false }
    this.#loads.push(load)
    if (sequence.cachedTokens === undefined) {
      sequence.hostTokens = hit.hostBlocks * this.#blockSize
      sequence.diskTokens = hit.diskBlocks * this.#blockSize
    }
    this.tiers.load(this.#nowMs, hit, () => this.#arrived(load, hit.endBlock))
  }

  removeHead(): void {
    const at = this.#loads.findIndex(({ isDone }) => isDone)
    this.#loads.splice(at, 1)
  }

  /** Whether a sequence that was aborted is here: its blocks are free when what is on its way has come. */
  abort(sequence: VllmSequence): boolean {
    const load = this.#loads.find((each) => each.sequence === sequence)
    if (!load) return false
    sequence.ended = true
    if (load.isDone) this.#letGo(load)
    return true
  }

  #arrived(load: Load, endBlock: number): void {
    const { sequence } = load
    load.isDone = true
    while (sequence.keyedBlocks < endBlock) this.#pool.giveKey(sequence)
    sequence.computed = endBlock * this.#blockSize
    if (sequence.ended) this.#letGo(load)
  }

  #letGo(load: Load): void {
    this.#loads = this.#loads.filter((each) => each !== load)
    this.#pool.release(load.sequence)
  }
}
