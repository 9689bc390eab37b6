import type { EngineRequest } from '../engine-request.ts'
import type { KvRouterConfig } from '../fleet-config.ts'
import { ActiveLoad } from './active-load.ts'
import { diceOf } from './dice.ts'
import { HeldBlocks } from './held-blocks.ts'
import { type KvCostWeights, kvCost } from './kv-cost.ts'
import { pickByCost } from './pick-by-cost.ts'
import type { Router } from './router.ts'
import { SentPrefixes } from './sent-prefixes.ts'

/** Of what stands outside the router's own configuration. */
export interface KvRouterSurroundings {
  readonly blockSize: number
  /** The engines decode only, and others compute the prompts. Default false. */
  readonly isDecode?: boolean
}

/** What no engine of ours has: slower tiers that tell of their blocks, and a cache that all share. */
const weightsOfNoTiers = { hostCacheHitWeight: 0, diskCacheHitWeight: 0, sharedCacheMultiplier: 0 }

/**
 * Sends each request where it costs least: where most of its prompt is held, and least is to be computed for others and held by them.
 *
 * What engines hold is known by what they tell of their blocks, or else is taken to be what was sent to them of late. Source: Dynamo's KV
 * router, `lib/kv-router` (the cost: `kvCost`; the choice: `pickByCost`; the load: `ActiveLoad`), with the names and defaults of its configuration.
 */
export class KvRouter implements Router {
  readonly #config: KvRouterConfig
  readonly #blockSize: number
  readonly #isDecode: boolean
  readonly #weights: KvCostWeights
  readonly #loads: readonly ActiveLoad[]
  readonly #held: HeldBlocks | undefined
  readonly #sent: readonly SentPrefixes[]
  readonly #roll: () => number
  /** Absent where the router does not listen to the engines. */
  readonly changed?: (engine: number, keys: readonly number[]) => void

  constructor(engines: number, config: KvRouterConfig, { blockSize, isDecode = false }: KvRouterSurroundings) {
    const { useKvEvents, ttlS, predictedTtlS, assumeKvReuse } = config
    const each = Array.from({ length: engines })
    this.#config = config
    this.#blockSize = blockSize
    this.#isDecode = isDecode
    this.#weights = { ...config, ...weightsOfNoTiers }
    this.#loads = each.map(() => new ActiveLoad(blockSize, assumeKvReuse))
    const held = useKvEvents ? new HeldBlocks(engines) : undefined
    this.#held = held
    const sentS = useKvEvents ? predictedTtlS : ttlS
    this.#sent = sentS > 0 ? each.map(() => new SentPrefixes(sentS * 1_000)) : []
    this.#roll = diceOf(config.seed)
    if (held) this.changed = (engine, keys) => held.apply(engine, keys)
  }

  choose(request: EngineRequest, nowMs: number): number {
    const loads = this.#loads
    const overlaps = this.#overlaps(request, nowMs)
    const engine = loads.length === 1 ? 0 : this.#pick(request, overlaps)
    if (this.#sent.length > 0) this.#sent[engine]!.add(this.#keysOf(request), nowMs)
    loads[engine]!.add(request, Math.max(0, request.promptTokens - overlaps[engine]! * this.#blockSize))
    return engine
  }

  began(engine: number, request: EngineRequest): void {
    this.#loads[engine]!.began(request)
  }

  ended(engine: number, request: EngineRequest): void {
    this.#loads[engine]!.end(request)
  }

  #pick(request: EngineRequest, overlaps: readonly number[]): number {
    const { trackActiveBlocks, temperature } = this.#config
    const context = {
      blockSize: this.#blockSize,
      promptTokens: request.promptTokens,
      minActivePrefillTokens: Math.min(...this.#loads.map(({ prefillTokens }) => prefillTokens)),
      isDecode: this.#isDecode,
    }
    const costs = this.#loads.map((load, engine) => {
      const candidate = {
        activePrefillTokens: load.prefillTokens,
        deviceOverlapBlocks: overlaps[engine]!,
        decodeBlocks: trackActiveBlocks ? load.blocksWith(request) : 0,
        activeRequests: load.requests,
      }
      return kvCost(candidate, context, this.#weights)
    })
    return pickByCost(costs, temperature, this.#roll)
  }

  /** Leading blocks of the prompt that each engine holds, or is taken to hold. */
  #overlaps(request: EngineRequest, nowMs: number): readonly number[] {
    const { blockKeys, promptTokens } = request
    const blocks = Math.min(blockKeys.length, Math.floor(promptTokens / this.#blockSize))
    const held = this.#held?.overlaps(blockKeys, blocks) ?? this.#loads.map(() => 0)
    if (this.#sent.length === 0) return held
    const keys = this.#keysOf(request)
    return held.map((overlap, engine) => Math.max(overlap, this.#sent[engine]!.overlap(keys, nowMs)))
  }

  /** Of the full blocks of the prompt. */
  #keysOf({ blockKeys, promptTokens }: EngineRequest): Float64Array {
    return blockKeys.subarray(0, Math.floor(promptTokens / this.#blockSize))
  }
}
