/** What the cost of sending a request to one engine follows from; blocks need not be whole. */
export interface KvCandidate {
  /** Prompt tokens that the engine has still to compute for others, as the router reckons. */
  readonly activePrefillTokens: number
  /** Leading blocks of the prompt that the engine holds, and those that its slower tiers hold beyond. */
  readonly deviceOverlapBlocks: number
  readonly hostOverlapBlocks?: number
  readonly diskOverlapBlocks?: number
  /** Blocks of a cache that all engines share, beyond those that this one holds. */
  readonly sharedBeyondDeviceBlocks?: number
  /** Blocks that the engine's requests hold, with those that this one would add. */
  readonly decodeBlocks: number
  /** Requests that the engine has. */
  readonly activeRequests: number
}

/** Of the request, and of all engines together. */
export interface KvCostContext {
  readonly blockSize: number
  readonly promptTokens: number
  /** The least `activePrefillTokens` of all engines. */
  readonly minActivePrefillTokens: number
  /** The engines decode only, and others compute the prompts. Default false. */
  readonly isDecode?: boolean
}

/** Names and meanings are Dynamo's. */
export interface KvCostWeights {
  readonly overlapScoreCredit: number
  readonly overlapScoreCreditDecay: number
  readonly prefillLoadScale: number
  readonly decodeActiveRequestWeight: number
  readonly hostCacheHitWeight: number
  readonly diskCacheHitWeight: number
  readonly sharedCacheMultiplier: number
  readonly trackPrefillTokens: boolean
}

/**
 * What it costs to send a request to an engine, in blocks: what it would compute, less what it holds, and what its requests hold.
 *
 * No more is credited than the request has blocks, unless the engines decode only. Source: the worker logit of Dynamo's default selector,
 * `lib/kv-router/src/scheduling/selector/default.rs`.
 */
export function kvCost(candidate: KvCandidate, context: KvCostContext, weights: KvCostWeights): number {
  const { blockSize, promptTokens, isDecode = false } = context
  const { trackPrefillTokens, overlapScoreCredit } = weights
  const requestBlocks = Math.ceil(promptTokens / blockSize)
  const { hostOverlapBlocks = 0, diskOverlapBlocks = 0, sharedBeyondDeviceBlocks = 0 } = candidate
  const credit =
    overlapScoreCredit * decayOf(candidate, context, weights) * candidate.deviceOverlapBlocks +
    weights.hostCacheHitWeight * hostOverlapBlocks +
    weights.diskCacheHitWeight * diskOverlapBlocks +
    weights.sharedCacheMultiplier * sharedBeyondDeviceBlocks
  const requestCost = weights.decodeActiveRequestWeight * candidate.activeRequests
  if (isDecode && !trackPrefillTokens && overlapScoreCredit > 0)
    return Math.max(0, candidate.decodeBlocks - credit) + requestCost
  const rawPrefillBlocks = trackPrefillTokens ? (candidate.activePrefillTokens + promptTokens) / blockSize : 0
  const prefillBlocks = Math.max(0, rawPrefillBlocks - Math.min(credit, requestBlocks))
  return weights.prefillLoadScale * prefillBlocks + candidate.decodeBlocks + requestCost
}

/** How much less a hit counts at an engine that has more to compute than the one that has least, beside the size of the request. */
function decayOf(
  { activePrefillTokens }: KvCandidate,
  { blockSize, promptTokens, minActivePrefillTokens }: KvCostContext,
  { trackPrefillTokens, overlapScoreCreditDecay }: KvCostWeights,
): number {
  if (!trackPrefillTokens || overlapScoreCreditDecay === 0) return 1
  const excessBlocks = Math.max(0, activePrefillTokens - minActivePrefillTokens) / blockSize
  return 1 / (1 + (overlapScoreCreditDecay * excessBlocks) / Math.ceil(promptTokens / blockSize))
}
