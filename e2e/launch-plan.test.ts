import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchPlan } from '@reprise/launcher'
import { describe, expect, test } from 'vitest'
import { place, simJob } from './launch-place.ts'
import { runHere } from './run-here.ts'

const plan = (...args: string[]) => runHere(['launch', 'plan', ...args])

interface Plans {
  readonly plans: readonly { readonly configKey: string; readonly plan: LaunchPlan }[]
  readonly refused: readonly { readonly configKey: string; readonly why: string }[]
}

describe('reprise launch plan of many jobs', () => {
  test('of a configuration: a heading and the command of each job, without a GPU', async () => {
    const run = await plan('--config-key', 'gptoss-fp4-h100-vllm', '--scenario-type', 'agentic-coding', '--conc', '64')
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout.match(/^# gptoss-fp4-h100-vllm gptoss_tp\d_conc64_kv\S+ [0-9a-f]{16}$/gm)).toHaveLength(6)
    expect(run.stdout.match(/^ {2}vllm serve openai\/gpt-oss-120b /gm)).toHaveLength(6)
  })

  test('of a sweep, from stdin or a file; what cannot be launched is told once, and the rest printed', async () => {
    const { folder } = place()
    const file = join(folder, 'sweep.json')
    const { recipe: _none, ...without } = { ...simJob, id: '0000000000000001', configKey: 'sim-fp8-local-new' }
    const jobs = [simJob, without, { ...without, id: '0000000000000002' }]
    writeFileSync(file, JSON.stringify({ schema: 'sweep-plan/1', jobs }))
    const run = await plan('--sweep', file, '--json')
    const { plans, refused } = JSON.parse(run.stdout) as Plans
    expect(plans).toHaveLength(1)
    expect(LaunchPlan.parse(plans[0]!.plan)).toMatchObject({ host: 'process', model: 'reprise/sim-8b' })
    expect(refused).toHaveLength(2)
    expect(run.stderr).toMatch(
      /^reprise: sim-fp8-local-new \S+ and 1 more: sim-fp8-local-new has no recipe; copy benchmarks\/sim-fp8-local-sim\.yaml, the nearest, .*\n$/,
    )
    expect(run.code).toBe(2)
  })

  test.each([
    [[], /say which jobs, in one way: --job, --sweep or --config-key/],
    [['--job', 'a', '--sweep', 'b'], /in one way/],
    [['--job', 'a', '--conc', '1'], /--conc and --scenario-type choose among the jobs of --config-key/],
    [['--config-key', 'dsr1-fp4-b200-sglan'], /dsr1-fp4-b200-sglan/],
    [['--config-key', 'dsr1-fp4-b200-sglang', '--conc', '3'], /no job of dsr1-fp4-b200-sglang is left by --conc/],
    [['--sweep', 'nowhere.json'], /--sweep nowhere\.json/],
  ])('%j is the author’s to mend', async (args, message) => {
    const run = await plan(...args)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).not.toMatch(/^\s+at /m)
    expect(run.code).toBe(2)
  })
})
