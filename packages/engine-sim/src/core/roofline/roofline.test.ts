import { describe, expect, test } from 'vitest'
import { launchDelayMs } from '../predict/launch-delay.ts'
import { cacheBytesPerToken, cacheTokens } from './cache-memory.ts'
import { type Deployment, placedOf } from './deployment.ts'
import { efficiencies } from './efficiencies.ts'
import { gpuNamed, gpus } from './gpu.ts'
import { modelNamed } from './model-named.ts'
import { models } from './models.ts'
import { rooflineDuration } from './roofline-duration.ts'
import { countWeights, weightBytesPerGpu } from './weights.ts'

const llama: Deployment = {
  model: 'meta-llama/Llama-3.1-70B',
  gpu: 'h100',
  precision: 'bf16',
  framework: 'vllm',
  tensorParallel: 4,
}
const deepseek: Deployment = {
  model: 'deepseek-ai/DeepSeek-R1',
  gpu: 'b200',
  precision: 'fp8',
  framework: 'sglang',
  tensorParallel: 8,
}
const gptoss: Deployment = {
  model: 'openai/gpt-oss-120b',
  gpu: 'h100',
  precision: 'fp4',
  framework: 'vllm',
  tensorParallel: 2,
}
const none = { prefillTokens: 0, prefillContextTokens: 0, decodes: 0, decodeContextTokens: 0 }

describe('drafts', () => {
  const decode = { ...none, decodes: 8, decodeContextTokens: 8 * 4096 }
  const verify = { ...decode, draftTokens: 24 }

  test.each([llama, deepseek, gptoss])('$model: they cost more than none, and less than steps of their own', (one) => {
    const ms = rooflineDuration(placedOf(one))
    expect(ms(verify)).toBeGreaterThan(ms(decode))
    expect(ms(verify)).toBeLessThan(2 * ms(decode))
  })

  test('each pass of the head is a layer and a product with the vocabulary', () => {
    const placed = placedOf(llama)
    const [none, one, three] = [0, 1, 3].map((passes) => rooflineDuration(placed, passes)(verify))
    // 80 layers, and a head: the share of one layer is above 1/80 of the step and well below a tenth.
    expect((one! - none!) / none!).toBeGreaterThan(1 / 80)
    expect((one! - none!) / none!).toBeLessThan(1 / 20)
    // The two after the first compute one token of each sequence.
    expect(three! - one!).toBeLessThan(2 * (one! - none!))
    expect(three! - one!).toBeGreaterThan(one! - none!)
  })
})

describe('models', () => {
  test.each(models)('$name has as many weights as its publisher says, to 3 %', (model) => {
    const { experts, rest, embeddings } = countWeights(model)
    expect((experts + rest + embeddings) / 1e9 / model.publishedBillions).toBeCloseTo(1, 1)
    expect(Math.abs((experts + rest + embeddings) / 1e9 / model.publishedBillions - 1)).toBeLessThan(0.03)
  })

  // Figures of the tables that publishers and engines print, in bytes of one token on all GPUs.
  test.each<[Deployment, number]>([
    [{ ...llama, tensorParallel: 1 }, 327_680],
    [{ ...deepseek, tensorParallel: 1 }, 35_136],
    [{ ...gptoss, tensorParallel: 1 }, 36_864],
    [{ ...deepseek, model: 'moonshotai/Kimi-K3', kvFormat: 'bf16' }, 27_648],
    // 30 layers with a vector of 584 bytes and a key of 132 for four tokens, 31 with a vector for 128.
    [{ ...deepseek, model: 'deepseek-ai/DeepSeek-V4-Pro' }, (30 * 716) / 4 + (31 * 584) / 128],
    [{ ...deepseek, model: 'deepseek-ai/DeepSeek-V4-Pro', kvFormat: 'bf16' }, (30 * 1156) / 4 + (31 * 1024) / 128],
  ])('%o', (deployment, bytes) => {
    expect(cacheBytesPerToken(placedOf(deployment))).toBe(bytes)
  })

  test('latent caches stand whole on every GPU, heads are cut until there is one each', () => {
    expect(cacheBytesPerToken(placedOf(deepseek))).toBe(35_136)
    expect(cacheBytesPerToken(placedOf({ ...llama, tensorParallel: 8 }))).toBe(327_680 / 8)
    expect(cacheBytesPerToken(placedOf({ ...llama, tensorParallel: 16, gpu: 'gb200' }))).toBe(327_680 / 8)
  })

  test('weights are divided by what divides them: 70.6e9 x 2 bytes over four', () => {
    expect(weightBytesPerGpu(placedOf(llama)) / 1e9).toBeCloseTo((70.55 * 2) / 4, 0)
  })
})

