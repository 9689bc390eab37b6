import type { Problem } from '@reprise/config-file'
import { recipeNameOf, recipeToWrite } from '@reprise/launcher'
import {
  type Job,
  type Matrix,
  plannedJob,
  pointId,
  rowOf,
  type SweepJob,
  type SweepPlan,
} from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'

/** What a planner takes of a runner profile. */
export interface PlannedFleet {
  readonly name: string
  /** `{label}` stands for the job's runner. */
  readonly runsOn: readonly string[]
  readonly timeoutMinutes: number
  /** Absent: as many as it has runners. */
  readonly maxParallel?: number
}

/** What the launch of a job comes to. Neither: it has no recipe. */
export interface PlannedLaunch {
  readonly fingerprint?: string
  /** Why this build cannot launch it, as what follows the jobs: `need a docker host`; and what to do about it. */
  readonly refusal?: { readonly why: string; readonly cure: string }
}

export interface SweepInput {
  readonly matrix: Matrix
  readonly jobs: readonly Job[]
  /** The profile of a fleet; undefined where `runners/` has none. */
  readonly fleetOf: (fleet: string) => PlannedFleet | undefined
  /** Paths of the recipe files there are. */
  readonly recipes: ReadonlySet<string>
  /** Where the recipe of a job may lie, the likeliest first. */
  readonly recipesOf: (job: Job) => readonly string[]
  readonly debugTrace?: boolean
  /** Where the configurations stand, if not in the project's own files. */
  readonly configFiles?: readonly string[]
  /** A job that cannot be launched for want of a recipe is an error. */
  readonly requireRecipes?: boolean
  /** Absent: nobody asks. */
  readonly launchOf?: (job: SweepJob) => PlannedLaunch
  /** A job that this build cannot launch, whatever the reason, is an error. */
  readonly requireLaunches?: boolean
}

export interface PlannedSweep {
  readonly plan: SweepPlan
  /** An error among them says that the plan must not be used. */
  readonly problems: readonly Problem[]
}

/** The jobs as they travel to runners, in order: with the fleet that takes them, their labels and their recipe. */
export function planSweep(input: SweepInput): PlannedSweep {
  const { matrix, jobs, requireLaunches = false } = input
  const launchOf: NonNullable<SweepInput['launchOf']> = input.launchOf ?? (() => ({}))
  const names = namesOf(jobs, matrix)
  const planned = jobs.flatMap((job, i): { job: SweepJob; launch: PlannedLaunch }[] => {
    const without = sweepJob(job, names[i]!, input)
    if (!without) return []
    const launch = launchOf(without)
    const { fingerprint } = launch
    return [{ job: fingerprint === undefined ? without : { ...without, fingerprint }, launch }]
  })
  const problems = [
    ...missingRecipes(input),
    ...fleetProblems(input),
    ...(requireLaunches ? refusedLaunches(planned, matrix) : []),
  ]
  const limits = limitsOf(input)
  const plan: SweepPlan = {
    schema: 'sweep-plan/1',
    jobs: planned.map(({ job }) => job),
    ...(limits && { maxParallel: limits }),
  }
  return { plan, problems }
}

/** How many jobs each fleet takes at once, where it says; undefined where none does. */
function limitsOf({ matrix, jobs, fleetOf }: SweepInput): SweepPlan['maxParallel'] {
  const names = new Set(jobs.map((job) => fleetNames(job, matrix)[0]!))
  const limits = [...names].flatMap((name) => {
    const { maxParallel } = fleetOf(name) ?? {}
    return maxParallel === undefined ? [] : [[name, maxParallel] as const]
  })
  return limits.length === 0 ? undefined : Object.fromEntries(limits)
}

/** One problem for each reason, with the configurations that it is true of. */
function refusedLaunches(
  planned: readonly { readonly job: SweepJob; readonly launch: PlannedLaunch }[],
  matrix: Matrix,
): Problem[] {
  const refused = planned.flatMap(({ job, launch: { refusal } }) => (refusal ? [{ job, ...refusal }] : []))
  return [...Map.groupBy(refused, ({ why }) => why)].map(([why, group]) => {
    const keys = [...new Set(group.map(({ job }) => job.configKey))]
    const place = matrix.place([keys[0]!])
    return {
      severity: 'error',
      code: 'launch',
      ...(place && { place }),
      message: `${group.length} of ${planned.length} jobs ${why} (${keys.map((key) => printable(key, 80)).join(', ')})`,
      cure: group[0]!.cure,
    }
  })
}

