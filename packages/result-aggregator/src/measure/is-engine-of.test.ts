import { expect, test } from 'vitest'
import { isEngineOf } from './is-engine-of.ts'

test.each<[framework: string, engine: string, boolean]>([
  ['vllm', 'vllm', true],
  ['vllm', 'sglang', false],
  ['vllm', 'reprise-sim', false],
  ['vllm', 'dynamo', false],
  ['vllm', 'dynamo-vllm', false],
  ['dynamo-vllm', 'vllm', true],
  ['dynamo-vllm', 'dynamo', true],
  ['dynamo-vllm', 'dynamo-vllm', true],
  ['dynamo-sglang', 'dynamo-vllm', false],
  ['sglang-disagg', 'sglang', true],
  ['trt', 'tensorrt-llm', true],
  ['dynamo-trt', 'tensorrt-llm', true],
  ['TensorRT-LLM', 'tensorrt-llm', true],
  ['dynamo-trt', 'dynamo-tensorrt-llm', true],
  ['atom-disagg', 'atom', true],
  ['sim', 'reprise-sim', true],
  ['llama.cpp', 'llama.cpp', true],
  ['mine', 'vllm', false],
])('%s: %s %s', (framework, engine, expected) => {
  expect(isEngineOf(framework, engine)).toBe(expected)
})
