import { engineFacts, frameworkConstants } from '@reprise/engine-sim/core'
import { expect, test } from 'vitest'
import { deployedEngine } from './deployed-engine.ts'

const llama = 'model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8'

test('a model on GPUs is an engine of the framework that is named, with the blocks that memory has room for', () => {
  const engine = deployedEngine(`vllm:${llama}`)!
  expect(engine.scheduler).toMatchObject({ blockSize: 16, maxNumSeqs: 256, maxNumBatchedTokens: 8192 })
  expect(engine.stepTime).toMatchObject({ kind: 'roofline', gpu: 'h100', tensorParallel: 4, precision: 'fp8' })
  expect(engine).toMatchObject({ stepTime: { scale: frameworkConstants.vllm.scale } })
  const { placed, cacheTokens } = engineFacts(engine)
  // 80 layers x keys and values of 8 heads of 128 in BF16.
  expect(placed).toMatchObject({ model: 'Llama-3.1-70B', gpus: 4, cacheBytesPerToken: 80 * 2 * 8 * 128 * 2 })
  const freeBytes = 4 * (0.9 * 80 * 2 ** 30 - placed!.weightBytesPerGpu - 4e9)
  expect(cacheTokens).toBeLessThanOrEqual(freeBytes / 327_680)
  expect(cacheTokens).toBeGreaterThan(freeBytes / 327_680 - 3 * 16)
})

test.each(['vllm', 'sglang', 'trtllm'] as const)(
  '%s: a request loses the milliseconds of its framework on its way in, where there are any',
  (framework) => {
    const { requestMs } = frameworkConstants[framework]
    expect(deployedEngine(`${framework}:${llama}`)!.frontend).toEqual(
      requestMs > 0 ? { inMs: requestMs, firstOutMs: 0, lastOutMs: 0 } : undefined,
    )
  },
)

test('settings of the server are keys beside it, and ranks step together', () => {
  const { scheduler, dataParallelSize, stepTime } = deployedEngine(
    'sglang:model=deepseek-r1,gpu=b200,tp=1,dp=8,ep=8,precision=fp4,max-sequences=32,tokens-per-step=4096,max-model-len=65536,prefix-caching=false,kv-format=bf16',
  )!
  expect(scheduler).toMatchObject({
    engine: 'sglang',
    maxRunningRequests: 32,
    chunkedPrefillSize: 4096,
    maxModelLen: 65_536,
    enablePrefixCaching: false,
  })
  expect(dataParallelSize).toBe(8)
  expect(stepTime).toMatchObject({ expertParallel: 8, kvFormat: 'bf16' })
  expect(deployedEngine(`trtllm:${llama}`)!.stepTime).toMatchObject({ framework: 'trtllm' })
  const [all, half] = ['', ',memory-share=0.5'].map(
    (more) => deployedEngine(`vllm:${llama}${more}`)!.scheduler.numBlocks,
  )
  expect(half).toBeLessThan(all! / 2)
})

test('names of files are left to others', () => {
  for (const text of ['vllm', 'engine.json', 'vllm.json', 'other:model=x', './vllm:x'])
    expect(deployedEngine(text)).toBeUndefined()
})

test.each([
  [
    'vllm:model=lama,gpu=h100',
    /--engine vllm:model=lama,gpu=h100: the shape of model "lama" is not known; did you mean Llama-3\.1-8B\?/,
  ],
  ['vllm:model=qwen3-32b,gpu=h1000', /no GPU "h1000" is known; did you mean h100\?/],
  ['vllm:model=llama-3.1-70b,gpu=h100', /does not fit: 141 GB of weights.*use more GPUs or a smaller precision/],
  ['vllm:model=qwen3-32b,gpu=h100,tp=3', /64 heads, which tensor parallel 3 does not divide/],
  ['vllm:model=qwen3-32b,gpu=h100,ep=2', /expert parallel 2/],
  ['vllm:model=qwen3-32b', /say which GPU: vllm:model=/],
  ['sglang:gpu=h100', /say which model: sglang:model=/],
  ['vllm:', /No setting of vllm is called ''; there are model, gpu,/],
  ['vllm:model=qwen3-32b,gpu=h100,tpp=2', /did you mean tp\?/],
  ['vllm:model=qwen3-32b,gpu=h100,tp=2,tp=4', /tp is given twice/],
  ['vllm:model=qwen3-32b,gpu=h100,tp=1.5', /tp: a whole number of GPUs/],
  ['vllm:model=qwen3-32b,gpu=h100,tp=two', /Write tp=NUMBER/],
  ['vllm:model=qwen3-32b,gpu=h100,precision=fp16', /precision: .*"bf16"/],
  ['vllm:model=qwen3-32b,gpu=h100,memory-share=2', /memory-share lies between 0\.01 and 1/],
  ['vllm:model=qwen3-32b,gpu=h100,block-size=0', /block-size is a whole number from 1 on/],
  ['vllm:model=qwen3-32b,gpu=h100,max-sequences=true', /max-sequences is a whole number/],
  ['vllm:model=qwen3-32b,gpu=h100,prefix-caching=1', /prefix-caching=true or false/],
  ['vllm:model=qwen3-32b,gpu=h100,max-model-len=900000', /a context of 900000 tokens does not fit/],
])('%s is refused in one line', (text, message) => {
  expect(() => deployedEngine(text)).toThrow(message)
})

test('nothing of a name reaches the terminal raw', () => {
  const said = () => deployedEngine('vllm:model=\u001b[31mred,gpu=h100')
  expect(said).toThrow(/did you mean/)
  expect(said).not.toThrow('\u001b')
})