describe('compressed attention', () => {
  const pro = { ...deepseek, model: 'deepseek-ai/DeepSeek-V4-Pro', precision: 'fp4' } as const
  const step = rooflineDuration(placedOf(pro))
  const decode = (decodeContextTokens: number) => step({ ...none, decodes: 8, decodeContextTokens })
  // What latent decoding reaches of the 7.7 TB/s of a B200.
  const bytesPerMs = 7.7e9 * efficiencies.blackwell.latentDecode.memory

  test('beyond the picked vectors a context costs its indexer and one vector for 128 tokens', () => {
    const perToken = (30 * 132) / 4 + (31 * 584) / 128
    expect(decode(1_100_000) - decode(1_000_000)).toBeCloseTo((1e5 * perToken) / bytesPerMs, 6)
  })

  test('before them every fourth token has one; within the window all have', () => {
    const perToken = (30 * 716) / 4 + (31 * 584) / 128
    expect(decode(8 * 4000) - decode(8 * 3000)).toBeCloseTo((8000 * perToken) / bytesPerMs, 6)
    expect(decode(8 * 120) - decode(8 * 20)).toBeCloseTo((800 * (perToken + 61 * 584)) / bytesPerMs, 6)
  })

  test('experts of four bits stand beside eight, and all of it fits eight GPUs', () => {
    const placed = placedOf(pro)
    const { experts, rest, embeddings } = countWeights(placed.model)
    expect(weightBytesPerGpu(placed)).toBeCloseTo((experts * 0.5625 + rest + embeddings * 2) / 8, 0)
    expect(weightBytesPerGpu(placed) / 1e9).toBeGreaterThan(105)
    expect(weightBytesPerGpu(placed) / 1e9).toBeLessThan(120)
  })

  test('a long prompt costs more than in proportion, by its indexer, and far less than as if all saw all', () => {
    const prefill = (tokens: number) =>
      step({ ...none, prefillTokens: tokens, prefillContextTokens: (tokens * (tokens + 1)) / 2 })
    expect(prefill(65_536)).toBeGreaterThan(2 * prefill(32_768))
    expect(prefill(65_536)).toBeLessThan(2.5 * prefill(32_768))
  })
})

describe('launching', () => {
  const qwen = { ...deepseek, model: 'Qwen/Qwen3.5-397B-A17B' }
  const prompt = { ...none, prefillTokens: 16, prefillContextTokens: 136 }
  const msWith = (deployment: Deployment, launchUs: NonNullable<Deployment['launchUs']>, work = prompt) =>
    rooflineDuration(placedOf({ ...deployment, launchUs }))(work)

  test('a short prompt of SGLang lasts as long as the host launches it: 58 of 61 layers with experts; 60, and 45 with linear attention', () => {
    expect(msWith(deepseek, { experts: 2000, linear: 999 })).toBeCloseTo(58 * 2, 9)
    expect(msWith(qwen, { experts: 2000, linear: 1000 })).toBeCloseTo(60 * 2 + 45, 9)
  })

  test('decodes and long prompts take what their kernels take, and other frameworks go on meanwhile: there the prompt alone is late', () => {
    const [free, slow] = [
      { experts: 0, linear: 0 },
      { experts: 2000, linear: 0 },
    ]
    const trt = { ...deepseek, framework: 'trtllm' as const }
    for (const [deployment, work] of [
      [deepseek, { ...none, decodes: 4, decodeContextTokens: 400 }],
      [deepseek, { ...none, prefillTokens: 32_768, prefillContextTokens: 536_887_296 }],
      [trt, prompt],
    ] as const)
      expect(msWith(deployment, slow, work)).toBe(msWith(deployment, free, work))
    const kernelsMs = msWith(trt, free, { ...none, prefillTokens: 1000, prefillContextTokens: 500_500 })
    expect(launchDelayMs({ ...trt, launchUs: slow }, 1000)).toBeCloseTo(116 - kernelsMs, 9)
    expect(launchDelayMs({ ...trt, launchUs: slow }, 60_000)).toBe(0)
    expect(launchDelayMs({ ...deepseek, launchUs: slow }, 1000)).toBe(0)
  })
})

