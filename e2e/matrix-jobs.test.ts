import { SweepPlan } from '@reprise/matrix-generator'
import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
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

  test.each<[flags: string[], words: RegExp]>([
    [['--as', 'jobs', '--require-recipes'], /^configs\/tiny.yaml:\d+:\d+: error: tiny-unrecipied has no recipe/m],
    [['--debug-trace'], /--debug-trace and --require-recipes are about jobs/],
    [['--as', 'jobs', '--duration-override', '0'], /Write a whole number of at least 1/],
  ])('%j is refused', async (flags, words) => {
    const run = await matrix(flags)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toMatch(words)
  })
})

function matrix(flags: readonly string[]) {
  const { folder, configFiles } = smallRepository()
  return runCli(['matrix', 'test-config', '--config-files', ...configFiles, ...keys, ...flags], { cwd: folder })
}

async function planned(...flags: readonly string[]) {
  const run = await matrix(['--as', 'jobs', ...flags])
  expect(run.code, run.stderr).toBe(0)
  return { plan: SweepPlan.parse(JSON.parse(run.stdout)), stderr: run.stderr }
}
