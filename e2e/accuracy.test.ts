import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Deployment } from '@reprise/engine-sim/core'
import { expect, test } from 'vitest'
import { fitFramework, medianOf } from '../bench/accuracy/fit-frameworks.ts'
import { halfOf } from '../bench/accuracy/half-of.ts'
import { judgeRows } from '../bench/accuracy/judge-rows.ts'
import { measuredRows } from '../bench/accuracy/measured-rows.ts'
import { parseCsv } from '../bench/accuracy/parse-csv.ts'
import { type PredictedRow, predictRows } from '../bench/accuracy/predict-rows.ts'
import { digestOf, publishedAccuracy } from '../bench/accuracy/published-accuracy.ts'
import { rankCorrelation } from '../bench/accuracy/rank-correlation.ts'
import { recipeSettings, recipeTopology } from '../bench/accuracy/recipe-settings.ts'
import { renderAccuracy } from '../bench/accuracy/render-accuracy.ts'
import published from '../packages/engine-sim/src/core/predict/published-accuracy.json' with { type: 'json' }

const names =
  'hardware,model,precision,framework,mode,spec,tp,pp,attn_dp,moe_tp,moe_ep,isl,osl,concurrency,ttft_ms,tpot_ms'
const rowsOf = (...lines: string[]) => measuredRows(parseCsv([names, ...lines].join('\n')))
const row = (topology: string, rest = '100,20,2,50,8') =>
  `h200_sxm,"acme/gpt-oss-120b",fp4,vllm,agg,,${topology},${rest}`

test('cells in quotes hold commas, line ends and quotes', () => {
  expect(parseCsv('a,"b,\r\n""c"""\r\n\r\n,d')).toEqual([
    ['a', 'b,\r\n"c"'],
    ['', 'd'],
  ])
})

test('GPUs that a row counts twice are read as the one node that they can be', () => {
  const topologies = rowsOf(row('8,1,1,8,1'), row('64,1,1,8,8'), row('4,1,4,1,16'), row('1,1,64,8,8'), row('2,1,0,0,0'))
  expect(
    topologies.rows.map(({ deployment: { tensorParallel, dataParallel, expertParallel } }) => [
      ...[tensorParallel, dataParallel, expertParallel],
    ]),
  ).toEqual([
    [8, 1, 1],
    [8, 1, 8],
    [1, 4, 4],
    [1, 8, 8],
    [2, 1, 1],
  ])
})

test('what says too little is told with its line, separate workers are not counted, and a column that is missing is named', () => {
  const { rows, incomplete } = rowsOf(
    row('1,1,1,1,1', '100,20,2,,8'),
    row('1,1,1,1,1').replace('h200_sxm', '8-GPU node (unstated)'),
    row('1,1,1,1,1').replace(',agg,', ',disagg,'),
    row('1,1,1,1,1').replace(',agg,,', ',agg,mtp,'),
  )
  expect(rows).toEqual([])
  expect(incomplete).toEqual([
    { line: 2, reason: 'no TTFT or no TPOT measured' },
    { line: 3, reason: 'the GPU is not stated' },
    { line: 5, reason: 'speculative decoding' },
  ])
  expect(() => measuredRows([['hardware']])).toThrow(/has no column model, precision/)
})