describe('steps', () => {
  const step = rooflineDuration(placedOf(llama))

  test('a lone decode of a dense model reads the weights, by hand: 35 GB at 0.84 of 3.35 TB/s, launches and sums', () => {
    const readMs = ((70.55e9 * 2 - 2 * 128_256 * 8192) / 4 / (3.35e12 * 0.84)) * 1e3
    const launchesMs = (80 * (4 * 3.6 + 12.4 + 4 + 2 * 4.8) + 3.6) * 1e-3
    const ms = step({ ...none, decodes: 1, decodeContextTokens: 1 })
    expect(ms).toBeGreaterThan(readMs + launchesMs)
    expect(ms).toBeLessThan((readMs + launchesMs) * 1.05)
  })

  test('a context costs what reading it costs: 327,680 bytes a token over four GPUs at 0.85', () => {
    const at = (decodeContextTokens: number) => step({ ...none, decodes: 8, decodeContextTokens })
    expect(at(1_100_000) - at(1_000_000)).toBeCloseTo(((1e5 * 327_680) / 4 / (3.35e12 * 0.85)) * 1e3, 6)
  })

  test('a long prompt computes 2 x 70e9 x tokens at 0.81 of the peak, and sums 134 MB over four GPUs 160 times, beside attention', () => {
    const ms = step({ ...none, prefillTokens: 8192, prefillContextTokens: (8192 * 8193) / 2 })
    const computeMs = ((2 * 68.5e9 * 8192) / 4 / (989e12 * 0.81)) * 1e3
    // A third of the way from 330 us of 64 MiB to 1,180 of 256.
    const sumsMs = 160 * (0.33 + 0.85 / 3)
    expect(ms).toBeGreaterThan(computeMs + sumsMs)
    expect(ms).toBeLessThan(computeMs + sumsMs + 120)
  })

  test('of so many experts so many are met: a token meets 8 of 256, a thousand nearly all', () => {
    const wide = rooflineDuration(placedOf(deepseek))
    const at = (decodes: number) => wide({ ...none, decodes, decodeContextTokens: decodes })
    // Eight experts of 3 x 7168 x 2048 bytes on eight GPUs against 256 of them, at 7.7 TB/s, 58 layers.
    const expertMs = ((3 * 7168 * 2048) / 8 / 7.7e12) * 58 * 1e3
    expect(at(1000) - at(1)).toBeGreaterThan((255 - 8) * expertMs)
  })

  test('sums are of numbers of two bytes, by the kernels of the framework: 32 decodes of a model 8,192 wide sum 512 KiB on four H100', () => {
    const of = (framework: Deployment['framework']) =>
      rooflineDuration(placedOf({ ...llama, framework }))({ ...none, decodes: 32, decodeContextTokens: 32 })
    // Two sums in each of 80 layers: 11 us with vLLM, 8.2 with SGLang, 12 with TensorRT-LLM.
    expect(of('vllm') - of('sglang')).toBeCloseTo(160 * (11 - 8.2) * 1e-3, 9)
    expect(of('trtllm') - of('vllm')).toBeCloseTo(160 * (12 - 11) * 1e-3, 9)
    const blackwell = (framework: Deployment['framework']) =>
      rooflineDuration(placedOf({ ...llama, gpu: 'b200', framework }))({
        ...none,
        decodes: 32,
        decodeContextTokens: 32,
      })
    expect(blackwell('vllm')).toBe(blackwell('trtllm'))
  })

  test('of experts that are spread the busiest GPU decides, by hand: 8,192 tokens through 58 layers on eight GPUs, 2.4 shares against one', () => {
    const at = (expertParallel: number) =>
      rooflineDuration(placedOf({ ...deepseek, framework: 'vllm', expertParallel }))({
        ...{ ...none, prefillTokens: 8192 },
        prefillContextTokens: (8192 * 8193) / 2,
      })
    const rows = 8192 * 8
    // Whole experts: an eighth of the rows, times 2.4. Cut experts: all rows, an eighth as wide.
    const computeS = (width: number, share: number) => (6 * 7168 * width * rows * share) / (4500e12 * 0.26)
    const moveS = (width: number, share: number) => (rows * share * (6 * 7168 + 2 * width) * 2) / 7.7e12
    const spread = computeS(2048, 2.4 / 8) + moveS(2048, 2.4 / 8)
    const cut = computeS(256, 1) + moveS(256, 1)
    expect(at(8) - at(1)).toBeCloseTo(58 * (spread - cut) * 1e3, 6)
  })

  test('windows end: a context of 100,000 costs half of the layers as one of 128 does', () => {
    const windowed = rooflineDuration(placedOf(gptoss))
    const at = (decodeContextTokens: number) => windowed({ ...none, decodes: 1, decodeContextTokens })
    const perToken = (36_864 / 2 / (3.35e12 * 0.85)) * 1e3
    expect(at(200_000) - at(100_000)).toBeCloseTo(1e5 * perToken, 6)
  })

  test('the same work takes the same, in any order of asking', () => {
    const work = { ...none, decodes: 7, decodeContextTokens: 7000 }
    const before = step(work)
    for (let decodes = 1; decodes < 5000; decodes += 1) step({ ...none, decodes, decodeContextTokens: decodes })
    expect(step(work)).toBe(before)
    expect(step(none)).toBe(0)
  })

  test('more GPUs take less, a larger batch more, and a better GPU less', () => {
    const work = { ...none, decodes: 64, decodeContextTokens: 64_000 }
    const ms = (changes: Partial<Deployment>) => rooflineDuration(placedOf({ ...llama, ...changes }))(work)
    expect(ms({ tensorParallel: 8 })).toBeLessThan(ms({}))
    expect(ms({ gpu: 'h200' })).toBeLessThan(ms({}))
    expect(step({ ...work, decodes: 128 })).toBeGreaterThan(step(work))
  })
})

