import { join } from 'node:path'
import { doing } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { parseTemplate } from '../expression/template.ts'
import { renderLaunchPlan } from '../print/render-launch-plan.ts'
import { ourRecipe } from '../recipe/our-recipes.fixture.ts'
import { readProfile } from '../source/read-profile.ts'
import { b200Job, mi300xJob, simJob } from '../testing/sweep-job.fixture.ts'
import { LaunchError } from './launch-error.ts'
import { launchLabel } from './launch-label.ts'
import { imageOf, LaunchPlan, mountsOf } from './launch-plan.ts'
import { planLaunch } from './plan-launch.ts'

const golden = join(import.meta.dirname, '../../golden/plans')
const runners = join(import.meta.dirname, '../../../../runners')
const inputOf = (job: typeof simJob) => ({
  job,
  recipe: ourRecipe(job.recipe!),
  profile: readProfile(job.profile, runners),
})

test.each([simJob, b200Job, mi300xJob])('the plan of $name on $profile is the golden one', async (job) => {
  const plan = planLaunch(inputOf(job))
  expect(LaunchPlan.parse(plan)).toEqual(plan)
  expect(planLaunch(inputOf(job))).toEqual(plan)
  const text = `${renderLaunchPlan(plan)}\n${JSON.stringify(plan, null, 2)}\n`
  await expect(text).toMatchFileSnapshot(join(golden, `${job.configKey}.txt`))
})

test("the recipe's environment wins over the profile's, and that over what narrows the accelerators", () => {
  const { recipe, profile, job } = inputOf(mi300xJob)
  const ours = { A: 'profile', B: 'profile', ROCR_VISIBLE_DEVICES: '4,5,6,7' }
  const env = planLaunch({
    job,
    profile: { ...profile, env: ours },
    recipe: { ...recipe, server: { ...recipe.server, env: { A: parseTemplate('recipe') }, when: [] } },
  }).processes[0]!.env
  expect(env).toEqual({ A: 'recipe', B: 'profile', ROCR_VISIBLE_DEVICES: '4,5,6,7', HIP_VISIBLE_DEVICES: '0,1,2,3' })
})

test('a plain process of a machine with GPUs sees those it may use, and gets no devices or mounts', () => {
  const { recipe, profile, job } = inputOf(b200Job)
  const plan = planLaunch({ job, recipe, profile: { ...profile, host: 'process' } })
  expect(plan.host).toBe('process')
  expect(plan.processes).toMatchObject([{ devices: [], env: { CUDA_VISIBLE_DEVICES: '0,1,2,3' } }])
  expect(imageOf(plan)).toBeUndefined()
  expect(mountsOf(plan)).toEqual([])
})

test('a recipe that says what is unknown is not launched, and says what', () => {
  const { recipe, ...rest } = inputOf(simJob)
  const refused = () => planLaunch({ ...rest, recipe: { ...recipe, unknown: [{ what: 'the flags of the\nrouter' }] } })
  expect(refused).toThrow(LaunchError)
  expect(refused).toThrow(/benchmarks\/sim-fp8-local-sim\.yaml cannot be launched, .*: the flags of the router/)
})

test('no profile says how many drafts a server accepts', () => {
  const { profile, ...rest } = inputOf(simJob)
  const env = { SGLANG_SIMULATE_ACC_LEN: '4' }
  expect(() => planLaunch({ ...rest, profile: { ...profile, env } })).toThrow(/the profile local sets SGLANG_SIMULATE/)
})

test('a job for several nodes is refused where a host is one', () => {
  const { job, ...rest } = inputOf(b200Job)
  const worker = { workers: 1, tp: 4, pp: 1, dcpSize: 1, pcpSize: 1, ep: 1, dpAttn: false }
  const several = doing(job, { topology: { kind: 'multi', prefill: worker, decode: { ...worker, tp: 8 } } })
  expect(() => planLaunch({ ...rest, job: several })).toThrow(/several nodes, and a docker host is one/)
})

test('a label is fit for anything that takes names, and tells attempts apart', () => {
  expect(launchLabel('0123456789abcdef', '1')).toBe('reprise-0123456789abcdef-1')
  expect(launchLabel('0123456789abcdef', '12/Try_2 $(x)')).toBe('reprise-0123456789abcdef-12-try-2-x')
  expect(launchLabel('0123456789abcdef', 'a'.repeat(99))).toMatch(/^[a-z0-9][a-z0-9-]{62}$/)
  expect(launchLabel('0123456789abcdef', `${'a'.repeat(37)}-b`)).toMatch(/a$/)
})
