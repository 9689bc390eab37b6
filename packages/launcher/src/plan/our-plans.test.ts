import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { renderLaunchPlan } from '../print/render-launch-plan.ts'
import type { RecipeJob } from '../recipe/check-jobs.ts'
import { ourJobs, ourRecipe } from '../recipe/our-recipes.fixture.ts'
import { unwritten } from '../recipe/recipe.ts'
import { renderProcesses } from '../recipe/render-processes.ts'
import { readProfile } from '../source/read-profile.ts'
import { LaunchPlan } from './launch-plan.ts'
import { planLaunch } from './plan-launch.ts'

const golden = join(import.meta.dirname, '../../golden/launches')
const runners = join(import.meta.dirname, '../../../../runners')
const profiles = new Map(
  readdirSync(runners).map((file) => [file.replace('.yaml', ''), readProfile(file.replace('.yaml', ''), runners)]),
)
const rows = [...ourJobs()].flatMap(([file, jobs]) => jobs.map((job) => ({ file: file!, job })))
const recipes = new Map([...new Set(rows.map(({ file }) => file))].map((file) => [file, ourRecipe(file)]))

/** The fleet that a job of ours asks for. */
const fleetOf = ({ job }: RecipeJob) => job.runner.replace('cluster:', '')

function planOf({ file, job }: (typeof rows)[number]): LaunchPlan {
  const { configKey, gpus } = job
  const sweepJob = sweepJobWith(job.job, { configKey, gpus, profile: fleetOf(job), recipe: file })
  return planLaunch({ job: sweepJob, recipe: recipes.get(file)!, profile: profiles.get(fleetOf(job))! })
}

test('every row of our configurations has a plan, or a recipe that says why it cannot have one', () => {
  expect(rows.length).toBeGreaterThan(400)
  const refused = new Set<string>()
  for (const row of rows) {
    if (unwritten(recipes.get(row.file)!).length > 0) {
      expect(() => planOf(row)).toThrow(/something is unknown/)
      refused.add(row.job.configKey)
      continue
    }
    const plan = planOf(row)
    expect(LaunchPlan.parse(plan)).toEqual(plan)
    const gpus = plan.processes.reduce((sum, process) => sum + process.count * process.gpus, 0)
    expect(gpus, row.job.configKey).toBe(row.job.gpus)
    // The flags of the pull request are those of what is planned.
    const [first] = renderProcesses(recipes.get(row.file)!, row.job)
    expect(plan.processes[0]!.argv).toEqual(first!.words)
    expect(JSON.stringify(plan)).not.toMatch(/\$\{|undefined|NaN/)
  }
  // Its workers are started from a file that is not part of the pull request.
  expect([...refused]).toEqual(['dsr1-fp4-b200-dynamo-trt'])
})

test.each([...profiles.keys()])('on %s: the commands of one row of each recipe are the golden ones', async (fleet) => {
  const own = rows.filter(({ file, job }) => fleetOf(job) === fleet && unwritten(recipes.get(file)!).length === 0)
  const last = new Map(own.map((row) => [row.file, row]))
  const texts = [...last.values()].map(
    (row) => `# ${row.job.configKey} ${row.job.job.name}\n${renderLaunchPlan(planOf(row))}`,
  )
  expect(texts.length).toBeGreaterThan(0)
  await expect(texts.join('\n')).toMatchFileSnapshot(join(golden, `${fleet}.txt`))
})

test('there is no golden file without a profile', () => {
  expect(readdirSync(golden).filter((file) => !profiles.has(file.replace('.txt', '')))).toEqual([])
})
