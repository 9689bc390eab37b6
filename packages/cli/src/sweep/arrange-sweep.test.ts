import { expandFullSweep, readMatrix, SweepPlan } from '@reprise/matrix-generator'
import { expect, test } from 'vitest'
import { replaySemantics } from '../terminal/version.ts'
import { type Arrangement, arrangeSweep } from './arrange-sweep.ts'
import { planSweep } from './plan-sweep.ts'

const sha = (digit: string) => digit.repeat(64)
const matrix = readMatrix({
  configFiles: [
    {
      file: 'm.yaml',
      text: `tiny-fp8-h100-vllm:
  image: example/vllm@sha256:${sha('a')}
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: cluster:h100-lab
  multinode: false
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 4, kv-offloading: none, conc-list: [4, 2, 1] }
`,
    },
  ],
  runnerFile: { file: 'runners.yaml', text: 'labels: { "cluster:h100-lab": [h100-lab_00] }\n' },
})
const { jobs } = expandFullSweep(matrix, { noEvals: true })
const { plan } = planSweep({
  matrix,
  jobs,
  fleetOf: (name) => ({ name, runsOn: ['x'], timeoutMinutes: 90 }),
  recipes: new Set(['benchmarks/tiny.yaml']),
  recipesOf: () => ['benchmarks/tiny.yaml'],
  launchOf: () => ({ fingerprint: sha('1') }),
})
const nowMs = Date.parse('2026-08-11T00:00:00Z')
const arrange = (changes: Partial<Arrangement> = {}) =>
  arrangeSweep(plan, jobs, matrix, { canaryFirst: false, nowMs, ...changes })
const ids = plan.jobs.map(({ id }) => id)
const measured = (id: string) => ({
  id,
  fingerprint: sha('1'),
  imageDigest: `sha256:${sha('a')}`,
  replaySemantics,
  corpusOrigin: 'synthetic',
  measuredAt: '2026-08-01T00:00:00Z',
  run: '7',
})
const index = { schema: 'result-index/1' as const, points: [measured(ids[2]!)] }

test('the plan says what it costs: three windows of an hour, with start and warm-up, on four GPUs', () => {
  const { cost, canary, reuse } = arrange()
  // 900 s to start, 300 s of warm-up and 3,600 s measured
  expect(cost).toEqual({ gpuHours: 4 * 3 * (4_800 / 3_600), wallHours: 3 * (4_800 / 3_600) })
  expect([canary, reuse]).toEqual([undefined, undefined])
})

test('the canary is the cheapest job that runs, and stands first', () => {
  const { jobs: first, canary } = arrange({ canaryFirst: true })
  expect([canary, first[0]!.id]).toEqual([ids[2], ids[2]])
  expect(first.map(({ id }) => id)).toEqual([ids[2], ids[0], ids[1]])
  expect(arrange({ canaryFirst: true, index }).canary).toBe(ids[1])
})

test('what is reused costs nothing, and the plan says why the others are measured', () => {
  const arranged = arrange({ index })
  expect(SweepPlan.parse(arranged)).toEqual(arranged)
  expect(arranged.reuse).toMatchObject({
    points: [{ id: ids[2], run: '7' }],
    others: [{ why: 'not measured before', jobs: [ids[0], ids[1]] }],
  })
  expect(arranged.jobs).toHaveLength(3)
  expect(arranged.cost!.gpuHours).toBeCloseTo(4 * 2 * (4_800 / 3_600))
})

test('above the budget it takes somebody who says that it is meant', () => {
  expect(() => arrange({ budgetGpuHours: 15 })).toThrow('about 16.0 GPU hours; the budget is 15')
  expect(arrange({ budgetGpuHours: 15, confirmedGpuHours: 16 }).cost).toMatchObject({ budgetGpuHours: 15 })
  // What need not run is not paid for.
  expect(arrange({ budgetGpuHours: 15, index }).cost!.gpuHours).toBeLessThan(15)
})
