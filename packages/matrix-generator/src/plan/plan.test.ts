import { describe, expect, test } from 'vitest'
import { expandFullSweep } from '../expand/full-sweep.ts'
import type { Job } from '../job/job.ts'
import { augustMaster, augustRunners, readTexts } from '../testing/master-files.fixture.ts'
import { defaultAssumptions, estimateSweep, jobSeconds } from './estimate.ts'
import { byPriority, chooseCanary, jobPriority } from './order.ts'
import { pointId, recipeFingerprint } from './point-id.ts'
import { selectChanged } from './select-changed.ts'
import { shardRows } from './shard.ts'
import { trimConcurrencies } from './trim.ts'

const matrix = readTexts(augustMaster, augustRunners)
const { jobs } = expandFullSweep(matrix, {})
const agentic = jobs.find((job) => job.scenario.kind === 'agentic-coding')!
const multi = jobs.find((job) => job.topology.kind === 'multi')!

describe('identity', () => {
  test('the id is over the whole row, the fingerprint over what makes a curve', () => {
    expect(pointId(jobs[0]!, 'aug2026')).toMatch(/^[0-9a-f]{16}$/)
    expect(pointId({ ...jobs[0]!, path: ['elsewhere'] }, 'aug2026')).toBe(pointId(jobs[0]!, 'aug2026'))
    expect(pointId({ ...jobs[0]!, image: 'other:v1' }, 'aug2026')).not.toBe(pointId(jobs[0]!, 'aug2026'))
    expect(recipeFingerprint(jobs[0]!, 'aug2026')).toBe(recipeFingerprint(jobs[1]!, 'aug2026'))
    expect(recipeFingerprint(jobs[0]!, 'aug2026')).not.toBe(recipeFingerprint(jobs[5]!, 'aug2026'))
  })
  test('a change of the scheme would lose every stored id', () => {
    expect(pointId(jobs[0]!, 'aug2026')).toMatchInlineSnapshot(`"60189ea009bdf761"`)
  })
})

describe('estimate', () => {
  test('the time of an agentic job is start-up, warm-up and its window', () => {
    expect(jobSeconds(agentic)).toBe(defaultAssumptions.startupS + defaultAssumptions.agenticWarmupS + 3600)
    expect(jobSeconds({ ...agentic, evaluation: { run: true, only: true } })).toBe(
      defaultAssumptions.startupS + defaultAssumptions.evaluationS,
    )
  })
  test('a deployment measures its concurrencies in turn', () => {
    const one = jobSeconds({ ...multi, concurrencies: [32], evaluation: {} })
    const two = jobSeconds({ ...multi, concurrencies: [32, 64], evaluation: {} })
    expect(two - defaultAssumptions.multiNodeStartupS).toBeCloseTo(2 * (one - defaultAssumptions.multiNodeStartupS))
  })
  test('two runners halve the wall time of equal jobs, and leave the GPU hours', () => {
    const four = [agentic, agentic, agentic, agentic]
    const two = estimateSweep(four, matrix.runners)
    const one = estimateSweep(four, { ...matrix.runners, labels: new Map([[agentic.runner, ['h100-lab_00']]]) })
    expect(two.gpuHours).toBeCloseTo((4 * 4 * jobSeconds(agentic)) / 3600)
    expect(one.wallHours).toBeCloseTo(2 * two.wallHours)
    expect(two.byRunner).toMatchObject([{ runner: 'cluster:h100-lab', jobs: 4, nodes: 2 }])
  })
  test('jobs for a label without runners are counted, not timed', () => {
    const lost: Job = { ...agentic, runner: 'nowhere' }
    expect(estimateSweep([lost], matrix.runners)).toMatchObject({ jobs: 1, jobsWithoutRunner: 1, wallHours: 0 })
  })
})

describe('order', () => {
  test('the published example: a DeepSeek V4 fp4 agentic job with mtp on vLLM in a pull request', () => {
    const job: Job = { ...agentic, precision: 'fp4', specDecoding: 'mtp', framework: 'vllm', modelPrefix: 'dsv4' }
    expect(jobPriority(job)).toBe(4.75)
    expect(jobPriority(job, { isPush: true, checklist: true })).toBe(7)
    expect(jobPriority(job, { isPush: true, patchwork: true })).toBe(0)
  })
  test('more urgent jobs come first, equal ones stay in order', () => {
    const ordered = byPriority(jobs)
    expect(ordered[0]?.topology.kind).toBe('multi')
    expect(ordered.filter((job) => job.scenario.kind === 'agentic-coding').map((job) => job.concurrencies[0])).toEqual([
      1, 2, 4, 8, 16,
    ])
    expect(new Set(ordered)).toEqual(new Set(jobs))
  })
  test('the canary is the single-node job with the lowest concurrency; the rest keeps its order without it', () => {
    const { canary, rest } = chooseCanary(jobs)
    expect(canary).toBe(agentic)
    expect(rest).toEqual(jobs.filter((job) => job !== agentic))
    expect(chooseCanary([multi])).toEqual({ rest: [multi] })
    expect(chooseCanary([{ ...agentic, evaluation: { run: true, only: true } }])).not.toHaveProperty('canary')
  })
})

test('a trimmed sweep starts every server once, at its lowest concurrency', () => {
  const trimmed = trimConcurrencies(expandFullSweep(matrix, { noEvals: true }).jobs, 'aug2026')
  expect(trimmed.map((job) => job.concurrencies)).toEqual([[4], [16], [4], [1], [8], [32]])
})

describe('selection by changed files', () => {
  const select = (changedFiles: string[]) =>
    selectChanged({ head: matrix, headJobs: jobs, baseJobs: jobs, changedFiles })
  test('nothing changed, nothing selected', () => {
    expect(select(['docs/a.md', 'configs/nvidia-master.yaml'])).toEqual({ jobs: [], reasons: [], unusedFiles: [] })
  })
  test('a recipe selects the jobs that start from it', () => {
    const { jobs: selected, reasons } = select(['benchmarks/tiny-fp8-h100-vllm-agentic.yaml'])
    expect(selected.map((job) => job.configKey)).toEqual(Array(5).fill('tiny-fp8-h100-vllm-agentic'))
    expect(new Set(reasons)).toEqual(new Set(['recipe']))
  })
  test('a runner profile selects the jobs of its fleet', () => {
    expect(select(['runners/h100-other.yaml']).jobs.every((job) => job.runner === 'h100')).toBe(true)
    expect(select(['runners/h100-lab.yaml']).jobs).toHaveLength(jobs.length)
  })
  test('a file that no job starts from is named', () => {
    expect(select(['benchmarks/other.yaml', 'runners/none.yaml']).unusedFiles).toEqual([
      'benchmarks/other.yaml',
      'runners/none.yaml',
    ])
  })
})

test('a row that fits no shard is an error', () => {
  expect(() => shardRows(['x'.repeat(100)], { maxJobs: 1, maxBytes: 50 })).toThrow(RangeError)
  expect(() => shardRows([], { maxJobs: 0, maxBytes: 50 })).toThrow(RangeError)
  expect(shardRows([])).toEqual([])
})

test('a shard is filled to the last byte, brackets and commas counted, and no further', () => {
  const sizes = (maxBytes: number) => shardRows(['xx', 'xx', 'xx'], { maxJobs: 9, maxBytes }).map(({ bytes }) => bytes)
  expect(sizes('["xx","xx","xx"]'.length)).toEqual([16])
  expect(sizes(15)).toEqual([11, 6])
  expect(sizes(10)).toEqual([6, 6, 6])
})
