/**
 * Parameters that a model computes each token with, by families that say it themselves. Sources: the model cards on huggingface.co of the names below;
 * `-A17B` in a name is its maker's word for 17 billion.
 */
const families: readonly (readonly [name: RegExp, parameters: number])[] = [
  [/deepseek-(?:r1|v3)(?![\d]|.*distill)/, 37e9],
  [/gpt-oss-120b/, 5.1e9],
  [/gpt-oss-20b/, 3.6e9],
  [/kimi-k2/, 32e9],
  [/minimax-m2(?!\d)/, 10e9],
  [/llama-3\.[123]-70b|llama-3-70b/, 70e9],
  [/llama-3\.1-8b|llama-3-8b/, 8e9],
]

/** Undefined where the name does not tell: never guessed, since too many of them would make honest runs impossible. */
export function activeParameters(model: string): number | undefined {
  const name = model.toLowerCase()
  const said = /-a(\d+(?:\.\d+)?)b(?![a-z])/.exec(name)?.[1]
  if (said !== undefined) return Number(said) * 1e9
  return families.find(([family]) => family.test(name))?.[1]
}
