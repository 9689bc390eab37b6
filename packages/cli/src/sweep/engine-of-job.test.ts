import { closedLoop, predictLoad } from '@reprise/engine-sim/core'
import type { RecipeJob } from '@reprise/launcher'
import { expect, test } from 'vitest'
import { ourJobs, ourRecipe } from '../../../launcher/src/recipe/our-recipes.fixture.ts'
import { engineOfJob } from './engine-of-job.ts'
import { servingSettingsOf } from './serving-settings.ts'

const rows = [...ourJobs()].flatMap(([file, jobs]) => jobs.map((job) => ({ file: file!, job })))
const recipes = new Map([...new Set(rows.map(({ file }) => file))].map((file) => [file, ourRecipe(file)]))
const found = rows.map(({ file, job }) => ({ job, is: engineOfJob(recipes.get(file)!, job) }))

function engineWhere(configKey: string, isMeant: (job: RecipeJob['job']) => boolean) {
  const { is } = found.find(({ job }) => job.configKey === configKey && isMeant(job.job))!
  if (is.kind !== 'engine') throw new Error(JSON.stringify(is))
  return is
}

test('every row of our configurations is simulated, or says in one line why not', () => {
  const engines = new Map<string, Parameters<typeof closedLoop>[0]>()
  for (const { is, job } of found) {
    if (is.kind === 'refused') expect(is.reason, job.configKey).toMatch(/^[^\n]{10,250}$/)
    if (is.kind === 'engine') engines.set(`${job.configKey} ${job.job.scenario.kind}`, is.engine)
  }
  expect(found.length).toBeGreaterThan(400)
  expect(found.filter(({ is }) => is.kind === 'engine').length).toBeGreaterThan(found.length / 2)
  for (const engine of engines.values()) {
    const load = {
      concurrency: 2,
      inputTokens: 500,
      outputTokens: 10,
      shares: [1, 1],
      rounds: 1,
      standsForRounds: 1,
    } as const
    const { ttftMs, tpotMs } = closedLoop(engine, load)
    expect(ttftMs).toBeGreaterThan(tpotMs)
    expect(tpotMs).toBeGreaterThan(1)
  }
})

test("flags of the recipe are the engine's: of vLLM", () => {
  const { engine, uncalibrated } = engineWhere(
    'gptoss-fp4-h100-vllm',
    ({ scenario, topology, concurrencies }) =>
      scenario.kind === 'agentic-coding' && topology.kind === 'single' && topology.tp === 2 && concurrencies[0] === 8,
  )
  expect(engine.scheduler).toMatchObject({
    maxNumSeqs: 8,
    maxModelLen: 131_072,
    asyncScheduling: true,
    enablePrefixCaching: true,
  })
  expect(engine.stepTime).toMatchObject({ kind: 'roofline', gpu: 'h100', precision: 'fp4', tensorParallel: 2 })
  expect(uncalibrated).toBeUndefined()
})

test('and of SGLang', () => {
  const { engine } = engineWhere('dsr1-fp8-h200-sglang', ({ scenario }) => scenario.kind === 'fixed-seq-len')
  expect(engine.scheduler).toMatchObject({
    ...{ engine: 'sglang', chunkedPrefillSize: 32_768, maxPrefillTokens: 32_768, enablePrefixCaching: false },
    enableOverlap: true,
  })
})

test('what has no part in the model is refused by name, and AMD is not calibrated', () => {
  const reasons = found.flatMap(({ is }) => (is.kind === 'refused' ? is.reason : []))
  expect(reasons).toContain("--cpu-offload-gb: weights in the host's memory are not modelled")
  expect(engineWhere('gptoss-fp4-mi300x-vllm', () => true).uncalibrated).toBe('gpu')
})

