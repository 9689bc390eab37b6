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
    /** Default false: a fleet without a profile is taken for this machine, as nothing is launched. */
    readonly takesAnyFleet?: boolean
  },
): PlannedSweep {
  const profiles = new Map<string, RunnerProfile | undefined>()
  const { asksLaunches = true, takesAnyFleet = false, ...others } = options
  const fleetOf = (name: string) => {
    if (!profiles.has(name)) profiles.set(name, readFleet(name) ?? (takesAnyFleet ? readFleet('local') : undefined))
    return profiles.get(name)
  }
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
