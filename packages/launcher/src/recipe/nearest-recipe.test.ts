import { expect, test } from 'vitest'
import { nearestRecipe } from './nearest-recipe.ts'

const files = [
  'benchmarks/TEMPLATE.yaml',
  'benchmarks/dsr1-fp4-b200-dynamo-trt.yaml',
  'benchmarks/dsr1-fp4-b200-sglang.yaml',
  'benchmarks/dsr1-fp8-h200-sglang.yaml',
  'benchmarks/glm5.2-fp8-h200-sglang.yaml',
  'benchmarks/gptoss-fp4-h100-vllm.yaml',
]

function nearestTo(stem: string): string | undefined {
  const [modelPrefix, precision, gpu, ...framework] = stem.split('-') as [string, string, string, ...string[]]
  const name = { modelPrefix, precision, gpu, framework: framework.join('-'), configKey: stem }
  return nearestRecipe(name, files)?.replace(/^benchmarks\/|\.yaml$/g, '')
}

test.each<[wanted: string, found: string | undefined, why: string]>([
  ['dsr1-fp8-b200-sglang', 'dsr1-fp4-b200-sglang', 'the GPU before the precision'],
  ['dsr1-fp8-mi300x-sglang', 'dsr1-fp8-h200-sglang', 'the same precision where no GPU is the same'],
  ['dsr1-fp4-h100-vllm', 'dsr1-fp4-b200-dynamo-trt', 'the model before all else'],
  ['new-fp8-h200-sglang', 'dsr1-fp8-h200-sglang', 'without the model, the framework, and the first by name'],
  ['new-bf16-gb300-dynamo-trt', 'dsr1-fp4-b200-dynamo-trt', 'a framework of two words'],
  ['new-bf16-gb300-llmd', undefined, 'nothing in common'],
  ['dsr2-fp4-b200-sglan', 'dsr1-fp4-b200-sglang', 'a misspelt name'],
])('%s: %s, %s', (wanted, found, _) => {
  expect(nearestTo(wanted)).toBe(found)
})