describe('what cannot be', () => {
  test.each([
    [{ gpu: 'h20' }, /no GPU "h20" is known; did you mean h200\?/],
    [
      { model: 'meta/LLama-3.1-80B' },
      /the shape of model "meta\/LLama-3\.1-80B" is not known; did you mean Llama-3\.1-8B\?/,
    ],
    [{ tensorParallel: 3 }, /64 heads, which tensor parallel 3 does not divide/],
    [{ tensorParallel: 16 }, /16 GPUs reach beyond the 8/],
    [{ expertParallel: 4 }, /has no experts/],
    [{ expertParallel: 3 }, /expert parallel 3 does not divide the 4 GPUs/],
  ] as const)('%o', (changes, message) => {
    expect(() => placedOf({ ...llama, ...changes })).toThrow(message)
  })

  test('a model that does not fit says what it takes and what there is', () => {
    expect(() => cacheTokens(placedOf({ ...llama, tensorParallel: 1 }), 0.9, 64)).toThrow(
      /Llama-3\.1-70B in bf16 on 1 x h100 does not fit: 141 GB of weights.* in 77 GB a GPU; use more GPUs/,
    )
    expect(cacheTokens(placedOf(llama), 0.9, 64)).toBeGreaterThan(100_000)
  })

  test('names of vendors and checkpoints are the names of the tables', () => {
    expect(gpuNamed('H200_SXM').name).toBe('h200')
    expect(modelNamed('nvidia/DeepSeek-R1-0528-FP4-V2').name).toBe('DeepSeek-R1')
    expect(modelNamed('zai-org/GLM-5.2-FP8').name).toBe('GLM-5.2')
    expect(gpus.filter(({ calibrated }) => !calibrated).map(({ name }) => name)).toEqual(['mi300x', 'mi325x', 'mi355x'])
  })
})
