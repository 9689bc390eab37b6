/**
 * Parameters that a model computes each token with, by families that say it themselves; `-A17B` in a name is its maker's word for 17 billion. Checked in
 * November 2026 against these sources, or pages that quote them.
 */
const families: readonly (readonly [name: RegExp, parameters: number])[] = [
  // Source: the cards of DeepSeek-V3, R1, V3.1 and V3.2: 671 billion, 37 activated.
  [/deepseek-(?:r1|v3)(?!\d)/, 37e9],
  // Source: the card of DeepSeek-V4: 1.6 trillion and 284 billion, 49 and 13 activated.
  [/deepseek-v4-pro/, 49e9],
  [/deepseek-v4-flash/, 13e9],
  // Source: OpenAI's cards: 117 billion, 5.1 active; 21 billion, 3.6 active.
  [/gpt-oss-120b/, 5.1e9],
  [/gpt-oss-20b/, 3.6e9],
  // Source: Moonshot's cards of Kimi K2, K2 Thinking and K2.5: a trillion, 32 billion activated.
  [/kimi-k2(?!\d)/, 32e9],
  // Source: MiniMax's cards of M2, M2.1 and M2.5: 230 billion, 10 activated.
  [/minimax-m2(?!\d)/, 10e9],
  // Source: Meta's cards: dense, and so all of them.
  [/llama-3\.[123]-70b|llama-3-70b/, 70e9],
  [/llama-3\.1-8b|llama-3-8b/, 8e9],
]

/** Names of models that are smaller than the family whose name they carry: taught by it, cut from it, its draft, or its likeness for tests. */
const lesser = /distill|qwen|draft|eagle|mtp|tiny|mini-|random|dummy|prune|reap/

/** Undefined where the name does not tell: never guessed, since too many of them would make honest runs impossible. */
export function activeParameters(model: string): number | undefined {
  const name = model.toLowerCase()
  const said = /-a(\d+(?:\.\d+)?)b(?![a-z])/.exec(name)?.[1]
  if (said !== undefined) return Number(said) * 1e9
  if (lesser.test(name)) return undefined
  return families.find(([family]) => family.test(name))?.[1]
}