test('numbers that cannot be are told with their column and line, and names of any case are the same', () => {
  const { rows, incomplete } = rowsOf(
    row('1,1,1,1,1', '100,20,many,50,8'),
    row('one,1,1,1,1'),
    row('1,1,1,1,1', '100.5,20,2,50,8'),
    row('1,1,1,1,1', '100,20,-2,50,8'),
    row('1,1,1,1,1', '100,20,1e9,50,8'),
    row('1,1,1,1,1', '100,20,2,50,Infinity'),
    row('1,1,1,1,1', '100,1,2,50,8'),
    row('1,1,1,1,1').replace('vllm', 'lmdeploy'),
    row('1,1,1,1,1').replace('h200_sxm', 'H200').replace('fp4,vllm', 'FP4,vLLM'),
  )
  expect(incomplete.map(({ line, reason }) => `${line}: ${reason}`)).toEqual([
    '2: concurrency is no number',
    '3: tp is no number',
    '4: isl is no whole number',
    '5: concurrency is below 0',
    '6: concurrency is above 16384',
    '7: tpot_ms is no number',
    '8: one token of output has no time per token',
    expect.stringMatching(/^9: framework: .*"trtllm"/),
  ])
  expect(rows.map(({ family }) => family)).toEqual(['gpt-oss-120b fp4 h200 vllm'])
  expect(() => measuredRows(parseCsv(''))).toThrow('the table is empty')
  expect(parseCsv('\u{feff}a,b')).toEqual([['a', 'b']])
})

test('ranks: equal values share theirs, and where all are equal there is no correlation', () => {
  expect(
    rankCorrelation([
      [1, 10],
      [2, 20],
      [2, 30],
      [3, 40],
    ]),
  ).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12)
  expect(
    rankCorrelation([
      [1, 2],
      [2, 1],
    ]),
  ).toBeCloseTo(-1, 12)
  expect(
    rankCorrelation([
      [1, 1],
      [1, 2],
    ]),
  ).toBeUndefined()
})

const deepseek: Deployment = {
  model: 'deepseek-ai/DeepSeek-R1-0528',
  gpu: 'b200',
  precision: 'fp8',
  framework: 'sglang',
  tensorParallel: 8,
}
const load = { measured: '2026-03-20', version: '', concurrency: 16, inputTokens: 1024, outputTokens: 1024 }

test('what a server was set to is read from the recipe of its rows, as it was then', () => {
  expect(recipeSettings(deepseek, load)).toMatchObject({
    tokensPerStep: 32_768,
    maxPrefillTokens: 32_768,
    recvInterval: 30,
  })
  expect(recipeSettings(deepseek, { ...load, concurrency: 8 }).recvInterval).toBe(10)
  expect(recipeSettings({ ...deepseek, tensorParallel: 4 }, load)).toMatchObject({
    tokensPerStep: 8192,
    recvInterval: 10,
  })
  expect(recipeSettings({ ...deepseek, gpu: 'h200' }, load).recvInterval).toBeUndefined()
  const trt = { ...deepseek, framework: 'trtllm' as const }
  // 16 + 1024 + 127, down to a multiple of 64; and at least 8192 from the 21st of January on.
  expect(recipeSettings(trt, { ...load, measured: '2026-01-20' }).tokensPerStep).toBe(1152)
  expect(recipeSettings(trt, { ...load, measured: '2026-01-21' }).tokensPerStep).toBe(8192)
  expect(recipeSettings(trt, { ...load, measured: '' }).tokensPerStep).toBe(8192)
  expect(recipeSettings({ ...deepseek, model: 'acme/other' }, load)).toEqual({})
})

test('recipes that draft are known by what only they have, and drafts are accepted as often as AIConfigurator takes it: 85 of 100, and 30 of those', () => {
  const drafts = (deployment: Deployment, told: Partial<typeof load>) =>
    recipeSettings(deployment, { ...load, ...told }).speculation
  const qwen = { ...deepseek, model: 'Qwen/Qwen3.5-397B-A17B', tensorParallel: 4 }
  expect(drafts(qwen, { version: '0.5.9' })).toEqual({
    numSpeculativeTokens: 3,
    syntheticAcceptanceRates: [0.85, 0.255, 0],
  })
  expect(drafts({ ...qwen, expertParallel: 4 }, { version: '0.5.9' })).toBeUndefined()
  expect(drafts(qwen, { version: '0.5.10.post1' })).toBeUndefined()
  const trt = { ...deepseek, framework: 'trtllm' as const }
  expect(drafts(trt, { version: '1.2.0rc6.post3' })?.numSpeculativeTokens).toBe(3)
  expect(drafts(trt, { version: '1.2.0rc6.post2' })).toBeUndefined()
  expect(drafts({ ...trt, tensorParallel: 1, dataParallel: 8 }, { version: '1.2.0rc6.post3' })).toEqual({
    numSpeculativeTokens: 1,
    syntheticAcceptanceRates: [0.85],
  })
  expect(drafts(trt, { version: '1.1.0rc2.post2', measured: '2025-12-15' })).toBeUndefined()
  expect(drafts(trt, { version: '1.1.0rc2.post2', measured: '2026-01-14' })).toBeDefined()
})

