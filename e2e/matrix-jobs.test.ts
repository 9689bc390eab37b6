import { SweepPlan } from '@reprise/matrix-generator'
import { describe, expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { smallRepository } from './small-repository.ts'

const keys = ['--config-keys', 'tiny-*']

describe('matrix --as jobs', { timeout: 60_000 }, () => {
  test('the sweep as runners take it: profile, labels, recipe, limit; another window is another point', async () => {
    const usual = await planned()
    expect(usual.stderr).toMatch(/^configs\/tiny.yaml:\d+:\d+: warning: tiny-unrecipied has no recipe/m)
    const short = await planned('--duration-override', '4', '--debug-trace')
    const [job] = short.plan.jobs
    expect(job).toMatchObject({
      configKey: 'tiny-sound',
      row: { duration: 4, conc: 4 },
      profile: 'local',
      runsOn: ['ubuntu-latest'],
      recipe: 'benchmarks/tiny-sound.yaml',
      debugTrace: true,
    })
    expect(short.plan.jobs.at(-1)).not.toHaveProperty('recipe')
    expect(job!.id).not.toBe(usual.plan.jobs[0]!.id)
    expect(short.plan.jobs.map(({ configKey }) => configKey)).toEqual(usual.plan.jobs.map(({ configKey }) => configKey))
  })

  test('one canary, and the others', async () => {
    const [canary, others, all] = await Promise.all([
      planned('--canary', 'only'),
      planned('--canary', 'without'),
      planned(),
    ])
    expect(canary.plan.jobs).toHaveLength(1)
    expect([...canary.plan.jobs, ...others.plan.jobs].map(({ id }) => id).sort()).toEqual(
      all.plan.jobs.map(({ id }) => id).sort(),
    )
  })

  test('a quick look has windows of 20 minutes, which are points of their own', async () => {
    const [fast, usual] = await Promise.all([planned('--agentx-fast'), planned()])
    expect(fast.plan.jobs[0]).toMatchObject({ row: { duration: 1_200 } })
    expect(fast.plan.jobs[0]!.id).not.toBe(usual.plan.jobs[0]!.id)
    expect(fast.plan.cost!.gpuHours).toBeLessThan(usual.plan.cost!.gpuHours)
  })

  test('a job has a fingerprint where its launch can be planned', async () => {
    const { plan } = await planned()
    expect(plan.jobs[0]!.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(plan.jobs.at(-1)).not.toHaveProperty('fingerprint')
  })

  test.each<[flags: string[], words: RegExp]>([
    [['--as', 'jobs', '--require-recipes'], /^configs\/tiny.yaml:\d+:\d+: error: tiny-unrecipied has no recipe/m],
    [['--as', 'jobs', '--require-launches'], /^configs\/tiny.yaml:\d+:\d+: error: tiny-unrecipied has no recipe/m],
    [['--as', 'jobs', '--budget-gpu-hours', '0.1'], /about .* GPU hours; the budget is 0.1.*confirm-gpu-hours \d/],
    [['--as', 'jobs', '--agentx-fast', '--duration-override', '9'], /cannot be used with/],
    [['--as', 'jobs', '--reuse', 'benchmarks/tiny-sound.yaml'], /is no result-index\/1/],
    [['--debug-trace'], /--debug-trace, .* are about jobs/],
    [['--reuse', 'index.json'], /--reuse are about jobs/],
    [['--as', 'jobs', '--duration-override', '0'], /Write seconds, or a number with a unit/],
  ])('%j is refused', async (flags, words) => {
    const run = await matrix(flags)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toMatch(words)
  })
})

function matrix(flags: readonly string[]) {
  const { folder, configFiles } = smallRepository()
  return runHere(['matrix', 'test-config', '--config-files', ...configFiles, ...keys, ...flags], { cwd: folder })
}

async function planned(...flags: readonly string[]) {
  const run = await matrix(['--as', 'jobs', ...flags])
  expect(run.code, run.stderr).toBe(0)
  return { plan: SweepPlan.parse(JSON.parse(run.stdout)), stderr: run.stderr }
}
