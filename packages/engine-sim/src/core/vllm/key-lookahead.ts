interface KeyLookaheadConfig {
  readonly speculation?: unknown
  readonly kvOffload?: unknown
}

/**
 * Tokens behind a block that its key covers, as a draft head computes its last position from the token after it: a block has no key before that is known.
 * None where tiers stand behind the cache, whose keys are of blocks alone.
 *
 * Source: `num_hash_lookahead_tokens` of vLLM 0.33.0's `VllmConfig`, for EAGLE and an MTP head of one module.
 */
export function keyLookahead({ speculation, kvOffload }: KeyLookaheadConfig): number {
  return speculation && !kvOffload ? 1 : 0
}
