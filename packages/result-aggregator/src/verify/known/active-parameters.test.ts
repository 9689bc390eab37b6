import { expect, test } from 'vitest'
import { activeParameters } from './active-parameters.ts'

test.each([
  ['deepseek-ai/DeepSeek-R1-0528', 37e9],
  ['nvidia/DeepSeek-V3.2-NVFP4', 37e9],
  ['deepseek-ai/DeepSeek-V4-Pro', 49e9],
  ['deepseek-ai/DeepSeek-V4-Flash', 13e9],
  ['openai/gpt-oss-120b', 5.1e9],
  ['openai/gpt-oss-20b', 3.6e9],
  ['moonshotai/Kimi-K2.5', 32e9],
  ['MiniMaxAI/MiniMax-M2.5', 10e9],
  ['meta-llama/Llama-3.3-70B-Instruct', 70e9],
  ['meta-llama/Meta-Llama-3.1-8B', 8e9],
  ['Qwen/Qwen3.5-397B-A17B', 17e9],
])('%s computes each token with %d', (model, parameters) => {
  expect(activeParameters(model)).toBe(parameters)
})

// An honest run of these would be faster than the model whose name they carry could be.
test.each([
  'deepseek-ai/DeepSeek-R1-Distill-Llama-70B',
  'deepseek-ai/DeepSeek-R1-0528-Qwen3-8B',
  'trl-internal-testing/tiny-random-deepseek-v3',
  'acme/Kimi-K2-eagle3-draft',
  'acme/DeepSeek-V30',
  'acme/model-7b',
])('of %s nobody says', (model) => {
  expect(activeParameters(model)).toBeUndefined()
})
