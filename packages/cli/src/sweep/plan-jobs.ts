import { existsSync } from 'node:fs'
import { listRecipes, readProfile, recipeFilesOfJob } from '@reprise/launcher'
import type { Job, Matrix } from '@reprise/matrix-generator'
import { type PlannedFleet, type PlannedSweep, planSweep } from './plan-sweep.ts'

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
    readonly configFiles?: readonly string[]
  },
): PlannedSweep {
  const fleets = new Map<string, PlannedFleet | undefined>()
  const fleetOf = (name: string) => {
    if (!fleets.has(name)) fleets.set(name, readFleet(name))
    return fleets.get(name)
  }
  return planSweep({ matrix, jobs, fleetOf, recipes: new Set(listRecipes()), recipesOf: recipeFilesOfJob, ...options })
}

function readFleet(name: string): PlannedFleet | undefined {
  return existsSync(`runners/${name}.yaml`) ? readProfile(name) : undefined
}