test('the published checkpoint of DeepSeek-V4 has experts of four bits, whatever its rows call it', () => {
  const { engine, uncalibrated } = engineWhere('dsv4-fp8-h200-vllm', () => true)
  expect(uncalibrated).toBe('model')
  expect(engine.stepTime).toMatchObject({ kind: 'roofline', precision: 'fp4', gpu: 'h200', tensorParallel: 8 })
})

test("vLLM's own tier in the host's memory: blocks of what its flag gives, and a link for each GPU", () => {
  const { engine } = engineWhere(
    'gptoss-fp4-h100-vllm',
    ({ scenario, topology }) =>
      scenario.kind === 'agentic-coding' &&
      scenario.offloading.tier === 'dram' &&
      topology.kind === 'single' &&
      topology.tp === 2,
  )
  // 432 GiB of 36,864 bytes a token, 16 tokens a block.
  expect(engine.scheduler).toMatchObject({
    kvOffload: { hostBlocks: Math.floor((432 * 2 ** 30) / (36_864 * 16)), tokenBytes: 36_864, host: { gbPerS: 100 } },
  })
})

test("SGLang's tier in the host's memory: so many times the device's, or gigabytes for each GPU, which go first", () => {
  const engineAt = (conc: number) =>
    engineWhere(
      'glm5.2-fp4-b200-sglang-agentic-mtp',
      ({ scenario, concurrencies }) =>
        scenario.kind === 'agentic-coding' && scenario.offloading.tier === 'dram' && concurrencies[0] === conc,
    ).engine
  const glm = (conc: number) => engineAt(conc).scheduler
  const { numBlocks } = glm(8)
  const common = { writePolicy: 'write_back', tokenBytes: 190_800, host: { gbPerS: 200 } }
  expect(glm(8)).toMatchObject({ hicache: { ...common, hostPages: Math.floor(0.75 * numBlocks) } })
  const { hicache } = glm(16) as { hicache?: { hostPages: number } }
  // Whole gigabytes of 47,700 bytes a token on each GPU, 64 tokens a page.
  const gigabytes = Math.round((hicache!.hostPages * 47_700 * 64) / 1e9)
  expect(hicache).toEqual({ ...common, hostPages: Math.floor((gigabytes * 1e9) / (47_700 * 64)) })
  expect(gigabytes).toBeGreaterThan(100)
  const stored = [
    ...[['--hicache-storage-backend', 'mooncake'] as const],
    ...[['--hicache-storage-prefetch-policy', 'wait_complete'] as const],
  ]
  expect(servingSettingsOf('sglang', new Map(stored))).toEqual({
    ...{ hicacheStorage: 'mooncake', hicachePrefetchPolicy: 'wait_complete' },
  })
  // Prompts of which nothing is cached need no tier.
  expect(predictLoad(engineAt(8), { concurrency: 2, inputTokens: 500, outputTokens: 10 })).toBeDefined()
})

test('drafts are accepted as often as the golden length of their head says, and no error is published for such points', () => {
  const { engine, uncalibrated } = engineWhere('glm5.2-fp8-h200-sglang-agentic-mtp', () => true)
  expect(engine.scheduler).toMatchObject({
    ...{ engine: 'sglang', enableMixedChunk: false },
    speculation: { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.99 },
  })
  expect(uncalibrated).toBe('drafts')
  const vllm = engineWhere('minimaxm3-fp8-mi300x-vllm-agentic-mtp', () => true)
  expect(vllm.engine.scheduler).toMatchObject({
    speculation: { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.78 },
  })
})

function rowWhere(configKey: string): RecipeJob {
  return rows.find(({ job }) => job.configKey === configKey)!.job
}
function changed(row: RecipeJob, changes: Partial<RecipeJob['job']>): RecipeJob {
  return { ...row, job: { ...row.job, ...changes } }
}

test('drafts of which nobody has measured how many are accepted are refused', () => {
  const drafting = changed(rowWhere('gptoss-fp4-h100-vllm'), { specDecoding: 'mtp' })
  expect(engineOfJob(recipes.get('benchmarks/gptoss-fp4-h100-vllm.yaml'), drafting)).toEqual({
    kind: 'refused',
    reason: expect.stringMatching(
      /^how many drafts of mtp are accepted is not known: there is no golden curve .*gpt-oss-120b/,
    ),
  })
})