test('prompts are held back: a batch waits for 20 steps, and ranks for one another for 60 at most', () => {
  const llama = {
    ...deepseek,
    model: 'nvidia/Llama-3.1-70B-Instruct-FP8',
    framework: 'trtllm' as const,
    tensorParallel: 4,
  }
  expect(recipeSettings(llama, load).heldSteps).toBe(20)
  expect(recipeSettings({ ...llama, tensorParallel: 8 }, load).heldSteps).toBe(0)
  expect(recipeSettings(llama, { ...load, outputTokens: 8192 }).heldSteps).toBe(0)
  const ranks = { ...deepseek, framework: 'trtllm' as const, tensorParallel: 1, dataParallel: 8 }
  // One request in four steps: eight ranks have one after 32, and nine wait by then, 32 to 0 steps: (32 x 10) / 18.
  expect(recipeSettings(ranks, { ...load, concurrency: 256 }).heldSteps).toBeCloseTo(320 / 18, 9)
  // One in 64: after 60 steps they begin without.
  expect(recipeSettings(ranks, load).heldSteps).toBeCloseTo((60 * (2 + 60 / 64)) / (2 * (1 + 60 / 64)), 9)
})

test('who measured says which lengths stand for the requests, whose recipe the server had, and which statistic is meant', () => {
  const of = (framework: string, source: string, statistic: string) => {
    const line = row('1,1,1,1,1').replace(',vllm,', `,${framework},`)
    const table = [`${names},source,ttft_stat`, `${line},${source},${statistic}`]
    const [found] = measuredRows(parseCsv(table.join('\n'))).rows
    return [found!.shares, found!.settings, found!.statistic]
  }
  expect(of('trtllm', 'silicon_sample.csv (2026-04-06.csv)', 'mean (presumed)')).toEqual([
    [0.8, 1],
    { tokensPerStep: 20_000 },
    'mean',
  ])
  expect(of('trtllm', 'silicon_sample.csv (internal:x.csv)', '')).toEqual([[0.9, 1.1], {}, 'mean'])
  expect(of('sglang', 'silicon_sample.csv (internal:x.csv)', '')).toEqual([[1, 1], {}, 'mean'])
  expect(of('vllm', 'InferenceX:experimental/token_position_decode_slo', 'median')).toEqual([[0.9, 1.1], {}, 'median'])
})

test('ranks that a recipe does not start are GPUs that share attention', () => {
  const kimi = {
    ...deepseek,
    model: 'nvidia/Kimi-K2.5-NVFP4',
    precision: 'fp4',
    framework: 'vllm',
    tensorParallel: 1,
    dataParallel: 4,
    expertParallel: 4,
  } as const
  expect(recipeTopology(kimi)).toMatchObject({ tensorParallel: 4, dataParallel: 1, expertParallel: 1 })
  const minimax = { ...kimi, model: 'MiniMaxAI/MiniMax-M2.5' }
  expect(recipeTopology({ ...minimax, precision: 'fp8' })).toMatchObject({ tensorParallel: 4, expertParallel: 4 })
  expect(recipeTopology(minimax)).toBe(minimax)
})