function sweepJob(job: Job, name: string, input: SweepInput): SweepJob | undefined {
  const { matrix, fleetOf, recipes, recipesOf, debugTrace = false, configFiles } = input
  const fleet = fleetOf(fleetNames(job, matrix)[0]!)
  if (!fleet) return undefined
  const recipe = recipesOf(job).find((file) => recipes.has(file))
  return {
    schema: 'sweep-job/2',
    id: pointId(job, matrix.config.epoch),
    name,
    configKey: job.configKey,
    epoch: matrix.config.epoch,
    gpus: job.gpus,
    job: plannedJob(job),
    row: rowOf(job, matrix.config.epoch),
    profile: fleet.name,
    runsOn: fleet.runsOn.map((label) => label.replaceAll('{label}', job.runner)),
    ...(recipe !== undefined && { recipe }),
    ...(configFiles && { configFiles: [...configFiles] }),
    timeoutMinutes: fleet.timeoutMinutes,
    debugTrace,
  }
}

/** A fleet is what the name of a runner says before its first underscore. */
function fleetNames(job: Job, { runners }: Matrix): string[] {
  const names = runners.labels.get(job.runner) ?? [job.runner]
  return [...new Set(names.map((name) => name.split('_', 1)[0]!))]
}

function missingRecipes(input: SweepInput): Problem[] {
  const { matrix, jobs, recipes, recipesOf, requireRecipes, requireLaunches } = input
  return [...Map.groupBy(jobs, ({ configKey }) => configKey)].flatMap(([key, group]): Problem[] => {
    const without = group.filter((job) => !recipesOf(job).some((file) => recipes.has(file)))
    if (without.length === 0) return []
    const place = matrix.place([key])
    return [
      {
        severity: requireRecipes || requireLaunches ? 'error' : 'warning',
        code: 'recipe',
        ...(place && { place }),
        message: `${key} has no recipe: ${without.length} of its jobs cannot be launched`,
        cure: recipeToWrite(recipeNameOf(without[0]!), [...recipes]),
      },
    ]
  })
}

function fleetProblems({ matrix, jobs, fleetOf }: SweepInput): Problem[] {
  return [...Map.groupBy(jobs, ({ runner }) => runner)].flatMap(([runner, group]): Problem[] => {
    const place = matrix.place([group[0]!.configKey, 'runner'])
    const [first, ...others] = fleetNames(group[0]!, matrix)
    const problem = (severity: Problem['severity'], message: string, cure: string): Problem[] => [
      { severity, code: 'profile', ...(place && { place }), message, cure },
    ]
    if (!fleetOf(first!)) {
      const label = matrix.runners.labels.has(runner) ? '' : `; ${runner} is no label of the runners file`
      return problem('error', `fleet ${first} has no profile${label}`, `write runners/${first}.yaml`)
    }
    if (others.length === 0) return []
    const all = [first, ...others].join(', ')
    return problem(
      'warning',
      `${runner} may run on several fleets (${all}); its jobs get the profile of ${first}`,
      'name a cluster: label, which is one fleet',
    )
  })
}

/** For people: the experiment's name with its concurrency, and where that is not unique a piece of the id. */
function namesOf(jobs: readonly Job[], { config: { epoch } }: Matrix): string[] {
  const plain = jobs.map((job) => {
    const concurrency = job.concurrencies.join('-')
    const name = new RegExp(`conc${concurrency}(?![0-9])`).test(job.name) ? job.name : `${job.name}_conc${concurrency}`
    return (
      name
        .replace(/[^A-Za-z0-9._-]+/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, 100) || 'job'
    )
  })
  const uses = Map.groupBy(plain, (name) => name)
  return plain.map((name, i) =>
    uses.get(name)!.length === 1 ? name : `${name}-${pointId(jobs[i]!, epoch).slice(0, 8)}`,
  )
}
