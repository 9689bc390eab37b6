import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import { LaunchError } from '../plan/launch-error.ts'
import type { RunnerProfile } from '../profile/runner-profile.ts'
import { recipeToWrite } from '../recipe/nearest-recipe.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { recipeNameOf } from '../recipe/recipe-files.ts'
import { readProfile, readProfileFile } from './read-profile.ts'
import { listRecipes, readRecipe } from './read-recipes.ts'

/** What is named instead of what the job says. */
export interface LaunchFiles {
  readonly recipe?: string
  readonly profile?: string
}

/**
 * The recipe and the runner profile of a job, as it names them or as the flags do.
 *
 * @throws ConfigError when a file is wrong; LaunchError when there is no recipe.
 */
export function readLaunchFiles(
  job: SweepJob,
  files: LaunchFiles = {},
): { readonly recipe: Recipe; readonly profile: RunnerProfile } {
  return {
    recipe: readJobRecipe(job, files.recipe),
    profile: files.profile === undefined ? readProfile(job.profile) : readProfileFile(files.profile),
  }
}

/** The recipe of a job. @throws ConfigError when the file is wrong; LaunchError when the job has none. */
export function readJobRecipe(job: SweepJob, file = job.recipe): Recipe {
  if (file !== undefined) return readRecipe(file)
  const cure = recipeToWrite(recipeNameOf({ ...job.job, configKey: job.configKey }), listRecipes())
  throw new LaunchError(`${printable(job.configKey)} has no recipe; ${cure}, or name one with --recipe`, {
    failureClass: 'recipe',
    phase: 'start',
  })
}