test('a model is predicted with what the others give: its own rows change nothing of its error', () => {
  const { predicted } = predictRows(rowsOf(row('1,1,1,1,1'), row('2,1,1,2,1'), row('4,1,1,4,1')).rows, () => {})
  const measured = (model: string, factor: number) =>
    predicted.map((each): PredictedRow => {
      const { engineTtftMs, engineTpotMs, deployment } = each
      const times = { ttftMs: factor * engineTtftMs, tpotMs: factor * engineTpotMs }
      return { ...each, ...times, family: model, deployment: { ...deployment, model } }
    })
  expect(predicted.map(halfOf)).toContain('fitted')
  expect(fitFramework(measured('one', 1.5))).toEqual({ scale: 1.5, requestMs: 0, waitSteps: 0 })
  // Two models that the engine is off by 1.5 of, and one that it is off by 3 of: that one is predicted with the 1.5 of the others.
  const judgement = judgeRows([...measured('one', 1.5), ...measured('two', 1.5), ...measured('three', 3)])
  const three = judgement.families.find(({ family }) => family === 'three')!
  expect(three.tpot).toBeCloseTo(0.5, 12)
  expect(three.tpotScaled).toBeCloseTo(0, 12)
  expect(medianOf(judgement.families.map(({ rows }) => rows))).toBe(3)
  const text = renderAccuracy(judgement, { refused: [{ line: 9, reason: 'does not fit' }], incomplete: [] })
  expect(text).toMatch(/Not predicted: 1\n +1 {2}does not fit \(line 9\)/)
  expect(text).toMatch(/eligible rows left out +<= 5\.0 % +10\.0 % +MISSED/)
  expect(text).toMatch(/rank correlation of TPOT.*no family of five rows/)
})

const rows = Array.from({ length: 24 }, (_, at) => row(`${[1, 2, 4][at % 3]},1,1,1,1`, `${64 + 16 * at},12,2,50,8`))

test('constants come from the half of the points that is fitted to, the error that is published from the other; each measurement of a point is in its half', () => {
  const { predicted } = predictRows(rowsOf(...rows, ...rows).rows, () => {})
  const of = (half: string) => predicted.filter((each) => halfOf(each) === half)
  expect([of('fitted').length % 2, of('held out').length % 2]).toEqual([0, 0])
  expect(Math.min(of('fitted').length, of('held out').length)).toBeGreaterThan(4)
  // What is fitted to was measured as predicted, what is held out twice as long; all of a model, and as much of another.
  const all = ['one', 'two'].flatMap((model) =>
    predicted.map((each): PredictedRow => {
      const factor = halfOf(each) === 'fitted' ? 1 : 2
      const times = { ttftMs: factor * each.engineTtftMs, tpotMs: factor * each.engineTpotMs }
      return { ...each, ...times, family: model }
    }),
  )
  const judgement = judgeRows(
    all.map((each) => ({ ...each, deployment: { ...each.deployment, model: `x/${each.family}` } })),
  )
  const found = publishedAccuracy(
    { ...judgement, constants: new Map([['vllm', { scale: 1, requestMs: 0, waitSteps: 0 }]]) },
    predicted,
  )
  expect(found.constants).toEqual({ vllm: { scale: 1, requestMs: 0, waitSteps: 0 } })
  expect(found.rows).toEqual({
    fitted: of('fitted').length,
    heldOut: of('held out').length,
    digest: digestOf(predicted),
  })
  expect(digestOf(predicted.toReversed())).toBe(found.rows.digest)
  expect(digestOf(predicted.slice(1))).not.toBe(found.rows.digest)
})

const points = fileURLToPath(new URL('../../shared/data/silicon/measured.csv', import.meta.url))
test.skipIf(!existsSync(points))('what is published is of the very rows that lie beside the repository', () => {
  const { rows: eligible } = measuredRows(parseCsv(readFileSync(points, 'utf8')))
  expect(digestOf(eligible), 'run npm run accuracy -- --write').toBe(published.rows.digest)
  expect(published.rows.fitted + published.rows.heldOut).toBe(eligible.length)
})

test('published constants are of every framework', () => {
  expect(Object.keys(published.constants)).toEqual(['sglang', 'trtllm', 'vllm'])
  expect(published.errors.tpot).toBeGreaterThan(0)
})