test('whoever knows how many are accepted says so', () => {
  const row = changed(rowWhere('dsr1-fp8-h200-sglang'), { specDecoding: 'mtp' })
  expect(engineOfJob(undefined, row, { acceptanceLength: 2.4 })).toMatchObject({
    engine: { scheduler: { speculation: { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.4 } } },
    notes: expect.arrayContaining(['an acceptance length of 2.4, as given']),
  })
  const trt = changed(row, { framework: 'trt' })
  expect(engineOfJob(undefined, trt, { acceptanceLength: 2.4 })).toMatchObject({
    engine: { scheduler: { speculation: { numSpeculativeTokens: 3 } }, stepTime: { framework: 'trtllm' } },
    notes: expect.arrayContaining(['drafts are made and verified as by vLLM']),
  })
  expect(engineOfJob(undefined, row, { acceptanceLength: 5 })).toMatchObject({
    reason: expect.stringMatching(/yields 1 to 4 tokens$/),
  })
  const plain = changed(row, { specDecoding: 'none' })
  expect(engineOfJob(undefined, plain, { acceptanceLength: 2 })).toMatchObject({
    reason: expect.stringMatching(/leave it out$/),
  })
})

test("a row without a recipe has the framework's own flags, and three drafts of the head of its model", () => {
  const row = changed(rowWhere('qwen3.5-fp8-h100-sglang'), { specDecoding: 'mtp' })
  expect(engineOfJob(undefined, row)).toMatchObject({
    kind: 'engine',
    engine: {
      scheduler: {
        ...{ engine: 'sglang', maxRunningRequests: 48, chunkedPrefillSize: 8192 },
        speculation: { numSpeculativeTokens: 3, syntheticAcceptanceLength: 3.39 },
      },
    },
    notes: ["no recipe: flags are SGLang's own", '3 drafts, an assumption'],
    uncalibrated: 'drafts',
  })
  expect(engineOfJob(undefined, changed(row, { framework: 'atom' }))).toMatchObject({
    reason: 'the scheduler of atom is not modelled; there are those of vLLM, SGLang and TensorRT-LLM',
  })
})

test('ranks of a row alone are as many as its GPUs, each with one', () => {
  const row = rowWhere('dsr1-fp8-h200-sglang')
  const topology = { ...row.job.topology, dpAttn: true, ep: 8 } as RecipeJob['job']['topology']
  expect(engineOfJob(undefined, changed(row, { topology, framework: 'trt' }))).toMatchObject({
    engine: { dataParallelSize: 8, stepTime: { framework: 'trtllm', tensorParallel: 1, expertParallel: 8 } },
  })
})

test('workers of prefill and decode are a fleet, each kind by its own sizes and flags', () => {
  const { engine, notes, uncalibrated } = engineWhere(
    'dsv4-fp4-b200-dynamo-vllm-agentic-disagg',
    ({ topology }) => topology.kind === 'multi' && !topology.decode.dpAttn,
  )
  expect(engine).toMatchObject({
    dataParallelSize: 8,
    dataParallelBalance: 'session',
    scheduler: { blockSize: 256, maxNumSeqs: 16, maxNumBatchedTokens: 16_384, asyncScheduling: false },
    stepTime: { tensorParallel: 1, dataParallel: 8, expertParallel: 8 },
    decodeEngine: {
      scheduler: { blockSize: 256, maxNumSeqs: 256, maxNumBatchedTokens: 256 },
      stepTime: { tensorParallel: 8, expertParallel: 8 },
    },
    // A token of a rank is kept by one GPU, and eight links of 100 GB/s leave a worker.
    fleet: {
      prefillWorkers: 1,
      decodeWorkers: 1,
      transfer: { gbPerS: 800, bytesPerToken: (30 * 716) / 4 + (31 * 584) / 128 },
    },
  })
  expect(engine.decodeEngine?.scheduler.maxModelLen).toBe(engine.scheduler.maxModelLen)
  expect(notes).toEqual([expect.stringMatching(/KV router chooses among ranks/)])
  expect(uncalibrated).toBe('model')
})

