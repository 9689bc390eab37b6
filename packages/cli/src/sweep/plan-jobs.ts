import { existsSync } from 'node:fs'
import { listRecipes, type RunnerProfile, readProfile, recipeFilesOfJob } from '@reprise/launcher'
import type { Job, Matrix } from '@reprise/matrix-generator'
import { launchesIn } from './launches-in.ts'
import { type PlannedSweep, planSweep } from './plan-sweep.ts'

/**
 * The jobs with the profiles and recipes that lie in `runners/` and `benchmarks/` of the working folder.
 *
 * @throws ConfigError for a profile that cannot be read.
 */
export function planJobs(
  matrix: Matrix,
  jobs: readonly Job[],
  options: {
    readonly debugTrace: boolean
    readonly requireRecipes: boolean
    readonly requireLaunches: boolean
    readonly configFiles?: readonly string[]
    /** Default true: whether this build can launch each of them, and with what fingerprint. */
    readonly asksLaunches?: boolean
  },
): PlannedSweep {
  const profiles = new Map<string, RunnerProfile | undefined>()
  const fleetOf = (name: string) => {
    if (!profiles.has(name)) profiles.set(name, readFleet(name))
    return profiles.get(name)
  }
  const { asksLaunches = true, ...others } = options
  return planSweep({
    matrix,
    jobs,
    fleetOf,
    recipes: new Set(listRecipes()),
    recipesOf: recipeFilesOfJob,
    ...(asksLaunches && { launchOf: launchesIn(fleetOf) }),
    ...others,
  })
}

function readFleet(name: string): RunnerProfile | undefined {
  return existsSync(`runners/${name}.yaml`) ? readProfile(name) : undefined
}
