/**
 * Tokens that one verification of a speculative decoder yields on average, its bonus token included, by the number of drafted tokens:
 * the first is that of one. Measured once for each head, on the coding prompts of SPEED-Bench, with thinking on; whoever measures the
 * speed of a server pins it to this, so that drafts that suit some prompts do not pass for a fast server.
 *
 * Source: https://github.com/SemiAnalysisAI/InferenceX/tree/843c6254ff69b567f772f6a5fd97675af3d04431/golden_al_distribution
 */
export const goldenAcceptance = {
  'deepseek-v4-pro-mtp': [1.79, 2.27, 2.49, 2.54, 2.55, 2.55, 2.54, 2.58],
  'deepseek-v4-pro-0813-dspark': [1.84, 2.51, 3.01, 3.36, 3.61, 3.77, 3.73, 3.47],
  'glm-5.2-mtp': [1.84, 2.5, 2.99, 3.33, 3.61, 3.78, 3.91, 4.06],
  'kimi-k2.5-eagle3': [1.83, 2.43, 2.88, 3.24, 3.46, 3.62, 3.71, 3.77],
  'kimi-k3-dspark': [1.84, 2.45, 2.87, 3.22, 3.44, 3.54, 3.78, 3.88],
  /** Drafts sampled by their probabilities and rejected as blocks. */
  'kimi-k3-dspark-block': [1.85, 2.51, 3.0, 3.36, 3.62, 3.75, 3.84, 4.0],
  'minimax-m3-eagle3': [1.78, 2.38, 2.83, 3.11, 3.35, 3.45, 3.53, 3.74],
  'minimax-m3-eagle3-gqa': [1.79, 2.39, 2.78, 3.02, 3.21, 3.3, 3.52, 3.51],
  'qwen3.5-397b-mtp': [1.93, 2.73, 3.39, 3.97, 4.41, 4.8, 5.04, 5.21],
} as const satisfies Record<string, readonly number[]>

export type AcceptanceCurve = keyof typeof goldenAcceptance
export const acceptanceCurves = Object.keys(goldenAcceptance) as readonly AcceptanceCurve[]
export const maxDraftTokens = 8

/** The golden acceptance length of a head at so many drafted tokens, of which there are one to `maxDraftTokens`. */
export function acceptanceLengthOf(curve: AcceptanceCurve, draftTokens: number): number {
  return goldenAcceptance[curve][draftTokens - 1]!
}