test('TensorRT-LLM behind Dynamo is a row alone: its recipe does not have the flags of its workers', () => {
  const { engine, notes, uncalibrated } = engineWhere('dsr1-fp4-b200-dynamo-trt', () => true)
  expect(engine).toMatchObject({
    ...{
      dataParallelSize: 4,
      stepTime: { framework: 'trtllm', tensorParallel: 1, dataParallel: 4, expertParallel: 4 },
    },
    decodeEngine: { stepTime: { tensorParallel: 8, expertParallel: 8 } },
    fleet: { prefillRouter: { routing: 'round-robin' } },
  })
  expect(notes.join()).toMatch(
    /does not have the flags of its workers.*handed over as vLLM's NIXL does.*not known: round robin/,
  )
  expect(uncalibrated).toBe('apart')
})

test('predicted points of fleets wait for what is handed over', () => {
  const { engine } = engineWhere('dsr1-fp4-b200-dynamo-trt', () => true)
  const load = { concurrency: 2, inputTokens: 500, outputTokens: 10 }
  const quick = predictLoad(engine, load)!
  const fleet = engine.fleet as Extract<NonNullable<typeof engine.fleet>, { readonly transfer: object }>
  const slow = predictLoad({ ...engine, fleet: { ...fleet, transfer: { ...fleet.transfer, latencyMs: 101 } } }, load)!
  expect(slow.ttftMs - quick.ttftMs).toBeGreaterThan(90)
})

test("connectors are tiers: vLLM's simple one by bytes of each GPU, LMCache in chunks of 256 tokens", () => {
  const simple = engineWhere(
    'dsv4-fp4-b200-vllm-agentic-mtp',
    ({ topology }) => topology.kind === 'single' && topology.dpAttn,
  )
  const tokenBytes = (30 * 716) / 4 + (31 * 584) / 128
  const { kvOffload } = simple.engine.scheduler as { kvOffload?: { hostBlocks: number } }
  expect(kvOffload).toMatchObject({ tokenBytes, host: { gbPerS: 50 } })
  expect(simple.engine).toMatchObject({ dataParallelSize: 8, dataParallelBalance: 'session' })
  const { totalCpuDramGb } = rowWhere('dsv4-fp4-b200-vllm-agentic-mtp').job.scenario as { totalCpuDramGb: number }
  expect(kvOffload!.hostBlocks).toBe(Math.floor((totalCpuDramGb * 1e9) / 8 / (tokenBytes * 256)))
  const lmcache = engineWhere('minimaxm3-fp8-mi300x-vllm-agentic-mtp', ({ concurrencies }) => concurrencies[0] === 16)
  expect(lmcache.engine.scheduler).toMatchObject({ blockSize: 128, kvOffload: { chunkBlocks: 2 } })
})

test('ranks with an attention of their own are ranks of the engine, and what SGLang says of all of them is divided', () => {
  const found = rows.find(
    ({ job: { configKey, job } }) =>
      configKey === 'dsv4-fp4-b200-sglang' && job.topology.kind === 'single' && job.topology.dpAttn,
  )
  const { file, job } = found!
  expect(engineOfJob(recipes.get(file)!, job)).toMatchObject({
    engine: {
      dataParallelSize: 8,
      // Of 4,352 requests and chunks of 16,384 tokens.
      scheduler: { maxRunningRequests: 544, chunkedPrefillSize: 2048 },
      stepTime: { tensorParallel: 1, dataParallel: 8, expertParallel: 8 },
    },
  })
})
