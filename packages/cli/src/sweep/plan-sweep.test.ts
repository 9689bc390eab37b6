import { expandFullSweep, type Matrix, readMatrix, SweepPlan } from '@reprise/matrix-generator'
import { expect, test } from 'vitest'
import { planSweep, type SweepInput } from './plan-sweep.ts'

const entry = (key: string, more = '') => `${key}:
  image: example/vllm:v1
  model: example/tiny
  model-prefix: tiny
  precision: fp8
  framework: vllm
  runner: ${more === '' ? 'cluster:h100-lab' : more}
  multinode: false
  scenarios:
    fixed-seq-len:
    - isl: 1024
      osl: 1024
      search-space:
      - { tp: 4, conc-list: [1, 2] }
    agentic-coding:
    - search-space:
      - { tp: 4, kv-offloading: none, conc-list: [2] }
      - { tp: 4, ep: 4, kv-offloading: none, conc-list: [2] }
`

function matrixOf(text: string): Matrix {
  const labels = '{ "cluster:h100-lab": [h100-lab_00], "cluster:two": [lab-a_00, lab-b_00] }'
  return readMatrix({
    configFiles: [{ file: 'm.yaml', text }],
    runnerFile: { file: 'runners.yaml', text: `labels: ${labels}\n` },
  })
}

const matrix = matrixOf(entry('tiny-fp8-h100-vllm'))
const fleet = { name: 'h100-lab', runsOn: ['self-hosted', '{label}'], timeoutMinutes: 90 }

function planned(changes: Partial<SweepInput> = {}) {
  const of = changes.matrix ?? matrix
  return planSweep({
    matrix: of,
    jobs: expandFullSweep(of, { noEvals: true }).jobs,
    fleetOf: (name) => ({ ...fleet, name }),
    recipes: new Set(['benchmarks/tiny-fp8-h100-vllm.yaml']),
    recipesOf: () => ['benchmarks/none.yaml', 'benchmarks/tiny-fp8-h100-vllm.yaml'],
    ...changes,
  })
}

test('jobs have all that a runner has to know, under names of their own', () => {
  const { plan, problems } = planned({ debugTrace: true })
  expect(problems).toEqual([])
  expect(SweepPlan.parse(plan)).toEqual(plan)
  expect(plan.jobs.map(({ name }) => name)).toEqual([
    'tiny_1k1k_conc1',
    'tiny_1k1k_conc2',
    expect.stringMatching(/^tiny_tp4_conc2_kvnone-[0-9a-f]{8}$/),
    expect.stringMatching(/^tiny_tp4_conc2_kvnone-[0-9a-f]{8}$/),
  ])
  expect(new Set(plan.jobs.map(({ name }) => name)).size).toBe(4)
  expect(plan.jobs[0]).toMatchObject({
    configKey: 'tiny-fp8-h100-vllm',
    gpus: 4,
    profile: 'h100-lab',
    runsOn: ['self-hosted', 'cluster:h100-lab'],
    recipe: 'benchmarks/tiny-fp8-h100-vllm.yaml',
    timeoutMinutes: 90,
    debugTrace: true,
  })
})

test('without a recipe there is a job and a warning at its configuration, or an error', () => {
  const { plan, problems } = planned({ recipes: new Set() })
  expect(plan.jobs.filter((job) => 'recipe' in job)).toEqual([])
  expect(problems).toEqual([
    expect.objectContaining({ severity: 'warning', code: 'recipe', place: { file: 'm.yaml', line: 1, column: 1 } }),
  ])
  expect(planned({ recipes: new Set(), requireRecipes: true }).problems[0]?.severity).toBe('error')
})

test('a fleet without a profile is an error at the line of the runner', () => {
  const { plan, problems } = planned({ fleetOf: () => undefined })
  expect(plan.jobs).toEqual([])
  expect(problems).toEqual([
    expect.objectContaining({
      severity: 'error',
      code: 'profile',
      message: 'fleet h100-lab has no profile',
      cure: 'write runners/h100-lab.yaml',
      place: expect.objectContaining({ file: 'm.yaml', line: 7 }),
    }),
  ])
})

test('a label of several fleets gets the profile of the first, and a warning', () => {
  const { plan, problems } = planned({ matrix: matrixOf(entry('tiny-fp8-h100-vllm', 'cluster:two')) })
  expect(new Set(plan.jobs.map(({ profile }) => profile))).toEqual(new Set(['lab-a']))
  expect(problems).toEqual([
    expect.objectContaining({ severity: 'warning', message: expect.stringMatching(/lab-a, lab-b/) }),
  ])
})

test('whatever an experiment is called, the names of its jobs are file names', () => {
  const { jobs } = expandFullSweep(matrix, { noEvals: true })
  const { plan } = planned({
    jobs: jobs.map((job, i) => ({ ...job, name: i === 0 ? '\u001b[2J' : '../$(id) \u00e9' })),
  })
  for (const { name } of plan.jobs) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
  expect(SweepPlan.safeParse(plan).error).toBeUndefined()
  expect(new Set(plan.jobs.map(({ name }) => name)).size).toBe(plan.jobs.length)
})

test('what cannot be launched is refused with the list, one line for each reason; without being asked, nothing is', () => {
  const fingerprint = 'a'.repeat(64)
  const refusal = { why: 'need a docker host', cure: 'start it yourself' }
  const launchOf: SweepInput['launchOf'] = ({ job }) =>
    job.scenario.kind === 'agentic-coding' ? { fingerprint, refusal } : { fingerprint }
  const { problems } = planned({ launchOf, requireLaunches: true })
  expect(problems).toEqual([
    expect.objectContaining({
      severity: 'error',
      code: 'launch',
      message: '2 of 4 jobs need a docker host (tiny-fp8-h100-vllm)',
      cure: 'start it yourself',
      place: { file: 'm.yaml', line: 1, column: 1 },
    }),
  ])
  const { plan, problems: none } = planned({ launchOf })
  expect(none).toEqual([])
  expect(plan.jobs.every((job) => job.fingerprint === fingerprint)).toBe(true)
  expect(planned({ recipes: new Set(), requireLaunches: true }).problems[0]?.severity).toBe('error')
})

test('how many jobs a fleet takes at once stands in the plan, where the fleet says', () => {
  expect(planned().plan.maxParallel).toBeUndefined()
  const { plan } = planned({ fleetOf: (name) => ({ ...fleet, name, maxParallel: 2 }) })
  expect(plan.maxParallel).toEqual({ 'h100-lab': 2 })
})
